/** A thread named by its link, or by its id alone. Pure. */
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

export function threadIn(text: string): string {
  const inLink = /threads?\/([0-9a-f-]{36})/i.exec(text)?.[1];
  return (inLink ?? ID.exec(text)?.[0] ?? "").toLowerCase();
}
