// A receipt that arrives otherwise than announced: line by line what came, and what of it is damaged.
import { h } from "../common/dom.js";
import { t } from "../common/words.js";
import { number } from "../common/formats.js";
import { signal } from "./signals.js";

/** Lines on one screen: as many as there are keys for. */
const most = 7;

/** Asks for the differences of a receipt, then books its arrival with them. */
export const arrival = (errands, receipt) => {
  const { work } = errands;
  const differing = new Map();

  const lineText = (line) => {
    const came = differing.get(line.line);
    const announced = `${line.line}: ${line.material} ${number(line.quantity)}`;
    if (!came) return announced;
    return `${announced} → ${number(came.quantity)}`
      + (came.damaged ? `, ${t("damaged-n", { quantity: number(came.damaged) })}` : "");
  };

  const askLine = (line, first) => {
    const expected = number(line.quantity);
    errands.ask(t("how-much-came", { material: line.material }), (quantity) => {
      errands.ask(t("how-much-damaged"), (damaged) => {
        if (damaged > quantity) return signal("wrong");
        if (quantity === line.quantity && damaged === 0) differing.delete(line.line);
        else differing.set(line.line, { line: line.line, quantity, ...(damaged ? { damaged } : {}) });
        list(first);
      }, { expected: "0" });
    }, { expected });
  };

  const book = async () => {
    const title = t("op-arrive", { number: receipt.number });
    const body = { received: [...differing.values()] };
    const answer = await work.book({ path: `/api/v1/receipts/${receipt.id}/arrive`, body, title });
    if (answer !== undefined) work.finish(title, h("p", {}), answer, null);
  };

  const list = (first = 0) => {
    const shown = receipt.lines.slice(first, first + most);
    const next = first + most < receipt.lines.length ? first + most : 0;
    work.say("attention", t("arrive-which"), [], [
      ...shown.map((line, index) => ({ key: String(index + 1), words: lineText(line),
        run: () => askLine(line, first) })),
      ...(receipt.lines.length > most
        ? [{ key: "8", words: t("more-lines"), run: () => list(next) }]
        : []),
      { key: "9", words: t("arrive-book", { n: differing.size }), main: true,
        run: () => book().catch((error) => work.failed(error)) },
    ]);
  };
  list();
};
