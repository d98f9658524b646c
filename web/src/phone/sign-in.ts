/** The phone number and the wait for the next code, kept between the two screens of signing in. */
import { computed, reactive } from "vue";
import { Problem } from "../shared/api/problem.ts";
import { askForCode } from "../shared/api/session.ts";

export const signing = reactive({ phone: "", demoCode: "", resendAt: 0, tick: Date.now() });

export const resendInS = computed(() => Math.max(0, Math.ceil((signing.resendAt - signing.tick) / 1000)));

setInterval(() => (signing.tick = Date.now()), 500);

/** Asks for a code; a "too soon" starts the countdown that the server named and is no failure when one is on its way. */
export async function sendCode(): Promise<void> {
  try {
    const sent = await askForCode(signing.phone);
    signing.demoCode = sent.demo_code ?? "";
    startCountdown(sent.resend_after_s);
  } catch (error) {
    if (error instanceof Problem && error.status === 429 && error.retryAfterS) startCountdown(error.retryAfterS);
    throw error;
  }
}

/** A shared phone should not show the last person's number to the next. */
export function forgetPhone(): void {
  Object.assign(signing, { phone: "", demoCode: "", resendAt: 0 });
}

function startCountdown(seconds: number): void {
  signing.tick = Date.now();
  signing.resendAt = signing.tick + seconds * 1000;
}
