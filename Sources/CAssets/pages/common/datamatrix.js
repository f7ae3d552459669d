// Data Matrix (ISO/IEC 16022, ECC 200) as SVG: the smallest square that holds the text.
//
// The text is written in the ASCII scheme, two digits to a codeword; a GS1 symbol begins with FNC1.
// Check words follow the standard's Reed-Solomon code over GF(256) with the polynomial 301, laid
// out in its diagonal pattern. Scanners tell where the text ends by the pads.
import { svg } from "./dom.js";

// Square symbols: side, data words, check words, blocks, side of a data region.
const sizes = [
  [10, 3, 5, 1, 8], [12, 5, 7, 1, 10], [14, 8, 10, 1, 12], [16, 12, 12, 1, 14], [18, 18, 14, 1, 16],
  [20, 22, 18, 1, 18], [22, 30, 20, 1, 20], [24, 36, 24, 1, 22], [26, 44, 28, 1, 24],
  [32, 62, 36, 1, 14], [36, 86, 42, 1, 16], [40, 114, 48, 1, 18], [44, 144, 56, 1, 20],
  [48, 174, 68, 1, 22],
];

const powers = new Array(255);
const logs = new Array(256);
for (let index = 0, value = 1; index < 255; index += 1) {
  powers[index] = value;
  logs[value] = index;
  value *= 2;
  if (value > 255) value ^= 301;
}
const times = (one, other) => (one && other ? powers[(logs[one] + logs[other]) % 255] : 0);

/** The codewords of a text, without pads. */
export const words = (text, isGS1) => {
  const found = isGS1 ? [232] : [];
  for (let index = 0; index < text.length; index += 1) {
    const pair = text.slice(index, index + 2);
    const code = text.charCodeAt(index);
    if (/^\d\d$/.test(pair)) {
      found.push(130 + Number(pair));
      index += 1;
    } else if (code === 29 && isGS1) found.push(232);
    else if (code < 128) found.push(code + 1);
    else if (code < 256) found.push(235, code - 127);
    else throw new RangeError("a Data Matrix label takes Latin-1 only");
  }
  return found;
};

const padded = (data, capacity) => {
  const full = [...data];
  if (full.length < capacity) full.push(129);
  while (full.length < capacity) {
    const pad = 129 + ((149 * (full.length + 1)) % 253) + 1;
    full.push(pad > 254 ? pad - 254 : pad);
  }
  return full;
};

const checkWords = (data, count) => {
  let generator = [1];
  for (let index = 1; index <= count; index += 1) {
    const next = new Array(generator.length + 1).fill(0);
    generator.forEach((value, place) => {
      next[place] ^= value;
      next[place + 1] ^= times(value, powers[index]);
    });
    generator = next;
  }
  const rest = new Array(count).fill(0);
  for (const word of data) {
    const factor = word ^ rest[0];
    rest.shift();
    rest.push(0);
    for (let place = 0; place < count; place += 1) rest[place] ^= times(generator[place + 1], factor);
  }
  return rest;
};

/** Lays the bits of the codewords out as the standard's pattern runs: in diagonals, wrapping. */
const layOut = (codewords, side) => {
  const grid = Array.from({ length: side }, () => new Array(side).fill(-1));
  const put = (row, column, word, bit) => {
    let [y, x] = [row, column];
    if (y < 0) [y, x] = [y + side, x + 4 - ((side + 4) % 8)];
    if (x < 0) [y, x] = [y + 4 - ((side + 4) % 8), x + side];
    grid[y][x] = (codewords[word] >> (8 - bit)) & 1;
  };
  const shape = (places, word) => places.forEach(([row, column], index) => put(row, column, word, index + 1));
  const utah = (row, column, word) => shape([[row - 2, column - 2], [row - 2, column - 1], [row - 1, column - 2],
    [row - 1, column - 1], [row - 1, column], [row, column - 2], [row, column - 1], [row, column]], word);
  const end = side - 1;
  const corners = [
    [[end, 0], [end, 1], [end, 2], [0, end - 1], [0, end], [1, end], [2, end], [3, end]],
    [[end - 2, 0], [end - 1, 0], [end, 0], [0, end - 3], [0, end - 2], [0, end - 1], [0, end], [1, end]],
    [[end - 2, 0], [end - 1, 0], [end, 0], [0, end - 1], [0, end], [1, end], [2, end], [3, end]],
    [[end, 0], [end, end], [0, end - 2], [0, end - 1], [0, end], [1, end - 2], [1, end - 1], [1, end]],
  ];
  let [word, row, column] = [0, 4, 0];
  do {
    if (row === side && column === 0) shape(corners[0], word++);
    if (row === side - 2 && column === 0 && side % 4 !== 0) shape(corners[1], word++);
    if (row === side - 2 && column === 0 && side % 8 === 4) shape(corners[2], word++);
    if (row === side + 4 && column === 2 && side % 8 === 0) shape(corners[3], word++);
    do {
      if (row < side && column >= 0 && grid[row][column] < 0) utah(row, column, word++);
      row -= 2;
      column += 2;
    } while (row >= 0 && column < side);
    row += 1;
    column += 3;
    do {
      if (row >= 0 && column < side && grid[row][column] < 0) utah(row, column, word++);
      row += 2;
      column -= 2;
    } while (row < side && column >= 0);
    row += 3;
    column += 1;
  } while (row < side || column < side);
  if (grid[end][end] < 0) {
    grid[end][end] = grid[end - 1][end - 1] = 1;
    grid[end - 1][end] = grid[end][end - 1] = 0;
  }
  return grid;
};

/** The dark modules of a text, row by row, with finder and clock patterns. */
export const modules = (text, isGS1 = false) => {
  const data = words(text, isGS1);
  const size = sizes.find(([, capacity]) => capacity >= data.length);
  if (!size) throw new RangeError("the text is too long for a label");
  const [side, capacity, checks, , region] = size;
  const full = padded(data, capacity);
  const regions = (side - 2 * Math.round(side / (region + 2))) / region;
  const grid = layOut([...full, ...checkWords(full, checks)], region * regions);
  const dark = Array.from({ length: side }, () => new Array(side).fill(0));
  const span = region + 2;
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const [inY, inX] = [y % span, x % span];
      if (inX === 0 || inY === span - 1) dark[y][x] = 1;
      else if (inY === 0) dark[y][x] = inX % 2 === 0 ? 1 : 0;
      else if (inX === span - 1) dark[y][x] = inY % 2;
      else dark[y][x] = grid[Math.floor(y / span) * region + inY - 1][Math.floor(x / span) * region + inX - 1];
    }
  }
  return dark;
};

/** The symbol as a picture, with its quiet zone. */
export const dataMatrix = (text, { isGS1 = false, className } = {}) => {
  const dark = modules(text, isGS1);
  const side = dark.length + 4;
  const path = dark.flatMap((line, y) => line.map((isDark, x) => (isDark ? `M${x + 2} ${y + 2}h1v1h-1z` : ""))).join("");
  return svg("svg", { class: className, viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": text.replaceAll("\u001d", " "),
    "shape-rendering": "crispEdges" },
  svg("rect", { width: side, height: side, fill: "#fff" }), svg("path", { d: path, fill: "#000" }));
};
