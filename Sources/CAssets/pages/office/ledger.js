// The ledger, searched.
import { h, show } from "../common/dom.js";
import { rows, segment } from "../common/api.js";
import { t } from "../common/words.js";
import { Table } from "../common/table.js";
import { filled, wide } from "./parts.js";
import { ledgerColumns } from "./floor.js";

const kinds = ["RECEIPT", "PUTAWAY", "MOVE", "PICK", "ADJUST", "COUNT", "HOLD", "RELEASE", "SCRAP",
  "RETURN", "CROSS_DOCK"];

/** The view of the ledger, the newest rows first. */
export const ledgerView = async (main) => {
  const list = new Table({ caption: t("view-ledger"), file: "ledger", empty: t("no-rows"), columns: [
    { name: "#", value: (row) => row.number, kind: "n" }, ...ledgerColumns(),
    { name: t("device"), value: (row) => row.device },
    { name: t("corrects"), value: (row) => row.corrects },
  ], most: 500 });
  const field = (name, word) => h("label", {}, t(word),
    h("input", { name, autocomplete: "off", maxlength: 64 }));
  const dayField = (name, word) => h("label", {}, t(word), h("input", { name, type: "date" }));
  const form = h("form", { class: "row" }, field("material", "article"), field("location", "place"),
    field("lot", "lot"),
    h("label", {}, t("kind"), h("select", { name: "kind" }, h("option", { value: "" }, t("all-kinds")),
      kinds.map((kind) => h("option", { value: kind }, t(`kind-${kind}`))))),
    dayField("from", "from-day"), dayField("to", "to-day"),
    h("button", { class: "press" }, t("search")));
  const look = () => filled(list, async () => {
    const query = [...new FormData(form)].filter(([, value]) => value.trim()).map(
      ([name, value]) => `&${name}=${segment(value.trim())}`).join("");
    return rows(`/api/v1/transactions?newest=1${query}`, 1000);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  show(main, wide(t("view-ledger"), form, h("div", { class: "row" },
    h("a", { class: "button", href: "/api/v1/exports/transactions", download: "" },
      t("export-all"))), list.element));
  await look();
  return null;
};
