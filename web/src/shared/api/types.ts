/**
 * What crosses the wire, in the names the screens use. Kept by hand from docs/api until docs/openapi.json
 * is generated; then each becomes an alias of the generated schema.
 */
export type Relation = "owner" | "tenant" | "family";
export type VerificationState = "submitted" | "claimed" | "approved" | "rejected" | "needs_more" | "withdrawn";
export type AddressKind = "estate" | "building" | "entrance" | "home";

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface CodeSent {
  resend_after_s: number;
  demo_code?: string | null;
}

export interface Account {
  id: string;
  phone_masked: string;
  nickname: string | null;
  locale: "zh-CN" | "en";
  ui_mode: "standard" | "elder";
  theme: "auto" | "light" | "dark";
  state: string;
}

export interface Tokens {
  access_token: string;
  refresh_token: string | null;
  expires_in: number;
}

export interface SignedIn extends Tokens {
  account: Account;
}

export interface Session {
  id: string;
  platform: "web" | "ios" | "android" | "other";
  name: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
  ended_at: string | null;
  ended_reason: string | null;
}

export interface Residency {
  id: string;
  community_id: string;
  community_name: string;
  home_id: string;
  home_path: string;
  relation: Relation;
  display_name: string;
  lease_ends_on: string | null;
}

export interface RoleHeld {
  id: string;
  role: string;
  community_id: string | null;
  organisation_id: string | null;
}

export interface Me {
  account: Account;
  person: { real_name_masked: string; id_number_masked: string; verified_at: string } | null;
  residencies: Residency[];
  roles: RoleHeld[];
  permissions: Record<string, string[]>;
  verification: { id: string; community_id: string; state: VerificationState } | null;
  unread: { inbox: number };
  modules: string[];
  min_app_version: string;
}

export interface AccessLine {
  id: string;
  at: string;
  action: "identity.revealed" | "identity.evidence_viewed";
  who: string;
  reason: string | null;
}

export interface Community {
  id: string;
  name: string;
  district: string;
  home_count: number;
  verified_count: number;
}

export interface CommunityDetail extends Community {
  display_name_style: "full_name" | "surname_building" | "nickname";
  committee: { id: string; name: string; phone: string | null } | null;
  modules: string[];
}

export interface Address {
  id: string;
  kind: AddressKind;
  name: string;
  has_children: boolean;
}

export interface VerificationCreate {
  community_id: string;
  real_name: string;
  id_number: string;
  home_id: string;
  relation: Relation;
  lease_ends_on?: string | null;
  evidence_media_ids: string[];
}

export interface VerificationStep {
  state: VerificationState;
  at: string;
  reason: string | null;
}

export interface Verification {
  id: string;
  community_id: string;
  community_name: string;
  home_id: string;
  home_path: string;
  relation: Relation;
  state: VerificationState;
  real_name_masked: string;
  id_number_masked: string;
  reason: string | null;
  created_at: string;
  decided_at: string | null;
  steps: VerificationStep[];
}

export interface Media {
  id: string;
  state: "processing" | "ready" | "failed";
  purpose: "public" | "evidence";
  width: number | null;
  height: number | null;
  thumbhash: string | null;
  variants: string[];
}
