// Forecasts: find a material, see how good they are, what comes, when it runs out, and why.
import { h, show } from "../common/dom.js";
import { get, post, rows, segment } from "../common/api.js";
import { t, translated } from "../common/words.js";
import { day, number, percent, quantity } from "../common/formats.js";
import { chart } from "../common/chart.js";
import { foreign } from "../common/told.js";
import { Table } from "../common/table.js";
import { action, card, cards, part, section, wide } from "./parts.js";

const materialColumns = () => [
  { name: t("article"), value: (row) => row.code,
    href: (row) => `#material/${encodeURIComponent(row.code)}` },
  { name: t("name"), value: (row) => row.name, kind: "wrap" },
  { name: t("value-class"), value: (row) => row.value_class },
  { name: t("pick-class"), value: (row) => row.pick_class },
  { name: t("storage-type"), value: (row) => row.storage_type },
];

/** The view of all materials and of the run. */
export const forecastsView = async (main) => {
  const found = new Table(
    { caption: t("materials"), file: "materials", empty: t("no-materials"),
      columns: materialColumns() });
  const search = h("input", { type: "search", id: "search", autocomplete: "off" });
  const run = h("div");
  const look = async () => {
    const text = search.value.trim();
    found.fill(
      await rows(`/api/v1/materials${text ? `?search=${segment(text)}` : ""}`, text ? 500 : 200));
  };
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => look().catch((problem) => found.say(problem.message, true)), 200);
  });
  const showRun = () => part(run, async () => {
    const active = await get("/api/v1/forecasts");
    show(run,
      cards(card(t("last-run"), day(active.origin_day)),
        card(t("materials"), number(active.materials)),
      card(t("horizon"), t("n-days", { n: number(active.horizon) })), card(t("method"), active.method), card(
        t("failures"), number(active.failures))));
  });
  show(main, wide(t("view-forecasts"), run, h("div", { class: "row" },
    action(t("generate-all"), async () => {
      const report = await post("/api/v1/forecasts", {}, { timeoutMS: 600000 });
      await showRun();
      return t("generated", { n: number(report.materials), ms: number(report.elapsed_ms) });
    }, "press"),
    h("a", { class: "button", href: "/api/v1/exports/demand", download: "" }, t("export-demand")),
    h("a", { class: "button", href: "/api/v1/exports/forecasts", download: "" }, t("export-forecasts")),
    h("a", { class: "button", href: "/api/v1/exports/replenishment", download: "" },
      t("export-orders")))),
  wide(null, h("label", {}, t("search-material"), search), found.element));
  await Promise.all([showRun(), look()]);
  return null;
};

const quantile = (row, level) => row[`q${level}`];

/** Stock from today on: what lies there less what is expected, and what is to come when it is due. */
const projection = (forecast, policy, orders) => {
  let middle = policy.position.on_hand;
  const first = forecast.rows[0]?.day;
  const points = [];
  for (const row of forecast.rows) {
    for (const order of orders) {
      // What is overdue is expected at once.
      const day = order.day < first ? first : order.day;
      if (day === row.day) middle += order.open;
    }
    middle -= row.mean;
    points.push([row.day, middle]);
  }
  return points;
};

/** What is on order of a material: when it is due, and how much of it has not come. */
const ordersOf = async (code) => {
  const all = await rows("/api/v1/purchase-orders?open=true", 5000);
  return all.flatMap((order) => order.lines
    .filter((line) => line.material === code && line.ordered > line.received)
    .map((line) => ({ day: line.due, open: line.ordered - line.received, name: order.number })));
};

const showDemand = (place, material, demand, forecast) => {
  const history = demand.rows.filter((row) => row.day <= (forecast?.origin_day ?? "9999")).slice(-120);
  const ahead = forecast?.rows ?? [];
  show(place, chart({
    title: t("chart-demand", { material }),
    lines: [{ kind: "third", name: t("demand"), points: history.map((row) => [row.day, row.quantity]) },
      { kind: "line", name: t("forecast"), points: ahead.map((row) => [row.day, row.mean]) }],
    bands: [["0.05", "0.95"], ["0.1", "0.9"]].filter(
      ([low]) => ahead[0] && low && quantile(ahead[0], low) !== undefined)
      .map(
        ([low, high]) => (
          { points: ahead.map((row) => [row.day, quantile(row, low), quantile(row, high)]) })),
  }), h("p", { class: "dim" }, t("chart-demand-how")));
};

const showStock = (place, material, forecast, policy, orders) => {
  show(place, chart({
    title: t("chart-stock", { material }),
    lines: [{ kind: "line", name: t("stock"), points: projection(forecast, policy, orders) }],
    levels: [{ value: policy.reorder_point, name: t("reorder-point"), kind: "second" },
      { value: policy.safety_stock, name: t("safety-stock"), kind: "third" }],
    marks: orders.map((order) => ({ day: order.day, name: `${order.name}: ${number(order.open)}` })),
  }), orders.length
    ? h("p", {}, t("comes-in"), " ", orders.map((order) =>
      `${order.name} ${day(order.day)}: ${number(order.open)}`).join(" · "))
    : null, policy.stock_out_day
    ? h("p", { class: `notice ${policy.urgency === "CRITICAL" ? "bad" : "warn"}` },
      t("runs-out",
        { day: day(policy.stock_out_day), share: percent(policy.stock_out_probability, 0) }))
    : h("p", { class: "notice good" }, t("does-not-run-out")));
};

/** The four figures; where accuracy was not measured yet they say so. */
const showFigures = async (place, code, policy) => {
  const accuracy = await get(`/api/v1/materials/${segment(code)}/accuracy`).catch(() => null);
  const measured = (accuracy?.rows ?? []).find((row) => row.lag_days === 1) ?? accuracy?.rows?.[0];
  const unit = policy ? t(`unit-${policy.unit}`) : "";
  const share = (value) => (value === undefined || value === null ? "–" : percent(value));
  // The share of days with demand alone makes a MAPE, so their number stands beside it.
  show(place, cards(
    card("MAPE", share(measured?.mape),
      measured ? t("of-n-days", { n: number(measured.nonzero_days) }) : t("not-measured")),
    card(t("bias"), share(measured?.bias),
      measured ? `WAPE ${share(measured.wape)}, n = ${number(measured.days)}` : t("not-measured")),
    card(t("safety-stock"), quantity(policy?.safety_stock, unit),
      policy ? t("textbook", { n: number(policy.textbook.safety_stock, 1) }) : ""),
    card(t("reorder-point"), quantity(policy?.reorder_point, unit),
      policy ? t("textbook", { n: number(policy.textbook.reorder_point, 1) }) : "")));
};

/** The days ahead as a table: what the picture shows, for whoever reads or copies figures. */
const forecastTable = (code) => new Table({
  caption: t("chart-demand", { material: code }), file: `forecast-${code}`, empty: t("no-forecast"),
  columns: [
    { name: t("day"), value: (row) => row.day, text: (row) => day(row.day) },
    ...[["mean", t("forecast")], ["q0.05", "5 %"], ["q0.1", "10 %"], ["q0.5", "50 %"],
      ["q0.9", "90 %"], ["q0.95", "95 %"]].map(([key, name]) => ({ name, kind: "n",
      value: (row) => row[key], text: (row) => number(row[key], 2) })),
  ],
});

/** The view of one material. */
export const materialView = async (main, code) => {
  const material = await get(`/api/v1/materials/${segment(code)}`);
  const [figures, demandChart, stockChart, model, policyPart] = [h("div"), h("div"), h("div"),
    h("div"), h("div")];
  const methods = ["AUTO", "NAIVE", "SEASONAL_NAIVE", "MOVING_AVERAGE", "SES", "HOLT", "DAMPED",
    "HOLT_WINTERS", "THETA", "AUTO_ETS", "CROSTON", "SBA", "TSB"];
  const method = h("select", { id: "method" },
    methods.map((name) => h("option", { value: name }, name)));
  const stock = new Table({ caption: t("stock"), file: `stock-${code}`, empty: t("nothing-here"), columns: [
    { name: t("place"), value: (row) => row.location,
      href: (row) => `#place/${encodeURIComponent(row.location)}` },
    { name: t("lot"), value: (row) => row.lot_number },
    { name: t("quantity"), value: (row) => row.quantity, text: (row) => number(row.quantity),
      kind: "n" },
    { name: t("expiry"), value: (row) => row.expiry, text: (row) => day(row.expiry) },
  ] });
  const table = forecastTable(code);
  const path = `/api/v1/materials/${segment(code)}`;
  show(main,
    wide(`${code} · ${material.name}`, figures,
      h("div", { class: "row" }, h("label", {}, t("method"), method),
      action(t("generate"), async () => {
        await post("/api/v1/forecasts", { materials: [code], method: method.value });
        await draw();
      }, "press"),
      h("a", { class: "button", href: `${path}/demand?format=csv`, download: `demand-${code}.csv` },
        t("export-demand")),
      h("a",
        { class: "button", href: `${path}/forecast?format=csv`, download: `forecast-${code}.csv` },
        t("export-forecasts")),
      h("a", { class: "button", href: "/api/v1/exports/replenishment", download: "" },
        t("export-orders")))),
    wide(t("demand-and-forecast"), demandChart, model,
      h("details", {}, h("summary", {}, t("as-table")), table.element)),
    wide(t("stock-projection"), stockChart),
    section(t("policy"), policyPart), section(t("stock"), stock.element));
  const draw = async () => {
    const [demand, forecast, policy] = await Promise.all([get(`${path}/demand`).catch(() => ({ rows: [] })),
      get(`${path}/forecast`).catch(() => null), get(`${path}/policy`).catch(() => null)]);
    await showFigures(figures, code, policy);
    showDemand(demandChart, code, demand, forecast);
    table.fill(forecast?.rows ?? []);
    show(model, forecast
      ? [
        h("p", {}, h("b", {}, forecast.method),
          ` · ${translated(`class-${forecast.demand_class}`, forecast.demand_class)}`),
        h("p", { class: "dim" }, foreign(forecast.reason))]
      : h("p", { class: "notice" }, t("no-forecast")));
    if (forecast && policy) {
      showStock(stockChart, code, forecast, policy, await ordersOf(code).catch(() => []));
    } else show(stockChart, h("p", { class: "notice" }, t("no-forecast")));
    const unit = policy ? t(`unit-${policy.unit}`) : "";
    show(policyPart, policy ? [cards(
      card(t("on-hand"), quantity(policy.position.on_hand, unit)), card(t("on-order"),
        quantity(policy.position.on_order, unit)),
      card(t("open-orders"), quantity(policy.position.open_orders, unit)), card(t("to-order"),
        quantity(policy.suggested_quantity, unit),
        policy.order_by ? t("by-day", { day: day(policy.order_by) }) : ""),
      card(t("service-level"), percent(policy.service_level)), card(t("lead-time"),
        t("n-days", { n: number(policy.lead_time_days, 1) }))),
    h("ul", {}, policy.reasons.map((reason) => h("li", {}, foreign(reason))))] : h("p",
      { class: "notice" }, t("no-policy")));
    stock.fill(await rows(`/api/v1/stock?material=${segment(code)}`, 1000));
  };
  await draw();
  return null;
};
