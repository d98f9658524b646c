import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readCsv } from "../src/desk/imports/read-csv.ts";
import { columnName, csv, harmless, xlsx } from "../src/desk/sheet.ts";
import { crc32 } from "../src/desk/zip.ts";

test("no cell of ours becomes a formula", () => {
  for (const bad of ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx", "＝1"]) assert.equal(harmless(bad), `'${bad}`);
  assert.equal(harmless("王小雨"), "王小雨");
  assert.equal(harmless(-3), "-3");
});

test("what is written as CSV is read again as it was", async () => {
  const rows = [["姓名", "说的话"], ['他说"好"', "一行\r\n又一行"], ["a,b", ""]];
  assert.deepEqual(readCsv(await csv(rows).text()), rows);
});

test("CSV with either line end, quotes, and no last line break", () => {
  assert.deepEqual(readCsv('行,列\n2,"a ""b"" c"\r\n3,'), [["行", "列"], ["2", 'a "b" c'], ["3", ""]]);
});

test("columns are named as a spreadsheet names them", () => {
  assert.deepEqual([0, 25, 26, 51, 52, 701, 702].map(columnName), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
});

test("the checksum is the one that zip uses", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

test("an XLSX is a zip that others open, with texts as texts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "linli-sheet-"));
  try {
    const file = join(folder, "a.xlsx");
    writeFileSync(file, new Uint8Array(await xlsx([["=1+1", 2], ["<&>", "\u0001控制"]], "地址 & 表").arrayBuffer()));
    const program = "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; sys.stdout.buffer.write(z.read('xl/worksheets/sheet1.xml'))";
    const sheet = execFileSync("python3", ["-c", program, file]).toString("utf8");
    assert.match(sheet, /t="inlineStr"><is><t xml:space="preserve">=1\+1</);
    assert.match(sheet, /&lt;&amp;&gt;/);
    assert.match(sheet, />控制</);
    assert.doesNotMatch(sheet, /<f>/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
