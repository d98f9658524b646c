/** Words that the phone and the desk share: failures, relations, times, states. */
import chinese from "../locales/shared.zh-CN.json" with { type: "json" };
import { words } from "./i18n.ts";

export const say = words(chinese, () => import("../locales/shared.en.json"));
