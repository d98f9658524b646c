import { createRouter, createWebHashHistory } from "vue-router";
import Start from "./screens/Start.vue";

export const router = createRouter({
  history: createWebHashHistory("/desk"),
  routes: [{ path: "/:rest(.*)*", name: "start", component: Start }],
});
