/**
 * What the applicant reads after a decision. The sentences are the phone client's own, so that the desk
 * can't promise other words than the person meets.
 */
export type Decision = "approve" | "request-more" | "reject";

export interface Told {
  title: string;
  /** Before the reason given at the desk (null where there is none to read). */
  before: string;
  reasonIs: string | null;
  after: string;
}

type Sentences = Record<string, string>;

/** The phone's catalogue in the language, unparsed: as a module of its own it would change how the phone loads. */
export async function phoneSentences(locale: string): Promise<Sentences> {
  const text = locale === "en" ? await import("../locales/phone.en.json?raw") : await import("../locales/phone.zh-CN.json?raw");
  return JSON.parse(text.default) as Sentences;
}

export function told(words: Sentences, decision: Decision, place: { community: string; home: string }): Told {
  const find = (key: string): string => words[key] ?? "";
  if (decision === "approve") {
    const text = find("approved.text").replace("{community}", place.community).replace("{home}", place.home);
    return { title: find("verification.approved.title"), before: text, reasonIs: null, after: "" };
  }
  const state = decision === "reject" ? "rejected" : "needs_more";
  return {
    title: find(`verification.${state}.title`),
    before: find(`verification.${state}.text`),
    reasonIs: find("verification.reason"),
    after: "",
  };
}
