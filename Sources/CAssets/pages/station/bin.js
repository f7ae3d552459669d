// A place as a box drawn from above and to the side, with every unit where the plan puts it.
import { svg } from "../common/dom.js";
import { t } from "../common/words.js";

const cosine = Math.cos(Math.PI / 6);
const sine = Math.sin(Math.PI / 6);

/** A point of the place on the paper: x runs right, y into the depth, z up. */
const flat = ([x, y, z]) => [(x - y) * cosine, (x + y) * sine - z];

const face = (kind, points) => svg("polygon", { class: kind, points: points
  .map((point) => flat(point).map((value) => value.toFixed(1)).join(",")).join(" ") });

/** The three faces of a box that can be seen. */
const box = ({ at: [x, y, z], size: [length, width, height] }, kind) => {
  const [x2, y2, z2] = [x + length, y + width, z + height];
  return [
    face(`top ${kind}`, [[x, y, z2], [x2, y, z2], [x2, y2, z2], [x, y2, z2]]),
    face(`front ${kind}`, [[x, y2, z], [x2, y2, z], [x2, y2, z2], [x, y2, z2]]),
    face(`side ${kind}`, [[x2, y, z], [x2, y2, z], [x2, y2, z2], [x2, y, z2]]),
  ];
};

/** Whether one box hides a part of the other: it then has to be drawn after it. */
const isBefore = (one, other) =>
  [0, 1, 2].some((axis) => one.at[axis] + one.size[axis] <= other.at[axis] + 1e-6)
  && ![0, 1, 2].some((axis) => other.at[axis] + other.size[axis] <= one.at[axis] + 1e-6);

/** From the back to the front: what is hidden first. Two boxes that do not touch keep their order. */
const backToFront = (boxes) => {
  const left = [...boxes];
  const drawn = [];
  while (left.length > 0) {
    const next = left.find((one) => left.every((other) => other === one || !isBefore(other, one)));
    drawn.push(next ?? left[0]);
    left.splice(left.indexOf(next ?? left[0]), 1);
  }
  return drawn;
};

/** The units of a task in its place, as the plan lays them; empty where nobody worked that out. */
export const unitsOf = (task) => task.units_mm ?? [];

/** The picture of a place with the units of all tasks that go there; sizes in millimetres. */
export const bin = (place, tasks) => {
  const [length, width, height] = place.size_mm;
  const scale = 200 / Math.max(length + width, height * 1.2);
  const scaled = (values) => values.map((value) => value * scale);
  const [a, b, c] = scaled([length, width, height]);
  const walls = [
    face("wall", [[0, 0, 0], [a, 0, 0], [a, b, 0], [0, b, 0]]),
    face("wall", [[0, 0, 0], [a, 0, 0], [a, 0, c], [0, 0, c]]),
    face("wall", [[0, 0, 0], [0, b, 0], [0, b, c], [0, 0, c]]),
  ];
  const boxes = tasks.flatMap((task, index) => unitsOf(task).map((unit) => ({
    at: scaled(unit.at), size: scaled(unit.size), kind: `k${index % 3}`, task })));
  const [left, top] = [flat([0, b, 0])[0] - 4, flat([0, 0, c])[1] - 4];
  const [right, bottom] = [flat([a, 0, 0])[0] + 4, flat([a, b, 0])[1] + 4];
  return svg("svg", { class: "bin", role: "img",
    viewBox: [left, top, right - left, bottom - top].map((value) => value.toFixed(1)).join(" "),
    "aria-label": t("bin-picture", { place: place.code, n: boxes.length,
      lot: tasks.map((task) => task.lot_number).join(", ") }) },
  walls, backToFront(boxes).map((one) => svg("g", { class: "unit" }, box(one, one.kind))));
};
