// A table that sorts, filters, exports and links; it says by itself when it is empty or broken.
import { h, show } from "./dom.js";
import { t } from "./words.js";
import { byCode, number } from "./formats.js";

const compare = (one, other) =>
  typeof one === "number" && typeof other === "number" ? one - other : byCode(String(one ?? ""),
    String(other ?? ""));

/** A cell of CSV: quoted where needed, and harmless to spreadsheets that run what begins with =. */
const csvCell = (value) => {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = typeof value !== "number" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Rows of values as CSV. */
export const csvLines = (lines) =>
  `${lines.map((line) => line.map(csvCell).join(",")).join("\r\n")}\r\n`;

/** Offers a text as a file. */
export const save = (name, text, type = "text/csv") => {
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

/**
 * A table. A column is `{ name, value(row), text?(row), kind?, title?(row), href?(row) }`; `value`
 * is what sorts and exports, `text` what is read. `choose(row)` makes rows selectable, `name` is the
 * class of the table.
 */
export class Table {
  constructor({ caption, columns, empty, file, most = 200, choose, rowClass, sort, name }) {
    Object.assign(this, { columns, empty, file, most, choose, rowClass });
    this.rows = [];
    this.order = sort ?? null;
    this.chosen = new Set();
    this.needle = h("input", { type: "search", "aria-label": `${t("filter")}: ${caption}`,
      placeholder: t("filter"), oninput: () => this.draw() });
    this.count = h("span", { class: "dim" });
    this.body = h("tbody");
    this.head = h("tr");
    this.element = h("div", {},
      h("div", { class: "row middle screen" }, this.needle, this.count,
        file ? h("button", { type: "button", class: "push", onclick: () => this.export() },
          t("export-csv")) : null),
      h("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" },
        h("table", { class: name }, h("caption", {}, caption), h("thead", {}, this.head),
          this.body)));
    this.drawHead();
    this.say(t("reading"));
  }

  drawHead() {
    show(this.head,
      this.choose ? h("th", { scope: "col" },
        h("input", { type: "checkbox", "aria-label": t("choose-all"),
      onchange: (event) => this.chooseAll(event.target.checked) })) : null,
    this.columns.map((column, index) => {
      if (column.name === "") return h("td");
      const isBy = this.order?.index === index;
      return h("th", { scope: "col", class: column.kind === "n" ? "n" : undefined,
        "aria-sort": isBy ? (this.order.up ? "ascending" : "descending") : undefined },
      h("button", { type: "button", onclick: () => {
        this.order = { index, up: isBy ? !this.order.up : true };
        this.drawHead();
        this.draw();
      } }, column.name, isBy ? (this.order.up ? " ▲" : " ▼") : ""));
    }));
  }

  /** Shows rows. */
  fill(rows) {
    this.rows = rows;
    this.chosen = new Set([...this.chosen].filter((row) => rows.includes(row)));
    this.draw();
  }

  /** Shows words instead of rows: why there are none. */
  say(words, isBad = false) {
    this.count.textContent = "";
    show(this.body,
      h("tr", {},
        h("td", { class: isBad ? "empty UNHEALTHY" : "empty", colspan: this.columns.length + 1 },
          words)));
  }

  /** The rows that the filter leaves, in their order. */
  visible() {
    const needle = this.needle.value.trim().toLowerCase();
    const fits = (row) => this.columns.some((column) =>
      String((column.text ?? column.value)(row) ?? "").toLowerCase().includes(needle));
    const found = needle ? this.rows.filter(fits) : [...this.rows];
    if (this.order) {
      const { index, up } = this.order;
      const value = this.columns[index].value;
      found.sort((one, other) => compare(value(one), value(other)) * (up ? 1 : -1));
    }
    return found;
  }

  draw() {
    if (this.rows.length === 0) return this.say(this.empty ?? "–");
    const found = this.visible();
    if (found.length === 0) return this.say(t("nothing-fits-filter"));
    const shown = found.slice(0, this.most);
    this.count.textContent = t("rows-of",
      { shown: number(shown.length), all: number(this.rows.length) });
    show(this.body, shown.map((row) => this.line(row)));
  }

  line(row) {
    return h("tr", { class: this.rowClass?.(row) },
      this.choose ? h("td", {},
        h("input", { type: "checkbox", "aria-label": String(this.columns[0].value(row)),
        checked: this.chosen.has(row), onchange: (event) => this.pick(row,
          event.target.checked) })) : null,
      this.columns.map((column) => {
        const text = (column.text ?? column.value)(row) ?? "";
        const href = column.href?.(row);
        const inside = text instanceof Node ? text : href ? h("a", { href },
          String(text)) : String(text);
        return h("td",
          { class: [column.kind, column.state?.(row)].filter(Boolean).join(" ") || undefined,
          title: column.title?.(row) }, inside);
      }));
  }

  pick(row, isOn) {
    if (isOn) this.chosen.add(row);
    else this.chosen.delete(row);
    this.choose([...this.chosen]);
  }

  chooseAll(isOn) {
    this.chosen = new Set(isOn ? this.visible() : []);
    this.choose([...this.chosen]);
    this.draw();
  }

  export() {
    save(`${this.file}.csv`, csvLines([this.columns.map((column) => column.name),
      ...this.visible().map((row) => this.columns.map((column) => column.value(row)))]));
  }
}
