import { createApp } from "vue";
import "../../shared/tokens.css";
import "../../shared/base.css";
import { startAppearance } from "../../shared/appearance.ts";
import Docs from "./Docs.vue";

void startAppearance().then(() => createApp(Docs).mount("#app"));
