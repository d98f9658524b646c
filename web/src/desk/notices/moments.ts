/** Moments between the wire (UTC) and `datetime-local` fields, which speak the clock on the wall. */
const TO_MINUTES = 16;

export function toLocal(iso: string): string {
  const at = new Date(iso);
  at.setMinutes(at.getMinutes() - at.getTimezoneOffset());
  return at.toISOString().slice(0, TO_MINUTES);
}

export function fromLocal(text: string): string {
  return new Date(text).toISOString();
}

/** When most people are up, and those who work have not left the stairs yet. */
export function tomorrowMorning(): string {
  const at = new Date();
  at.setDate(at.getDate() + 1);
  at.setHours(9, 0, 0, 0);
  return toLocal(at.toISOString());
}
