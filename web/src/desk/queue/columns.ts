/** The columns of the queue: what each is called, what it exports, and which are shown. */
import { exactTime } from "../../shared/format.ts";
import { locale } from "../../shared/i18n.ts";
import { say } from "../../shared/words.ts";
import { columnsOf, tableOf } from "../parts/columns.ts";
import type { Cell } from "../sheet.ts";
import type { QueueItem } from "../wire.ts";
import { t } from "../words.ts";
import { ageOf } from "./age.ts";

const COLUMNS = ["applicant", "id", "home", "relation", "lease", "waiting", "submitted", "state", "claimer", "evidence", "method"] as const;
export type Column = (typeof COLUMNS)[number];

export const columns = columnsOf<Column>("columns", COLUMNS, ["applicant", "home"], ["applicant", "id", "home", "relation", "waiting", "state", "evidence"]);
/** What fits beside an open application. */
export const NARROW: readonly Column[] = ["applicant", "home", "state"];

export const columnName = (column: Column): string => t(`column.${column}`);

/** The list in the columns that are shown. */
export function asTable(items: QueueItem[]): Cell[][] {
  return tableOf(items, columns.shown, columnName, cellOf);
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
