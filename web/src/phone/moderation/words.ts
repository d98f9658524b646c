/** What was decided, as one would say it. */
import { dayAndTime } from "../../shared/format.ts";
import { locale } from "../../shared/i18n.ts";
import { t } from "../words.ts";
import { MEASURES, subjectOf, type Penalty } from "./wire.ts";

const HOURS_SAID_MOST = 72;
const HOUR_MS = 3_600_000;

export function subjectWords(kind: string): string {
  const known = subjectOf(kind);
  return known ? t(`report.subject.${known}`) : t("report.subject.other");
}

/** "隐藏了一个帖子，禁言 24 小时", as a line of its own begins; `hours` null: no end. */
export function actWords(kind: string, measure: string | null, penalty: Penalty | null, hours: number | null): string {
  const known = MEASURES.find((one) => one === measure);
  const said = known ? [t(`sanction.measure.${known}`, { what: subjectWords(kind) })] : [];
  if (penalty) said.push(penaltyWords(penalty, hours));
  const line = said.join(t("sanction.and")) || t("sanction.measure.none");
  return line.charAt(0).toUpperCase() + line.slice(1);
}

export function penaltyWords(penalty: Penalty, hours: number | null): string {
  return penalty === "warn" || hours === null ? t(`sanction.penalty.${penalty}`) : t("sanction.for", { what: t(`sanction.penalty.${penalty}`), time: spanWords(hours) });
}

/** 24 and 72 hours are said as such, a week as days. */
export function spanWords(hours: number): string {
  return hours <= HOURS_SAID_MOST ? t("sanction.hours", { n: hours }) : t("sanction.days", { n: Math.round(hours / 24) });
}

export function hoursBetween(start: string, end: string | null): number | null {
  return end ? Math.round((new Date(end).getTime() - new Date(start).getTime()) / HOUR_MS) : null;
}

export function moment(at: string): string {
  return dayAndTime(new Date(at), new Date(), locale.value);
}
