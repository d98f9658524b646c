/**
 * Read-aloud for 长辈版: the whole screen by one button, or any text by touching it. Nothing a screen has to
 * remember: every text block inside <main> can be read because it is text.
 */
import { ref } from "vue";
import { locale } from "../shared/i18n.ts";
import { tellFailure } from "../shared/undo.ts";
import { t } from "./words.ts";

const BLOCKS = "h1,h2,h3,p,li,dt,dd,label,legend,summary,button,a,time,td,th";
const CONTROLS = "a,button,input,textarea,select,label,summary,[role=button],[role=switch]";

export const canSpeak = typeof speechSynthesis !== "undefined" && typeof SpeechSynthesisUtterance !== "undefined";
export const speaking = ref(false);

let turn = 0;

/** The screen's text: what is marked as the text to read, or else everything in <main>. */
export function readScreen(): void {
  const main = document.querySelector("main [data-aloud]") ?? document.querySelector("main");
  if (main) read(textBlocks(main));
}

export function stopReading(): void {
  turn += 1;
  speaking.value = false;
  document.querySelectorAll(".being-read").forEach((element) => element.classList.remove("being-read"));
  if (canSpeak) speechSynthesis.cancel();
}

/** A touch on plain text reads that text; a touch on a control does what the control does. */
export function readTouched(event: Event): void {
  const target = event.target;
  if (!canSpeak || !(target instanceof Element) || target.closest(CONTROLS)) return;
  const block = target.closest<HTMLElement>(BLOCKS);
  if (block?.closest("main") && block.textContent?.trim()) read([block]);
}

/** The smallest blocks that hold text, in the order they are read; a list item with paragraphs counts as its paragraphs. */
function textBlocks(main: Element): HTMLElement[] {
  return [...main.querySelectorAll<HTMLElement>(BLOCKS)].filter(
    (element) => element.textContent?.trim() && !element.querySelector(BLOCKS) && !element.closest("[aria-hidden=true]"),
  );
}

function read(blocks: HTMLElement[]): void {
  stopReading();
  const mine = turn;
  speaking.value = blocks.length > 0;
  const next = (index: number): void => {
    if (mine !== turn) return;
    const block = blocks[index];
    if (!block) return stopReading();
    const sentence = new SpeechSynthesisUtterance(block.textContent?.trim() ?? "");
    sentence.lang = locale.value;
    sentence.rate = 0.9;
    block.classList.add("being-read");
    sentence.onend = () => {
      block.classList.remove("being-read");
      next(index + 1);
    };
    sentence.onerror = (event) => {
      if (mine !== turn || event.error === "canceled" || event.error === "interrupted") return;
      // No voice on this phone, or none for this language: silence would look like a broken button.
      stopReading();
      tellFailure(t("aloud.not_here"));
    };
    speechSynthesis.speak(sentence);
  };
  next(0);
}
