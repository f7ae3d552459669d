// Devices, operators and tokens: who and what may speak to the box.
import { h, picture, show } from "../common/dom.js";
import { call, post, rows, segment } from "../common/api.js";
import { t } from "../common/words.js";
import { moment } from "../common/formats.js";
import { may } from "../common/session.js";
import { Table } from "../common/table.js";
import { printersSection } from "./printers.js";
import { action, filled, part, section, wide } from "./parts.js";

const roles = ["scanner", "station", "supervisor", "admin"];
const scopes = [...roles, "metrics", "integration"];

const removal = (path, again) => (row) =>
  action(t("revoke"), async () => {
    await call("DELETE", `${path}/${segment(row.id)}`);
    await again();
  });

const devicesSection = () => {
  const place = h("div", { role: "status" });
  const list = new Table({ caption: t("devices"), file: "devices", empty: t("no-devices"), columns: [
    { name: t("name"), value: (row) => row.name },
    { name: t("kind"), value: (row) => row.kind },
    { name: t("paired"), value: (row) => row.paired_at, text: (row) => moment(row.paired_at) },
    { name: t("last-seen"), value: (row) => row.last_seen_at, text: (row) => moment(row.last_seen_at) },
    { name: "", value: () => "",
      text: (row) => (row.revoked_at ? t("revoked") : removal("/api/v1/devices", fill)(row)) },
  ] });
  const fill = () => filled(list, () => rows("/api/v1/devices", 1000));
  const invite = action(t("pair-a-device"), async () => {
    const made = await post("/api/v1/devices/pairing-codes", {});
    const code = picture(made.qr_svg ?? "");
    code.setAttribute("class", "qr");
    show(place, h("div", { class: "row middle" }, code, h("div", {},
      h("p", {}, t("pair-scan")), h("p", { class: "huge-code" }, made.code), h("p", {},
        h("a", { href: made.link }, made.link)),
      h("p", { class: "dim" }, t("valid-until", { time: moment(made.expires_at) })))));
    return "";
  }, "press");
  return { element: wide(t("devices"), invite, place, list.element), fill };
};

const operatorsSection = () => {
  const list = new Table({ caption: t("operators"), file: "operators", empty: t("no-operators"), columns: [
    { name: t("badge"), value: (row) => row.badge },
    { name: t("name"), value: (row) => row.name },
    { name: t("roles"), value: (row) => (row.roles ?? []).join(", ") },
    { name: t("state"), value: (row) => (row.active ? t("active") : t("off")) },
  ] });
  const fill = () => filled(list, () => rows("/api/v1/operators", 1000));
  const field = (name, word, more = {}) => h("label", {}, t(word),
    h("input", { name, required: true, autocomplete: "off", ...more }));
  const form = h("form", { class: "row" }, field("badge", "badge", { maxlength: 64 }),
    field("name", "name", { maxlength: 100 }),
    field("pin", "pin",
      { type: "password", inputmode: "numeric", minlength: 4, maxlength: 12,
        autocomplete: "new-password" }),
    h("label", {}, t("roles"),
      h("select", { name: "role" },
        roles.map((role) => h("option", { value: role }, t(`role-${role}`))))),
    h("button", { class: "press" }, t("add-operator")));
  const said = h("div", { role: "status" });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { badge, name, pin, role } = Object.fromEntries(new FormData(form));
    part(said, async () => {
      await post("/api/v1/operators", { badge, name, pin, roles: [role] });
      form.reset();
      show(said, h("p", { class: "notice good" }, t("added", { name })));
      await fill();
    });
  });
  return { element: wide(t("operators"), form, said, list.element), fill };
};

const tokensSection = () => {
  const list = new Table({ caption: t("tokens"), file: "tokens", empty: t("no-tokens"), columns: [
    { name: t("name"), value: (row) => row.name },
    { name: t("may-do"), value: (row) => (row.scopes ?? []).join(", ") },
    { name: t("expires"), value: (row) => row.expires_at, text: (row) => moment(row.expires_at) },
    { name: "", value: () => "",
      text: (row) => (row.revoked_at ? t("revoked") : removal("/api/v1/tokens", fill)(row)) },
  ] });
  const fill = () => filled(list, () => rows("/api/v1/tokens", 1000));
  const said = h("div", { role: "status" });
  const form = h("form", { class: "row" },
    h("label", {}, t("name"),
      h("input", { name: "name", required: true, maxlength: 100, autocomplete: "off" })),
    h("label", {}, t("may-do"),
      h("select", { name: "scope" },
        scopes.map((scope) => h("option", { value: scope }, t(`role-${scope}`))))),
    h("button", { class: "press" }, t("make-token")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { name, scope } = Object.fromEntries(new FormData(form));
    part(said, async () => {
      const made = await post("/api/v1/tokens", { name, scopes: [scope] });
      show(said, h("p", { class: "notice warn" }, t("secret-once")),
        h("pre", { tabindex: "0" }, made.secret));
      await fill();
    });
  });
  return { element: section(t("tokens"), form, said, list.element), fill };
};

/** The view. */
export const peopleView = async (main) => {
  const parts = may("admin")
    ? [devicesSection(), operatorsSection(), printersSection(true), tokensSection()]
    : [devicesSection(), printersSection(false)];
  show(main, parts.map((one) => one.element));
  await Promise.all(parts.map((one) => one.fill()));
  return null;
};
