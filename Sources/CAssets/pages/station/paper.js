// What is printed: sheets for whoever puts away, labels for lots, places and logistic units.
import { h, show } from "../common/dom.js";
import { t } from "../common/words.js";
import { day, moment, number } from "../common/formats.js";
import { dataMatrix } from "../common/datamatrix.js";

const print = (paper, parts) => {
  for (const other of document.querySelectorAll(".sheet.printed")) other.classList.remove("printed");
  show(paper, parts);
  paper.classList.add("printed");
  window.print();
};

/** Sheets in walking order, with room to tick off and a symbol for each lot. */
export const printSheets = (paper, view) =>
  print(paper, [
    h("h2", {}, t("sheet-title", { number: view.receipt.number })),
    h("p", {}, `${view.receipt.dock} · ${moment(new Date().toISOString())}`),
    h("table", {},
      h("thead", {},
        h("tr", {},
          ["", "place", "lot", "", "article", "quantity", "units"].map(
            (key) => h("th", {}, key ? t(key) : "")))),
      h("tbody", {}, view.open.map((task) => h("tr", {},
        h("td", {}, h("span", { class: "tick" })), h("td", {}, h("b", {}, task.location)), h("td",
          {}, task.lot_number), h("td", {}, dataMatrix(task.lot_number, { className: "small" })),
        h("td", {}, `${task.material} ${task.material_name}`), h("td", { class: "n" },
          number(task.quantity)),
        h("td", { class: "n" }, number(task.handling_units)))))),
  ]);

/** One label: what people read, and a symbol of the right size for scanners. */
export const label = (title, lines, code, isGS1 = false) =>
  h("div", { class: "label", "data-code": code }, dataMatrix(code, { isGS1, className: "symbol" }),
    h("strong", {}, title), lines.filter(Boolean).map((line) => h("div", {}, line)));

/** Labels of the lots of a plan; a logistic unit carries its SSCC as GS1 says. */
export const printLabels = (paper, view) => {
  const bySSCC = new Map(
    view.receipt.lines.filter((line) => line.sscc).map((line) => [line.lot, line.sscc]));
  const expiries = new Map(view.receipt.lines.map((line) => [line.lot, line.expiry]));
  print(paper, view.open.map((task) => {
    const sscc = bySSCC.get(task.lot);
    return label(task.lot_number, [`${task.material} ${task.material_name}`, number(task.quantity),
      expiries.get(task.lot) ? day(
        expiries.get(task.lot)) : "", `→ ${task.location}`, sscc ? `SSCC ${sscc}` : ""],
    sscc ? `00${sscc}` : task.lot_number, Boolean(sscc));
  }));
};

/** Labels of places; their check digits stand on the labels of a printer alone. */
export const printPlaces = (paper, places) =>
  print(paper, places.map((place) => label(place.code,
    [place.zone, `${place.level === 0 ? "↓" : "↑"} ${place.level}`], place.code)));

const commands = ["CONFIRM", "FULL", "BLOCKED", "NOT_FOUND", "DAMAGED_LOCATION", "UNDO", "SKIP",
  "COUNT", "HELP", "LOGOUT"];

/** The sheet for the station's wall: what can be scanned instead of pressing a key. */
export const printCommands = (paper) =>
  print(paper, [h("h2", {}, t("commands-title")), commands.map((command) =>
    label(t(`command-${command}`), [], `CMD:${command}`))]);
