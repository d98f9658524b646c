/** What crosses the wire about public issues and the threads they are raised in. */
import type { Schemas } from "../../shared/api/types.ts";

export type Issue = Schemas["IssueOut"];
export type IssueState = Issue["state"];
export type Move = Issue["moves"][number];
export type IssueItem = Schemas["IssueItem"];
export type Thread = Schemas["ThreadOut"];

/** A row beside which its thread opens. */
export interface IssueRow extends IssueItem {
  id: string;
}
