// Draws the one screen of the handheld: a word with a sign, what matters in huge type, large keys.
import { at, h, show } from "../common/dom.js";
import { t } from "../common/words.js";
import { number, percent } from "../common/formats.js";
import { reasonsOf, warningText } from "../common/told.js";

const signs = { right: "✓", wrong: "✕", attention: "!", plain: "▸" };

/** The keys that are shown now, by what presses them. */
let pressed = new Map();
/** When the scan was heard that the next picture answers; for the figure of the tests. */
let heardAtMS = 0;

export const heard = (atMS) => {
  heardAtMS = atMS;
};

/** Presses a key by its name; false where no such key is shown. */
export const pressKey = (name) => {
  const run = pressed.get(name);
  if (!run) return false;
  run();
  return true;
};

/**
 * Shows a screen.
 *
 * `mood` is right, wrong, attention or plain; `keys` is a list of `{ key, words, run, main }`.
 */
export const screen = ({ mood = "plain", word, parts = [], keys = [], layout = "", name = "" }) => {
  const place = at("screen");
  place.dataset.screen = name;
  place.dataset.mood = mood;
  show(
    place,
    h("p", { class: `word ${mood}`, role: mood === "wrong" ? "alert" : undefined },
      h("b", { "aria-hidden": "true" }, signs[mood]), h("span", {}, word)),
    parts,
  );
  pressed = new Map(keys.filter((key) => key.key).map((key) => [key.key, key.run]));
  const row = at("keys");
  row.className = layout;
  show(row, keys.map(({ key, words, run, main, wide }) =>
    h("button", { type: "button", onclick: run, "data-key": key,
      class: [main && "main press", wide && "wide-key", keys.length === 1 && "lone"]
        .filter(Boolean).join(" ") },
    key && layout !== "digits" ? h("kbd", { "aria-hidden": "true" }, key) : null, words)));
  scrollTo(0, 0);
  if (heardAtMS) {
    const begun = heardAtMS;
    heardAtMS = 0;
    // After the next frame it can be seen.
    requestAnimationFrame(() => setTimeout(() => {
      place.dataset.pictureMs = (performance.now() - begun).toFixed(1);
    }));
  }
};

/** A code in the largest type that fits. */
export const huge = (code) =>
  h("p", { class: (code ?? "").length > 11 ? "huge long" : "huge", id: "place" }, code);

/** How to get there: aisle with its direction, bay, level, position. */
export const way = (place, from) => {
  if (!place) return null;
  const side = from && Number.isFinite(from.map_x_mm) && Number.isFinite(place.map_x_mm)
    ? (place.map_x_mm >= from.map_x_mm ? "→" : "←")
    : "→";
  const level = place.level === 0 ? t("ground-level") : place.level;
  const step = (name, sign, value) => h("li", {}, h("span", {}, t(name)), `${sign} ${value}`.trim());
  return h("ul", { class: "way" },
    step("zone", "", place.zone),
    step("aisle", side, place.aisle),
    step("bay", "", place.bay),
    step("level", place.level === 0 ? "↓" : "↑", level),
    place.position ? step("position", "", place.position) : null);
};

/** What is carried. */
export const goods = (task, name) =>
  h("p", { class: "goods" }, h("b", {}, task.lot_number ?? task.lot),
    ` ${task.material} ${name ?? task.material_name ?? ""}`, h("br"),
    `${number(task.quantity)} · ${t("from-place", { place: task.from })}`);

/** Why this place, in few words. */
export const why = (task) =>
  h("ul", { class: "why" },
    reasonsOf(task).slice(0, 3).map((reason) => h("li", {}, reason)),
    task.confidence === undefined
      ? null
      : h("li", {}, t("confidence", { share: percent(task.confidence, 0) })));

/** Warnings and hints as notices. */
export const notices = (list, kind = "warn") =>
  (list ?? []).map((entry) => h("p", { class: `notice ${kind}` }, warningText(entry)));

/** A small table of rows of texts. */
export const table = (head, lines) =>
  h("div", { class: "scroll", tabindex: lines.length > 4 ? "0" : undefined, role: "group",
    "aria-label": head.join(", ") },
    h("table", {},
      h("thead", {}, h("tr", {}, head.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, lines.map((cells) =>
        h("tr", {}, cells.map((cell) => h("td", {}, cell)))))));

/** What is typed by hand, as far as it has come. */
export const typing = (text) => {
  const place = at("typed");
  place.hidden = text === "";
  place.textContent = text;
};

/** The keys of a number pad. */
export const digitKeys = (add, erase, accept, back) => [
  ..."123456789".split("").map((digit) => ({ key: digit, words: digit, run: () => add(digit) })),
  { key: ".", words: ".", run: () => add(".") },
  { key: "0", words: "0", run: () => add("0") },
  { key: "Backspace", words: "⌫", run: erase },
  { key: "Enter", words: t("enter"), run: accept, main: true, wide: true },
  { key: "Escape", words: t("back"), run: back, wide: true },
];
