import { createRouter, createWebHashHistory } from "vue-router";
import Welcome from "./screens/Welcome.vue";

export const router = createRouter({ history: createWebHashHistory("/"), routes: [{ path: "/:rest(.*)*", component: Welcome }] });
