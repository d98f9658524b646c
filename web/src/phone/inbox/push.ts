/** Pushes to this device: asked for only when somebody taps, through the service worker, and told to the server. */
import { get, put, remove } from "../../shared/api/client.ts";
import type { Schemas } from "../../shared/api/types.ts";

/** `nowhere`: this browser has none. `home_screen`: an iPhone, where only an installed app may. `denied`: refused in the browser's settings. */
export type PushState = "nowhere" | "home_screen" | "denied" | "off" | "on";

const SUBSCRIBE_WITHIN_MS = 20_000;

export async function pushState(): Promise<PushState> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    return /iPhone|iPad/.test(navigator.userAgent) && !/MicroMessenger/.test(navigator.userAgent) ? "home_screen" : "nowhere";
  }
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" && (await subscription()) ? "on" : "off";
}

/** Must be called from a tap. Throws a Problem when the server says no, anything else when the browser can't. */
export async function allowPush(): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return Notification.permission === "denied" ? "denied" : "off";
  const registration = await worker();
  if (!registration) return "nowhere";
  await tell(await subscribed(registration));
  return "on";
}

export async function stopPush(): Promise<void> {
  await remove("/devices/current");
  await (await subscription())?.unsubscribe().catch(() => false);
}

/** A new session is a new device to the server: told again, quietly, when this phone already allows it. */
export async function renewPush(): Promise<void> {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  const registration = await worker();
  if (!registration || !(await subscription())) return;
  // Not told now, another visit tells it.
  await subscribed(registration).then(tell).catch(() => undefined);
}

/** Under the server's key of today: one made under an older key takes no pushes any more, and stands in the new one's way. */
async function subscribed(registration: ServiceWorkerRegistration): Promise<PushSubscription> {
  const { public_key: text } = await get<Schemas["WebPushKeyOut"]>("/devices/web-push-key");
  const key = bytesOf(text);
  const held = await registration.pushManager.getSubscription();
  const heldKey = held?.options.applicationServerKey;
  if (held && heldKey && String(new Uint8Array(heldKey)) !== String(key)) await held.unsubscribe();
  return within(registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
}

async function tell(found: PushSubscription): Promise<void> {
  const keys = found.toJSON().keys ?? {};
  await put("/devices/current", { platform: "web", subscription: { endpoint: found.endpoint, p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" } });
}

async function subscription(): Promise<PushSubscription | null> {
  return (await worker())?.pushManager?.getSubscription() ?? null;
}

async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration();
}

/** Where Google's service isn't reachable, subscribing hangs instead of failing. */
function within(asked: Promise<PushSubscription>): Promise<PushSubscription> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new DOMException("slow", "AbortError")), SUBSCRIBE_WITHIN_MS));
  return Promise.race([asked, late]);
}

function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}
