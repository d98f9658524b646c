/** Attachments and posters: bytes that may need the token, so they are fetched and then shown or saved. */
import { getBlob } from "../../shared/api/client.ts";

/** `url` as the API gives it: below /api/v1, or with that in front. */
export function below(url: string): string {
  return url.replace(/^\/api\/v1/, "");
}

/** Saves it on this device, from where the phone opens it: no browser on a phone shows a PDF from a script reliably. */
export async function saveFile(path: string, name: string): Promise<void> {
  const url = URL.createObjectURL(await getBlob(path));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** "1.2 MB" */
export function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
