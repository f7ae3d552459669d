// The supervisor's pages: one shell, a view for each question, named in the address behind the #.
import { at, h, show } from "../common/dom.js";
import { get, whenSignedOut } from "../common/api.js";
import { language, learn, speak, spoken, t } from "../common/words.js";
import { clock, facility, meetFacility } from "../common/formats.js";
import { foreign, saidOf } from "../common/told.js";
import { askForPerson, meetPerson, signOut, whenPersonChanges, who } from "../common/session.js";
import { todayView } from "./today.js";
import { floorView, placeView } from "./floor.js";
import { forecastsView, materialView } from "./forecasts.js";
import { ordersView } from "./orders.js";
import { slottingView } from "./slotting.js";
import { ledgerView } from "./ledger.js";
import { peopleView } from "./people.js";
import { settingsView } from "./settings.js";
import { boxView } from "./box.js";

const views = {
  today: todayView,
  floor: floorView,
  forecasts: forecastsView,
  orders: ordersView,
  slotting: slottingView,
  ledger: ledgerView,
  people: peopleView,
  settings: settingsView,
  box: boxView,
};
/** Views of one thing, reached by links. */
const things = { place: [placeView, "floor"], material: [materialView, "forecasts"] };

let refresh = null;
let turn = 0;

/** What went wrong, where it went wrong, with a way to try again. */
const broken = (place, problem) =>
  show(place, h("section", { class: "wide" },
    h("p", { class: "notice bad", role: "alert" }, saidOf(problem),
      problem.hint ? h("span", {}, " ", foreign(problem.hint)) : null),
    h("button", { type: "button", onclick: () => open() }, t("try-again"))));

const open = async () => {
  const mine = (turn += 1);
  const [name, ...rest] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const thing = things[name];
  const view = thing?.[0] ?? views[name] ?? views.today;
  const shown = thing?.[1] ?? (views[name] ? name : "today");
  for (const link of at("views").children) {
    if (link.dataset.view === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `Stowage: ${t(`view-${shown}`)}`;
  document.body.dataset.view = "";
  const place = at("main");
  show(place, h("section", { class: "wide" }, h("p", { class: "dim" }, t("reading"))));
  refresh = null;
  try {
    const again = await view(place, rest.join("/"));
    if (mine !== turn) return;
    refresh = again ?? null;
    at("age").textContent = t("as-of", { time: clock(Date.now()) });
  } catch (problem) {
    if (mine === turn) broken(place, problem);
  }
  if (mine === turn) document.body.dataset.view = shown;
};

const health = async () => {
  if (document.hidden) return;
  const line = at("health");
  try {
    const report = await get("/api/v1/health", { quietly: true });
    show(line, h("a", { href: "#box", class: `state ${report.status}` }, t(`health-${report.status}`)));
    at("version").textContent = report.version ? `Stowage ${report.version}` : "";
    if (refresh) {
      await refresh();
      at("age").textContent = t("as-of", { time: clock(Date.now()) });
    }
  } catch (problem) {
    show(line, h("span", { class: "state UNHEALTHY" }, problem.status === 0 ? t("no-answer") : ""));
  }
};

await learn(["common", "office"]);
show(at("views"), Object.keys(views).map((name) =>
  h("a", { href: `#${name}`, "data-view": name }, t(`view-${name}`))));
show(at("age").parentElement, ...at("age").parentElement.childNodes,
  spoken.filter((tag) => tag !== language).map((tag) =>
  h("button", { type: "button", lang: tag, onclick: () => speak(tag) }, t(`name-${tag}`))));
whenSignedOut(() => askForPerson());
const person = () => (
  at("person").textContent = who.operator
    ? `${who.operator.name}: ${t("sign-out")}` : t("sign-in"));
whenPersonChanges(person);
person();
at("person").addEventListener("click", async () => {
  if (who.operator) await signOut();
  if (await askForPerson()) open();
});
if (!(await meetPerson().catch(() => null))) await askForPerson();
await meetFacility();
at("facility").textContent = facility.name || facility.code;
addEventListener("hashchange", () => open().then(() => {
  scrollTo(0, 0);
  at("main").focus({ preventScroll: true });
}));
await open();
health();
setInterval(health, 15000);
document.addEventListener("visibilitychange", health);
document.body.dataset.ready = "yes";
