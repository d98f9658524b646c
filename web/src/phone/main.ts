import { createApp } from "vue";
import "../shared/tokens.css";
import "../shared/base.css";
import { startAppearance } from "../shared/appearance.ts";
import App from "./App.vue";
import { router } from "./router.ts";
import { startServiceWorker } from "./service-worker.ts";

void startAppearance().then(() => {
  createApp(App).use(router).mount("#app");
  startServiceWorker();
});
