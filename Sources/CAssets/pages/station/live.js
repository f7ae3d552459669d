// Watches what others do: by events where the box sends them, else by asking from time to time.
import { follow } from "../common/api.js";

const kinds = ["receipt.*", "recommendation.*"];
const everyMS = 10000;

/** Calls `hear(isLive, kind, data)` for each event, and with no kind when only the state changed. */
export const watch = (hear) => {
  let isLive = false;
  follow(kinds, (kind, data) => {
    isLive = true;
    hear(true, kind, data);
  }, (state) => {
    isLive = state;
    hear(state);
  });
  setInterval(() => {
    if (!isLive && !document.hidden) hear(false, "resync", "");
  }, everyMS);
};
