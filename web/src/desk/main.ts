import { createApp } from "vue";
import "element-plus/theme-chalk/base.css";
import "element-plus/theme-chalk/el-button.css";
import "element-plus/theme-chalk/el-checkbox.css";
import "element-plus/theme-chalk/el-dialog.css";
import "element-plus/theme-chalk/el-input.css";
import "element-plus/theme-chalk/el-option.css";
import "element-plus/theme-chalk/el-overlay.css";
import "element-plus/theme-chalk/el-popper.css";
import "element-plus/theme-chalk/el-progress.css";
import "element-plus/theme-chalk/el-radio.css";
import "element-plus/theme-chalk/el-radio-group.css";
import "element-plus/theme-chalk/el-scrollbar.css";
import "element-plus/theme-chalk/el-select.css";
import "element-plus/theme-chalk/el-select-dropdown.css";
import "element-plus/theme-chalk/el-skeleton.css";
import "element-plus/theme-chalk/el-skeleton-item.css";
import "element-plus/theme-chalk/el-tag.css";
import "../shared/tokens.css";
import "../shared/base.css";
import "./element.css";
import "./desk.css";
import { startSocket } from "../shared/api/socket.ts";
import { startAppearance } from "../shared/appearance.ts";
import App from "./App.vue";
import { router } from "./router.ts";

// Element Plus is taken one component at a time, styles too: all of it would be ten times what the desk uses.
void startAppearance().then(() => {
  createApp(App).use(router).mount("#app");
  startSocket();
});
