/** Language, light or dark, standard or 长辈版: kept on this device, and with the account once signed in. */
import { reactive, watch } from "vue";
import { setLocale, type Locale } from "./i18n.ts";

export type Theme = "auto" | "light" | "dark";
export type Mode = "standard" | "elder";

const KEPT = "linli.appearance";
const wantsDark = matchMedia("(prefers-color-scheme: dark)");

export const appearance = reactive(kept());

function kept(): { locale: Locale; theme: Theme; mode: Mode } {
  let found: Partial<{ locale: Locale; theme: Theme; mode: Mode }> = {};
  try {
    found = JSON.parse(localStorage.getItem(KEPT) ?? "{}") ?? {};
  } catch {
    // Storage may be closed to us (private window); the defaults serve.
  }
  return {
    locale: found.locale === "en" ? "en" : "zh-CN",
    theme: found.theme === "dark" || found.theme === "light" ? found.theme : "auto",
    mode: found.mode === "elder" ? "elder" : "standard",
  };
}

function show(): void {
  const root = document.documentElement;
  const dark = appearance.theme === "dark" || (appearance.theme === "auto" && wantsDark.matches);
  root.dataset.mode = appearance.mode;
  root.dataset.shade = dark ? "dark" : "light";
  root.classList.toggle("dark", dark);
  void setLocale(appearance.locale);
}

function keep(): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(appearance));
  } catch {
    // Not kept; it still holds for this visit.
  }
}

/** Called once by each entry, before mounting. Resolves when the chosen language's words are here. */
export async function startAppearance(): Promise<void> {
  watch(appearance, () => {
    show();
    keep();
  });
  wantsDark.addEventListener?.("change", show);
  show();
  await setLocale(appearance.locale);
}
