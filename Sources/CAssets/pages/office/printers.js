// Label printers: which there are, how each is, and what waits for them.
import { h, show } from "../common/dom.js";
import { call, post, rows, segment } from "../common/api.js";
import { t } from "../common/words.js";
import { edge, edgeScale, edgeUnit, number } from "../common/formats.js";
import { printQueue, printerState } from "../common/printing.js";
import { foreign } from "../common/told.js";
import { Table } from "../common/table.js";
import { action, filled, part, wide } from "./parts.js";

const field = (name, word, more = {}) =>
  h("label", {}, t(word), h("input", { name, autocomplete: "off", required: true, ...more }));

const measure = (name, word, value, least, most) =>
  field(name, word, { type: "number", value, min: least, max: most });

/** An edge of a label, entered in the facility's unit. */
const edgeField = (name, word, ...figures) => {
  const [value, min, max] = figures.map((figure) => Math.round((figure * 10) / edgeScale()) / 10);
  return h("label", {}, `${t(word)}, ${edgeUnit()}`, h("input", { name, required: true,
    autocomplete: "off", type: "number", value, min, max, step: edgeScale() === 1 ? 1 : 0.1 }));
};

/** What was entered, in millimetres where it is an edge. */
const entered = ([key, value]) => [key,
  key.endsWith("_mm") ? Math.round(Number(value) * edgeScale()) : Number(value)];

/** The section; who may not change printers sees them all the same. */
export const printersSection = (mayChange) => {
  const queue = printQueue();
  const said = h("div", { role: "status" });
  const list = new Table({ caption: t("printers"), file: "printers", empty: t("no-printers-yet"),
    columns: [
      { name: t("name"), value: (row) => row.name },
      { name: t("host"), value: (row) => `${row.host}:${row.port}` },
      { name: t("size"), value: (row) => `${row.width_mm} × ${row.height_mm} mm`,
        text: (row) => `${edge(row.width_mm)} × ${edge(row.height_mm)}` },
      { name: t("dots-per-inch"), value: (row) => row.dots_per_inch,
        text: (row) => number(row.dots_per_inch), kind: "n" },
      { name: t("state"), value: (row) => row.state, text: printerState,
        state: (row) => (row.state === "WAITING" ? "DEGRADED" : "") },
      { name: t("trouble"), value: (row) => row.error, text: (row) => foreign(row.error ?? ""),
        kind: "wrap" },
      ...(mayChange ? [{ name: "", value: () => "", text: (row) => action(t("delete-printer"),
        async () => {
          await call("DELETE", `/api/v1/printers/${segment(row.id)}`);
          await fill();
        }) }] : []),
    ] });
  const fill = async () => {
    await filled(list, () => rows("/api/v1/printers", 200));
    await queue.refresh();
  };
  const form = h("form", { class: "row" }, field("name", "name", { maxlength: 64 }),
    field("host", "host", { maxlength: 253 }), measure("port", "port", 9100, 1, 65535),
    measure("dots_per_inch", "dots-per-inch", 203, 150, 1200),
    edgeField("width_mm", "width", 100, 20, 300), edgeField("height_mm", "height", 60, 10, 600),
    h("button", { class: "press" }, t("add-printer")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { name, host, ...figures } = Object.fromEntries(new FormData(form));
    const numbers = Object.entries(figures).map(entered);
    part(said, async () => {
      await post("/api/v1/printers", { name, host, ...Object.fromEntries(numbers) });
      form.reset();
      show(said, h("p", { class: "notice good" }, t("added", { name })));
      await fill();
    });
  });
  const parts = [mayChange ? form : null, said, list.element, queue.element].filter(Boolean);
  return { element: wide(t("printers"), ...parts), fill };
};
