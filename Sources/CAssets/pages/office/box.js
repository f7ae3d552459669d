// The box itself: settings in force, health, jobs, alerts, what waits to go to head office.
import { h, show } from "../common/dom.js";
import { get, rows } from "../common/api.js";
import { language, speak, spoken, t, translated } from "../common/words.js";
import { moment, number } from "../common/formats.js";
import { setTheme, theme } from "../common/theme.js";
import { Table } from "../common/table.js";
import { foreign } from "../common/told.js";
import { card, cards, filled, part, section, wide } from "./parts.js";

const flat = (document, path = "") =>
  Object.entries(document).flatMap(([name, value]) =>
    (value !== null && typeof value === "object" ? flat(value, `${path}${name}.`) : [{ name: path + name, value }]));

/** The view of the settings; what was changed by whom stands in the audit trail. */
export const settingsView = async (main) => {
  const list = new Table({ caption: t("settings-in-force"), file: "settings", columns: [
    { name: t("setting"), value: (row) => row.name },
    { name: t("value"), value: (row) => row.value,
      text: (row) => (
        typeof row.value === "boolean" ? t(row.value ? "on" : "off") : String(row.value ?? "–")) },
  ] });
  const changes = new Table({ caption: t("who-changed"), file: "audit", empty: t("no-changes"), columns: [
    { name: t("when"), value: (row) => row.at, text: (row) => moment(row.at) },
    { name: t("who"), value: (row) => row.actor },
    { name: t("what"), value: (row) => row.action, kind: "wrap" },
    { name: t("subject"), value: (row) => row.subject, kind: "wrap" },
  ] });
  const languages = h("select", { id: "language", onchange: (event) => speak(event.target.value) },
    spoken.map(
      (tag) => h("option", { value: tag, selected: tag === language, lang: tag },
        t(`name-${tag}`))));
  const themes = h("select", { id: "theme", onchange: (event) => setTheme(event.target.value) },
    ["auto", "light", "dark"].map(
      (name) => h("option", { value: name, selected: theme() === name }, t(`theme-${name}`))));
  show(main,
    section(t("this-browser"),
      h("div", { class: "row" }, h("label", {}, t("language"), languages),
        h("label", {}, t("theme"), themes))),
    section(t("settings-in-force"), h("p", { class: "dim" }, t("settings-how")), list.element),
    wide(t("who-changed"), changes.element));
  await Promise.all([
    filled(list, async () => flat(await get("/api/v1/facility")).filter((row) => row.name !== "now")),
    filled(changes, () => rows("/api/v1/audit", 500)),
  ]);
  return null;
};

const checksTable = () => new Table({ caption: t("checks"), file: "health", columns: [
  { name: t("check"), value: (row) => row.name,
    text: (row) => translated(`check-of-${row.name}`, row.name.replaceAll("_", " ")) },
  { name: t("state"), value: (row) => row.status, text: (row) => t(`health-${row.status}`),
    state: (row) => row.status },
  { name: t("kind"), value: (row) => row.kind, text: (row) => t(`check-${row.kind}`) },
  { name: t("says"), value: (row) => row.words, text: (row) => foreign(row.words), kind: "wrap" },
  { name: t("do-next"), value: (row) => row.hint, text: (row) => foreign(row.hint ?? ""),
    kind: "wrap" },
] });

const jobsTable = () => new Table({ caption: t("jobs-how"), file: "jobs", empty: t("no-jobs"), columns: [
  { name: t("job"), value: (row) => row.job },
  { name: t("schedule"), value: (row) => row.schedule },
  { name: t("state"), value: (row) => row.phase },
  { name: t("last-run"), value: (row) => row.last_started, text: (row) => moment(row.last_started) },
  { name: t("result"), value: (row) => row.last_result ?? "",
    state: (row) => (row.last_result === "failed" ? "UNHEALTHY" : "") },
  { name: t("next-run"), value: (row) => row.next, text: (row) => moment(row.next) },
  { name: t("says"), value: (row) => row.detail, text: (row) => foreign(row.detail ?? ""),
    kind: "wrap" },
] });

const syncCards = (state) => {
  const waiting = state.unbatched_events + state.pending_batches;
  return [
    h("p", { class: `notice ${state.last_error || state.held ? "warn" : ""}` },
      state.configured ? t("sync-to", { url: state.url }) : t("sync-off"),
      state.last_error ? h("span", {}, " ", foreign(state.last_error)) : null),
    cards(
      card(t("sync-waiting"), number(waiting), t("sync-events", { n: number(state.unbatched_events) })),
      card(t("sync-oldest"), moment(state.oldest_pending_at)),
      card(t("sync-acknowledged"), number(state.acknowledged_through),
        t("of-n", { n: number(state.last_sequence) })),
      card(t("sync-success"), moment(state.last_success_at)),
      card(t("sync-next"), moment(state.next_attempt_at)),
      card(t("sync-dead"), number(state.dead_letters))),
    h("p", { class: "dim" }, t("sync-how")),
  ];
};

/** The view of the box. */
export const boxView = async (main) => {
  const checks = checksTable();
  const jobs = jobsTable();
  const sync = h("div");
  show(main, wide(t("view-box"), checks.element), wide(t("jobs"), jobs.element),
    wide(t("sync"), sync));
  const draw = async () => {
    await Promise.all([
      filled(checks, async () => (await get("/api/v1/health")).checks),
      filled(jobs, async () => (await get("/api/v1/jobs")).rows),
      part(sync, async () => show(sync, syncCards(await get("/api/v1/sync")))),
    ]);
  };
  await draw();
  return draw;
};
