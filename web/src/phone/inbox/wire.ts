/** The inbox and its settings as the phone meets them. */
import type { Schemas } from "../../shared/api/types.ts";

export type InboxItem = Schemas["InboxItemOut"];
export type InboxPage = Schemas["InboxPage"];
export type KindPreference = Schemas["KindPreference"];
export type Channel = KindPreference["locked"][number];
export type QuietHours = Schemas["QuietHours"];
export type Preferences = Schemas["PreferencesOut"];
