/** What crosses the wire about words that neighbours looked for in vain. */
export interface Gap {
  words: string;
  asked: number;
  people: number;
  last_day: string;
}

/** At most so many people are told apart; beyond, "20+". */
export const PEOPLE_TOLD_APART = 20;
