import { createApp } from "vue";
import "vant/es/style/base.css";
import "vant/es/loading/index.css";
import "vant/es/button/index.css";
import "vant/es/skeleton/index.css";
import "vant/es/skeleton-title/index.css";
import "vant/es/skeleton-paragraph/index.css";
import "vant/es/pull-refresh/index.css";
import "../shared/tokens.css";
import "../shared/base.css";
import "./phone.css";
import { startSocket } from "../shared/api/socket.ts";
import { startAppearance } from "../shared/appearance.ts";
import App from "./App.vue";
import { router } from "./router.ts";
import { startServiceWorker } from "./service-worker.ts";

// Vant's styles are named one by one: its own style entries bring a 45 kB icon font that we don't use.
void startAppearance().then(() => {
  createApp(App).use(router).mount("#app");
  startServiceWorker();
  startSocket();
});
