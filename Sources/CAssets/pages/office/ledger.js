// The ledger, searched; and moves that would shorten the ways.
import { h, show } from "../common/dom.js";
import { get, rows, segment } from "../common/api.js";
import { t } from "../common/words.js";
import { day, money, number } from "../common/formats.js";
import { foreign } from "../common/told.js";
import { Table } from "../common/table.js";
import { card, cards, filled, part, wide } from "./parts.js";
import { ledgerColumns } from "./floor.js";

const kinds = ["RECEIPT", "PUTAWAY", "MOVE", "PICK", "ADJUST", "COUNT", "HOLD", "RELEASE", "SCRAP",
  "RETURN", "CROSS_DOCK"];

/** The view of the ledger, the newest rows first. */
export const ledgerView = async (main) => {
  const list = new Table({ caption: t("view-ledger"), file: "ledger", empty: t("no-rows"), columns: [
    { name: "#", value: (row) => row.number, kind: "n" }, ...ledgerColumns(),
    { name: t("device"), value: (row) => row.device },
    { name: t("corrects"), value: (row) => row.corrects },
  ], most: 500 });
  const field = (name, word) => h("label", {}, t(word),
    h("input", { name, autocomplete: "off", maxlength: 64 }));
  const form = h("form", { class: "row" }, field("material", "article"), field("location", "place"),
    field("lot", "lot"),
    h("label", {}, t("kind"), h("select", { name: "kind" }, h("option", { value: "" }, t("all-kinds")),
      kinds.map((kind) => h("option", { value: kind }, t(`kind-${kind}`))))),
    h("button", { class: "press" }, t("search")));
  const look = () => filled(list, async () => {
    const query = [...new FormData(form)].filter(([, value]) => value.trim()).map(
      ([name, value]) => `&${name}=${segment(value.trim())}`).join("");
    return rows(`/api/v1/transactions?newest=1${query}`, 1000);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  show(main, wide(t("view-ledger"), form, h("div", { class: "row" },
    h("a", { class: "button", href: "/api/v1/exports/transactions", download: "" },
      t("export-all"))), list.element));
  await look();
  return null;
};

const movesTable = () => new Table({ caption: t("moves-in-order"), file: "moves",
  empty: t("no-moves"), columns: [
    { name: "#", value: (row) => row.step, kind: "n" },
    { name: t("article"), value: (row) => row.material,
      href: (row) => `#material/${encodeURIComponent(row.material)}` },
    { name: t("lot"), value: (row) => row.lot_number },
    { name: t("from"), value: (row) => row.from,
      href: (row) => `#place/${encodeURIComponent(row.from)}` },
    { name: t("to"), value: (row) => row.to,
      href: (row) => `#place/${encodeURIComponent(row.to)}` },
    { name: t("units"), value: (row) => row.handling_units, kind: "n" },
    { name: t("saves"), value: (row) => row.saved_m,
      text: (row) => (row.saved_m === null ? "" : `${number(row.saved_m, 0)} m`), kind: "n" },
    { name: t("paid-back"), value: (row) => row.payback_days,
      text: (row) => (row.payback_days === null
        ? "" : t("n-days", { n: number(row.payback_days, 1) })), kind: "n" },
    { name: t("reason"), value: (row) => row.words, text: (row) => foreign(row.words ?? ""),
      kind: "wrap" },
  ] });

/** What the moves bring: metres of all picks within the horizon, less the work of moving. */
const movesFigures = (plan) => [
  cards(
    card(t("metres-saved"), number(plan.saved_m, 0),
      t("within-days", { n: number(plan.horizon_days) })),
    card(t("work-of-moves"), number(plan.work_m, 0), t("as-metres")),
    card(t("net"), number(plan.net_m, 0), money(plan.net_cost)),
    card(t("tour"), `${number(plan.tour_after_m, 1)} m`,
      t("instead-of", { n: number(plan.tour_before_m, 1) })),
    card(t("orders-seen"), number(plan.orders), `${day(plan.from)} – ${day(plan.to)}`)),
  plan.affinity ? h("p", { class: "dim" }, t("affinity-trial", {
    pairs: number(plan.affinity.pairs), gain: number(plan.affinity.gain_m ?? 0, 1) })) : null,
];

/** The view of moves that pay for themselves. */
export const slottingView = async (main) => {
  const figures = h("div");
  const list = movesTable();
  show(main, wide(t("view-slotting"), h("p", { class: "dim" }, t("slotting-how")), figures,
    list.element));
  await part(figures, async () => {
    const plan = await get("/api/v1/reslotting", { timeoutMS: 120000 });
    list.fill(plan.moves);
    show(figures, movesFigures(plan));
  });
  if (list.rows.length === 0) list.say(t("no-moves"));
  return null;
};
