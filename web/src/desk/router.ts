import { createRouter, createWebHashHistory, type RouteLocationNormalized, type RouteRecordRaw } from "vue-router";
import {
  ANSWER_ISSUES, ASSIGN_GRIDS, can, DECIDE_CASES, EDIT_BOARDS, EDIT_COMMUNITY, EDIT_SYNONYMS, ENTER_FOR_OTHERS, ENTER_PAPER, GRANT_ROLES, IMPORT_ADDRESSES, MODERATE, READ_AUDIT, READ_COVERAGE, READ_GAPS, READ_WORDS, REVIEW,
  REVIEW_NOTICES,
} from "./here.ts";
import Nothing from "./screens/Nothing.vue";
import Queue from "./screens/Queue.vue";

declare module "vue-router" {
  interface RouteMeta {
    /** The permission that opens the screen, in the community stood in. */
    needs?: string;
    /** Another address of this route is another screen, which keeps nothing of the one before. */
    apart?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  { path: "/", component: Nothing },
  { path: "/verifications/:id?", name: "verifications", component: Queue, meta: { needs: REVIEW } },
  { path: "/notices/:id?", name: "notices", component: () => import("./screens/Notices.vue"), meta: { needs: REVIEW_NOTICES } },
  { path: "/cases/:id?", name: "cases", component: () => import("./screens/Cases.vue"), meta: { needs: DECIDE_CASES } },
  { path: "/doors", name: "doors", component: () => import("./screens/Doors.vue"), meta: { needs: READ_COVERAGE } },
  { path: "/issues/:id?", name: "issues", component: () => import("./screens/Issues.vue"), meta: { needs: ANSWER_ISSUES } },
  { path: "/threads/:id?", name: "threads", component: () => import("./screens/Threads.vue"), meta: { needs: MODERATE } },
  { path: "/polls", name: "polls", component: () => import("./screens/Polls.vue"), meta: { needs: ENTER_PAPER } },
  { path: "/counter", name: "counter", component: () => import("./screens/Counter.vue"), meta: { needs: ENTER_FOR_OTHERS } },
  { path: "/grids", name: "grids", component: () => import("./screens/Grids.vue"), meta: { needs: ASSIGN_GRIDS } },
  { path: "/imports", name: "imports", component: () => import("./screens/Imports.vue"), meta: { needs: IMPORT_ADDRESSES } },
  { path: "/boards", name: "boards", component: () => import("./screens/Boards.vue"), meta: { needs: EDIT_BOARDS } },
  { path: "/words", name: "words", component: () => import("./screens/Words.vue"), meta: { needs: READ_WORDS } },
  { path: "/gaps", name: "gaps", component: () => import("./screens/Gaps.vue"), meta: { needs: READ_GAPS } },
  { path: "/synonyms", name: "synonyms", component: () => import("./screens/Synonyms.vue"), meta: { needs: EDIT_SYNONYMS } },
  { path: "/log", name: "log", component: () => import("./screens/Log.vue"), meta: { needs: DECIDE_CASES } },
  { path: "/roles", name: "roles", component: () => import("./screens/Roles.vue"), meta: { needs: GRANT_ROLES } },
  { path: "/community", name: "community", component: () => import("./screens/Community.vue"), meta: { needs: EDIT_COMMUNITY } },
  { path: "/audit", name: "audit", component: () => import("./screens/Audit.vue"), meta: { needs: READ_AUDIT } },
  { path: "/notices/new", name: "notice-new", component: () => import("./screens/NoticeEdit.vue"), meta: { needs: REVIEW_NOTICES } },
  { path: "/notices/:id/edit", name: "notice-edit", component: () => import("./screens/NoticeEdit.vue"), meta: { needs: REVIEW_NOTICES, apart: true } },
  { path: "/notices/:id/coverage", name: "coverage", component: () => import("./screens/Coverage.vue"), meta: { needs: READ_COVERAGE, apart: true } },
  { path: "/notices/:id/sheet", name: "sheet", component: () => import("./screens/DoorSheet.vue"), meta: { needs: READ_COVERAGE, apart: true } },
  { path: "/polls/:id", name: "poll", component: () => import("./screens/Poll.vue"), meta: { needs: ENTER_PAPER, apart: true } },
  { path: "/nothing", name: "nothing", component: Nothing },
  { path: "/:rest(.*)*", redirect: "/" },
];

export const router = createRouter({ history: createWebHashHistory("/desk"), routes });

/** The first screen, in the order of the navigation, that this person may open here. */
export function firstWork(): string {
  const found = routes.find((route) => route.meta?.needs && can(route.meta.needs));
  return found ? found.path.replace("/:id?", "") : "/nothing";
}

export function mayStay(to: RouteLocationNormalized): boolean {
  return to.path !== "/" && to.path !== "/nothing" ? !to.meta.needs || can(to.meta.needs) : to.path === firstWork();
}

let letIn: () => void;
const doorOpen = new Promise<void>((resolve) => (letIn = resolve));

/** Navigation waits until we know who is there and where they stand. */
export function openDoor(): void {
  letIn();
}

router.beforeEach(async (to) => {
  await doorOpen;
  return mayStay(to) ? true : firstWork();
});
