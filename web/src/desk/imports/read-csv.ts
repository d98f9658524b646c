/** CSV as RFC 4180 has it: quotes, doubled quotes, line breaks inside them. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /("((?:[^"]|"")*)"|[^,\r\n]*)(,|\r?\n|$)/y;
  const clean = text.replace(/^\ufeff/, "");
  while (cell.lastIndex < clean.length) {
    const found = cell.exec(clean);
    if (!found) break;
    row.push(found[2] === undefined ? (found[1] ?? "") : found[2].replaceAll('""', '"'));
    if (found[3] === ",") continue;
    rows.push(row);
    row = [];
  }
  if (row.length) rows.push([...row, ""]);
  return rows;
}
