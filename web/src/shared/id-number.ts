/** What can be said about an 18-digit resident ID number while it is typed. The server decides; this only helps. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = "10X98765432";
const GUARDIAN_UNDER_YEARS = 14;

export type IdHint = "empty" | "typing" | "shape" | "date" | "checksum" | "too_young" | "ok";

/** Upper-cases, and drops the spaces people put between groups. */
export function tidyIdNumber(text: string): string {
  return text.replace(/\s/g, "").toUpperCase().slice(0, 18);
}

export function idHint(text: string, today: Date): IdHint {
  if (!text) return "empty";
  if (!/^\d{0,17}$/.test(text) && !/^\d{17}[\dX]$/.test(text)) return "shape";
  if (text.length < 18) return "typing";
  const born = birthDate(text);
  if (!born || born > today) return "date";
  if (CHECKS[sumOf(text) % 11] !== text[17]) return "checksum";
  return yearsOld(born, today) < GUARDIAN_UNDER_YEARS ? "too_young" : "ok";
}

function sumOf(text: string): number {
  return WEIGHTS.reduce((sum, weight, index) => sum + weight * Number(text[index]), 0);
}

function birthDate(text: string): Date | null {
  const [year, month, day] = [Number(text.slice(6, 10)), Number(text.slice(10, 12)), Number(text.slice(12, 14))];
  const date = new Date(year, month - 1, day);
  const real = year >= 1880 && date.getFullYear() === year && date.getMonth() === month - 1 && date.getDate() === day;
  return real ? date : null;
}

function yearsOld(born: Date, today: Date): number {
  const before = today.getMonth() < born.getMonth() || (today.getMonth() === born.getMonth() && today.getDate() < born.getDate());
  return today.getFullYear() - born.getFullYear() - (before ? 1 : 0);
}
