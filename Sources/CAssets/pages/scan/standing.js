// The screens that stand still: ready, menu, what waits, questions, what the scanner sent.
import { h } from "../common/dom.js";

import { language, speak, spoken, t, translated } from "../common/words.js";
import { setTheme } from "../common/theme.js";
import { clock } from "../common/formats.js";
import { foreign, saidOf } from "../common/told.js";
import { screen, table } from "./screens.js";
import { sound } from "./signals.js";

/** Waits for any code. */
export const readyScreen = (work, mood, word, parts, keys) => {
  work.isCovered = true;
  screen({
    name: mood === "plain" ? "ready" : "done",
    mood,
    word,
    parts: [
      parts,
      mood === "plain"
        ? h("p", {}, t("scan-anything-more"))
        : h("p", { class: "dim" }, t("scan-anything")),
      work.tasks.length
        ? h("p", { class: "dim" }, t("tasks-ahead", { n: work.tasks.length }))
        : null,
      mood === "plain"
        ? h("p", { class: "dim" }, t(isSecureContext ? "full-mode" : "lesser-mode"))
        : null,
    ],
    keys: [...keys, ...work.standingKeys],
  });
};

/** Everything else that can be done. */
export const menuScreen = (work) => {
  const errands = work.errands;
  const other = spoken.find((tag) => tag !== language);
  const isDark = document.documentElement.dataset.theme === "dark";
  work.say("plain", t("menu"), [], [
    { key: "1", words: t("do-move"), run: () => errands.move() },
    { key: "2", words: t("do-pick"), run: () => errands.pick() },
    { key: "3", words: t("do-count"), run: () => errands.count() },
    { key: "4", words: t("do-info"), run: () => errands.info() },
    { key: "5", words: t("do-tasks"), run: () => tasksScreen(work) },
    { key: "6", words: t("do-questions"), run: () => backlogScreen(work) },
    { key: "7", words: t("do-recent"), run: () => work.recent() },
    { key: "8", words: t("do-sound", { state: t(sound.isOn ? "on" : "off") }),
      run: () => { sound.toggle(); menuScreen(work); } },
    { key: "9", words: t(isDark ? "theme-light" : "theme-dark"),
      run: () => { setTheme(isDark ? "light" : "dark"); menuScreen(work); } },
    { key: "0", words: t(`name-${other}`), run: () => speak(other) },
    { key: "F8", words: t("sign-out"), run: () => work.hooks.lock() },
  ]);
};

/** The tasks that were fetched ahead; a key takes one. */
export const tasksScreen = (work) => {
  const shown = work.tasks.slice(0, 8);
  work.say("plain", t(shown.length ? "do-tasks" : "no-tasks"), [], [
    ...shown.map((task, index) => ({
      key: String(index + 1), words: `${task.lot_number}: ${task.from} → ${task.location}`,
      run: () => work.lot({ task }).catch((error) => work.failed(error)) })),
    { key: "9", words: t("take-along"),
      run: () => work.takeAlong().catch((error) => work.failed(error)) },
  ]);
};

/** What is not in the warehouse yet, and what it does not take. */
export const backlogScreen = (work) => {
  const { waiting, conflicts } = work.queue;
  work.say(
    waiting.length + conflicts.length ? "attention" : "right",
    waiting.length ? t("saved-here") : t("nothing-to-send"),
    [waiting.length
      ? table([t("to-send"), ""], waiting.map((operation) => [operation.title, clock(operation.at)]))
      : null],
    conflicts.slice(0, 9).map((conflict, index) => ({ key: String(index + 1), words: conflict.title,
      run: () => conflictScreen(work, conflict) })),
  );
};

/** One thing that the warehouse does not take: what was meant, what is there now, the choices. */
export const conflictScreen = (work, conflict) => {
  if (!conflict) return work.ready("wrong", t("wrong"));
  const { problem } = conflict;
  const drop = () => work.queue.drop(conflict).then(() =>
    (work.queue.conflicts.length ? backlogScreen(work) : work.ready()));
  const known = (problem.choices ?? [])
    .filter((choice) => choice.href && !choice.needs?.length);
  work.say("wrong", t(problem.code === "conflict" ? "taken-over" : "wrong"), [
    h("p", {}, t("conflict-meant", { what: conflict.title }), ` (${clock(conflict.at)})`),
    h("p", { class: "notice bad" }, t("conflict-now", { what: saidOf(problem) })),
    problem.hint ? h("p", {}, foreign(problem.hint)) : null,
  ], [
    { key: "1", words: t("conflict-drop"), run: drop, main: true },
    { key: "2", words: t("conflict-again"), run: () => drop().then(() => work.ready()) },
    ...known.map((choice, index) => ({ key: String(index + 3),
      words: translated(`action-${choice.action}`, choice.words),
      run: () => work.book(
        { path: choice.href, body: choice.body, title: conflict.title }).then(drop) })),
    ...(problem.code === "conflict" ? [] : [{ key: "9", words: t("conflict-retry"),
      run: () => work.book({ path: conflict.path, body: conflict.body, title: conflict.title })
        .then((answer) => (answer === undefined ? null : drop())) }]),
  ]);
};

const hex = (text) =>
  [...new TextEncoder().encode(text.slice(0, 200))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
const visible = (text) => text.replace(/[\u0000-\u001f\u007f]/g, (one) =>
  String.fromCodePoint(0x2400 + (one === "\u007f" ? 0x21 : one.charCodeAt(0))));

/** What the scanner sent, character by character: for whoever sets scanners up. */
export const recentScreen = (work, recent) => {
  work.say("plain", t("recent-title"), recent.length
    ? recent.slice(0, 12).map((entry) => h("div", {},
      h("p", { class: "goods" }, h("b", {}, visible(entry.code.slice(0, 200))),
        ` ${entry.code.length} · ${entry.entry} · ${clock(entry.at)}`),
      h("pre", { tabindex: "0" }, hex(entry.code))))
    : [h("p", {}, t("recent-none"))]);
};

