/** Which columns of a list are shown: chosen by whoever reads it, and kept. */
import { reactive, shallowRef, watch } from "vue";
import { keep, recall } from "../kept.ts";
import type { Cell } from "../sheet.ts";

export interface Columns<C extends string> {
  all: readonly C[];
  /** Nobody can work without these. */
  always: readonly C[];
  shown: readonly C[];
  choose: (column: C, on: boolean) => void;
  usual: () => void;
}

/** `kept`: the name under which the choice is kept. */
export function columnsOf<C extends string>(kept: string, all: readonly C[], always: readonly C[], usual: readonly C[]): Columns<C> {
  const recalled = recall<readonly C[]>(kept, usual);
  const shown = shallowRef<readonly C[]>(all.filter((one) => always.includes(one) || recalled.includes(one)));
  watch(shown, (chosen) => keep(kept, chosen));
  return reactive({
    all, always, shown,
    choose: (column: C, on: boolean) => void (shown.value = all.filter((one) => (one === column ? on : shown.value.includes(one)))),
    usual: () => void (shown.value = usual),
  }) as Columns<C>;
}

/** A list as rows of cells, head first. */
export function tableOf<T, C>(items: readonly T[], columns: readonly C[], nameOf: (column: C) => string, cellOf: (item: T, column: C) => Cell): Cell[][] {
  return [columns.map(nameOf), ...items.map((item) => columns.map((column) => cellOf(item, column)))];
}
