import chinese from "../locales/desk.zh-CN.json" with { type: "json" };
import { words } from "../shared/i18n.ts";

export const t = words(chinese, () => import("../locales/desk.en.json"));
