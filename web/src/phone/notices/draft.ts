/** What is being written, and how it becomes what the API takes. Pure, but for the clock it is given. */
import type { Attachment, Audience, Group, Notice, NoticeCreate, Priority, Stream } from "./wire.ts";

export const DAYS = ["3", "7", "14", "30", "90"] as const;
export type Days = (typeof DAYS)[number];
export const GROUPS = ["age:60", "relation:owner", "relation:tenant", "relation:family", "role:volunteer", "role:merchant"] as const satisfies Group[];
const DAY_MS = 86_400_000;

export interface Draft {
  stream: Stream;
  /** "" for oneself; "?" until it is known who may speak here. */
  organisation: string;
  title: string;
  body: string;
  everyone: boolean;
  places: string[];
  groups: Group[];
  priority: Priority;
  days: Days;
  acknowledge: boolean;
  isPublic: boolean;
  /** Those it has already, and the new ones' media ids. */
  kept: Attachment[];
  added: string[];
}

export function emptyDraft(stream: Stream): Draft {
  return {
    stream, organisation: "?", title: "", body: "", everyone: true, places: [], groups: [], priority: "normal",
    days: "14", acknowledge: false, isPublic: false, kept: [], added: [],
  };
}

export function draftOf(notice: Notice): Draft {
  const { places = [], groups = [] } = notice.audience;
  return {
    stream: notice.stream, organisation: notice.author.organisation_id ?? "", title: notice.title, body: notice.body,
    everyone: !places.length && !groups.length, places: [...places], groups: [...groups], priority: notice.priority,
    days: daysOf(notice), acknowledge: notice.ack_required, isPublic: notice.is_public, kept: notice.attachments, added: [],
  };
}

export function audienceOf(draft: Draft): Audience {
  return draft.everyone ? { places: [], groups: [] } : { places: [...draft.places].sort(), groups: [...draft.groups].sort() };
}

/** `ends_at` counts from today: an edit begins the days again, since it will be reviewed again. */
export function asCreate(draft: Draft, now: number): NoticeCreate {
  return {
    stream: draft.stream,
    title: draft.title.trim(),
    body: draft.body.trim(),
    organisation_id: draft.organisation === "?" ? null : draft.organisation || null,
    priority: draft.priority,
    is_public: draft.isPublic,
    ack_required: draft.acknowledge,
    audience: audienceOf(draft),
    attachment_media_ids: [...draft.kept.map((one) => one.id), ...draft.added],
    ends_at: endOf(draft.days, now),
  };
}

/** The end of the last day here, today being the first: two taps on the same day say the same thing. */
export function endOf(days: Days, now: number): string {
  const end = new Date(now + (Number(days) - 1) * DAY_MS);
  end.setHours(23, 59, 0, 0);
  return end.toISOString();
}

function daysOf(notice: Notice): Days {
  if (!notice.ends_at) return "14";
  const from = new Date(notice.starts_at ?? notice.updated_at).getTime();
  const days = (new Date(notice.ends_at).getTime() - from) / DAY_MS;
  return [...DAYS].reverse().find((one) => Number(one) <= days + 1) ?? "3";
}
