// Settings and flags of the site: what is in force and since when by whom, changed here, at once.
//
// The whole of the site's own values is sent each time, with the version that was read: who was
// overtaken is told so, sees what is in force now, and nothing is lost.
import { h, show } from "../common/dom.js";
import { exchange, rows } from "../common/api.js";
import { language, speak, spoken, t, teach, translated } from "../common/words.js";
import { edge, edgeScale, edgeUnit, moment, number, pace } from "../common/formats.js";
import { may } from "../common/session.js";
import { setTheme, theme } from "../common/theme.js";
import { Table } from "../common/table.js";
import { foreign, saidOf } from "../common/told.js";
import { filled, section, wide } from "./parts.js";

if (language !== "en") teach((await import(`./explained-${language}.js`)).default);

const settingsPath = "/api/v1/settings";
const flagsPath = "/api/v1/flags";
const ruleKinds = ["FACILITY", "ZONE", "MATERIAL", "CLASS"];

/** A value as people read it. */
const shown = (value) => {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return t(value ? "on" : "off");
  if (Array.isArray(value)) return value.map((one) => number(one)).join("; ");
  return typeof value === "number" ? number(value, 6) : value === "" ? t("none") : value;
};

const sourceText = (row) => translated(`source-${row.source}`, row.source);
const explained = (key, words) => translated(`explained-${key}`, words ? foreign(words) : "");
const who = (row) => [moment(row.changed_at), row.changed_by].filter(Boolean).join(" · ");

/** A value of a setting, with its unit where the facility may use another one. */
const shownOf = (row, value) => {
  if (typeof value !== "number") return shown(value);
  if (row.key?.endsWith("-mm")) return edge(value);
  return row.key?.endsWith("-m-s") ? pace(value) : shown(value);
};

/** What a setting's figure is divided by where people enter it, and the unit then. */
const entryUnit = (row) => {
  if (!row.key?.endsWith("-mm")) return { scale: 1, unit: "" };
  return { scale: edgeScale(), unit: edgeUnit() };
};

/** What is allowed, in words. */
const range = (row) => {
  if (row.choices) return row.choices.join(", ");
  if (row.minimum === null || row.minimum === undefined) return "";
  return `${shownOf(row, row.minimum)} – ${shownOf(row, row.maximum)}`;
};

/** A field for a value of its kind; `read()` gives what stands in it. */
const field = (row, value, name = "value") => {
  if (row.kind === "SWITCH" || row.kind === "CHOICE") {
    const choices = row.kind === "SWITCH" ? [true, false] : row.choices;
    const select = h("select", { name, id: name }, choices.map((one) =>
      h("option", { value: String(one), selected: one === value }, shown(one))));
    return { element: select,
      read: () => (row.kind === "SWITCH" ? select.value === "true" : select.value) };
  }
  const isNumber = ["INTEGER", "NUMBER"].includes(row.kind);
  const { scale } = entryUnit(row);
  const scaled = (figure) => (scale === 1 || typeof figure !== "number"
    ? figure ?? undefined : Number((figure / scale).toFixed(2)));
  const input = h("input", { name, id: name, autocomplete: "off", maxlength: 2000,
    ...(isNumber ? { type: "number", required: true,
      step: row.kind === "INTEGER" && scale === 1 ? "1" : "any",
      min: scaled(row.minimum), max: scaled(row.maximum) } : {}),
    value: Array.isArray(value) ? value.join("; ") : scaled(value) ?? "" });
  const begun = input.value;
  const list = () => input.value.split(/[;\s]+/).filter(Boolean).map(Number);
  // What nobody changed goes back as it came: two decimals of an inch are not a millimetre.
  const figure = () => (input.value === begun && typeof value === "number" ? value
    : scale === 1 ? Number(input.value) : Math.round(Number(input.value) * scale));
  return { element: input, read: () =>
    (isNumber ? figure() : row.kind === "NUMBERS" ? list() : input.value.trim()) };
};

/** A document with its version: read, and sent whole. */
class Document {
  constructor(path) {
    Object.assign(this, { path, rows: [], match: "" });
  }

  async take(answer) {
    this.match = answer.headers.get("ETag");
    this.rows = (await answer.json()).rows;
    return this.rows;
  }

  async read() {
    return this.take(await exchange("GET", this.path));
  }

  async send(body) {
    return this.take(await exchange("PUT", this.path, body, { match: this.match }));
  }
}

/**
 * Asks in a dialog; `parts` are its fields, `acts` are `{ words, run(reason), kind }`, whose faults
 * are said in it. What was overtaken by somebody else closes it, after `again()`.
 */
const ask = (title, parts, acts, again) => {
  const said = h("div", { role: "alert" });
  const reason = h("input", { id: "reason", maxlength: 500, autocomplete: "off" });
  const dialog = h("dialog", { "aria-label": title });
  const end = () => dialog.remove();
  const run = (act) => async (event) => {
    event.preventDefault();
    try {
      await act.run(reason.value.trim());
      end();
      await again();
    } catch (problem) {
      const faults = (problem.document?.errors ?? []).map((fault) =>
        `${fault.pointer}: ${fault.detail}`);
      show(said, [problem.status === 412 ? t("changed-meanwhile") : saidOf(problem), ...faults]
        .map((line) => h("p", { class: "notice bad" }, line)));
      if (problem.status === 412) await again();
    }
  };
  const [first, ...more] = acts;
  const form = h("form", { method: "dialog", onsubmit: first ? run(first) : undefined },
    h("h2", {}, title), said, parts,
    first ? h("label", {}, t("why-changed"), reason) : null,
    h("div", { class: "row" }, first ? h("button", { class: "press" }, first.words) : null,
      more.map((act) => h("button", { type: "button", onclick: run(act) }, act.words)),
      h("button", { type: "button", onclick: end }, t("cancel"))));
  dialog.addEventListener("cancel", end);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
};

const withReason = (body, reason) => (reason ? { ...body, reason } : body);

/** Changes one setting; the others of the site stay as they are. */
const changeSetting = (document, row, again) => {
  const { element, read } = field(row, row.value);
  const put = (change) => (reason) => {
    const own = document.rows.filter((one) => one.site !== null && one.key !== row.key)
      .map((one) => [one.key, one.site]);
    return document.send(withReason({ values: Object.fromEntries([...own, ...change()]) }, reason));
  };
  ask(row.key, [h("p", { class: "dim" }, explained(row.key, row.words)),
    h("label", {}, [t("value"), entryUnit(row).unit, range(row)].filter(Boolean).join(": "), element),
    h("p", { class: "dim" }, t("configured-is", { value: shownOf(row, row.configured) }))],
  [{ words: t("put-in-force"), run: put(() => [[row.key, read()]]) },
    ...(row.site === null ? [] : [{ words: t("back-to-configuration"), run: put(() => []) }])], again);
};

const settingsTable = (document, again) => new Table({
  caption: t("settings-how"), file: "settings", most: 500, columns: [
    { name: t("setting"), value: (row) => row.key },
    { name: t("value"), value: (row) => row.value, text: (row) => shownOf(row, row.value),
      kind: "fold" },
    { name: t("set-by"), value: sourceText, state: (row) => (row.source === "SITE" ? "DEGRADED" : "") },
    { name: t("default"), value: (row) => row.default, text: (row) => shownOf(row, row.default),
      kind: "fold" },
    { name: t("allowed"), value: range, kind: "fold" },
    { name: t("what-for"), value: (row) => row.words, text: (row) => explained(row.key, row.words),
      kind: "wrap" },
    { name: t("last-changed"), value: (row) => row.changed_at, text: who, kind: "fold" },
    ...(may("admin") ? [{ name: "", value: () => "", text: (row) => (row.source === "HEAD_OFFICE"
      ? "" : h("button", { type: "button", "aria-label": `${t("change")}: ${row.key}`,
        onclick: () => changeSetting(document, row, again) }, t("change"))) }] : []),
  ] });

const ruleText = (rule) =>
  `${[t(`rule-of-${rule.kind}`), rule.target].filter(Boolean).join(" ")}: ${shown(rule.value)}`;

/** Adds a rule of a flag, or takes one away; all others are sent along as they are. */
const changeFlag = (document, row, again) => {
  const { element, read } = field(row, row.value);
  const kind = h("select", { id: "rule-kind" }, ruleKinds.map((name) =>
    h("option", { value: name }, t(`rule-of-${name}`))));
  const target = h("input", { id: "rule-target", maxlength: 64, autocomplete: "off" });
  const all = () => document.rows.flatMap((one) => one.rules.map((rule) =>
    ({ flag: one.flag, kind: rule.kind, target: rule.target, value: rule.value })));
  const isSame = (rule, kindName, targetName) => rule.flag === row.flag && rule.kind === kindName
    && (rule.target ?? "") === (targetName ?? "");
  const sent = (rules, reason) => document.send(withReason({ rules: rules.map((rule) =>
    (rule.kind === "FACILITY" ? { ...rule, target: undefined } : rule)) }, reason));
  const add = (reason) => {
    const goal = kind.value === "FACILITY" ? "" : target.value.trim();
    const others = all().filter((rule) => !isSame(rule, kind.value, goal));
    return sent([...others, { flag: row.flag, kind: kind.value, target: goal, value: read() }], reason);
  };
  const removals = row.rules.map((rule) => ({ words: t("drop-rule", { rule: ruleText(rule) }),
    run: (reason) => sent(all().filter((one) => !isSame(one, rule.kind, rule.target)), reason) }));
  ask(translated(`flag-${row.flag}`, row.flag), [
    h("p", { class: "dim" }, explained(row.flag, row.words)),
    h("label", {}, t("rule-for"), kind), h("label", {}, t("rule-target"), target),
    h("label", {}, t("value"), element)],
  [{ words: t("put-in-force"), run: add }, ...removals], again);
};

const flagsTable = (document, again) => new Table({
  caption: t("flags-how"), file: "flags", columns: [
    { name: t("flag"), value: (row) => row.flag, text: (row) => translated(`flag-${row.flag}`, row.flag) },
    { name: t("value"), value: (row) => row.value, text: (row) => shown(row.value) },
    { name: t("set-by"), value: sourceText, state: (row) => (row.source === "SITE" ? "DEGRADED" : "") },
    { name: t("rules"), value: (row) => row.rules.map(ruleText).join("; "), kind: "wrap" },
    { name: t("what-for"), value: (row) => row.words, text: (row) => explained(row.flag, row.words),
      kind: "wrap" },
    ...(may("admin") ? [{ name: "", value: () => "", text: (row) => (row.source === "HEAD_OFFICE"
      ? "" : h("button", { type: "button", "aria-label": `${t("change")}: ${row.flag}`,
        onclick: () => changeFlag(document, row, again) }, t("change"))) }] : []),
  ] });

/** One change as a line: what it was, what it is. */
const changeText = (change) => [change.key,
  change.kind && change.kind !== "FACILITY"
    ? `(${t(`rule-of-${change.kind}`)} ${change.target ?? ""})` : "",
  `${shownOf(change, change.from)} → ${shownOf(change, change.to)}`].filter(Boolean).join(" ");

const changesTable = () => new Table({
  caption: t("who-changed"), file: "settings-changes", empty: t("no-changes"), columns: [
    { name: t("when"), value: (row) => row.changed_at, text: (row) => moment(row.changed_at) },
    { name: t("who"), value: (row) => row.changed_by },
    { name: t("what"), value: (row) => row.changes.map(changeText).join("; "), kind: "wrap" },
    { name: t("reason"), value: (row) => row.reason, kind: "wrap" },
  ] });

const auditTable = () => new Table({
  caption: t("audit-how"), file: "audit", empty: t("no-changes"), columns: [
    { name: t("when"), value: (row) => row.at, text: (row) => moment(row.at) },
    { name: t("who"), value: (row) => row.actor },
    { name: t("what"), value: (row) => row.action, kind: "wrap" },
    { name: t("subject"), value: (row) => row.subject, kind: "wrap" },
  ] });

const browserSection = () => {
  const languages = h("select", { id: "language", onchange: (event) => speak(event.target.value) },
    spoken.map((tag) => h("option", { value: tag, selected: tag === language, lang: tag },
      t(`name-${tag}`))));
  const themes = h("select", { id: "theme", onchange: (event) => setTheme(event.target.value) },
    ["auto", "light", "dark"].map((name) =>
      h("option", { value: name, selected: theme() === name }, t(`theme-${name}`))));
  return section(t("this-browser"), h("div", { class: "row" },
    h("label", {}, t("language"), languages), h("label", {}, t("theme"), themes)));
};

/** The view of settings, flags, and who changed what. */
export const settingsView = async (main) => {
  const settings = new Document(settingsPath);
  const flags = new Document(flagsPath);
  const audit = may("admin") ? auditTable() : null;
  const draw = () => Promise.all([
    filled(list, () => settings.read()),
    filled(switches, () => flags.read()),
    filled(changes, () => rows(`${settingsPath}/changes`, 500)),
    audit && filled(audit, () => rows("/api/v1/audit", 500)),
  ]);
  const list = settingsTable(settings, draw);
  const switches = flagsTable(flags, draw);
  const changes = changesTable();
  show(main, browserSection(), wide(t("flags"), switches.element),
    wide(t("settings-in-force"), list.element), wide(t("who-changed"), changes.element),
    audit ? wide(t("audit"), audit.element) : null);
  await draw();
  return draw;
};
