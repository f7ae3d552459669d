// The handheld: one screen that follows the work. This file joins scanner, queue, screens and work.
import { at, h, show } from "../common/dom.js";
import { get, segment } from "../common/api.js";
import { learn, t } from "../common/words.js";
import { meetFacility } from "../common/formats.js";
import { askForPerson, deviceName, meetPerson, signIn, signOut, who } from "../common/session.js";
import { listen, longest } from "./wedge.js";
import { Queue, note, taskStore } from "./queue.js";
import { heard, pressKey, typing } from "./screens.js";
import { keepAwake, signal } from "./signals.js";
import { Work } from "./work.js";

const recent = [];
let typed = "";
/** Codes that wait for their turn; they are worked off one by one, in the order they came. */
let line = Promise.resolve();
let waiting = 0;

const header = () => {
  at("person").textContent = who.operator ? who.operator.name : t("hands-off");
  const net = at("net");
  net.textContent = `${queue.isOnline ? "●" : "○"} ${t(queue.isOnline ? "online" : "offline")}`;
  net.className = queue.isOnline ? "" : "state UNHEALTHY";
  const badge = at("backlog");
  const [unsent, asked] = [queue.waiting.length, queue.conflicts.length];
  badge.hidden = unsent + asked === 0;
  badge.textContent = [unsent && t("backlog", { n: unsent }),
    asked && t("backlog-conflicts", { n: asked })].filter(Boolean).join(" · ");
  document.body.dataset.unsent = unsent;
  document.body.dataset.waiting = waiting;
};

let asking = null;
/** Asks for badge and PIN over whatever is shown; the task in hand stays. */
const ask = (badgeText) => {
  asking ??= askForPerson({ hasPad: true, badgeText }).then(async (isIn) => {
    asking = null;
    header();
    if (isIn) await begun();
    return isIn;
  });
  return asking;
};

const queue = new Queue({
  changed: header,
  answered: (operation, answer, isHeard) => work.answered(operation, answer, isHeard),
  signedOut: () => ask(),
});
const work = new Work(queue, { ask, recent, lock: (badge) => signOut().then(() => ask(badge)) });

/** Fetches ahead what can be worked off without a network. */
const fetchAhead = async () => {
  if (!who.operator || document.hidden) return;
  try {
    // What was given to this device comes first, however long the list of all is.
    const base = "/api/v1/putaway/recommendations?limit=50";
    const mine = `&leased_to=${segment(deviceName())}`;
    const found = await Promise.all(["&status=STARTED", `&status=RECOMMENDED${mine}`,
      "&status=RECOMMENDED"].map((which) => get(base + which, { quietly: true })));
    const tasks = new Map(found.flatMap((page) => page.rows).map((task) => [task.id, task]));
    await work.keep([...tasks.values()]);
    queue.isOnline = true;
  } catch {
    // Without a network the tasks that were fetched before stay as they are.
  }
  header();
};

const begun = async () => {
  queue.send();
  await fetchAhead();
};

const take = (code, { isCut = false, entry = "SCAN" } = {}) => {
  const atMS = performance.now();
  recent.unshift({ at: new Date(), code, entry });
  recent.length = Math.min(recent.length, 50);
  if (isCut) return work.cut(longest);
  waiting += 1;
  document.body.dataset.waiting = waiting;
  line = line.then(async () => {
    heard(atMS);
    try {
      await work.scanned(code, entry);
    } catch (error) {
      work.failed(error);
    } finally {
      waiting -= 1;
      document.body.dataset.waiting = waiting;
      document.body.dataset.handled = Number(document.body.dataset.handled ?? 0) + 1;
    }
  });
  return line;
};

const setTyped = (text) => {
  typed = text;
  typing(text);
};

/** A single key: one that is shown, or a character of what is typed by hand. */
const press = (key) => {
  if (typed === "" && pressKey(key)) return true;
  if (key === "Enter") {
    const text = typed;
    setTyped("");
    if (text === "") return false;
    take(text, { entry: "HAND" });
    return true;
  }
  if (key === "Backspace") {
    setTyped(typed.slice(0, -1));
    return true;
  }
  if (key === "Escape") {
    setTyped("");
    return true;
  }
  if ([...key].length === 1) setTyped(typed + key);
  return [...key].length === 1;
};

const hear = (code, { isCut, isSlow }) => {
  // Two keys of a quick hand are no scan: they are keys, or go on with what was typed.
  if (isSlow && (typed !== "" || code.length < 3)) {
    for (const key of code) press(key);
    return;
  }
  const text = typed + code;
  const entry = typed === "" ? "SCAN" : "HAND";
  setTyped("");
  take(text, { isCut, entry });
};

// What is asked of the box and of the disk is asked at once; nothing below waits for the slowest.
const met = meetPerson().catch(() => undefined);
const kept = Promise.all([note.read("quiet"), taskStore.all()]).catch(() => [null, []]);
meetFacility();
await learn(["common", "scan"]);
document.title = `Stowage: ${t("handheld")}`;
header();
const [quietMS, tasks] = await kept;
listen({ hear, press, quietMS: Number(quietMS) || 120 });
at("backlog").addEventListener("click", () => work.backlog());
await work.begin(tasks);
// The queue goes first: what an earlier page left is older than anything that comes now.
await queue.begin();
const person = await met;
if (person === null) await ask();
else if (person === undefined) {
  // No network: whoever worked here last goes on, and is asked when it is back.
  who.operator = (await note.read("operator")) ?? null;
  queue.isOnline = false;
}
if (who.operator) await note.write("operator", who.operator);
header();
begun();
setInterval(fetchAhead, 30000);
addEventListener("online", fetchAhead);
addEventListener("offline", () => {
  queue.isOnline = false;
  header();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) fetchAhead();
  keepAwake(!document.hidden && work.task !== null);
});
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/scan-worker.js", { scope: "/scan" }).catch(() => {});
}
navigator.storage?.persist?.().catch(() => {});
performance.mark("ready");
document.body.dataset.ready = "yes";
