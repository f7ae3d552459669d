// The box itself: settings in force, health, jobs, alerts, what waits to go to head office.
import { h, show } from "../common/dom.js";
import { get, post, rows } from "../common/api.js";
import { language, speak, spoken, t, translated } from "../common/words.js";
import { moment, number } from "../common/formats.js";
import { setTheme, theme } from "../common/theme.js";
import { Table } from "../common/table.js";
import { action, card, cards, filled, part, section, wide } from "./parts.js";

const flat = (document, path = "") =>
  Object.entries(document).flatMap(([name, value]) =>
    (value !== null && typeof value === "object" ? flat(value, `${path}${name}.`) : [{ name: path + name, value }]));

/** The view of the settings; what was changed by whom stands in the audit trail. */
export const settingsView = async (main) => {
  const list = new Table({ caption: t("settings-in-force"), file: "settings", columns: [
    { name: t("setting"), value: (row) => row.name },
    { name: t("value"), value: (row) => row.value, text: (row) => (typeof row.value === "boolean" ? t(row.value ? "on" : "off") : String(row.value ?? "–")) },
  ] });
  const changes = new Table({ caption: t("who-changed"), file: "audit", empty: t("no-changes"), columns: [
    { name: t("when"), value: (row) => row.at, text: (row) => moment(row.at) },
    { name: t("who"), value: (row) => row.actor },
    { name: t("what"), value: (row) => row.action, kind: "wrap" },
    { name: t("subject"), value: (row) => row.subject, kind: "wrap" },
  ] });
  const languages = h("select", { id: "language", onchange: (event) => speak(event.target.value) },
    spoken.map((tag) => h("option", { value: tag, selected: tag === language, lang: tag }, t(`name-${tag}`))));
  const themes = h("select", { id: "theme", onchange: (event) => setTheme(event.target.value) },
    ["auto", "light", "dark"].map((name) => h("option", { value: name, selected: theme() === name }, t(`theme-${name}`))));
  show(main, section(t("this-browser"), h("div", { class: "row" }, h("label", {}, t("language"), languages), h("label", {}, t("theme"), themes))),
    section(t("settings-in-force"), h("p", { class: "dim" }, t("settings-how")), list.element),
    wide(t("who-changed"), changes.element));
  await Promise.all([
    filled(list, async () => flat(await get("/api/v1/facility")).filter((row) => row.name !== "now")),
    filled(changes, () => rows("/api/v1/audit", 500)),
  ]);
  return null;
};

const checksTable = () => new Table({ caption: t("checks"), file: "health", columns: [
  { name: t("check"), value: (row) => row.name, text: (row) => row.name.replaceAll("_", " ") },
  { name: t("state"), value: (row) => row.status, text: (row) => t(`health-${row.status}`), state: (row) => row.status },
  { name: t("kind"), value: (row) => row.kind, text: (row) => t(`check-${row.kind}`) },
  { name: t("says"), value: (row) => row.words, kind: "wrap" },
  { name: t("do-next"), value: (row) => row.hint, kind: "wrap" },
] });

const jobsTable = () => new Table({ caption: t("jobs"), file: "jobs", empty: t("no-jobs"), columns: [
  { name: t("job"), value: (row) => row.name },
  { name: t("state"), value: (row) => row.state ?? row.status ?? row.last_status },
  { name: t("last-run"), value: (row) => row.last_run_at ?? row.last_started_at ?? row.last_success_at, text: (row) => moment(row.last_run_at ?? row.last_started_at ?? row.last_success_at) },
  { name: t("next-run"), value: (row) => row.next_run_at ?? row.next_at ?? row.due_at, text: (row) => moment(row.next_run_at ?? row.next_at ?? row.due_at) },
  { name: t("says"), value: (row) => row.message ?? row.error ?? row.words, kind: "wrap" },
  { name: "", value: () => "", text: (row) => action(t("run-now"), async () => {
    await post(`/api/v1/jobs/${encodeURIComponent(row.name)}/run`, {}, { timeoutMS: 600000 });
    return t("done");
  }) },
] });

/** The view of the box. */
export const boxView = async (main) => {
  const checks = checksTable();
  const jobs = jobsTable();
  const sync = h("div");
  const alerts = new Table({ caption: t("alerts"), file: "alerts", empty: t("no-alerts"), columns: [
    { name: t("since"), value: (row) => row.started_at ?? row.at, text: (row) => moment(row.started_at ?? row.at) },
    { name: t("severity"), value: (row) => row.severity },
    { name: t("says"), value: (row) => row.summary ?? row.message ?? row.name, kind: "wrap" },
  ] });
  show(main, wide(t("view-box"), checks.element), section(t("jobs"), jobs.element), section(t("sync"), sync), section(t("alerts"), alerts.element));
  const draw = async () => {
    const listed = async (path) => {
      const answer = await get(path);
      return answer.rows ?? answer.jobs ?? answer.alerts ?? [];
    };
    await Promise.all([
      filled(checks, async () => (await get("/api/v1/health")).checks),
      filled(jobs, () => listed("/api/v1/jobs")),
      filled(alerts, () => listed("/api/v1/alerts")),
      part(sync, async () => {
        const state = await get("/api/v1/sync");
        const known = Object.entries(state).filter(([, value]) => value === null || typeof value !== "object");
        show(sync, cards(...known.slice(0, 12).map(([name, value]) => card(translated(`sync-${name}`, name.replaceAll("_", " ")),
          typeof value === "number" ? number(value) : /_at$/.test(name) && value ? moment(value) : String(value ?? "–")))),
        action(t("sync-now"), async () => {
          await post("/api/v1/sync/run", {});
          return t("done");
        }));
      }),
    ]);
  };
  await draw();
  return draw;
};

