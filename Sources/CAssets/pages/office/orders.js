// What to order, the most urgent first: approve many at once, turn down, take back, hand on.
import { h, show } from "../common/dom.js";
import { post, rows } from "../common/api.js";
import { t } from "../common/words.js";
import { day, moment, number, percent } from "../common/formats.js";
import { may } from "../common/session.js";
import { foreign, saidOf } from "../common/told.js";
import { Table, csvLines, save } from "../common/table.js";
import { action, card, cards, filled, wide } from "./parts.js";

const path = "/api/v1/replenishment";
const urgencies = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];
const statuses = ["OPEN", "APPROVED", "REJECTED"];
/** What one call decides about at the most. */
const atOnce = 500;

const table = (choose) => new Table({
  caption: t("suggestions"), file: "replenishment", empty: t("no-suggestions"), choose, most: 500,
  columns: [
    { name: t("article"), value: (row) => row.material,
      href: (row) => `#material/${encodeURIComponent(row.material)}`,
      title: (row) => row.reasons.join(" ") },
    { name: t("urgency"), value: (row) => urgencies.indexOf(row.urgency),
      text: (row) => t(`urgency-${row.urgency}`), state: (row) => row.urgency },
    { name: t("quantity"), value: (row) => row.quantity,
      text: (row) => `${number(row.quantity)} ${t(`unit-${row.unit}`)}`, kind: "n" },
    { name: t("order-by"), value: (row) => row.order_by, text: (row) => day(row.order_by) },
    { name: t("stock-out"), value: (row) => row.stock_out_day, text: (row) => day(row.stock_out_day) },
    { name: t("risk"), value: (row) => row.stock_out_probability,
      text: (row) => percent(row.stock_out_probability, 0), kind: "n" },
    { name: t("position"), value: (row) => row.position, text: (row) => number(row.position),
      kind: "n" },
    { name: t("reorder-point"), value: (row) => row.reorder_point,
      text: (row) => number(row.reorder_point, 1), kind: "n" },
    { name: t("supplier"), value: (row) => row.supplier },
    { name: t("state"), value: (row) => row.status, kind: "fold", title: (row) => row.note,
      text: (row) => [t(`suggestion-${row.status}`), row.decided_by, moment(row.decided_at)]
        .filter(Boolean).join(" · ") },
  ],
});

/** The list that purchasing gets: one order line a row. */
const orderFile = (approved) => csvLines([
  ["supplier", "material", "quantity", "unit", "order_by", "approved_by", "approved_at"],
  ...approved.map((row) => [row.supplier, row.material, row.quantity, row.unit, row.order_by,
    row.decided_by, row.decided_at])]);

/** Sends a decision in as many calls as it takes, each whole or not at all; gives what was decided. */
const decide = async (decision, chosen, note) => {
  const done = [];
  for (let first = 0; first < chosen.length; first += atOnce) {
    const slice = chosen.slice(first, first + atOnce);
    try {
      await post(`${path}/decisions`, { decision, ...(note ? { note } : {}),
        suggestions: slice.map(({ material, created_at: made }) => ({ material, created_at: made })) });
    } catch (problem) {
      problem.done = done;
      throw problem;
    }
    done.push(...slice);
  }
  return done;
};

/** What a refusal names, line by line. */
const faultLines = (problem) => (problem.document?.errors ?? []).slice(0, 8).map((fault) =>
  h("p", { class: "notice bad" }, h("b", {}, fault.value ?? ""), " ", foreign(fault.detail)));

const select = (id, all, words, names, chosen = "") => h("select", { id },
  h("option", { value: "", selected: chosen === "" }, t(all)),
  names.map((name) => h("option", { value: name, selected: name === chosen }, t(`${words}-${name}`))));

/** The view. */
export const ordersView = async (main) => {
  let chosen = [];
  const said = h("p", { class: "dim", role: "status" });
  const outcome = h("div", { role: "status" });
  const say = () => (said.textContent = t("n-chosen", { n: number(chosen.length) }));
  const list = table((now) => {
    chosen = now;
    say();
  });
  const figures = h("div");
  const only = select("urgency", "all-urgencies", "urgency", urgencies);
  const state = select("state", "all-states", "suggestion", statuses, "OPEN");
  const note = h("input", { id: "note", maxlength: 500, autocomplete: "off" });
  const draw = async () => {
    await filled(list, async () => {
      const all = await rows(path, 20000);
      const open = all.filter((row) => row.status === "OPEN");
      show(figures, cards(
        ...urgencies.map((name) => card(t(`urgency-${name}`),
          number(open.filter((row) => row.urgency === name).length))),
        card(t("suggestion-APPROVED"),
          number(all.filter((row) => row.status === "APPROVED").length))));
      return all.filter((row) => (!only.value || row.urgency === only.value)
        && (!state.value || row.status === state.value));
    });
    chosen = [];
    list.chosen.clear();
    list.drawHead();
    say();
  };
  /** Decides about these rows, and offers the way back. */
  const run = async (decision, these) => {
    show(outcome);
    try {
      const done = await decide(decision, these, note.value.trim());
      note.value = "";
      await draw();
      show(outcome, h("div", { class: "notice good row middle" },
        t(`decided-${decision}`, { n: number(done.length) }),
        decision === "REOPEN" ? null : h("button", { type: "button", id: "undo",
          onclick: (event) => {
            event.target.disabled = true;
            run("REOPEN", done);
          } }, t("undo-decision"))));
    } catch (problem) {
      await draw();
      show(outcome, h("p", { class: "notice bad", role: "alert" }, saidOf(problem)),
        faultLines(problem),
        problem.done?.length ? h("p", { class: "notice" },
          t(`decided-${decision}`, { n: number(problem.done.length) })) : null);
    }
  };
  const act = (words, decision, kind) => action(t(words), async () => {
    if (chosen.length === 0) return t("choose-first");
    await run(decision, [...chosen]);
    return "";
  }, kind);
  const purchase = action(t("for-purchasing"), async () => {
    const approved = await rows(`${path}?status=APPROVED`, 20000);
    if (approved.length === 0) return t("none-approved");
    save("orders.csv", orderFile(approved));
    return "";
  });
  const anew = action(t("work-out-anew"), async () => {
    const report = await post(`${path}/run`, {}, { timeoutMS: 600000 });
    await draw();
    return t("suggested", { n: number(report.suggestions), all: number(report.materials) });
  });
  only.addEventListener("change", draw);
  state.addEventListener("change", draw);
  const isDesk = may("supervisor", "admin");
  show(main, wide(t("view-orders"), figures, h("div", { class: "row" },
    h("label", {}, t("urgency"), only), h("label", {}, t("state"), state),
    isDesk ? h("label", {}, t("note"), note) : null),
  h("div", { class: "row" }, isDesk ? [act("approve", "APPROVE", "press"), act("turn-down", "REJECT"),
    act("take-back", "REOPEN"), anew] : null, purchase,
  h("a", { class: "button", href: "/api/v1/exports/replenishment", download: "" }, t("export-all"))),
  h("p", { class: "dim" }, t("approve-how")), said, outcome, list.element));
  await draw();
  return null;
};
