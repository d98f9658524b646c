/** A tiny typed catalogue. Chinese is bundled and is the source of the keys; English is fetched when chosen. */
import { ref, shallowRef } from "vue";

export type Locale = "zh-CN" | "en";
type Messages = Record<string, string>;
type Values = Record<string, string | number>;

export const locale = ref<Locale>("zh-CN");
const catalogues: { english: () => Promise<Messages>; current: { value: Messages }; chinese: Messages }[] = [];

/**
 * Registers one part's catalogue and returns its `t`, which knows that part's keys only:
 * a missing key is a type error, `{name}` placeholders are filled from the second argument.
 * English counts: `{n|reply|replies}` is the first word for 1, else the second.
 */
export function words<M extends Messages>(
  chinese: M,
  english: () => Promise<{ default: Record<keyof M, string> }>,
): (key: keyof M & string, values?: Values) => string {
  const current = shallowRef<Messages>(chinese);
  catalogues.push({ chinese, current, english: async () => (await english()).default as Messages });
  return (key, values) => fill(current.value[key] ?? chinese[key] ?? key, values);
}

function fill(text: string, values?: Values): string {
  if (!values) return text;
  return text.replace(/\{(\w+)(?:\|(\w+)\|(\w+))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = String(values[name] ?? whole);
    return one && many ? (value === "1" ? one : many) : value;
  });
}

/** Switches every catalogue; when the English words can't be fetched the language stays as it was. */
export async function setLocale(wanted: Locale): Promise<void> {
  if (wanted === "en") {
    const loaded = await Promise.all(catalogues.map((part) => part.english().catch(() => null)));
    if (loaded.some((messages) => messages === null)) return;
    catalogues.forEach((part, index) => (part.current.value = loaded[index] as Messages));
  } else {
    catalogues.forEach((part) => (part.current.value = part.chinese));
  }
  locale.value = wanted;
  document.documentElement.lang = wanted;
}
