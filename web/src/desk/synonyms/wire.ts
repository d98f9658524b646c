/** What crosses the wire about words that mean the same. */
export interface Synonym {
  id: string;
  words: string[];
  edits: number;
  changed_at: string;
}
