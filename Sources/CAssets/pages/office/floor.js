// The floor: how full it is, where people meet; from a bay to its places, their goods and history.
import { h, show } from "../common/dom.js";
import { floorPicture } from "../common/floor-map.js";
import { exchange, get, rows, segment } from "../common/api.js";
import { t, translated } from "../common/words.js";
import { day, length, moment, number, percent, weight } from "../common/formats.js";
import { printLabelsOn } from "../common/printing.js";
import { printPlaces } from "../common/paper.js";
import { Table } from "../common/table.js";
import { action, card, cards, filled, part, section, wide } from "./parts.js";

/** Zones with how full they are. */
export const zonesTable = () => new Table({
  caption: t("zones"), file: "zones", empty: t("no-places"),
  columns: [
    { name: t("zone"), value: (row) => row.zone },
    { name: t("places"), value: (row) => row.locations, text: (row) => number(row.locations),
      kind: "n" },
    { name: t("occupied"), value: (row) => row.occupied, text: (row) => number(row.occupied),
      kind: "n" },
    { name: t("average"), value: (row) => row.average_ratio,
      text: (row) => percent(row.average_ratio), kind: "n" },
    { name: t("overfull"), value: (row) => row.overfull, text: (row) => number(row.overfull),
      kind: "n", state: (row) => (row.overfull > 0 ? "UNHEALTHY" : "") },
  ],
});

const placesTable = () => new Table({
  caption: t("places-of-bay"), file: "places", empty: t("choose-bay"),
  columns: [
    { name: t("place"), value: (row) => row.code,
      href: (row) => `#place/${encodeURIComponent(row.code)}` },
    { name: t("level"), value: (row) => row.level, kind: "n" },
    { name: t("full"), value: (row) => row.utilization, text: (row) => percent(row.utilization),
      kind: "n", state: (row) => (row.utilization > 1 ? "UNHEALTHY" : "") },
    { name: t("units"), value: (row) => row.used.handling_units, kind: "n" },
    { name: t("weight"), value: (row) => row.used.weight_g,
      text: (row) => weight(row.used.weight_g), kind: "n" },
    { name: t("promised-units"), value: (row) => row.reserved.handling_units, kind: "n" },
    { name: t("hold"), value: (row) => row.hold },
  ],
});

/** The view of the whole floor. */
export const floorView = async (main) => {
  const map = h("div",
    { class: "scroll", role: "region", tabindex: "0", "aria-label": t("view-floor") });
  const bay = placesTable();
  bay.say(t("choose-bay"));
  const zones = zonesTable();
  const measure = h("select", { id: "measure" },
    ["utilization", "picks", "tasks"].map(
      (name) => h("option", { value: name }, t(`measure-${name}`))));
  const choose = async (cell) => {
    for (const other of map.querySelectorAll(".here")) other.classList.remove("here");
    cell.classList.add("here");
    await filled(bay,
      async () => (await rows(`/api/v1/locations?zone=${segment(cell.dataset.zone)}`, 20000))
      .filter((place) => place.aisle === cell.dataset.aisle && place.bay === Number(cell.dataset.bay)));
  };
  const drawMap = () => part(map, async () => {
    const answer = await exchange("GET", `/api/v1/utilization/map.svg?show=${measure.value}`,
      undefined, { accept: "image/svg+xml" });
    const drawn = floorPicture(await answer.text());
    drawn.removeAttribute("role");
    drawn.removeAttribute("aria-label");
    show(map, drawn);
    const cells = [...drawn.querySelectorAll("rect[data-bay]")];
    cells.forEach((cell, index) => {
      cell.setAttribute("role", "button");
      cell.setAttribute("tabindex", index === 0 ? "0" : "-1");
      cell.setAttribute("aria-label", cell.querySelector("title")?.textContent ?? "");
      cell.addEventListener("click", () => choose(cell));
      cell.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") choose(cell);
        const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        cells[(index + step + cells.length) % cells.length].focus();
      });
    });
  });
  const labels = action(t("print-places"), async () => {
    const subjects = bay.visible().map((place) => ({ kind: "LOCATION", code: place.code }));
    if (subjects.length === 0) return t("choose-bay");
    const jobs = await printLabelsOn(subjects);
    return jobs.length ? t("job-QUEUED") : "";
  });
  const paper = h("div", { class: "sheet" });
  const onPaper = action(t("print-places-paper"), async () => {
    if (bay.visible().length === 0) return t("choose-bay");
    printPlaces(paper, bay.visible());
    return "";
  });
  measure.addEventListener("change", drawMap);
  const parts = [
    wide(t("view-floor"), h("div", { class: "row" }, h("label", {}, t("shades-tell"), measure)),
      map),
    section(t("places-of-bay"), h("div", { class: "row" }, labels, onPaper), bay.element),
    section(t("zones"), zones.element)];
  for (const one of parts) one.classList.add("screen");
  show(main, parts, paper);
  const draw = async () => {
    await Promise.all([drawMap(), filled(zones, async () => (await get("/api/v1/utilization")).zones)]);
  };
  await draw();
  return null;
};

/** Columns of ledger rows, for every view that shows some. */
export const ledgerColumns = () => [
  { name: t("when"), value: (row) => row.occurred_at, text: (row) => moment(row.occurred_at) },
  { name: t("kind"), value: (row) => row.kind,
    text: (row) => translated(`kind-${row.kind}`, row.kind) },
  { name: t("lot"), value: (row) => row.lot_number },
  { name: t("article"), value: (row) => row.material,
    href: (row) => `#material/${encodeURIComponent(row.material)}` },
  { name: t("from"), value: (row) => row.from,
    href: (row) => (row.from ? `#place/${encodeURIComponent(row.from)}` : null) },
  { name: t("to"), value: (row) => row.to,
    href: (row) => (row.to ? `#place/${encodeURIComponent(row.to)}` : null) },
  { name: t("quantity"), value: (row) => row.quantity, text: (row) => number(row.quantity), kind: "n" },
  { name: t("reason"), value: (row) => row.reason, kind: "wrap" },
];

/** The view of one place: its rules, what lies in it, what happened there. */
export const placeView = async (main, code) => {
  const place = await get(`/api/v1/locations/${segment(code)}`);
  const contents = new Table({ caption: t("contents"), file: `place-${code}`, empty: t("nothing-here"), columns: [
    { name: t("lot"), value: (row) => row.lot_number },
    { name: t("article"), value: (row) => row.material,
      href: (row) => `#material/${encodeURIComponent(row.material)}` },
    { name: t("quantity"), value: (row) => row.quantity, text: (row) => number(row.quantity),
      kind: "n" },
    { name: t("units"), value: (row) => row.handling_units, kind: "n" },
    { name: t("expiry"), value: (row) => row.expiry, text: (row) => day(row.expiry) },
    { name: t("hold"), value: (row) => row.hold },
  ] });
  const history = new Table(
    { caption: t("history"), file: `history-${code}`, empty: t("no-history"),
      columns: ledgerColumns() });
  const size = place.size_mm ? place.size_mm.map((edge) => length(edge)).join(" × ") : "";
  show(main, wide(`${t("place")} ${code}`, cards(
    card(t("full"), percent(place.utilization)),
    card(t("units"), number(place.used.handling_units),
      place.max_handling_units ? t("of-n", { n: number(place.max_handling_units) }) : ""),
    card(t("weight"), weight(place.used.weight_g),
      place.max_weight_g ? t("of-n", { n: weight(place.max_weight_g) }) : ""),
    card(t("promised-units"), number(place.reserved.handling_units)),
    card(t("zone"), place.zone, `${place.aisle} · ${place.bay} · ${place.level}`),
    card(t("size"), size || "–", place.storage_types.join(", "))),
  place.hold ? h("p", { class: "notice warn" }, `${t("hold")}: ${place.hold}`) : null),
  section(t("contents"), contents.element), section(t("history"), history.element));
  contents.fill(place.contents ?? []);
  await filled(history,
    async () => (
      await get(`/api/v1/transactions?location=${segment(code)}&newest=1&limit=200`)).rows);
  return null;
};
