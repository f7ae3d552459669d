// A plan as people use it: in walking order, on the floor, as pictures of tight places, on paper.
import { h, show } from "../common/dom.js";
import { floorPicture } from "../common/floor-map.js";
import { foreign, reasonsOf, refusalText } from "../common/told.js";
import { exchange, rows } from "../common/api.js";
import { t, translated } from "../common/words.js";
import { byCode, number, percent } from "../common/formats.js";
import { printLabelsOn, printQueue } from "../common/printing.js";
import { Table } from "../common/table.js";
import { bin, unitsOf } from "./bin.js";
import { printLabels, printSheets } from "./paper.js";

let places = null;

/** All places by their codes, asked for once. */
const allPlaces = async () => {
  places ??= new Map((await rows("/api/v1/locations", 20000)).map((place) => [place.code, place]));
  return places;
};

/** Orders tasks as somebody walks: aisle after aisle, up one and down the next, low levels first. */
export const inWalkingOrder = (tasks, known) => {
  const aisles = [...new Set(tasks.map((task) => {
    const place = known.get(task.location);
    return place ? `${place.zone} ${place.aisle}` : "";
  }))].sort(byCode);
  const key = (task) => {
    const place = known.get(task.location);
    if (!place) return [aisles.length, 0, 0, task.location];
    const aisle = aisles.indexOf(`${place.zone} ${place.aisle}`);
    return [aisle, aisle % 2 === 0 ? place.bay : -place.bay, place.level, task.location];
  };
  const keys = new Map(tasks.map((task) => [task, key(task)]));
  return [...tasks].sort((one, other) => {
    const [left, right] = [keys.get(one), keys.get(other)];
    for (let index = 0; index < 3; index += 1) {
      if (left[index] !== right[index]) return left[index] - right[index];
    }
    return byCode(left[3], right[3]);
  });
};

/** The plan of one receipt. */
export class PlanView {
  constructor(place, receipt, { failed, replan }) {
    Object.assign(this, { place, receipt, failed, replan });
    this.locked = new Set();
    this.tasks = [];
    this.refused = [];
    this.timer = 0;
  }

  async load(made) {
    this.made = made ?? null;
    this.known = await allPlaces();
    await this.reload();
    this.place.hidden = this.tasks.length === 0 && !made;
    if (!this.place.hidden) this.draw();
  }

  async reload() {
    this.tasks = inWalkingOrder(
      await rows(`/api/v1/putaway/recommendations?receipt=${this.receipt.id}`, 5000), this.known)
      .filter((task) => task.status !== "CANCELLED" && task.status !== "EXPIRED");
    if (this.made) this.refused = this.made.lines.filter((line) => line.status === "REFUSED");
  }

  /** Something happened: reads the tasks again, once for a burst of events. */
  hear(kind) {
    if (
      !kind.startsWith("recommendation.") && !kind.startsWith("receipt.")
        && kind !== "resync") return;
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      try {
        await this.reload();
        this.refresh();
      } catch (problem) {
        this.failed(problem);
      }
    }, 150);
  }

  refresh() {
    if (this.place.hidden) return;
    this.table.fill(this.tasks);
    this.drawFigures();
    this.markMap();
  }

  get open() {
    return this.tasks.filter((task) => task.status === "RECOMMENDED" || task.status === "STARTED");
  }

  draw() {
    this.figures = h("dl", { class: "cards" });
    this.bar = h("progress", { max: 1, value: 0, "aria-label": t("put-away") });
    this.table = this.list();
    this.floor = h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": t("floor") });
    this.bins = h("div", { class: "bins" });
    this.paper = h("div", { class: "sheet" });
    this.queue = printQueue();
    this.printed = h("details", { ontoggle: (event) => event.target.open && this.queue.refresh() },
      h("summary", {}, t("print-queue")), this.queue.element);
    const again = h("button", { type: "button" }, t("replan-rest"));
    again.addEventListener("click", async () => {
      again.disabled = true;
      await this.replan([...this.locked]).catch((problem) => this.failed(problem));
      again.disabled = false;
    });
    show(this.place,
      h("div", { class: "screen" },
        h("div", { class: "row middle" }, h("h2", {}, t("plan-of", { number: this.receipt.number })),
          h("button",
            { type: "button", class: "push", onclick: () => printSheets(this.paper, this) },
            t("print-sheets")),
          h("button", { type: "button", onclick: () => printLabels(this.paper, this) },
            t("print-on-paper")),
          h("button", { type: "button", onclick: () => this.printOnPrinter() },
            t("print-labels")), again),
        this.figures, this.bar,
        this.refused.map((line) => h("p", { class: "notice bad" },
          t("line-refused", { line: line.line, reason: refusalText(line) }),
          line.way_out ? h("span", {}, " ", foreign(line.way_out)) : null)),
        h("div", { class: "tall" }, this.table.element),
        h("h3", {}, t("floor")), this.floor,
        h("details", { ontoggle: (event) => event.target.open && this.drawBins() },
          h("summary", {}, t("bin-pictures")), this.bins),
        this.printed),
      this.paper);
    this.refresh();
    this.drawMap();
  }

  /** Labels of all that still goes somewhere: the plate of a unit that has one, else the lot. */
  async printOnPrinter() {
    const plates = new Set(this.receipt.lines.filter((line) => line.sscc).map((line) => line.lot));
    const lots = [...new Map(this.open.map((task) => [task.lot, task])).values()];
    const jobs = await printLabelsOn(lots.map((task) => ({
      kind: plates.has(task.lot) ? "PLATE" : "LOT", code: task.lot, material: task.material })))
      .catch((problem) => this.failed(problem));
    if (!jobs?.length) return;
    this.printed.open = true;
    await this.queue.refresh();
  }

  drawFigures() {
    const done = this.tasks.filter(
      (task) => task.status === "CONFIRMED" || task.status === "OVERRIDDEN").length;
    const card = (name, value, small) => h("div", { class: "card" }, h("dt", {}, name),
      h("dd", {}, value, small ? h("small", {}, small) : null));
    this.bar.value = this.tasks.length ? done / this.tasks.length : 0;
    const { made } = this;
    show(this.figures,
      card(t("tasks"), number(this.tasks.length)),
      card(t("put-away"), number(done), percent(this.bar.value, 0)),
      card(t("on-the-way"), number(this.tasks.filter((task) => task.status === "STARTED").length)),
      made ? card(t("algorithm"), made.algorithm,
        `${number(made.elapsed_ms, 0)} ms · ${t("rounds", { n: number(made.rounds) })}`) : null,
      made ? card(t("score"), number(made.mean_score, 3),
        made.gap === undefined || made.gap === null ? "" : t("gap-is",
          { share: percent(made.gap) })) : null,
      made ? card(t("objective"), "", t(`objective-${made.objective}`)) : null);
    this.place.dataset.done = done;
  }

  list() {
    return new Table({
      caption: t("walking-order"), file: `putaway-${this.receipt.number}`, most: 2000,
      columns: [
        { name: "#", value: (row) => this.tasks.indexOf(row) + 1, kind: "n" },
        { name: t("place"), value: (row) => row.actual_location ?? row.location,
          href: (row) => `/#place/${encodeURIComponent(row.location)}`,
          title: (row) => reasonsOf(row).join("; ") },
        { name: t("lot"), value: (row) => row.lot_number },
        { name: t("article"), value: (row) => row.material, title: (row) => row.material_name,
          href: (row) => `/#material/${encodeURIComponent(row.material)}` },
        { name: t("quantity"), value: (row) => row.quantity, text: (row) => number(row.quantity),
          kind: "n" },
        { name: t("units"), value: (row) => row.handling_units, kind: "n" },
        { name: t("state"), value: (row) => row.status,
          text: (row) => translated(`status-${row.status}`, row.status),
          state: (row) => row.status },
        { name: t("sure"), value: (row) => row.confidence,
          text: (row) => percent(row.confidence, 0), kind: "n" },
        { name: t("lock"), value: (row) => (this.locked.has(row.id) ? 1 : 0),
          text: (row) => (row.status !== "RECOMMENDED" ? "" : h("input", {
          type: "checkbox", "aria-label": `${t("lock")} ${row.lot_number}`, checked: this.locked.has(row.id),
          onchange: (event) => (
            event.target.checked ? this.locked.add(row.id) : this.locked.delete(row.id)) })) },
      ],
    });
  }

  async drawMap() {
    try {
      const answer = await exchange("GET", "/api/v1/utilization/map.svg", undefined,
        { accept: "image/svg+xml" });
      show(this.floor, floorPicture(await answer.text()));
      this.markMap();
    } catch (problem) {
      this.failed(problem);
    }
  }

  /** Rings the bays where something still goes. */
  markMap() {
    for (const cell of this.floor.querySelectorAll("rect.target")) cell.classList.remove("target");
    for (const task of this.open) {
      const place = this.known.get(task.location);
      if (!place) continue;
      const cell = [...this.floor.querySelectorAll(`rect[data-bay="${place.bay}"]`)].find((one) =>
        one.dataset.zone === place.zone && one.dataset.aisle === String(place.aisle));
      cell?.classList.add("target");
    }
  }

  /** Pictures of the places that get something, the fullest first; every unit stands in them. */
  drawBins() {
    if (this.bins.childElementCount) return;
    const byPlace = new Map();
    for (const task of this.open) {
      if (unitsOf(task).length === 0 || !this.known.get(task.location)?.size_mm) continue;
      byPlace.set(task.location, [...(byPlace.get(task.location) ?? []), task]);
    }
    const fullness = ([code, tasks]) => tasks.flatMap(unitsOf)
      .reduce((sum, { size: [x, y, z] }) => sum + x * y * z, 0)
      / this.known.get(code).size_mm.reduce((one, other) => one * other, 1);
    const tight = [...byPlace].sort((one, other) => fullness(other) - fullness(one)).slice(0, 24);
    show(this.bins, tight.length ? tight.map(([code, tasks]) => h("figure", {},
      bin(this.known.get(code), tasks),
      h("figcaption", {}, h("b", {}, code),
        ` ${tasks.map((task) => `${task.lot_number} × ${number(task.handling_units)}`).join(", ")}`)))
      : h("p", { class: "dim" }, t("no-shapes")));
  }
}
