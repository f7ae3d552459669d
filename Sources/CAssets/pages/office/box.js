// The box itself: health, jobs, what waits to go to head office.
import { h, show } from "../common/dom.js";
import { get } from "../common/api.js";
import { knows, language, t, teach, translated } from "../common/words.js";
import { moment, number, percent } from "../common/formats.js";
import { Table } from "../common/table.js";
import { foreign } from "../common/told.js";
import { card, cards, filled, part, wide } from "./parts.js";

if (language !== "en") teach((await import(`./explained-${language}.js`)).default);

const ages = ["utilization_cache_age", "sync_backlog", "backup"];
const shares = ["disk", "model_accuracy"];

/** A duration in the largest unit that tells it well. */
const duration = (seconds) => {
  const [size, unit] = seconds < 120 ? [1, "s"] : seconds < 7200 ? [60, "min"]
    : seconds < 172800 ? [3600, "h"] : [86400, t("unit-days")];
  return `${number(Math.floor(seconds / size))} ${unit}`;
};

const figureOf = ({ name, value }) => {
  if (value === null || value === undefined) return "";
  if (ages.includes(name)) return duration(value);
  return shares.includes(name) ? percent(value) : number(value, 1);
};

/**
 * What a check says, in the language of whoever reads, by its name and state; where the box names
 * a cause in words of its own, they stand behind it.
 */
const checkText = (row) => {
  const key = [`says-${row.name}-${row.status}`,
    row.status === "UNKNOWN" ? `says-${row.status}` : `says-${row.name}`].find(knows);
  if (!key) return foreign(row.words);
  const said = t(key, { n: figureOf(row) });
  const hasCause = ["database", "integrity", "sync_backlog"].includes(row.name);
  return row.status === "HEALTHY" || !hasCause ? said : h("span", {}, said, " ", foreign(row.words));
};

const hintText = (row) => {
  if (!row.hint || row.status === "HEALTHY") return foreign(row.hint ?? "");
  return knows(`do-${row.name}`) ? t(`do-${row.name}`) : foreign(row.hint);
};

const checksTable = () => new Table({ caption: t("checks"), file: "health", columns: [
  { name: t("check"), value: (row) => row.name,
    text: (row) => translated(`check-of-${row.name}`, row.name.replaceAll("_", " ")) },
  { name: t("state"), value: (row) => row.status, text: (row) => t(`health-${row.status}`),
    state: (row) => row.status },
  { name: t("kind"), value: (row) => row.kind, text: (row) => t(`check-${row.kind}`) },
  { name: t("says"), value: (row) => row.words, text: checkText, kind: "wrap" },
  { name: t("do-next"), value: (row) => row.hint, text: hintText,
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
