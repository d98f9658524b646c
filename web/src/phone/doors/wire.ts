export interface Visit { told: string; note: string; visited_by: string; visited_at: string }
export interface Door { home_id: string; path: string; name: string; state: "acknowledged" | "reached" | "told" | "unreached"; members: number; with_app: number; visit: Visit | null }
export interface DoorList { notice_id: string; title: string; reference: string | null; version: number; doors: Door[]; left: number; as_of: string }
export interface DoorListItem { notice_id: string; title: string; priority: "normal" | "important" | "urgent"; ends_at: string; left: number; homes: number }
