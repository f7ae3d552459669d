// The station: choose or enter a receipt, plan it, hand it out, watch it being put away.
import { at, h, show } from "../common/dom.js";
import { Problem, get, newID, post, rows, whenSignedOut } from "../common/api.js";
import { learn, t } from "../common/words.js";
import { clock, dayShort, facility, meetFacility, number, percent } from "../common/formats.js";
import { askForPerson, meetPerson, signOut, who, whenPersonChanges } from "../common/session.js";
import { foreign, saidOf } from "../common/told.js";
import { Table } from "../common/table.js";
import { arrivalForm, differenceText } from "./arrive.js";
import { entryForm } from "./entry.js";
import { printCommands } from "./paper.js";
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
  rowClass: (row) => (row.id === receipt?.id ? "in-hand" : undefined),
  columns: [
    { name: t("receipt-number"), value: (row) => row.number,
      text: (row) => h("button", { type: "button", onclick: () => open(row.id) }, row.number) },
    { name: t("state"), value: (row) => row.status, text: (row) => t(`receipt-${row.status}`),
      state: (row) => row.status },
    { name: t("lines"), value: (row) => row.lines.length, text: (row) => number(row.lines.length),
      kind: "n" },
    { name: t("due"), value: (row) => row.due, text: (row) => dayShort(row.due), title: (row) => row.due },
    { name: t("dock"), value: (row) => row.dock },
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
    if (table.rows.length) table.draw();
    await showPlan();
    // Where the receipts stand above the one in hand, the work is brought into sight.
    if (matchMedia("(max-width: 64rem)").matches) at("desk").scrollIntoView();
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

const objectives = ["BALANCED", "SHORT_WAYS", "FULL_PLACES"];

/** What the form says now, as the call takes it. */
const chosen = () => ({ algorithm: at("algorithm").value, budget_ms: Number(at("budget").value),
  objective: at("objective").value });

/** What it is to be good at, which algorithm, how much time, and what it would bring. */
const planForm = () => {
  const algorithm = h("select", { id: "algorithm" }, ["HYBRID", "BFD", "FFD"].map((name) =>
    h("option", { value: name }, `${name}: ${t(`algorithm-${name}`)}`)));
  const budget = h("select", { id: "budget" },
    [[0, "0"], [250, "0.25"], [1000, "1"], [5000, "5"], [20000, "20"]].map(([value, seconds]) =>
    h("option", { value, selected: value === 250 }, t("seconds", { n: number(Number(seconds)) }))));
  const bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": t("planning") });
  const objective = h("select", { id: "objective" }, objectives.map((name) =>
    h("option", { value: name }, t(`objective-${name}`))));
  const said = h("span", { class: "dim" });
  const beside = h("div", { role: "status" });
  /** The word of the engine on the plan in the making: rounds, and the best score so far. */
  const told = async (asked) => {
    const now = await get(`/api/v1/receipts/${asked}/plan`, { quietly: true, timeoutMS: 2000 })
      .catch(() => ({}));
    return !now.planning || now.rounds === null ? "" : t("planning-so-far", {
      n: number(now.rounds), score: number(now.mean_score, 4), left: number(now.unplaced_units) });
  };
  /**
   * Shows how much of its time is used up, and what the engine says of a plan in the making; what
   * comes after that time takes as long as it takes.
   */
  const timed = async (times, run, asked) => {
    const begun = performance.now();
    const wholeMS = Number(budget.value) * times;
    let word = "";
    let isAsking = false;
    let askedMS = 0;
    bar.hidden = false;
    const timer = setInterval(() => {
      const tookMS = performance.now() - begun;
      if (tookMS < wholeMS) bar.value = tookMS / wholeMS;
      else bar.removeAttribute("value");
      said.textContent = [t("planning-for", { n: number(tookMS / 1000, 1) }), word]
        .filter(Boolean).join(" · ");
      // A quarter of a second apart: the engine has the cores, not the question.
      if (!asked || isAsking || tookMS - askedMS < 250) return;
      askedMS = tookMS;
      isAsking = true;
      told(asked).then((now) => {
        word = now || word;
        isAsking = false;
      });
    }, 60);
    try {
      return await run();
    } finally {
      clearInterval(timer);
      said.textContent = "";
      bar.hidden = true;
    }
  };
  const plan = button(t("plan"), () => timed(1, async () => {
    const made = await post(`/api/v1/receipts/${receipt.id}/plan`,
      chosen(), { timeoutMS: 60000 });
    receipt = await get(`/api/v1/receipts/${receipt.id}`);
    await showPlan(made);
    list();
  }, receipt.id), "press");
  const compare = button(t("compare"), () => timed(3, async () => {
    const made = await get(`/api/v1/receipts/${receipt.id}/plans?budget_ms=${budget.value}`
      + `&objective=${objective.value}`, { timeoutMS: 120000 });
    show(beside, comparison(made));
  }));
  return h("div", {}, h("div", { class: "row" },
    h("label", {}, t("objective"), objective), h("label", {}, t("algorithm"), algorithm),
    h("label", {}, t("time-for-it"), budget), plan, compare, said), bar, beside);
};

const comparison = (made) => {
  if (made.lines === 0) return h("p", { class: "notice" }, t("nothing-to-compare"));
  const best = [...made.rows].sort((one, other) =>
    other.placed_lines - one.placed_lines || other.mean_score - one.mean_score
      || one.elapsed_ms - other.elapsed_ms)[0];
  const figure = (key, value, text = (row) => number(value(row))) =>
    ({ name: t(key), value, text, kind: "n" });
  const list = new Table({ caption: t("compare-how"), name: "algorithms",
    file: `plans-${receipt.number}`, rowClass: (row) => (row === best ? "best" : undefined),
    columns: [
      { name: t("algorithm"), value: (row) => row.algorithm,
        text: (row) => (row === best ? `✓ ${row.algorithm}` : row.algorithm) },
      figure("placed-lines", (row) => row.placed_lines),
      figure("refused-lines", (row) => row.refused_lines),
      figure("places", (row) => row.places),
      figure("score", (row) => row.mean_score, (row) => number(row.mean_score, 4)),
      figure("gap", (row) => row.gap, (row) => percent(row.gap, 2)),
      figure("bound-gap", (row) => row.bound_gap, (row) => percent(row.bound_gap, 2) || "–"),
      figure("took", (row) => row.elapsed_ms, (row) => `${number(row.elapsed_ms, 1)} ms`),
    ] });
  list.fill(made.rows);
  return list.element;
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
  const made = await post(`/api/v1/receipts/${receipt.id}/plan`, chosen(),
    { key: newID(), timeoutMS: 60000 });
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
at("commands").addEventListener("click", () => printCommands(at("wall")));
await list();
if (location.hash.length > 30) await open(location.hash.slice(1));
else show(at("desk"), h("h2", {}, t("begin")), h("p", { class: "dim" }, t("begin-how")));
watch((isLive, kind, data) => {
  at("live").textContent = isLive ? `● ${t("live")} ${clock(Date.now())}` : `○ ${t("not-live")}`;
  if (kind?.startsWith("receipt.")) list();
  if (view && kind) view.hear(kind, data);
});
document.body.dataset.ready = "yes";
