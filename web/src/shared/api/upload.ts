/** Sending a picture: made smaller on the phone first, then with progress, then waited for until it is ready. */
import { locale } from "../i18n.ts";
import { Attempt } from "./attempt.ts";
import { BASE, get } from "./client.ts";
import { noAnswer, Problem, problemFrom } from "./problem.ts";
import { bearer, renewBearer } from "./tokens.ts";
import type { Media } from "./types.ts";
import { say } from "../words.ts";

const UPLOAD_WITHIN_MS = 120_000;
const LONGEST_SIDE_PX = 2400;
const SMALL_ENOUGH_BYTES = 1_500_000;
const TAKEN_AS_THEY_ARE = ["image/jpeg", "image/png", "image/webp"];
const POLL_EVERY_MS = 1000;
const READY_WITHIN_POLLS = 60;

/** Sends one file; `onProgress` hears 0…1. Resolves when the server has made its own copy of it. */
export async function uploadPicture(
  file: File,
  purpose: Media["purpose"],
  attempt: Attempt,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Media> {
  const smaller = await shrink(file);
  const key = attempt.headers([file.name, file.size, file.lastModified, purpose]);
  // Evidence arrives without its name, which may say more than the picture; an attachment is called as its owner called it.
  const name = purpose === "attachment" ? file.name : "photo";
  let answer = await sendForm(smaller, name, purpose, key, await bearer(), onProgress, signal);
  if (answer.status === 401) answer = await sendForm(smaller, name, purpose, key, await renewBearer(), onProgress, signal);
  if (answer.status < 200 || answer.status > 299) throw problemFrom(answer.status, answer.text, answer.retryAfter);
  attempt.done();
  return waitUntilReady(JSON.parse(answer.text) as Media, signal);
}

/**
 * A 12 MB photo becomes well under 1 MB, which on 3G is the difference between a minute and a few seconds; and
 * what only this phone can open (HEIC) becomes a JPEG.
 */
async function shrink(file: File): Promise<Blob> {
  const fine = file.size <= SMALL_ENOUGH_BYTES && TAKEN_AS_THEY_ARE.includes(file.type);
  if (fine || typeof createImageBitmap === "undefined") return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? blob : file;
  } catch {
    // A format this phone can't draw (HEIC on Android): the server judges the original.
    return file;
  }
}

interface FormAnswer {
  status: number;
  text: string;
  retryAfter: string | null;
}

// XMLHttpRequest, because fetch still can't tell how much of a body has left the phone.
function sendForm(
  picture: Blob,
  name: string,
  purpose: string,
  headers: Record<string, string>,
  token: string | null,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<FormAnswer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${BASE}/media`);
    request.timeout = UPLOAD_WITHIN_MS;
    const all = { ...headers, Accept: "application/json", "Accept-Language": locale.value, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () =>
      resolve({ status: request.status, text: request.responseText, retryAfter: request.getResponseHeader("Retry-After") });
    request.onerror = () => reject(noAnswer(null));
    request.ontimeout = () => reject(noAnswer(new DOMException("slow", "TimeoutError")));
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    const form = new FormData();
    form.set("purpose", purpose);
    form.set("file", picture, name);
    request.send(form);
  });
}

async function waitUntilReady(media: Media, signal: AbortSignal): Promise<Media> {
  let latest = media;
  for (let polls = 0; latest.state === "processing" && polls < READY_WITHIN_POLLS; polls += 1) {
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    if (signal.aborted) throw new DOMException("stopped", "AbortError");
    latest = await get<Media>(`/media/${media.id}`);
  }
  if (latest.state === "ready") return latest;
  throw new Problem(422, "media.unreadable", say("problem.picture"));
}
