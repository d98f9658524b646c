import { createRouter, createWebHashHistory, type RouteRecordRaw } from "vue-router";
import { me, signedIn } from "../shared/api/session.ts";
import { tellFailure } from "../shared/undo.ts";
import { say } from "../shared/words.ts";
import { here } from "./here.ts";
import { reached } from "./place.ts";
import Code from "./screens/Code.vue";
import Home from "./screens/Home.vue";
import Tabs from "./screens/Tabs.vue";
import Welcome from "./screens/Welcome.vue";

declare module "vue-router" {
  interface RouteMeta {
    /** May be seen without signing in. */
    open?: boolean;
    /** Another address is another screen: nothing carries over. */
    fresh?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  { path: "/", redirect: () => (signedIn.value ? firstStop() : "/welcome") },
  { path: "/welcome", component: Welcome, meta: { open: true } },
  { path: "/welcome/code", component: Code, meta: { open: true } },
  {
    path: "/tabs",
    component: Tabs,
    children: [
      { path: "/home", component: Home },
      { path: "/inbox", component: () => import("./screens/Inbox.vue") },
      { path: "/forum", component: () => import("./screens/Forum.vue") },
      { path: "/:room(market|mutual)", component: () => import("./screens/Room.vue") },
      { path: "/me", component: () => import("./screens/Me.vue") },
    ],
  },
  { path: "/communities", component: () => import("./screens/Communities.vue") },
  { path: "/communities/:community/addresses/:parent?", component: () => import("./screens/Addresses.vue") },
  { path: "/verify", component: () => import("./screens/Verify.vue") },
  { path: "/verification", component: () => import("./screens/Verification.vue") },
  { path: "/notices", component: () => import("./screens/Notices.vue") },
  { path: "/notices/new", component: () => import("./screens/WriteNotice.vue"), meta: { fresh: true } },
  // Open: the QR code on the wall leads here, and a public notice needs no account.
  { path: "/notices/:id", component: () => import("./screens/Notice.vue"), meta: { open: true, fresh: true } },
  { path: "/notices/:id/edit", component: () => import("./screens/WriteNotice.vue"), meta: { fresh: true } },
  { path: "/forum/new", component: () => import("./screens/WriteThread.vue"), meta: { fresh: true } },
  { path: "/forum/drafts", component: () => import("./screens/Drafts.vue") },
  { path: "/forum/bookmarks", component: () => import("./screens/Bookmarks.vue") },
  { path: "/boards/:id", component: () => import("./screens/Board.vue"), meta: { open: true, fresh: true } },
  // Open: what neighbours share leads here, and a public board needs no account.
  { path: "/threads/:id", component: () => import("./screens/Thread.vue"), meta: { open: true, fresh: true } },
  { path: "/threads/:id/edit", component: () => import("./screens/WriteThread.vue"), meta: { fresh: true } },
  { path: "/threads/:id/manage", component: () => import("./screens/ManageThread.vue"), meta: { fresh: true } },
  { path: "/threads/:id/merge", component: () => import("./screens/MergeThread.vue"), meta: { fresh: true } },
  { path: "/threads/:id/split", component: () => import("./screens/SplitThread.vue"), meta: { fresh: true } },
  { path: "/:kind(threads|replies)/:id/history", component: () => import("./screens/PostHistory.vue"), meta: { open: true, fresh: true } },
  { path: "/polls/:id/ballots", component: () => import("./screens/Ballots.vue"), meta: { open: true, fresh: true } },
  { path: "/search", component: () => import("./screens/Search.vue") },
  { path: "/report/:kind/:id", component: () => import("./screens/Report.vue"), meta: { fresh: true } },
  { path: "/sanctions/:id", component: () => import("./screens/Sanction.vue"), meta: { fresh: true } },
  { path: "/communities/:community/moderation-log", component: () => import("./screens/ModerationLog.vue"), meta: { open: true, fresh: true } },
  { path: "/doors", component: () => import("./screens/Doors.vue") },
  { path: "/doors/:notice", component: () => import("./screens/DoorWalk.vue"), meta: { fresh: true } },
  { path: "/me/notifications", component: () => import("./screens/Notifications.vue") },
  { path: "/me/profile", component: () => import("./screens/Profile.vue") },
  { path: "/me/display", component: () => import("./screens/Display.vue"), meta: { open: true } },
  { path: "/me/privacy", component: () => import("./screens/Privacy.vue") },
  { path: "/me/devices", component: () => import("./screens/Devices.vue") },
  { path: "/me/access-log", component: () => import("./screens/AccessLog.vue") },
  { path: "/me/reports", component: () => import("./screens/MyReports.vue") },
  { path: "/me/sanctions", component: () => import("./screens/MySanctions.vue") },
  { path: "/me/data", component: () => import("./screens/MyData.vue") },
  { path: "/:rest(.*)*", redirect: "/" },
];

export const router = createRouter({
  history: createWebHashHistory("/"),
  routes,
  // Who is sent elsewhere in the thread that is open is taken there by the thread.
  scrollBehavior: (to, from, kept) => (kept ? reached(kept) : to.query.at && to.path === from.path ? false : { top: 0 }),
});

let letIn: () => void;
const doorOpen = new Promise<void>((resolve) => (letIn = resolve));

/** Navigation waits until we know who is there, so that nobody sees a screen that is not theirs. */
export function openDoor(): void {
  letIn();
}

router.beforeEach(async (to) => {
  await doorOpen;
  if (to.meta.open) return signedIn.value && to.path.startsWith("/welcome") ? "/" : true;
  return signedIn.value ? true : { path: "/welcome", query: to.path === "/" ? {} : { next: to.fullPath } };
});

// A screen's file may be gone after an update, or never have been fetched before the signal went.
router.onError((_error, to) => {
  if (!navigator.onLine) return tellFailure(say("problem.offline"));
  if (history.state?.reloadedFor === to.fullPath) return tellFailure(say("problem.server"));
  history.replaceState({ ...history.state, reloadedFor: to.fullPath }, "", `#${to.fullPath}`);
  location.reload();
});

/** Where a person belongs on arriving: a newcomer chooses a community, everybody else is at home. */
export function firstStop(): string {
  const who = me.value;
  const settled = who && (who.residencies.length > 0 || who.verification || who.roles.length > 0 || here.value);
  return settled ? "/home" : "/communities";
}
