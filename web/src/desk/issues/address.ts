/** A thread or a notice named by its link; a thread by its id alone, too. Pure. */
const ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

export function threadIn(text: string): string {
  const found = new RegExp(`threads?/(${ID})`, "i").exec(text)?.[1] ?? new RegExp(`^\\s*(${ID})\\s*$`, "i").exec(text)?.[1];
  return (found ?? "").toLowerCase();
}

export function subjectIn(text: string): { kind: "thread" | "notice"; id: string } | null {
  const notice = new RegExp(`notices?/(${ID})`, "i").exec(text)?.[1];
  if (notice) return { kind: "notice", id: notice.toLowerCase() };
  const thread = threadIn(text);
  return thread ? { kind: "thread", id: thread } : null;
}
