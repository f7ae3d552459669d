// A new receipt: typed, pasted, uploaded or scanned, 1 to 1,000 lines, checked while it is written.
import { h, show } from "../common/dom.js";
import { newID, post, rows } from "../common/api.js";
import { t } from "../common/words.js";
import { number } from "../common/formats.js";
import { listen } from "../scan/wedge.js";
import { mostLines, readLines } from "./lines.js";

let heard = () => {};
let isListening = false;

/** Shows the form; `made(receipt)` gets what the warehouse made of it. */
export const entryForm = async (place, made, failed) => {
  const docks = (await rows("/api/v1/locations?zone=DOCK", 200).catch(() => []))
    .filter((location) => location.kind === "DOCK");
  const name = h("input", { id: "receipt-number", required: true, maxlength: 64, autocomplete: "off" });
  const dock = h("select", { id: "receipt-dock" }, h("option", { value: "" }, t("usual-dock")),
    docks.map((location) => h("option", { value: location.code }, location.code)));
  const arrived = h("input", { type: "checkbox", id: "receipt-arrived", checked: true });
  const text = h("textarea", { id: "receipt-lines", spellcheck: "false", rows: 9,
    placeholder: "ROLL-1007, 3, LOT-1\nINK-3032, 20, LOT-2, 2028-05-10" });
  const file = h("input",
    { type: "file", id: "receipt-file", accept: ".csv,.tsv,.txt,text/csv,text/plain" });
  const said = h("div", { role: "status" });
  const make = h("button", { class: "press", disabled: true }, t("enter-receipt"));

  const check = () => {
    const { lines, faults } = readLines(text.value);
    make.disabled = lines.length === 0 || faults.length > 0;
    show(said,
      h("p", { class: "dim" }, t("lines-read", { n: number(lines.length) })),
      faults.slice(0, 8).map(
        (fault) => h("p", { class: "notice bad" },
          t(fault.what, { n: fault.number, most: mostLines }))));
    return lines;
  };
  text.addEventListener("input", check);
  file.addEventListener("change", async () => {
    if (!file.files[0]) return;
    text.value = await file.files[0].text();
    check();
  });
  const key = newID();
  const form = h("form", {},
    h("h2", {}, t("new-receipt")),
    h("div", { class: "row" },
      h("label", {}, t("receipt-number"), name), h("label", {}, t("dock"), dock),
      h("label", { class: "inline" }, arrived, t("has-arrived"))),
    h("label", {}, t("receipt-lines"), text),
    h("p", { class: "dim" }, t("receipt-lines-how")),
    h("div", { class: "row" }, h("label", {}, t("receipt-file"), file)),
    said, h("div", { class: "row" }, make));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    make.disabled = true;
    try {
      // One key for this form: a second press or a lost answer makes no second receipt.
      made(await post("/api/v1/receipts", { number: name.value.trim(), lines: check(),
        ...(dock.value ? { dock: dock.value } : {}), arrived: arrived.checked }, { key }));
    } catch (problem) {
      failed(problem, said);
      make.disabled = false;
    }
  });
  show(place, form);
  name.focus();
  listenForLabels(text, check, failed, said);
};

/** A label that is scanned while no field has the focus becomes a line. */
const listenForLabels = (text, check, failed, said) => {
  heard = async (code) => {
    try {
      const meaning = await post("/api/v1/scans", { text: code, entry: "SCAN" });
      const material = meaning.material?.code ?? meaning.lot?.material;
      if (!material) throw new Error(`${t("no-article")} ${code.slice(0, 60)}`);
      const amount = meaning.label?.count ?? meaning.material?.handling_unit_quantity ?? 1;
      const line = [material, amount, meaning.lot_number ?? meaning.lot?.lot ?? "",
        meaning.label?.expiry ?? "", meaning.sscc ?? ""].join(", ").replace(/(, )+$/, "");
      text.value = `${text.value.trimEnd()}${text.value.trim() ? "\n" : ""}${line}\n`;
      check();
    } catch (problem) {
      failed(problem, said);
    }
  };
  if (isListening) return;
  isListening = true;
  let line = Promise.resolve();
  listen(
    { hear: (code) => (line = line.then(() => text.isConnected && heard(code))),
      press: () => false });
};
