/** The columns of the list of notices: what each is called, what it exports, and which are shown. */
import { ref, watch } from "vue";
import { exactTime } from "../../shared/format.ts";
import { locale } from "../../shared/i18n.ts";
import { keep, recall } from "../kept.ts";
import type { Cell } from "../sheet.ts";
import { t } from "../words.ts";
import { sinceOf } from "./since.ts";
import type { DeskNoticeItem } from "./wire.ts";

export const COLUMNS = ["title", "author", "submitter", "stream", "since", "state", "reference", "published", "ends"] as const;
export type Column = (typeof COLUMNS)[number];

/** Nobody can work without it. */
export const ALWAYS: readonly Column[] = ["title"];
const USUAL: Column[] = ["title", "author", "since", "state", "ends"];
/** What fits beside an open notice. */
export const NARROW: readonly Column[] = ["title", "state"];

export const shownColumns = ref<Column[]>(COLUMNS.filter((one) => ALWAYS.includes(one) || recall<Column[]>("notices.columns", USUAL).includes(one)));
watch(shownColumns, (chosen) => keep("notices.columns", chosen));

export function chooseColumn(column: Column, on: boolean): void {
  shownColumns.value = COLUMNS.filter((one) => (one === column ? on : shownColumns.value.includes(one)));
}

export function usualColumns(): void {
  shownColumns.value = [...USUAL];
}

/** The list as rows of cells, head first, in the columns that are shown. */
export function asTable(items: DeskNoticeItem[], columns: readonly Column[]): Cell[][] {
  return [columns.map((one) => t(`notice_column.${one}`)), ...items.map((item) => columns.map((column) => cellOf(item, column)))];
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
