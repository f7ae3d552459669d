// Parts that several views share: sections, cards, and a part that says when it has no answer.
import { h, show } from "../common/dom.js";
import { foreign, saidOf } from "../common/told.js";
import { t } from "../common/words.js";

const hintOf = (problem) =>
  (problem.hint && problem.status !== 404 ? h("span", {}, " ", foreign(problem.hint)) : null);

/** A section with a heading. */
export const section = (title, ...children) =>
  h("section", {}, title ? h("h2", {}, title) : null, ...children);

/** The same over the whole width. */
export const wide = (title, ...children) => {
  const made = section(title, ...children);
  made.classList.add("wide");
  return made;
};

/** A figure with its name, and what stands behind it. */
export const card = (name, value, more) =>
  h("div", { class: "card" }, h("dt", {}, name),
    h("dd", {}, value === "" || value === null || value === undefined ? "–" : value,
    more ? h("small", {}, more) : null));

/** Figures beside each other. */
export const cards = (...list) => h("dl", { class: "cards" }, list.filter(Boolean));

/** Runs a part; where it fails it says so in its own place, and the rest of the view stands. */
export const part = async (place, run) => {
  try {
    await run();
  } catch (problem) {
    show(place, h("p", { class: problem.status === 404 ? "notice" : "notice bad" },
      problem.status === 404 ? t("not-on-this-box") : saidOf(problem), hintOf(problem)));
  }
};

/** The same for a table. */
export const filled = async (table, read) => {
  try {
    table.fill(await read());
  } catch (problem) {
    const isMissing = problem.status === 404;
    table.say(isMissing ? t("not-on-this-box") : saidOf(problem) || t("no-answer"), !isMissing);
  }
};

/** A button that is off while it works; what goes wrong stands beside it. */
export const action = (words, run, kind = "") => {
  const said = h("span", { role: "status" });
  const press = h("button", { type: "button", class: kind }, words);
  press.addEventListener("click", async () => {
    press.disabled = true;
    show(said, t("reading"));
    try {
      show(said, (await run()) ?? "");
    } catch (problem) {
      show(said, h("span", { class: "state UNHEALTHY" }, saidOf(problem), hintOf(problem)));
    } finally {
      press.disabled = false;
    }
  });
  return h("span", { class: "row middle" }, press, said);
};
