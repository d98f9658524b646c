/** What crosses the wire for the desk alone. */
import type { Relation, VerificationState, VerificationStep } from "../shared/api/types.ts";

export interface Claimer {
  id: string;
  display_name: string;
}

export interface QueueItem {
  id: string;
  state: VerificationState;
  real_name: string;
  id_number_masked: string;
  home_path: string;
  relation: Relation;
  lease_ends_on: string | null;
  submitted_at: string;
  age_hours: number;
  claimed_by: Claimer | null;
  claimed_by_me: boolean;
  conflict: boolean;
  method: "document" | "desk";
  evidence_count: number;
}

export interface Evidence {
  media_id: string;
  thumbhash: string;
  width: number;
  height: number;
}

export interface QueueDetail extends QueueItem {
  community_id: string;
  phone_masked: string;
  reason: string | null;
  evidence: Evidence[];
  steps: VerificationStep[];
  conflict_with: { account_id: string | null; phone_masked: string | null; homes: string[] } | null;
  reveals: { who: string; at: string; reason: string | null }[];
}

export interface Revealed {
  id_number: string;
  revealed_at: string;
}

export interface Summary {
  verifications: { submitted: number; claimed_by_me: number; oldest_age_hours: number | null };
  residents: number;
  homes: number;
  homes_with_resident: number;
}

export interface AddressImport {
  id: string;
  state: "queued" | "running" | "done" | "failed";
  dry_run: boolean;
  file_name: string;
  rows_total: number;
  rows_done: number;
  created: number;
  updated: number;
  unchanged: number;
  errors: number;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  detail: string | null;
}

export interface RoleLine {
  id: string;
  role: string;
  account_id: string;
  display_name: string;
  phone_masked: string;
  organisation_id: string | null;
  granted_at: string;
  granted_by: string | null;
  ends_at: string | null;
}

export interface AuditLine {
  id: string;
  at: string;
  actor: string | null;
  action: string;
  subject_kind: string;
  subject_id: string | null;
  reason: string | null;
  details: Record<string, unknown>;
}

export interface Organisation {
  id: string;
  kind: string;
  name: string;
  phone: string | null;
}
