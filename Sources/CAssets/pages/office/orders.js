// What to order, the most urgent first: approve many at once, and hand the list to purchasing.
import { h, show } from "../common/dom.js";
import { post, rows } from "../common/api.js";
import { t } from "../common/words.js";
import { day, number, percent } from "../common/formats.js";
import { Table, save } from "../common/table.js";
import { action, card, cards, filled, wide } from "./parts.js";

const urgencies = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];

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
  ],
});

/** The list that purchasing gets: one order line a row. */
const orderFile = (chosen) => {
  const cell = (value) => (
    /[",\r\n]/.test(value ?? "") ? `"${value.replaceAll('"', '""')}"` : value ?? "");
  const lines = chosen.map(
    (row) => [cell(row.supplier), cell(row.material), row.quantity, row.unit,
      row.order_by ?? ""].join(","));
  return `${["supplier,material,quantity,unit,order_by", ...lines].join("\r\n")}\r\n`;
};

/** The view. */
export const ordersView = async (main) => {
  let chosen = [];
  const said = h("p", { class: "dim", role: "status" });
  const say = () => (said.textContent = t("n-chosen", { n: number(chosen.length) }));
  const list = table((now) => {
    chosen = now;
    say();
  });
  const figures = h("div");
  const only = h("select", { id: "urgency" }, h("option", { value: "" }, t("all-urgencies")),
    urgencies.map((name) => h("option", { value: name }, t(`urgency-${name}`))));
  const draw = async () => {
    await filled(list, async () => {
      const all = await rows("/api/v1/replenishment", 20000);
      show(figures,
        cards(
          ...urgencies.map(
            (name) => card(t(`urgency-${name}`),
              number(all.filter((row) => row.urgency === name).length)))));
      return all.filter((row) => !only.value || row.urgency === only.value);
    });
    say();
  };
  only.addEventListener("change", draw);
  const approve = async () => {
    if (chosen.length === 0) return t("choose-first");
    save("orders.csv", orderFile(chosen));
    return t("approved", { n: number(chosen.length) });
  };
  show(main, wide(t("view-orders"), figures, h("div", { class: "row" },
    h("label", {}, t("urgency"), only), action(t("approve"), approve, "press"),
    action(t("work-out-anew"), async () => {
      const report = await post("/api/v1/replenishment/run", {});
      await draw();
      return t("suggested", { n: number(report.suggestions), all: number(report.materials) });
    }),
    h("a", { class: "button", href: "/api/v1/exports/replenishment", download: "" }, t("export-all"))),
  h("p", { class: "dim" }, t("approve-how")), said, list.element));
  await draw();
  return null;
};

