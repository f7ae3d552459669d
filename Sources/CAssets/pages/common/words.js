// The words of the pages: a catalogue a language, chosen by the person, else by the browser.
const languages = ["en", "es"];
const kept = "stowage.language";
const catalogue = {};
let rules = new Intl.PluralRules("en");

const stored = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

/** The language in force: the one chosen on this device, else the browser's first that is known. */
export const language = (() => {
  const wanted = [stored(kept), ...(navigator.languages ?? [navigator.language])];
  const found = wanted.map((tag) => (tag ?? "").slice(0, 2)).find((tag) => languages.includes(tag));
  return found ?? "en";
})();

/** Chooses a language for this device and loads the page anew in it. */
export const speak = (tag) => {
  localStorage.setItem(kept, tag);
  location.reload();
};

/** Reads the catalogues of these folders, for example `["common", "scan"]`. */
export const learn = async (folders) => {
  const parts = await Promise.all(
    folders.map((folder) => import(`/assets/${folder}/words-${language}.js`)),
  );
  Object.assign(catalogue, ...parts.map((part) => part.default));
  rules = new Intl.PluralRules(language);
  document.documentElement.lang = language;
  for (const place of document.querySelectorAll("[data-words]")) {
    place.textContent = t(place.dataset.words);
  }
};

/** Adds words that have a key in this language alone: what the server says of itself in English. */
export const teach = (more) => Object.assign(catalogue, more);

/** The words under a key, with `{name}` filled in; a pair of forms is chosen by `{n}`. */
export const t = (key, values = {}) => {
  const entry = catalogue[key];
  if (entry === undefined) return key;
  const text = typeof entry === "string" ? entry : entry[rules.select(values.n)] ?? entry.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
};

/** The words under a key, or else the text that the server sent. */
export const translated = (key, otherwise) => (key in catalogue ? t(key) : otherwise);

/** Whether the catalogue in force has a key. */
export const knows = (key) => key in catalogue;

/** All languages. */
export const spoken = languages;
