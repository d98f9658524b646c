/** How long somebody has been waiting, in words as well as colour. A day is what we promise. */
import { locale } from "../../shared/i18n.ts";
import { t } from "../words.ts";

const HOUR_MS = 3_600_000;
const PROMISED_H = 24;

export interface Age {
  text: string;
  late: boolean;
}

export function ageOf(submittedAt: string, now: number): Age {
  const hours = Math.floor((now - Date.parse(submittedAt)) / HOUR_MS);
  const days = Math.floor(hours / 24);
  const text = hours < 1 ? t("age.fresh") : hours < 48 ? t(hours === 1 && locale.value === "en" ? "age.hour" : "age.hours", { n: hours }) : t("age.days", { n: days });
  return { text, late: hours >= PROMISED_H };
}
