// The ledger, searched; and moves that would shorten the ways.
import { h, show } from "../common/dom.js";
import { get, rows, segment } from "../common/api.js";
import { t, translated } from "../common/words.js";
import { metres, money, number } from "../common/formats.js";
import { Table } from "../common/table.js";
import { card, cards, filled, part, wide } from "./parts.js";
import { ledgerColumns } from "./floor.js";

const kinds = ["RECEIPT", "PUTAWAY", "MOVE", "PICK", "ADJUST", "COUNT", "HOLD", "RELEASE", "SCRAP", "RETURN", "CROSS_DOCK"];

/** The view of the ledger, the newest rows first. */
export const ledgerView = async (main) => {
  const list = new Table({ caption: t("view-ledger"), file: "ledger", empty: t("no-rows"), columns: [
    { name: "#", value: (row) => row.number, kind: "n" }, ...ledgerColumns(),
    { name: t("device"), value: (row) => row.device },
    { name: t("corrects"), value: (row) => row.corrects },
  ], most: 500 });
  const field = (name, word) => h("label", {}, t(word), h("input", { name, autocomplete: "off", maxlength: 64 }));
  const form = h("form", { class: "row" }, field("material", "article"), field("location", "place"), field("lot", "lot"),
    h("label", {}, t("kind"), h("select", { name: "kind" }, h("option", { value: "" }, t("all-kinds")),
      kinds.map((kind) => h("option", { value: kind }, t(`kind-${kind}`))))),
    h("button", { class: "press" }, t("search")));
  const look = () => filled(list, async () => {
    const query = [...new FormData(form)].filter(([, value]) => value.trim()).map(([name, value]) => `&${name}=${segment(value.trim())}`).join("");
    return rows(`/api/v1/transactions?newest=1${query}`, 1000);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  show(main, wide(t("view-ledger"), form, h("div", { class: "row" },
    h("a", { class: "button", href: "/api/v1/exports/transactions", download: "" }, t("export-all"))), list.element));
  await look();
  return null;
};

/** The view of moves that pay for themselves. */
export const slottingView = async (main) => {
  const figures = h("div");
  const list = new Table({ caption: t("view-slotting"), file: "moves", empty: t("no-moves"), columns: [
    { name: "#", value: (row) => row.step ?? row.order, kind: "n" },
    { name: t("article"), value: (row) => row.material, href: (row) => `#material/${encodeURIComponent(row.material)}` },
    { name: t("lot"), value: (row) => row.lot_number ?? row.lot },
    { name: t("from"), value: (row) => row.from, href: (row) => `#place/${encodeURIComponent(row.from)}` },
    { name: t("to"), value: (row) => row.to, href: (row) => `#place/${encodeURIComponent(row.to)}` },
    { name: t("saves"), value: (row) => row.saved_mm ?? row.saved_m, text: (row) => (row.saved_mm !== undefined ? metres(row.saved_mm) : number(row.saved_m, 1)), kind: "n" },
    { name: t("reason"), value: (row) => row.words ?? row.reason, text: (row) => translated(`reason-${row.reason}`, row.words ?? row.reason ?? ""), kind: "wrap" },
  ] });
  show(main, wide(t("view-slotting"), h("p", { class: "dim" }, t("slotting-how")), figures, list.element));
  await part(figures, async () => {
    const plan = await get("/api/v1/reslotting");
    list.fill(plan.moves ?? plan.rows ?? []);
    const shown = [["saved_m", "metres-saved", (value) => number(value, 0)], ["saved_cost", "cost-saved", money], ["net_cost", "net", money]];
    show(figures, cards(...shown.filter(([key]) => plan[key] !== undefined).map(([key, word, format]) => card(t(word), format(plan[key])))));
  });
  if (list.rows.length === 0) list.say(t("no-moves"));
  return null;
};
