/** What crosses the wire about watched words. */
export type WordAction = "block" | "hold" | "mask" | "tag";

export interface Word {
  id: string;
  word: string;
  action: WordAction;
  tag: string | null;
  note: string;
  is_active: boolean;
  hits: number;
  /** Of this community, and so to be changed here; otherwise the platform's. */
  mine: boolean;
  created_at: string;
}

export interface WordHit {
  word: string;
  action: WordAction;
  /** As it stands in the text, tricks and all. */
  found: string;
}

export interface Tried {
  outcome: "pass" | WordAction;
  masked: string;
  hits: WordHit[];
}
