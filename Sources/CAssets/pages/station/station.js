// The station: choose or enter a receipt, plan it, hand it out, watch it being put away.
import { at, h, show } from "../common/dom.js";
import { Problem, get, newID, post, rows, whenSignedOut } from "../common/api.js";
import { learn, t } from "../common/words.js";
import { clock, facility, meetFacility, number, percent } from "../common/formats.js";
import { askForPerson, meetPerson, signOut, who, whenPersonChanges } from "../common/session.js";
import { foreign, saidOf } from "../common/told.js";
import { Table } from "../common/table.js";
import { arrivalForm, differenceText } from "./arrive.js";
import { entryForm } from "./entry.js";
import { PlanView } from "./plan.js";
import { watch } from "./live.js";

let receipt = null;
let view = null;

/** What went wrong, in words, where it went wrong. */
const failed = (problem, place = at("desk")) => {
  const notice = h("p", { class: "notice bad", role: "alert" },
    saidOf(problem), problem.hint ? h("span", {}, " ", foreign(problem.hint)) : null);
  const faults = problem instanceof Problem ? (problem.document.errors ?? []).slice(0, 10) : [];
  place.append(notice,
    ...faults.map((fault) => h("p", { class: "notice bad" }, `${fault.pointer}: ${fault.detail}`)));
};

const receipts = () => new Table({
  caption: t("receipts"), file: "receipts", empty: t("no-receipts"),
  columns: [
    { name: t("receipt-number"), value: (row) => row.number,
      text: (row) => h("button", { type: "button", onclick: () => open(row.id) }, row.number) },
    { name: t("state"), value: (row) => row.status, text: (row) => t(`receipt-${row.status}`),
      state: (row) => row.status },
    { name: t("dock"), value: (row) => row.dock },
    { name: t("lines"), value: (row) => row.lines.length, kind: "n" },
    { name: t("due"), value: (row) => row.due },
  ],
});

let table = null;
const list = async () => {
  try {
    const found = await Promise.all(["EXPECTED", "ARRIVED", "PLANNED"].map((status) =>
      rows(`/api/v1/receipts?status=${status}`, 300)));
    table.fill(found.flat());
  } catch (problem) {
    table.say(problem.message || t("no-answer"), true);
  }
};

/** Opens a receipt: its state decides what comes next. */
const open = async (id) => {
  try {
    receipt = await get(`/api/v1/receipts/${id}`);
    location.hash = id;
    drawDesk();
    await showPlan();
  } catch (problem) {
    failed(problem);
  }
};

const act = (button, run) => async () => {
  button.disabled = true;
  try {
    await run();
  } catch (problem) {
    failed(problem);
  } finally {
    button.disabled = false;
  }
};

const button = (words, run, kind = "") => {
  const made = h("button", { type: "button", class: kind }, words);
  made.addEventListener("click", act(made, run));
  return made;
};

const drawDesk = () => {
  const place = at("desk");
  const head = [h("h2", {}, t("receipt-named", { number: receipt.number })),
    h("p", { class: "dim" },
      `${t(`receipt-${receipt.status}`)} · ${receipt.dock} · ${t("n-lines", { n: receipt.lines.length })}`)];
  if (receipt.status === "EXPECTED") {
    const form = arrivalForm(receipt);
    const arrive = button(t("book-arrival"), async () => {
      await post(`/api/v1/receipts/${receipt.id}/arrive`, form.body());
      await open(receipt.id);
      list();
    }, "press");
    return show(place, head, h("div", { class: "row" }, arrive), form.element);
  }
  if (receipt.status === "CLOSED") return show(place, head,
    h("p", { class: "notice good" }, t("all-put-away")), linesTable());
  show(place, head, planForm(), linesTable());
};

const linesTable = () => {
  const lines = new Table({ caption: t("receipt-lines"), file: `receipt-${receipt.number}`, most: 1000,
    columns: [
      { name: t("line"), value: (row) => row.line, kind: "n" },
      { name: t("article"), value: (row) => row.material,
        href: (row) => `/#material/${encodeURIComponent(row.material)}` },
      { name: t("quantity"), value: (row) => row.quantity, text: (row) => number(row.quantity),
        kind: "n" },
      { name: t("lot"), value: (row) => row.lot_number },
      { name: t("difference"), value: (row) => row.difference, text: differenceText,
        state: (row) => (row.difference ? "UNHEALTHY" : "") },
    ] });
  lines.fill(receipt.lines);
  return h("details", {}, h("summary", {}, t("receipt-lines")), lines.element);
};

/** Which algorithm, how much time, and what it would bring. */
const planForm = () => {
  const algorithm = h("select", { id: "algorithm" }, ["HYBRID", "BFD", "FFD"].map((name) =>
    h("option", { value: name }, `${name}: ${t(`algorithm-${name}`)}`)));
  const budget = h("select", { id: "budget" },
    [[0, "0"], [250, "0.25"], [1000, "1"], [5000, "5"], [20000, "20"]].map(([value, seconds]) =>
    h("option", { value, selected: value === 250 }, t("seconds", { n: number(Number(seconds)) }))));
  const bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": t("planning") });
  const beside = h("div", { role: "status" });
  const timed = async (times, run) => {
    const begun = performance.now();
    const wholeMS = Number(budget.value) * times + 400;
    bar.hidden = false;
    const timer = setInterval(
      () => (bar.value = Math.min(0.98, (performance.now() - begun) / wholeMS)), 60);
    try {
      return await run();
    } finally {
      clearInterval(timer);
      bar.hidden = true;
    }
  };
  const plan = button(t("plan"), () => timed(1, async () => {
    const made = await post(`/api/v1/receipts/${receipt.id}/plan`,
      { algorithm: algorithm.value, budget_ms: Number(budget.value) }, { timeoutMS: 60000 });
    receipt = await get(`/api/v1/receipts/${receipt.id}`);
    await showPlan(made);
    list();
  }), "press");
  const compare = button(t("compare"), () => timed(3, async () => {
    const made = await get(`/api/v1/receipts/${receipt.id}/plans?budget_ms=${budget.value}`,
      { timeoutMS: 120000 });
    show(beside, comparison(made));
  }));
  return h("div", {}, h("div", { class: "row" },
    h("label", {}, t("algorithm"), algorithm), h("label", {}, t("time-for-it"),
      budget), plan, compare), bar, beside);
};

const comparison = (made) => {
  if (made.lines === 0) return h("p", { class: "notice" }, t("nothing-to-compare"));
  const best = [...made.rows].sort((one, other) =>
    other.placed_lines - one.placed_lines || other.mean_score - one.mean_score
      || one.elapsed_ms - other.elapsed_ms)[0];
  return h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": t("compare") },
    h("table", { class: "algorithms" }, h("caption", {}, t("compare-how")),
      h("thead", {},
        h("tr", {},
          ["algorithm", "placed-lines", "refused-lines", "places", "score", "gap", "bound-gap", "took"].map((key) =>
        h("th", { scope: "col", class: key === "algorithm" ? undefined : "n" }, t(key))))),
      h("tbody", {}, made.rows.map((row) => h("tr", { class: row === best ? "best" : undefined },
        h("td", {}, row === best ? `✓ ${row.algorithm}` : row.algorithm),
        [number(row.placed_lines), number(row.refused_lines), number(row.places),
          number(row.mean_score, 4),
          percent(row.gap, 2), row.bound_gap === undefined || row.bound_gap === null
            ? "–" : percent(row.bound_gap, 2),
          `${number(row.elapsed_ms, 1)} ms`].map((text) => h("td", { class: "n" }, text)))))));
};

const showPlan = async (made) => {
  const place = at("plan");
  if (receipt.status === "EXPECTED") {
    place.hidden = true;
    view = null;
    return;
  }
  view = new PlanView(place, receipt, { failed: (problem) => failed(problem, place), replan });
  await view.load(made);
};

/** Keeps what is locked or on its way, and plans the rest anew. */
const replan = async (locked) => {
  await post(`/api/v1/receipts/${receipt.id}/release`, locked.length ? { keep: locked } : {});
  const made = await post(`/api/v1/receipts/${receipt.id}/plan`,
    { algorithm: at("algorithm").value, budget_ms: Number(at("budget").value) }, { key: newID(),
      timeoutMS: 60000 });
  receipt = await get(`/api/v1/receipts/${receipt.id}`);
  await showPlan(made);
};

await learn(["common", "station"]);
document.title = `Stowage: ${t("station")}`;
whenSignedOut(() => askForPerson());
whenPersonChanges(
  () => (
    at("person").textContent = who.operator
      ? `${who.operator.name}: ${t("sign-out")}` : t("sign-in")));
at("person").textContent = t("sign-in");
at("person").addEventListener("click", async () => {
  if (who.operator) await signOut();
  if (await askForPerson()) list();
});
table = receipts();
show(at("receipts"), table.element);
const person = await meetPerson().catch(() => null);
if (!person) await askForPerson();
await meetFacility();
at("facility").textContent = facility.name || facility.code;
const newReceipt = () => {
  at("plan").hidden = true;
  return entryForm(at("desk"), (made) => {
    list();
    open(made.id);
  }, failed);
};
at("new").addEventListener("click", newReceipt);
await list();
if (location.hash.length > 30) await open(location.hash.slice(1));
else show(at("desk"), h("h2", {}, t("begin")), h("p", { class: "dim" }, t("begin-how")));
watch((isLive, kind, data) => {
  at("live").textContent = isLive ? `● ${t("live")} ${clock(Date.now())}` : `○ ${t("not-live")}`;
  if (kind?.startsWith("receipt.")) list();
  if (view && kind) view.hear(kind, data);
});
document.body.dataset.ready = "yes";
