/** Polls and ballots as the phone meets them. */
import type { Schemas } from "../../shared/api/types.ts";

export type Poll = Schemas["PollOut"];
export type PollOption = Schemas["OptionOut"];
export type Elector = Schemas["ElectorOut"];
export type Ballot = Schemas["BallotOut"];
export type PublishedBallot = Schemas["PublishedBallot"];
export type PollCreate = Required<Schemas["PollCreate"]>;
export type Method = Poll["method"];
export type CountedBy = Poll["counted_by"];
export type Quorum = Poll["quorum"];
export type Results = Poll["results"];
