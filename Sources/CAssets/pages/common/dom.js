// Makes elements. Texts of the warehouse only ever become text nodes, never markup.
const svgNamespace = "http://www.w3.org/2000/svg";

const fill = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" && "value" in element) element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat(3).filter(
      (child) => child !== null && child !== undefined && child !== false));
  return element;
};

/** An element of HTML: `h("p", { class: "dim" }, "text", h("b", {}, "more"))`. */
export const h = (name, attributes, ...children) =>
  fill(document.createElement(name), attributes, children);

/** An element of SVG. */
export const svg = (name, attributes, ...children) =>
  fill(document.createElementNS(svgNamespace, name), attributes, children);

/** The element with an id. */
export const at = (id) => document.getElementById(id);

/** Puts these children, and nothing else, into an element. */
export const show = (element, ...children) => {
  element.replaceChildren(
    ...children.flat(3).filter(
      (child) => child !== null && child !== undefined && child !== false));
  return element;
};

/** An SVG picture of this server as a node, without its style sheet: the page's own one rules. */
export const picture = (text) => {
  const bare = text.replace(/<style>[^]*?<\/style>/g, "");
  const root = new DOMParser().parseFromString(bare, "image/svg+xml").documentElement;
  if (root.nodeName !== "svg") return h("p", { class: "dim" }, "–");
  for (const part of root.querySelectorAll("style, script")) part.remove();
  return document.importNode(root, true);
};
