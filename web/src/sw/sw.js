// The phone client's service worker. The build fills in the two names in capitals.
// It stores the shell and nothing personal: requests under /api/ never pass through it, so no answer,
// picture or token can land in its store. What a person last saw is kept by the page itself, with its age.
const SHELL = __SHELL__;
const STORE = "linli-shell-__VERSION__";
const ALWAYS = ["/", "/first-paint.js", "/offline.html", "/offline.css", "/manifest.webmanifest", "/icons/mark.svg", "/icons/icon-192.png"];
const PAGE_WITHIN_MS = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(STORE)
      .then((store) => store.addAll([...ALWAYS, ...SHELL]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("linli-shell-") && name !== STORE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (SHELL.includes(url.pathname) || ALWAYS.includes(url.pathname)) event.respondWith(stored(request));
});

/** The newest page if it comes within three seconds, else the stored one: a bad line should not mean a blank screen. */
async function page(request, url) {
  const isPhone = url.pathname === "/" || url.pathname === "/index.html";
  const kept = await caches.match(isPhone ? "/" : "/offline.html");
  const fresh = fetch(request).then((answer) => (answer.status >= 500 && kept ? kept : answer));
  if (!kept) return fresh;
  const late = isPhone ? new Promise((resolve) => setTimeout(() => resolve(kept), PAGE_WITHIN_MS)) : new Promise(() => undefined);
  return Promise.race([fresh, late]).catch(() => kept);
}

async function stored(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  return kept ?? fetch(request);
}

// A push says that there is something, and of public notices what; what was meant for one person is read in the app.
self.addEventListener("push", (event) => {
  const { title, body, url, tag } = payloadOf(event);
  const options = { body, tag, renotify: Boolean(tag), data: { url }, icon: "/icons/icon-192.png", badge: "/icons/icon-192.png", lang: "zh-CN" };
  event.waitUntil(self.registration.showNotification(title, options));
});

function payloadOf(event) {
  let told = {};
  try {
    told = event.data?.json() ?? {};
  } catch {
    // Not ours, or cut off: that there is something is still worth saying.
  }
  const text = (value, otherwise) => (typeof value === "string" && value ? value : otherwise);
  const room = { notice: "notices", thread: "threads" }[told.subject_kind];
  const subject = room && /^[0-9a-f-]{36}$/.test(told.subject_id) ? `/#/${room}/${told.subject_id}` : "/#/inbox";
  const url = text(told.url, subject);
  return { title: text(told.title, "邻里"), body: text(told.body, ""), url, tag: text(told.tag, text(told.item_id, undefined)) };
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? "/#/inbox"));
});

/** In the page that is open already, or else in a new one; never an address that isn't ours. */
async function open(path) {
  const url = new URL(path, self.location.origin);
  const target = url.origin === self.location.origin ? url.href : self.location.origin;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((one) => new URL(one.url).pathname === url.pathname);
  if (!page) return self.clients.openWindow(target);
  await page.focus();
  return page.navigate(target).catch(() => self.clients.openWindow(target));
}
