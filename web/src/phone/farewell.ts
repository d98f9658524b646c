/** What the welcome screen says to somebody who has just left, or was signed out. */
import { ref } from "vue";

export const farewell = ref("");
