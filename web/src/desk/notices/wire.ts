/** What crosses the wire about notices. */
export type Stream = "news" | "notice";
export type Priority = "normal" | "important" | "urgent";
export type NoticeState = "draft" | "submitted" | "returned" | "approved" | "scheduled" | "published" | "expired" | "withdrawn";
export type Group =
  | "age:60" | "relation:owner" | "relation:tenant" | "relation:family" | "role:volunteer" | "role:volunteer_coordinator" | "role:worker"
  | "role:moderator" | "role:committee_admin" | "role:org_member" | "role:merchant";

export interface Audience {
  places: string[];
  groups: Group[];
}

export interface Author {
  kind: string;
  name: string;
  organisation_id: string | null;
}

export interface Attachment {
  id: string;
  kind: "image" | "pdf";
  name: string;
  size_bytes: number;
  pages: number | null;
  width: number | null;
  height: number | null;
  thumbhash: string | null;
  url: string;
}

export interface Notice {
  id: string;
  community_id: string;
  community_name: string;
  stream: Stream;
  title: string;
  body: string;
  author: Author;
  priority: Priority;
  state: NoticeState;
  is_public: boolean;
  ack_required: boolean;
  audience: Audience;
  audience_words: string;
  attachments: Attachment[];
  version: number;
  edits: number;
  reference: string | null;
  starts_at: string | null;
  ends_at: string | null;
  pinned_until: string | null;
  published_at: string | null;
  updated_at: string;
  reason: string | null;
  read: boolean;
  acknowledged_at: string | null;
  can: string[];
  steps: object[];
}

export interface DeskNoticeItem {
  id: string;
  stream: Stream;
  title: string;
  author: Author;
  submitted_by: string;
  own: boolean;
  priority: Priority;
  state: NoticeState;
  state_since: string;
  late: boolean;
  ack_required: boolean;
  reference: string | null;
  published_at: string | null;
  ends_at: string | null;
}

export interface Version {
  number: number;
  title: string;
  body: string;
  edited_by: string;
  as_reviewer: boolean;
  at: string;
}

export interface Piece {
  kind: "same" | "added" | "removed";
  text: string;
}

export interface DeskStep {
  move: string;
  state: NoticeState;
  by: string | null;
  reason: string | null;
  at: string;
}

export interface DeskNotice {
  notice: Notice;
  submitted_by: string;
  own: boolean;
  steps: DeskStep[];
  versions: Version[];
  difference: { title: Piece[]; body: Piece[] } | null;
  seconded: boolean;
  can: ("edit" | "approve" | "second" | "return" | "schedule" | "publish" | "withdraw" | "remind")[];
  why_not: ("second" | "quota" | "own")[];
  urgent_left: number;
}

export interface Estimate {
  homes: number;
  people: number;
  with_app: number;
}

export interface CoverageCounts {
  homes: number;
  acknowledged: number;
  reached: number;
  told: number;
  unreached: number;
}

export interface EntranceCoverage {
  id: string | null;
  name: string;
  counts: CoverageCounts;
}

export interface BuildingCoverage {
  id: string;
  estate: string;
  name: string;
  counts: CoverageCounts;
  entrances: EntranceCoverage[];
}

export interface Reminder {
  step: "first" | "again" | "sms" | "doors" | null;
  channel: "push" | "sms" | "doors";
  recipients: number | null;
  sent_by: string | null;
  at: string;
}

export interface Coverage {
  notice_id: string;
  title: string;
  reference: string | null;
  version: number;
  ack_required: boolean;
  counts: CoverageCounts;
  share: number;
  people: number;
  people_read: number;
  people_acknowledged: number;
  buildings: BuildingCoverage[];
  reminders: Reminder[];
  as_of: string;
}

export type HomeState = "acknowledged" | "reached" | "told" | "unreached";

export interface Door {
  home_id: string;
  path: string;
  name: string;
  state: HomeState;
  members: number;
  with_app: number;
  visit: { told: string; note: string; visited_by: string; visited_at: string } | null;
}

export interface GridPlace {
  id: string;
  path: string;
  homes: number;
}

export interface Grid {
  account_id: string;
  name: string;
  places: GridPlace[];
  since: string | null;
}
