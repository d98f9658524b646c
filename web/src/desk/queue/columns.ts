/** The columns of the queue: what each is called, what it exports, and which are shown. */
import { ref, watch } from "vue";
import { exactTime } from "../../shared/format.ts";
import { locale } from "../../shared/i18n.ts";
import { say } from "../../shared/words.ts";
import { keep, recall } from "../kept.ts";
import type { Cell } from "../sheet.ts";
import type { QueueItem } from "../wire.ts";
import { t } from "../words.ts";
import { ageOf } from "./age.ts";

export const COLUMNS = ["applicant", "id", "home", "relation", "lease", "waiting", "submitted", "state", "claimer", "evidence", "method"] as const;
export type Column = (typeof COLUMNS)[number];

/** Nobody can work without these. */
export const ALWAYS: readonly Column[] = ["applicant", "home"];
const USUAL: Column[] = ["applicant", "id", "home", "relation", "waiting", "state", "evidence"];
/** What fits beside an open application. */
export const NARROW: readonly Column[] = ["applicant", "home", "state"];

export const shownColumns = ref<Column[]>(COLUMNS.filter((one) => ALWAYS.includes(one) || recall<Column[]>("columns", USUAL).includes(one)));
watch(shownColumns, (chosen) => keep("columns", chosen));

export function chooseColumn(column: Column, on: boolean): void {
  shownColumns.value = COLUMNS.filter((one) => (one === column ? on : shownColumns.value.includes(one)));
}

export function usualColumns(): void {
  shownColumns.value = [...USUAL];
}

/** The list as rows of cells, head first, in the columns that are shown. */
export function asTable(items: QueueItem[], columns: readonly Column[]): Cell[][] {
  return [columns.map((one) => t(`column.${one}`)), ...items.map((item) => columns.map((column) => cellOf(item, column)))];
}

function cellOf(item: QueueItem, column: Column): Cell {
  switch (column) {
    case "applicant": return item.real_name;
    case "id": return item.id_number_masked;
    case "home": return item.home_path;
    case "relation": return say(`relation.${item.relation}`);
    case "lease": return item.lease_ends_on ?? "";
    case "waiting": return ageOf(item, Date.now()).text;
    case "submitted": return exactTime(new Date(item.submitted_at), locale.value);
    case "state": return t(`state.${item.state}`) + (item.conflict ? ` · ${t("mark.conflict")}` : "");
    case "claimer": return item.claimed_by ? item.claimed_by.display_name || t("claim.somebody") : "";
    case "evidence": return item.evidence_count;
    case "method": return t(`method.${item.method}`);
  }
}
