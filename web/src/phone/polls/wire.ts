/** Polls and ballots as the phone meets them. */
export type Method = "single" | "multiple" | "ranked";
export type CountedBy = "person" | "home" | "owners";
export type Quorum = "none" | "ordinary" | "major";
export type Results = "live" | "voted" | "closed";

export interface PollOption {
  id: string;
  text: string;
  votes: number | null;
  area_m2: number | null;
}

export interface Elector {
  id: string;
  home: string | null;
  voted: boolean;
  voted_by_me: boolean;
  choices: string[];
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
  results: Results;
  state: "open" | "closed" | "cancelled";
  closes_at: string;
  closed_at: string | null;
  electors: number;
  voted: number;
  options: PollOption[];
  rounds: Round[] | null;
  quorum_result: QuorumResult | null;
  buildings: BuildingResult[] | null;
  mine: Elector[];
  can: string[];
}

export interface Ballot {
  receipt: string;
  poll: Poll;
}

export interface PublishedBallot {
  receipt: string;
  choices: string[];
  home: string | null;
  voter: string | null;
}

export interface PollCreate {
  question: string;
  options: string[];
  closes_at: string;
  method: Method;
  choices_most: number;
  counted_by: CountedBy;
  is_secret: boolean;
  quorum: Quorum;
  results: Results;
  place_ids: string[];
}
