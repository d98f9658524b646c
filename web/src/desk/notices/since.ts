/** How long a notice has been in its state, in words. */
import { locale } from "../../shared/i18n.ts";
import { t } from "../words.ts";
import type { DeskNoticeItem } from "./wire.ts";

const HOUR_MS = 3_600_000;

export function sinceOf(item: Pick<DeskNoticeItem, "state_since">, now: number): string {
  const hours = Math.floor((now - Date.parse(item.state_since)) / HOUR_MS);
  if (hours < 1) return t("age.fresh");
  if (hours < 48) return t(hours === 1 && locale.value === "en" ? "age.hour" : "age.hours", { n: hours });
  return t("age.days", { n: Math.floor(hours / 24) });
}
