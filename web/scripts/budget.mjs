// Prints what each entry loads and fails when the phone's first load passes its budget.
// First load: the entry, everything it imports, and the chunks of the screens met first (welcome, code, home).
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 200;
const FIRST_SCREENS = /screens\/(Welcome|Code|Home|Tabs)\.vue$/;
const dist = resolve(import.meta.dirname, "../dist");
const manifest = JSON.parse(readFileSync(resolve(dist, "build-manifest.json"), "utf8"));

function closure(key, found = new Set()) {
  if (found.has(key)) return found;
  found.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, found);
  return found;
}

function kilobytes(keys, ending) {
  const files = new Set();
  for (const key of keys) {
    if (ending === ".js") files.add(manifest[key].file);
    else for (const css of manifest[key].css ?? []) files.add(css);
  }
  let bytes = 0;
  for (const file of files) if (file.endsWith(ending)) bytes += gzipSync(readFileSync(resolve(dist, file))).length;
  return bytes / 1000;
}

function report(name, keys) {
  const script = kilobytes(keys, ".js");
  console.log(`${name.padEnd(34)} script ${script.toFixed(1).padStart(7)} kB gzip   style ${kilobytes(keys, ".css").toFixed(1).padStart(6)} kB`);
  return script;
}

const phone = closure("index.html");
for (const key of manifest["index.html"].dynamicImports ?? []) if (FIRST_SCREENS.test(key)) closure(key, phone);
const everything = new Set(phone);
for (const key of Object.keys(manifest)) if (/src\/phone\/|locales\/(phone|shared)/.test(key)) closure(key, everything);

const first = report("phone, first load", phone);
report("phone, every screen", everything);
report("desk, entry", closure("desk.html"));
if (first > BUDGET_KB) {
  console.error(`The phone's first load is ${first.toFixed(1)} kB of compressed script; the budget is ${BUDGET_KB} kB.`);
  process.exit(1);
}
