/** Whether the phone has a network, and a clock that ticks once a minute for "3分钟前". */
import { ref } from "vue";

export const online = ref(navigator.onLine);
export const clockTick = ref(Date.now());

addEventListener("online", () => (online.value = true));
addEventListener("offline", () => (online.value = false));
setInterval(() => (clockTick.value = Date.now()), 60_000);
