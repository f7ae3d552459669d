// What is printed on paper: one sheet at a time, labels with a symbol that scanners read.
import { h, show } from "./dom.js";
import { dataMatrix } from "./datamatrix.js";

/** Prints these parts, and nothing else, on a sheet of the page. */
export const print = (paper, parts) => {
  for (const other of document.querySelectorAll(".sheet.printed")) other.classList.remove("printed");
  show(paper, parts);
  paper.classList.add("printed");
  window.print();
};

/** One label: what people read, and a symbol of the right size for scanners. */
export const label = (title, lines, code, isGS1 = false) =>
  h("div", { class: "label", "data-code": code }, dataMatrix(code, { isGS1, className: "symbol" }),
    h("strong", {}, title), lines.filter(Boolean).map((line) => h("div", {}, line)));

/** Labels of places; their check digits stand on the labels of a printer alone. */
export const printPlaces = (paper, places) =>
  print(paper, places.map((place) => label(place.code,
    [place.zone, `${place.level === 0 ? "↓" : "↑"} ${place.level}`], place.code)));
