/** What crosses the wire about polls, electors and paper ballots. */
export type Method = "single" | "multiple" | "ranked";
export type CountedBy = "person" | "home" | "owners";
export type Quorum = "none" | "ordinary" | "major";
export type PollState = "open" | "closed" | "cancelled";

export interface Option {
  id: string;
  text: string;
  /** Null: not to be seen yet. */
  votes: number | null;
  area_m2: number | null;
}

export interface Round {
  votes: Record<string, number>;
  eliminated: string[];
}

export interface QuorumResult {
  owners_share: number;
  area_share: number;
  needed_share: number;
  met: boolean;
  approval_needed: number;
  carried: string[];
}

export interface BuildingResult {
  building_id: string;
  name: string;
  votes: Record<string, number>;
}

export interface Poll {
  id: string;
  question: string;
  method: Method;
  choices_most: number;
  counted_by: CountedBy;
  is_secret: boolean;
  quorum: Quorum;
  results: "live" | "voted" | "closed";
  state: PollState;
  closes_at: string;
  closed_at: string | null;
  electors: number;
  voted: number;
  options: Option[];
  rounds: Round[] | null;
  quorum_result: QuorumResult | null;
  buildings: BuildingResult[] | null;
  can: string[];
}

export interface PollItem {
  id: string;
  thread_id: string;
  title: string;
  method: Method;
  question: string;
  state: PollState;
  counted_by: CountedBy;
  is_secret: boolean;
  closes_at: string;
  electors: number;
  voted: number;
  /** Papers that one of staff has entered and another has not yet. */
  waiting: number;
}

export interface PaperElector {
  id: string;
  home: string | null;
  name: string | null;
  voted: boolean;
  waiting: boolean;
  entered_by_me: boolean;
}

export interface Paper {
  elector_id: string;
  counted: boolean;
  receipt: string | null;
}
