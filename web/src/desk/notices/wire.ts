/** What crosses the wire about notices: the generated types by the names that the desk's screens use. */
import type { Schemas } from "../../shared/api/types.ts";

export type Notice = Schemas["NoticeOut"];
export type DeskNoticeItem = Schemas["DeskNoticeItem"];
export type DeskNotice = Schemas["DeskNoticeOut"];
export type DeskStep = Schemas["DeskStepOut"];
export type Piece = NonNullable<DeskNotice["difference"]>["body"][number];
export type Author = Notice["author"];
export type Attachment = Schemas["AttachmentOut"];
export type Stream = Notice["stream"];
export type Priority = Notice["priority"];
export type NoticeState = Notice["state"];
/** Both lists are always there when it is read; when it is sent either may be left out. */
export type Audience = Required<Schemas["Audience"]>;
export type Group = Audience["groups"][number];
export type Estimate = Schemas["EstimateOut"];

export type Coverage = Schemas["CoverageOut"];
export type CoverageCounts = Schemas["CoverageCounts"];
export type BuildingCoverage = Schemas["BuildingCoverage"];
export type Reminder = Schemas["ReminderOut"];
export type Door = Schemas["DoorOut"];
export type HomeState = Door["state"];
export type DoorListItem = Schemas["DoorListItem"];
export type Grid = Schemas["GridOut"];
