import chinese from "../locales/phone.zh-CN.json" with { type: "json" };
import { words } from "../shared/i18n.ts";

export const t = words(chinese, () => import("../locales/phone.en.json"));
