// A receipt that arrives: line by line what came and what of it is damaged, where it differs.
import { h } from "../common/dom.js";
import { t } from "../common/words.js";
import { number } from "../common/formats.js";

const field = (name, line, value, more) => h("input", { name, type: "number", min: "0", step: "any",
  value, "aria-label": `${t(name)}: ${line.line} ${line.material}`, ...more });

/** What came of a line otherwise than announced, in words. */
export const differenceText = (line) => {
  if (!line.difference) return "";
  const parts = [t(`difference-${line.difference}`)];
  if (line.received !== line.quantity) {
    parts.push(t("received-n", { quantity: number(line.received) }));
  }
  if (line.damaged > 0) {
    parts.push(t("damaged-n", { quantity: number(line.damaged) }));
  }
  return parts.join(", ");
};

/** The form of an arrival; `body()` gives what differs, as the call takes it. */
export const arrivalForm = (receipt) => {
  const rows = receipt.lines.map((line) => ({
    line,
    came: field("came", line, line.quantity),
    damaged: field("damaged", line, 0),
    reason: h("input", { maxlength: 200, autocomplete: "off",
      "aria-label": `${t("why-differs")}: ${line.line} ${line.material}` }),
  }));
  const heads = ["line", "article", "quantity", "lot", "came", "damaged", "why-differs"];
  const element = h("div", {}, h("p", { class: "dim" }, t("arrive-how")),
    h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": t("receipt-lines") },
      h("table", {}, h("caption", {}, t("receipt-lines")),
        h("thead", {}, h("tr", {}, heads.map((key) => h("th", { scope: "col" }, t(key))))),
        h("tbody", {}, rows.map(({ line, came, damaged, reason }) => h("tr", {},
          h("td", { class: "n" }, number(line.line)), h("td", {}, line.material),
          h("td", { class: "n" }, number(line.quantity)), h("td", {}, line.lot_number ?? ""),
          h("td", {}, came), h("td", {}, damaged), h("td", {}, reason)))))));
  const body = () => {
    const received = rows.map(({ line, came, damaged, reason }) => ({
      line: line.line, quantity: Number(came.value), damaged: Number(damaged.value),
      ...(reason.value.trim() ? { reason: reason.value.trim() } : {}),
      isSame: Number(came.value) === line.quantity && Number(damaged.value) === 0,
    })).filter((row) => !row.isSame);
    return received.length ? { received: received.map(({ isSame, ...row }) => row) } : {};
  };
  return { element, body };
};
