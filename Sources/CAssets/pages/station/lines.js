// Reads the lines of a receipt as people have them: typed, pasted from a sheet, or from a file.

/** The longest receipt, as the warehouse takes it. */
export const mostLines = 1000;

const names = {
  material: ["material", "sku", "item", "article", "code", "artículo", "articulo", "material_code"],
  quantity: ["quantity", "qty", "amount", "cantidad"],
  lot: ["lot", "batch", "lote"],
  expiry: ["expiry", "expires", "best_before", "caducidad"],
  sscc: ["sscc", "lpn", "pallet"],
};

/** Splits one line at tabs, else at semicolons, else at commas; quoted cells keep theirs. */
export const cells = (line) => {
  const mark = ["\t", ";", ","].find((one) => line.includes(one));
  if (!mark) return line.trim().split(/\s+/);
  const found = [];
  let cell = "";
  let isQuoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const one = line[index];
    if (one === '"' && isQuoted && line[index + 1] === '"') {
      cell += '"';
      index += 1;
    } else if (one === '"') isQuoted = !isQuoted;
    else if (one === mark && !isQuoted) {
      found.push(cell.trim());
      cell = "";
    } else cell += one;
  }
  return [...found, cell.trim()];
};

const columnOf = (heading) =>
  Object.keys(names).find((name) => names[name].includes(heading.toLowerCase().replace(/[ -]/g, "_")));

/**
 * The lines of a text, and what is wrong with it, line by line.
 *
 * A first line of known headings says which column is which; without one they are material,
 * quantity, lot, expiry, SSCC in this order.
 */
export const readLines = (text) => {
  const all = text.split(/\r?\n/).map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== "");
  const head = all.length ? cells(all[0].line).map(columnOf) : [];
  const hasHead = head.includes("material");
  const order = hasHead ? head : ["material", "quantity", "lot", "expiry", "sscc"];
  const lines = [];
  const faults = [];
  for (const { line, number } of hasHead ? all.slice(1) : all) {
    const row = {};
    cells(line).forEach((cell, index) => {
      if (order[index] && cell !== "") row[order[index]] = cell;
    });
    const amount = Number((row.quantity ?? "").replace(/^(\d+),(\d{1,3})$/, "$1.$2"));
    if (!row.material) faults.push({ number, what: "no-material" });
    else if (!(amount > 0)) faults.push({ number, what: "bad-quantity" });
    else lines.push({ ...row, quantity: amount });
  }
  if (lines.length > mostLines) faults.push({ number: mostLines + 1, what: "too-many" });
  return { lines, faults };
};
