// A place as a box drawn from above and to the side, with the goods where the plan puts them.
import { svg } from "../common/dom.js";
import { t } from "../common/words.js";

const cosine = Math.cos(Math.PI / 6);
const sine = Math.sin(Math.PI / 6);

/** A point of the place on the paper: x runs right, y into the depth, z up. */
const flat = ([x, y, z]) => [(x - y) * cosine, (x + y) * sine - z];

const face = (kind, points) => svg("polygon", { class: kind, points: points.map((point) => flat(point).map((value) => value.toFixed(1)).join(",")).join(" ") });

/** The three faces of a box that can be seen. */
const box = ([x, y, z], [length, width, height]) => {
  const [x2, y2, z2] = [x + length, y + width, z + height];
  return [
    face("top", [[x, y, z2], [x2, y, z2], [x2, y2, z2], [x, y2, z2]]),
    face("front", [[x, y2, z], [x2, y2, z], [x2, y2, z2], [x, y2, z2]]),
    face("side", [[x2, y, z], [x2, y2, z], [x2, y2, z2], [x2, y, z2]]),
  ];
};

/** The picture of one task; sizes are those of the place and of one handling unit. */
export const bin = (place, task, lot) => {
  const [length, width, height] = place.size_mm;
  const scale = 200 / Math.max(length + width, height * 1.2);
  const scaled = (values) => values.map((value) => value * scale);
  const room = scaled([length, width, height]);
  const [a, b, c] = room;
  const walls = [
    face("wall", [[0, 0, 0], [a, 0, 0], [a, b, 0], [0, b, 0]]),
    face("wall", [[0, 0, 0], [a, 0, 0], [a, 0, c], [0, 0, c]]),
    face("wall", [[0, 0, 0], [0, b, 0], [0, b, c], [0, 0, c]]),
  ];
  const at = scaled(task.position_mm);
  const size = lot?.size_mm ? scaled(turned(lot.size_mm, task.position_mm, place.size_mm)) : null;
  const [left, top] = [flat([0, b, 0])[0] - 4, flat([0, 0, c])[1] - 4];
  const [right, bottom] = [flat([a, 0, 0])[0] + 4, flat([a, b, 0])[1] + 4];
  return svg("svg", { class: "bin", role: "img", viewBox: [left, top, right - left, bottom - top].map((value) => value.toFixed(1)).join(" "),
    "aria-label": t("bin-picture", { place: place.code, lot: task.lot_number }) },
  walls, size ? box(at, size) : null);
};

/** A unit stands as it fits: lengthwise, or turned by a quarter where only that fits. */
const turned = ([length, width, height], [x, y], [roomX, roomY]) =>
  (x + length <= roomX && y + width <= roomY ? [length, width, height] : [width, length, height]);
