// Moves that would shorten the ways: proposed, accepted as tasks, and how far they are.
import { h, show } from "../common/dom.js";
import { get, post, segment } from "../common/api.js";
import { t, translated } from "../common/words.js";
import { day, moment, money, number, way } from "../common/formats.js";
import { may } from "../common/session.js";
import { foreign, saidOf } from "../common/told.js";
import { Table } from "../common/table.js";
import { action, card, cards, part, wide } from "./parts.js";

const plansPath = "/api/v1/reslotting/plans";

/** Columns that every list of moves has. */
const moveColumns = () => [
  { name: "#", value: (row) => row.step, kind: "n" },
  { name: t("article"), value: (row) => row.material,
    href: (row) => `#material/${encodeURIComponent(row.material)}` },
  { name: t("lot"), value: (row) => row.lot_number },
  { name: t("from"), value: (row) => row.from,
    href: (row) => `#place/${encodeURIComponent(row.from)}` },
  { name: t("to"), value: (row) => row.to,
    href: (row) => `#place/${encodeURIComponent(row.to)}` },
];

/** Why a move is made: it saves ways itself, or makes room for the one of its change that does. */
const reasonOf = (row, plan) => {
  if (row.saved_m !== null) {
    return t("saves-within", { way: way(row.saved_m), n: number(plan.horizon_days) });
  }
  const main = plan.moves.find((other) => other.change === row.change && other.saved_m !== null);
  return main ? t("makes-room-for", { article: main.material }) : foreign(row.words ?? "");
};

const movesTable = (planOf) => new Table({ caption: t("moves-in-order"), file: "moves",
  empty: t("no-moves"), columns: [...moveColumns(),
    { name: t("units"), value: (row) => row.handling_units, kind: "n" },
    { name: t("saves"), value: (row) => row.saved_m, text: (row) => way(row.saved_m), kind: "n" },
    { name: t("paid-back"), value: (row) => row.payback_days,
      text: (row) => (row.payback_days === null
        ? "" : t("n-days", { n: number(row.payback_days, 1) })), kind: "n" },
    { name: t("reason"), value: (row) => row.words, title: (row) => row.words,
      text: (row) => reasonOf(row, planOf()), kind: "wrap" },
  ] });

const stepsTable = () => new Table({ caption: t("accepted-moves"), file: "accepted-moves",
  empty: t("none-accepted"), columns: [...moveColumns(),
    { name: t("quantity"), value: (row) => row.quantity, text: (row) => number(row.quantity),
      kind: "n" },
    { name: t("state"), value: (row) => row.status,
      text: (row) => translated(`status-${row.status}`, row.status), state: (row) => row.status },
    { name: t("trouble"), value: (row) => row.obstacle, text: (row) => foreign(row.obstacle ?? ""),
      kind: "wrap" },
  ] });

/** What the moves bring: ways of all picks within the horizon, less the work of moving. */
const movesFigures = (plan) => [
  cards(
    card(t("metres-saved"), way(plan.saved_m),
      t("within-days", { n: number(plan.horizon_days) })),
    card(t("work-of-moves"), way(plan.work_m), t("as-metres")),
    card(t("net"), way(plan.net_m), money(plan.net_cost)),
    card(t("tour"), way(plan.tour_after_m, 1),
      t("instead-of", { n: way(plan.tour_before_m, 1) })),
    card(t("orders-seen"), number(plan.orders), `${day(plan.from)} – ${day(plan.to)}`)),
  plan.affinity ? h("p", { class: "dim" }, t("affinity-trial", {
    pairs: number(plan.affinity.pairs), gain: way(plan.affinity.gain_m ?? 0, 1) })) : null,
];

/** Whether something of a plan is still being done; what expired or was put elsewhere ends it too. */
const isBusy = (plan) => Boolean(plan) && !plan.ended_at
  && plan.steps.some((step) => ["RECOMMENDED", "STARTED"].includes(step.status));

/** The newest accepted plan: who accepted it, how far it is, and the way to call it off. */
class Accepted {
  constructor(changed) {
    this.changed = changed;
    this.said = h("p", { class: "dim", role: "status" });
    this.acts = h("div", { class: "row" });
    this.table = stepsTable();
    this.element = wide(t("accepted-moves"), this.said, this.acts, this.table.element);
  }

  /** Reads the newest plan; null where there is none, or no answer, which the list says. */
  async read() {
    let plan;
    try {
      plan = (await get(`${plansPath}?limit=1`)).rows[0];
    } catch (problem) {
      this.table.say(saidOf(problem) || t("no-answer"), true);
      return null;
    }
    this.table.fill(plan?.steps ?? []);
    this.said.textContent = plan ? t(isBusy(plan) ? "moves-going" : "moves-ended", {
      who: plan.accepted_by, when: moment(plan.accepted_at), done: number(plan.done),
      n: number(plan.steps.length) }) : "";
    show(this.acts, isBusy(plan) && may("supervisor", "admin")
      ? action(t("cancel-moves"), async () => {
        await post(`${plansPath}/${segment(plan.id)}/cancel`, {});
        await this.changed();
      }) : null);
    return plan ?? null;
  }
}

/** The view of moves that pay for themselves. */
export const slottingView = async (main) => {
  const figures = h("div");
  const proposed = h("div", { class: "row" });
  let plan = null;
  const list = movesTable(() => plan);
  const draw = () => part(proposed, async () => {
    const reading = accepted.read();
    try {
      plan = await get("/api/v1/reslotting", { timeoutMS: 120000 });
      const running = await reading;
      list.fill(plan.moves);
      show(figures, movesFigures(plan));
      const mayAccept = plan.moves.length && may("supervisor", "admin");
      // One plan at a time: what is proposed meanwhile may go against what still waits.
      show(proposed, isBusy(running) ? h("p", { class: "dim" }, t("one-plan-at-once"))
        : mayAccept ? accept() : null);
    } catch (problem) {
      list.say(saidOf(problem) || t("no-answer"), true);
      throw problem;
    }
  });
  const accepted = new Accepted(draw);
  const accept = () => action(t("accept-moves"), async () => {
    // All of them, in the order in which they can be done: the filter of the table hides none.
    const moves = list.rows.map((row) => ({ lot: row.lot, from: row.from, to: row.to }));
    await post(plansPath, { moves });
    await draw();
    return t("moves-accepted", { n: number(moves.length) });
  }, "press");
  show(main, wide(t("view-slotting"), h("p", { class: "dim" }, t("slotting-how")), figures,
    proposed, list.element), accepted.element);
  await draw();
  // While moves are done somewhere the list of the accepted ones follows; the proposal stays.
  return () => accepted.read();
};
