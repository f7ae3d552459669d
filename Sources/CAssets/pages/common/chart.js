// Charts of lines and bands by day, drawn as SVG: for screens, paper, and those who read tables.
import { svg } from "./dom.js";
import { day, number } from "./formats.js";

const width = 900;
const height = 300;
const room = { left: 56, right: 12, top: 12, bottom: 26 };

/** Round steps for an axis up to a value. */
const steps = (most) => {
  const rough = most / 4;
  const ten = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * ten).find((one) => one >= rough) ?? ten;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
};

/**
 * A chart. `lines` are `{ kind, points: [[day, value]], name }`, `bands` are
 * `{ points: [[day, low, high]] }`, `levels` `{ value, name, kind }`, `marks` `{ day, name }`; days
 * are texts YYYY-MM-DD.
 */
export const chart = ({ title, lines = [], bands = [], levels = [], marks = [] }) => {
  const points = [...lines, ...bands].flatMap((part) => part.points);
  const days = [...new Set(points.map(([one]) => one))].sort();
  const named = { class: "chart", role: "img", "aria-label": title };
  if (days.length < 2) return svg("svg", { ...named, viewBox: `0 0 ${width} 40` });
  const first = Date.parse(days[0]);
  const span = Date.parse(days.at(-1)) - first;
  const values = [...lines.flatMap((line) => line.points.map(([, value]) => value)),
    ...bands.flatMap((band) => band.points.map(([, , top]) => top)),
    ...levels.map((level) => level.value)]
    .filter(Number.isFinite);
  const least = Math.min(0, ...values);
  const most = Math.max(1e-9, ...values) * 1.05;
  const [wide, high] = [width - room.left - room.right, height - room.top - room.bottom];
  const x = (one) => room.left + ((Date.parse(one) - first) / span) * wide;
  const y = (value) => height - room.bottom - ((value - least) / (most - least)) * high;
  const at = (one, value) => `${x(one).toFixed(1)},${y(value).toFixed(1)}`;
  const path = (points) => points.filter(([, value]) => Number.isFinite(value))
    .map(([one, value], index) => `${index ? "L" : "M"}${at(one, value)}`).join("");
  /** There along the lows, and back along the highs. */
  const around = (points) => {
    const highs = [...points].reverse().map(([one, , high]) => at(one, high));
    return `${path(points.map(([one, low]) => [one, low]))}L${highs.join("L")}Z`;
  };
  const gaps = Math.max(1, Math.floor(days.length / 6));
  return svg("svg", { ...named, viewBox: `0 0 ${width} ${height}` },
    svg("title", {}, title),
    steps(most).map((value) => [
      svg("line", { class: "grid", x1: room.left, x2: width - room.right, y1: y(value), y2: y(value) }),
      svg("text", { x: room.left - 6, y: y(value) + 4, "text-anchor": "end" }, number(value)),
    ]),
    days.filter((_, index) => index % gaps === 0 && index < days.length - gaps / 2).map((one) =>
      svg("text", { x: x(one), y: height - 8, "text-anchor": "start" }, day(one))),
    bands.map((band) => svg("path", { class: "band", d: around(band.points) })),
    lines.map(
      (line) => svg("path", { class: line.kind ?? "line", d: path(line.points) },
        svg("title", {}, line.name))),
    levels.map((level) => [
      svg("line",
        { class: level.kind ?? "axis", x1: room.left, x2: width - room.right, y1: y(level.value),
          y2: y(level.value) }),
      svg("text", { x: width - room.right - 4, y: y(level.value) - 4, "text-anchor": "end" },
        `${level.name} ${number(level.value, 1)}`),
    ]),
    marks.filter((mark) => mark.day >= days[0] && mark.day <= days.at(-1)).map((mark) =>
      svg("path",
        { class: "mark", d: `M${x(mark.day).toFixed(1)},${height - room.bottom}l-6,-11h12z` },
        svg("title", {}, mark.name))),
    svg("line", { class: "axis", x1: room.left, x2: width - room.right, y1: y(0), y2: y(0) }),
  );
};
