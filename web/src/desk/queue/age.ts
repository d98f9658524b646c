/** How long somebody has been waiting, in words as well as colour. A day is what we promise. */
import { locale } from "../../shared/i18n.ts";
import type { QueueItem } from "../wire.ts";
import { t } from "../words.ts";

const HOUR_MS = 3_600_000;
const PROMISED_H = 24;

export interface Age {
  text: string;
  late: boolean;
}

/** Late only while it waits for us: somebody asked for more takes the time they need. */
export function ageOf(item: Pick<QueueItem, "submitted_at" | "state">, now: number): Age {
  const hours = Math.floor((now - Date.parse(item.submitted_at)) / HOUR_MS);
  const days = Math.floor(hours / 24);
  const text = hours < 1 ? t("age.fresh") : hours < 48 ? t(hours === 1 && locale.value === "en" ? "age.hour" : "age.hours", { n: hours }) : t("age.days", { n: days });
  return { text, late: hours >= PROMISED_H && (item.state === "submitted" || item.state === "claimed") };
}
