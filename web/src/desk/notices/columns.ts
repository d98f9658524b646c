/** The columns of the list of notices: what each is called, what it exports, and which are shown. */
import { exactTime } from "../../shared/format.ts";
import { locale } from "../../shared/i18n.ts";
import { columnsOf, tableOf } from "../parts/columns.ts";
import type { Cell } from "../sheet.ts";
import { t } from "../words.ts";
import { sinceOf } from "./since.ts";
import type { DeskNoticeItem } from "./wire.ts";

const COLUMNS = ["title", "author", "submitter", "stream", "since", "state", "reference", "published", "ends"] as const;
export type Column = (typeof COLUMNS)[number];

export const columns = columnsOf<Column>("notices.columns", COLUMNS, ["title"], ["title", "author", "since", "state", "ends"]);
/** What fits beside an open notice. */
export const NARROW: readonly Column[] = ["title", "state"];

export const columnName = (column: Column): string => t(`notice_column.${column}`);

/** The list in the columns that are shown. */
export function asTable(items: DeskNoticeItem[]): Cell[][] {
  return tableOf(items, columns.shown, columnName, cellOf);
}

function cellOf(item: DeskNoticeItem, column: Column): Cell {
  switch (column) {
    case "title": return item.priority === "normal" ? item.title : `${item.title} · ${t(`priority.${item.priority}`)}`;
    case "author": return item.author.name;
    case "submitter": return item.submitted_by;
    case "stream": return t(`stream.${item.stream}`);
    case "since": return sinceOf(item, Date.now());
    case "state": return t(`notice_state.${item.state}`);
    case "reference": return item.reference ?? "";
    case "published": return item.published_at ? exactTime(new Date(item.published_at), locale.value) : "";
    case "ends": return item.ends_at ? exactTime(new Date(item.ends_at), locale.value) : "";
  }
}
