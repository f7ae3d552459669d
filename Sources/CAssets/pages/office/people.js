// Devices, operators and tokens: who and what may speak to the box.
import { h, picture, show } from "../common/dom.js";
import { call, post, rows, segment } from "../common/api.js";
import { t, translated } from "../common/words.js";
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
    { name: t("kind"), value: (row) => translated(`device-${row.kind}`, row.kind) },
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
  return { element: wide(t("devices"), h("div", { class: "row" }, invite), place, list.element), fill };
};

/** Checkboxes of the roles; `read()` gives those that are chosen. */
const rolesField = (chosen) => {
  const boxes = roles.map((role) => [role,
    h("input", { type: "checkbox", name: `role-${role}`, checked: chosen.includes(role) })]);
  return { element: h("fieldset", { class: "row middle" }, h("legend", {}, t("roles")),
    boxes.map(([role, box]) => h("label", { class: "inline" }, box, t(`role-${role}`)))),
  read: () => boxes.filter(([, box]) => box.checked).map(([role]) => role) };
};

/** Changes a person: name, roles, a new PIN, or that the badge does not open anything any more. */
const changeOperator = (row, again) => {
  const name = h("input", { name: "name", required: true, maxlength: 100, autocomplete: "off",
    value: row.name });
  const pin = h("input", { name: "pin", type: "password", inputmode: "numeric", minlength: 4,
    maxlength: 12, autocomplete: "new-password" });
  const active = h("input", { type: "checkbox", name: "active", checked: row.active });
  const chosen = rolesField(row.roles ?? []);
  const said = h("div", { role: "alert" });
  const title = `${t("badge")} ${row.badge}`;
  const dialog = h("dialog", { "aria-label": title });
  const form = h("form", { method: "dialog" }, h("h2", {}, title), said,
    h("label", {}, t("name"), name), chosen.element, h("label", {}, t("new-pin"), pin),
    h("label", { class: "inline" }, active, t("may-sign-in")),
    h("div", { class: "row" }, h("button", { class: "press" }, t("save")),
      h("button", { type: "button", onclick: () => dialog.remove() }, t("cancel"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    part(said, async () => {
      await post("/api/v1/operators", { badge: row.badge, name: name.value.trim(),
        roles: chosen.read(), active: active.checked, ...(pin.value ? { pin: pin.value } : {}) });
      dialog.remove();
      await again();
    });
  });
  dialog.addEventListener("cancel", () => dialog.remove());
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
};

const operatorsSection = () => {
  const state = (row) => (!row.active ? t("off")
    : row.locked_until && Date.parse(row.locked_until) > Date.now()
      ? t("locked-until", { time: moment(row.locked_until) })
      : row.has_pin ? t("active") : t("no-pin"));
  const list = new Table({ caption: t("operators"), file: "operators", empty: t("no-operators"), columns: [
    { name: t("badge"), value: (row) => row.badge },
    { name: t("name"), value: (row) => row.name },
    { name: t("roles"), value: (row) => (row.roles ?? []).map((role) => t(`role-${role}`)).join(", ") },
    { name: t("state"), value: state, state: (row) => (row.active ? "" : "DEGRADED") },
    { name: "", value: () => "", text: (row) => h("button", { type: "button",
      "aria-label": `${t("change")}: ${row.badge}`, onclick: () => changeOperator(row, fill) },
    t("change")) },
  ] });
  const fill = () => filled(list, () => rows("/api/v1/operators", 1000));
  const field = (name, word, more = {}) => h("label", {}, t(word),
    h("input", { name, required: true, autocomplete: "off", ...more }));
  const first = rolesField(["scanner"]);
  const form = h("form", { class: "row" }, field("badge", "badge", { maxlength: 64 }),
    field("name", "name", { maxlength: 100 }),
    field("pin", "pin",
      { type: "password", inputmode: "numeric", minlength: 4, maxlength: 12,
        autocomplete: "new-password" }),
    first.element, h("button", { class: "press" }, t("add-operator")));
  const said = h("div", { role: "status" });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { badge, name, pin } = Object.fromEntries(new FormData(form));
    part(said, async () => {
      await post("/api/v1/operators", { badge, name, pin, roles: first.read() });
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
