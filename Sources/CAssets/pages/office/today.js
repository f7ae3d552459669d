// Today at a glance: what came, what was done, how well, what waits, and what it saved.
import { h, show } from "../common/dom.js";
import { get, rows } from "../common/api.js";
import { t, translated } from "../common/words.js";
import { money, number, pace, percent, way } from "../common/formats.js";
import { reasonsOf } from "../common/told.js";
import { Table } from "../common/table.js";
import { cards, card, filled, part, section, wide } from "./parts.js";
import { zonesTable } from "./floor.js";

const tasksTable = () => new Table({
  caption: t("open-tasks"), file: "tasks", empty: t("no-open-tasks"),
  columns: [
    { name: t("lot"), value: (row) => row.lot_number },
    { name: t("article"), value: (row) => row.material, title: (row) => row.material_name,
      href: (row) => `#material/${encodeURIComponent(row.material)}` },
    { name: t("from"), value: (row) => row.from,
      href: (row) => `#place/${encodeURIComponent(row.from)}` },
    { name: t("to"), value: (row) => row.location, title: (row) => reasonsOf(row).join("; "),
      href: (row) => `#place/${encodeURIComponent(row.location)}` },
    { name: t("quantity"), value: (row) => row.quantity, text: (row) => number(row.quantity),
      kind: "n" },
    { name: t("state"), value: (row) => row.status,
      text: (row) => translated(`status-${row.status}`, row.status), state: (row) => row.status },
    { name: t("sure"), value: (row) => row.confidence, text: (row) => percent(row.confidence, 0),
      kind: "n" },
  ],
});

/** What the layout saved: metres from the ledger, hours and money by the facility's own settings. */
const savings = (travel) => {
  if (travel.picks === 0) return h("p", { class: "dim" }, t("no-picks"));
  return [
    cards(
      card(t("metres-saved"), way(travel.saved_m), travel.baseline_m > 0
        ? t("of-baseline", { share: percent(travel.saved_m / travel.baseline_m) }) : ""),
      card(t("hours-saved"), number(travel.hours_saved, 1),
        t("at-pace", { n: pace(travel.walking_speed_m_s) })),
      card(t("cost-saved"), money(travel.cost_saved),
        t("at-cost", { n: money(travel.labour_cost_per_hour, 2) })),
      card(t("picks"), number(travel.picks),
        t("walked-of", { n: way(travel.walked_m), all: way(travel.baseline_m) }))),
    h("p", { class: "dim" }, t("savings-how"), " ", h("a", { href: "#settings" }, t("savings-set"))),
  ];
};

const confidenceTable = () => new Table({
  caption: t("confidence-how"), file: "confidence", empty: t("no-outcomes"),
  columns: [["promised", (row) => row.promised, percent], ["came-true", (row) => row.accepted, percent],
    ["outcomes", (row) => row.count, number]].map(([key, value, text]) =>
    ({ name: t(key), value, text: (row) => text(value(row)), kind: "n" })),
});

/** The view. */
export const todayView = async (main) => {
  const [figures, well, saved] = [h("div"), h("div"), h("div")];
  const zones = zonesTable();
  const tasks = tasksTable();
  const sure = confidenceTable();
  const map = h("p", {}, h("a", { href: "#floor" }, t("see-floor")));
  show(main, wide(t("view-today"), figures), section(t("how-well"), well), section(t("saved"), saved),
    section(t("zones"), zones.element, map), section(t("open-tasks"), tasks.element));
  const draw = async () => {
    await Promise.all([
      part(figures, async () => {
        const [report, full, receipts, urgent] = await Promise.all([get("/api/v1/performance?days=1"), get("/api/v1/utilization"),
          rows("/api/v1/receipts?status=ARRIVED", 500), rows(
            "/api/v1/replenishment?urgency=CRITICAL&status=OPEN", 1000).catch(() => [])]);
        const { today, tasks: done } = report;
        show(figures, cards(
          card(t("utilisation"), percent(full.facility?.average_ratio),
            t("occupied-of",
              { n: number(full.facility?.occupied), all: number(full.facility?.locations) })),
          card(t("to-plan"), number(receipts.length)),
          card(t("put-away-today"), number((done.CONFIRMED ?? 0) + (done.OVERRIDDEN ?? 0)),
            t("on-the-way-n", { n: number(done.STARTED ?? 0) })),
          card(t("picks"), number(today.PICK ?? 0)),
          card(t("moves"), number(today.MOVE ?? 0)),
          card(t("counts"), number(today.COUNT ?? 0)),
          card(t("critical-orders"), h("a", { href: "#orders" }, number(urgent.length)))));
      }),
      part(well, async () => {
        const report = await get("/api/v1/performance?days=7");
        const reasons = Object.entries(report.reasons).sort((one, other) => other[1] - one[1]);
        show(well, cards(
          card(t("acceptance"), percent(report.acceptance),
            t("n-outcomes", { n: number(report.answered) })),
          card(t("overridden"), number(report.tasks.OVERRIDDEN)), card(t("rejected"),
            number(report.tasks.REJECTED))),
        report.answered > 0 && report.answered < 30 ? h("p", { class: "notice warn" },
          t("few-outcomes")) : null,
        reasons.length ? h("p", {},
          reasons.map(
            ([reason, count]) => `${t(`reason-${reason}`)} ${number(count)}`).join(" · ")) : null,
        sure.element);
        sure.fill(report.confidence);
      }),
      part(saved, async () => show(saved,
        savings((await get("/api/v1/performance?days=30")).travel))),
      filled(zones, async () => (await get("/api/v1/utilization")).zones),
      filled(tasks,
        async () => [...await rows("/api/v1/putaway/recommendations?status=STARTED", 500),
          ...await rows("/api/v1/putaway/recommendations?status=RECOMMENDED", 500)]),
    ]);
  };
  await draw();
  return draw;
};

