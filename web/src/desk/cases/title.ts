/** What a case is called: its thing's title, or the beginning of its words. Pure. */
const MOST = 20;

export function titleOf({ snapshot_title: title, snapshot_body: body }: { snapshot_title: string; snapshot_body: string }): string {
  return title || beginning(body);
}

export function beginning(body: string): string {
  const line = [...body.split(/\s+/).filter(Boolean).join(" ")];
  return line.length <= MOST ? line.join("") : `${line.slice(0, MOST - 1).join("").trimEnd()}…`;
}
