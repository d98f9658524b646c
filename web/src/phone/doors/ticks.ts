/** Ticking doors: kept on this phone first, sent when there is a line, never counted twice. */
import { lastAnswer, rememberAnswer } from "../../shared/api/last-answers.ts";
import { asProblem } from "../../shared/api/problem.ts";
import { tellFailure, withUndo } from "../../shared/undo.ts";
import { onRefused, onSent, putInOutbox, release, takeFromOutbox } from "../outbox/outbox.ts";
import { t } from "../words.ts";
import { slotOf, withDoor } from "./walk.ts";
import type { Door, DoorList, VisitBody } from "./wire.ts";

/** A little longer than the bar with "undo" stands: until then it only leaves when the bar says so. */
const HOLD_MS = 7_000;

export const listPath = (notice: string): string => `/desk/notices/${notice}/doors`;

export function tick(notice: string, door: Door, body: VisitBody): void {
  const slot = slotOf(notice, door.home_id);
  const job = putInOutbox({ slot, method: "POST", path: `/desk/notices/${notice}/visits`, body }, HOLD_MS);
  withUndo(t("doors.ticked", { door: door.name, told: body.told }), () => release(job), () => takeBack(notice, door));
}

/** Unticks: what never left is dropped, what may have left is deleted there too. */
export function takeBack(notice: string, door: Door): void {
  const slot = slotOf(notice, door.home_id);
  if (takeFromOutbox(slot)) return;
  putInOutbox({ slot, method: "DELETE", path: `/desk/notices/${notice}/visits/${door.home_id}`, body: null });
}

const isVisit = (slot: string): boolean => slot.startsWith("visit:");

// The kept list learns what the server said, so that it is right without a line too.
onSent((job, answer) => {
  const notice = job.slot.split(":")[1] ?? "";
  const kept = isVisit(job.slot) ? lastAnswer<DoorList>(listPath(notice)) : null;
  if (kept && isDoor(answer)) rememberAnswer(listPath(notice), withDoor(kept.data, answer));
});
onRefused((job, error) => {
  if (isVisit(job.slot)) tellFailure(asProblem(error).message);
});

export function isDoor(answer: unknown): answer is Door {
  return typeof answer === "object" && answer !== null && "home_id" in answer;
}
