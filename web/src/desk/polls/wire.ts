/** What crosses the wire about polls, electors and paper ballots. */
import type { Schemas } from "../../shared/api/types.ts";

export type Poll = Schemas["PollOut"];
export type PollItem = Schemas["DeskPollItem"];
export type PollState = Poll["state"];
export type CountedBy = Poll["counted_by"];
export type Option = Schemas["OptionOut"];
export type PaperElector = Schemas["PaperElector"];
export type Paper = Schemas["PaperOut"];
