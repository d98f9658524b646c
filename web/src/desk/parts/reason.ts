/** As the server counts it. */
export const REASON_MOST = 500;
const REASON_LEAST = 2;

export function isTooShort(reason: string): boolean {
  return reason.trim().length < REASON_LEAST;
}
