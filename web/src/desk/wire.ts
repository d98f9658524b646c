/** What crosses the wire for the desk alone: the generated types, narrower where the document says only "string". */
import type { Narrow, Relation, Schemas, VerificationState, VerificationStep } from "../shared/api/types.ts";

type Method = "document" | "desk";

export type QueueItem = Narrow<Schemas["QueueItem"], { state: VerificationState; relation: Relation; method: Method }>;
export type QueueDetail = Narrow<Schemas["QueueDetail"], { state: VerificationState; relation: Relation; method: Method; steps: VerificationStep[] }>;
export type Conflict = Schemas["ConflictOut"];
export type Revealed = Schemas["Revealed"];
export type Summary = Schemas["SummaryOut"];
export type AddressImport = Schemas["ImportOut"];
export type RoleLine = Schemas["RoleHolding"];
export type AuditLine = Schemas["AuditLineOut"];
export type Organisation = Schemas["OrganisationOut"];
