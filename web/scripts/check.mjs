// The house rules of the web client that no compiler knows: words, file sizes, and a few things never written here.
// Each failure names the file and what to do instead.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const failures = [];
const fail = (file, what) => failures.push(`${relative(root, file)}: ${what}`);

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join();

function checkCatalogues(sources) {
  for (const part of ["shared", "phone", "desk"]) {
    const [zhFile, enFile] = ["zh-CN", "en"].map((name) => join(root, `src/locales/${part}.${name}.json`));
    const [zh, en] = [zhFile, enFile].map((file) => JSON.parse(readFileSync(file, "utf8")));
    for (const file of [zhFile, enFile]) {
      const keys = readFileSync(file, "utf8").match(/^ {2}"[^"]+":/gm);
      for (const key of keys.filter((one, at) => keys.indexOf(one) !== at)) fail(file, `${key.trim()} stands there twice; the later one wins`);
    }
    const mine = part === "shared" ? sources : sources.filter((source) => source.file.includes(`/src/${part}/`));
    const text = mine.map((source) => source.text).join("\n");
    for (const key of Object.keys(zh)) {
      if (!(key in en)) fail(enFile, `has no "${key}"`);
      else if (placeholders(zh[key]) !== placeholders(en[key])) fail(enFile, `"${key}" takes other {values} than the Chinese`);
      if (!zh[key].trim()) fail(zhFile, `"${key}" is empty`);
      if (!isUsed(key, text)) fail(zhFile, `"${key}" is used nowhere; delete it`);
    }
    for (const key of Object.keys(en)) {
      if (!(key in zh)) fail(enFile, `"${key}" is not in the Chinese catalogue`);
      // A language is offered under its own name.
      if (!key.endsWith("other_language") && /\p{Script=Han}/u.test(en[key])) fail(enFile, `"${key}" is not in English`);
    }
  }
}

/** Used when written out, or when some code builds it from its beginning: say(`state.${x}`). */
function isUsed(key, text) {
  if (text.includes(`"${key}"`) || text.includes(`'${key}'`)) return true;
  const parts = key.split(".");
  return parts.slice(1).some((_, index) => text.includes("`" + parts.slice(0, index + 1).join(".") + ".${"));
}

function checkSource({ file, text }) {
  const lines = text.split("\n");
  if (lines.length > 301) fail(file, `${lines.length} lines; split it by noun (300 at most)`);
  if (/\b(TODO|FIXME|XXX)\b/.test(text)) fail(file, "leaves a note to do something later; do it or write an issue");
  if (/console\.(log|debug)|debugger/.test(text)) fail(file, "writes to the console");
  // What the server made from Markdown and sanitised is shown by one component.
  if (/v-html|innerHTML/.test(text) && !file.endsWith("/phone/forum/SafeHtml.vue")) fail(file, "puts markup from a string on the page; render it as text");
  if (/\bconfirm\(|\balert\(/.test(text)) fail(file, "opens a browser pop-up; use withUndo from shared/undo.ts");
  if (/(localStorage|sessionStorage)[^\n]*token/i.test(text)) fail(file, "stores a token; it lives in memory only");
  if (extname(file) === ".vue") {
    const template = text.replace(/<script[\s\S]*?<\/script>/g, "").replace(/<!--[\s\S]*?-->/g, "").replace(/<style[\s\S]*?<\/style>/g, "");
    if (/\p{Script=Han}/u.test(template)) fail(file, "has Chinese in its template; move it to src/locales");
    for (const [, colour] of text.matchAll(/(#[0-9a-f]{3,8})\b(?=[^<]*<\/style>)/gi)) fail(file, `writes the colour ${colour}; use a name from tokens.css`);
  }
}

function checkLockFile() {
  const file = join(root, "package-lock.json");
  if (/"resolved":\s*"http/.test(readFileSync(file, "utf8"))) fail(file, "names a registry; reinstall with web/.npmrc in place");
}

const sources = filesUnder(join(root, "src"))
  .filter((file) => /\.(ts|vue)$/.test(file) && !file.endsWith("schema.d.ts"))
  .map((file) => ({ file, text: readFileSync(file, "utf8") }));
sources.forEach(checkSource);
checkCatalogues(sources);
checkLockFile();

if (failures.length) {
  console.error(failures.join("\n"));
  process.exit(1);
}
console.log(`check: ${sources.length} files, words complete in zh-CN and en.`);
