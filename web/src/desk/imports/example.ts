import type { Cell } from "../sheet.ts";

/** The template. The server reads these heads in either language; the Chinese ones are what committees have in their files. */
export function exampleRows(): Cell[][] {
  return [
    ["小区", "楼栋", "单元", "户", "面积"],
    ["翠湖园", "1幢", "1单元", "101", 88.5],
    ["翠湖园", "1幢", "1单元", "102", 120],
    ["翠湖园", "2幢", "", "501", ""],
  ];
}
