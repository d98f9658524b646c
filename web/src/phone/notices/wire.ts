/** Notices as the phone reads and writes them. */
import type { Schemas } from "../../shared/api/types.ts";

export type Notice = Schemas["NoticeOut"];
export type NoticeItem = Schemas["NoticeItem"];
export type NoticeCreate = Schemas["NoticeCreate"];
export type Stream = Notice["stream"];
export type Priority = Notice["priority"];
export type NoticeState = Notice["state"];
export type Author = Notice["author"];
export type Attachment = Schemas["AttachmentOut"];
export type Audience = Required<Schemas["Audience"]>;
export type Group = Audience["groups"][number];
export type Estimate = Schemas["EstimateOut"];
