/** A notice while it is written: what the fields hold, and what of it crosses the wire. */
import { fromLocal, toLocal } from "./moments.ts";
import type { Attachment, Audience, Notice, Priority, Stream } from "./wire.ts";

export const TITLE_MOST = 60;
export const BODY_MOST = 5000;
export const VALID_DAYS = 14;
export const VALID_DAYS_MOST = 90;
export const ATTACHMENTS_MOST = 9;
const DAY_MS = 86_400_000;

export interface Form {
  stream: Stream;
  /** "" speaks as the resident that one is. */
  organisation: string;
  title: string;
  body: string;
  priority: Priority;
  isPublic: boolean;
  ackRequired: boolean;
  audience: Audience;
  attachments: Attachment[];
  /** As `datetime-local` has them; "" for at once, and for the usual fourteen days. */
  starts: string;
  ends: string;
  pinned: string;
}

export function emptyForm(organisation: string): Form {
  return {
    stream: "notice", organisation, title: "", body: "", priority: "normal", isPublic: false, ackRequired: false,
    audience: { places: [], groups: [] }, attachments: [], starts: "", ends: "", pinned: "",
  };
}

export function formOf(notice: Notice): Form {
  return {
    stream: notice.stream, organisation: notice.author.organisation_id ?? "", title: notice.title, body: notice.body, priority: notice.priority,
    isPublic: notice.is_public, ackRequired: notice.ack_required, audience: { places: [], groups: [], ...notice.audience }, attachments: notice.attachments,
    starts: local(notice.starts_at), ends: local(notice.ends_at), pinned: local(notice.pinned_until),
  };
}

export function copyOf(form: Form): Form {
  return JSON.parse(JSON.stringify(form)) as Form;
}

function local(iso: string | null): string {
  return iso ? toLocal(iso) : "";
}

function moment(text: string): string | null {
  return text ? fromLocal(text) : null;
}

/** Every field, by the names of the wire. */
export function bodyOf(form: Form) {
  return {
    stream: form.stream,
    organisation_id: form.organisation || null,
    title: form.title.trim(),
    body: form.body.trim(),
    priority: form.priority,
    is_public: form.isPublic,
    ack_required: form.ackRequired,
    audience: form.audience,
    attachment_media_ids: form.attachments.map((one) => one.id),
    starts_at: moment(form.starts),
    ends_at: moment(form.ends),
    pinned_until: moment(form.pinned),
  };
}

/** What an edit changes: nothing that stayed is sent, and a stream never changes. */
export function changesOf(form: Form, before: Form): Record<string, unknown> {
  const [now, then] = [bodyOf(form), bodyOf(before)];
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => name !== "stream" && JSON.stringify(value) !== JSON.stringify(then[name as keyof typeof then])));
}

export type Wrong = "title" | "body" | "ends" | "starts" | "pinned";

/** What can't be sent as it stands; the server decides, this only helps. */
export function wrongIn(form: Form, now: number): Wrong[] {
  const [starts, ends, pinned] = [form.starts, form.ends, form.pinned].map((text) => (text ? Date.parse(text) : null));
  const begins = Math.max(starts ?? now, now);
  const found: Wrong[] = [];
  if (form.title.trim().length < 2) found.push("title");
  if (!form.body.trim()) found.push("body");
  if (starts != null && starts < now) found.push("starts");
  if (ends != null && (ends <= begins || ends > begins + VALID_DAYS_MOST * DAY_MS)) found.push("ends");
  if (pinned != null && pinned <= begins) found.push("pinned");
  return found;
}
