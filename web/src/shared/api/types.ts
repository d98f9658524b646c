/**
 * What crosses the wire, in the names the screens use: aliases of the types generated from docs/openapi.json,
 * made narrower where the document says only "string". A field that changes there stops the type check here.
 */
import type { components } from "./schema";

export type Schemas = components["schemas"];
export type Narrow<Wide, Narrower extends { [Key in keyof Narrower]: Key extends keyof Wide ? Wide[Key] : never }> = Omit<Wide, keyof Narrower> & Narrower;

export type Relation = Schemas["VerificationCreate"]["relation"];
export type VerificationState = Schemas["VerificationState"]["state"];
export type AddressKind = Schemas["PlaceOut"]["kind"];

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type CodeSent = Schemas["CodeOut"];
export type Account = Narrow<
  Schemas["AccountOut"],
  { locale: "zh-CN" | "en"; ui_mode: "standard" | "elder"; theme: "auto" | "light" | "dark" }
>;
export type Tokens = Schemas["Refreshed"];
export type SignedIn = Narrow<Schemas["SignedIn"], { account: Account }>;
export type Session = Schemas["SessionOut"];

export type Residency = Narrow<Schemas["ResidencyOut"], { relation: Relation }>;
export type RoleHeld = Schemas["RoleOut"];
export type Me = Narrow<
  Schemas["MeOut"],
  { account: Account; residencies: Residency[]; verification: Narrow<Schemas["VerificationRef"], { state: VerificationState }> | null }
>;
export type AccessLine = Schemas["AccessOut"];

export type Community = Schemas["CommunityOut"];
export type CommunityDetail = Schemas["CommunityDetail"];
export type Address = Schemas["PlaceOut"];

export type VerificationCreate = Schemas["VerificationCreate"];
export type VerificationStep = Narrow<Schemas["StepOut"], { state: VerificationState }>;
export type Verification = Narrow<Schemas["VerificationOut"], { relation: Relation; steps: VerificationStep[] }>;

export type Media = Schemas["MediaOut"];
