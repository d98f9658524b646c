/** The columns of the list of cases: what each is called, what it exports, and which are shown. */
import { exactTime } from "../../shared/format.ts";
import { locale } from "../../shared/i18n.ts";
import { columnsOf, tableOf } from "../parts/columns.ts";
import type { Cell } from "../sheet.ts";
import { t } from "../words.ts";
import { ageOf } from "./age.ts";
import type { CaseItem, Reason } from "./wire.ts";

const COLUMNS = ["what", "author", "reasons", "weight", "waiting", "opened", "state", "source", "verdict"] as const;
export type Column = (typeof COLUMNS)[number];

export const columns = columnsOf<Column>("cases.columns", COLUMNS, ["what"], ["what", "author", "reasons", "weight", "waiting", "state"]);
/** What fits beside an open case. */
export const NARROW: readonly Column[] = ["what", "state"];

export const columnName = (column: Column): string => t(`case_column.${column}`);

/** The reasons given, the most frequent first. */
export function reasonsOf(item: Pick<CaseItem, "reasons">): [Reason, number][] {
  return (Object.entries(item.reasons) as [Reason, number][]).sort((one, other) => other[1] - one[1]);
}

/** The list in the columns that are shown. */
export function asTable(items: CaseItem[]): Cell[][] {
  return tableOf(items, columns.shown, columnName, cellOf);
}

function cellOf(item: CaseItem, column: Column): Cell {
  switch (column) {
    case "what": return `${t(`subject.${item.subject_kind}`)} · ${item.title} · ${item.excerpt}`;
    case "author": return item.author_name;
    case "reasons": return reasonsOf(item).map(([reason, n]) => `${t(`reason.${reason}`)} ${n}`).join(t("comma"));
    case "weight": return t("case.weight_homes", { weight: weightText(item.weight), homes: item.homes });
    case "waiting": return ageOf(item, Date.now()).text;
    case "opened": return exactTime(new Date(item.opened_at), locale.value);
    case "state": return t(`case_state.${item.state}`);
    case "source": return t(`source.${item.source}`);
    case "verdict": return item.verdict ? t(`verdict.${item.verdict}`) : "";
  }
}

/** 1.5 and 12, never 1.50 or 12.0. */
export function weightText(weight: number): string {
  return String(Math.round(weight * 10) / 10);
}
