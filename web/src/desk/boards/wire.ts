/** What crosses the wire about boards. */
export type ReadBy = "public" | "community" | "estate";
export type PostBy = "residents" | "estate" | "owners" | "organisations";

export interface Board {
  id: string;
  community_id: string;
  estate_id: string | null;
  estate_name: string | null;
  name: string;
  description: string;
  read_by: ReadBy;
  post_by: PostBy;
  position: number;
  thread_count: number;
  newest_at: string | null;
  archived: boolean;
  edits: number;
  can: ("post" | "edit")[];
}
