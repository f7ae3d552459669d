// The floor map of the server, in the words of whoever looks: each cell carries its figures.
import { picture } from "./dom.js";
import { t } from "./words.js";
import { number } from "./formats.js";

const cellWords = ({ zone, aisle, bay, full, occupied, places, overfull, promised, picks }) => {
  const count = (key, value) => (Number(value) > 0 ? t(key, { n: number(Number(value)) }) : "");
  return [
    t("map-bay", { zone, aisle, bay }),
    t("map-full", { full, n: number(Number(occupied)), all: number(Number(places)) }),
    count("map-overfull", overfull), count("map-promised", promised), count("map-picks", picks),
  ].filter(Boolean).join(", ");
};

/** The picture as a node, its texts and titles translated. */
export const floorPicture = (text) => {
  const drawn = picture(text);
  drawn.setAttribute("class", "map");
  if (drawn.hasAttribute("aria-label")) drawn.setAttribute("aria-label", t("map-title"));
  for (const place of drawn.querySelectorAll("[data-words]")) {
    place.textContent = t(place.dataset.words, { n: place.dataset.n });
  }
  for (const cell of drawn.querySelectorAll("rect[data-bay]")) {
    const title = cell.querySelector("title");
    if (title) title.textContent = cellWords(cell.dataset);
  }
  return drawn;
};
