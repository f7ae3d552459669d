// Who works here: this device (paired once) and the person (badge, then PIN).
import { h, show } from "./dom.js";
import { get, post, call, keepToken, newID, Problem } from "./api.js";
import { t } from "./words.js";

/** The person signed in, or null. */
export const who = { operator: null };

const hear = new Set();

/** Calls a function whenever somebody signs in or out. */
export const whenPersonChanges = (listener) => hear.add(listener);

const take = (session) => {
  who.operator = session?.operator ?? null;
  if (session?.csrf_token) keepToken(session.csrf_token);
  for (const listener of hear) listener(who.operator);
  return who.operator;
};

/** Whether the person has one of these roles; an administrator has all. */
export const may = (...roles) =>
  (who.operator?.roles ?? []).some((role) => role === "admin" || roles.includes(role));

/** Asks who is signed in; null where nobody is. */
export const meetPerson = async () => {
  try {
    return take(await get("/api/v1/sessions/current", { quietly: true }));
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.isPassing) throw problem;
    return take(null);
  }
};

/** Signs a person in by badge and PIN. */
export const signIn = async (badge, pin) =>
  take(await post("/api/v1/sessions", { badge, pin }, { quietly: true }));

/** Signs the person out. */
export const signOut = async () => {
  await call("DELETE", "/api/v1/sessions/current", undefined, { quietly: true }).catch(() => {});
  take(null);
};

const named = "stowage.device";

/** Pairs this browser with a code, and remembers the name that it got. */
export const pair = async (code, name, kind) => {
  const paired = await post("/api/v1/devices/pair", { code, name, kind }, { quietly: true });
  localStorage.setItem(named, paired.device.name);
  return paired;
};

/** What this device is called in the ledger: its name since pairing, or else one made up here. */
export const deviceName = () => {
  const known = localStorage.getItem(named) ?? `handheld-${newID().slice(-6)}`;
  localStorage.setItem(named, known);
  return known.slice(0, 64);
};

/** Makes the first administrator with the code that the box printed. */
export const setUp = async (code, badge, name, pin) =>
  take(await post("/api/v1/setup", { code, badge, name, pin }, { quietly: true }));

/** What a problem of signing in means, in words. */
const told = (problem) => {
  if (problem.status === 0) return t("no-answer");
  if (problem.reason === "not_paired") return t("device-unknown");
  return [problem.message, problem.hint].filter(Boolean).join(" ");
};

/** The digits of a PIN as keys: for gloves, and for hands without a keyboard. */
const pad = (field) => {
  const key = (text, press, name) =>
    h("button", { type: "button", "aria-label": name ?? text, onclick: press }, text);
  const add = (digit) => () => {
    field.value += digit;
    field.dispatchEvent(new Event("input"));
  };
  return h(
    "div",
    { class: "pad" },
    ..."123456789".split("").map((digit) => key(digit, add(digit))),
    key("⌫", () => (field.value = field.value.slice(0, -1)), t("clear")),
    key("0", add("0")),
    h("button", { type: "submit", class: "press" }, "↵ ", h("span", {}, t("go"))),
  );
};

/**
 * Asks for badge and PIN in a dialog over the page, which keeps what it shows.
 *
 * Gives true once somebody is signed in. `hasPad` adds the keys for gloves; the badge comes from
 * the scanner, from `offer(text)`, or from the keyboard.
 */
export const askForPerson = ({ hasPad = false, mayCancel = false, badgeText = "" } = {}) =>
  new Promise((resolve) => {
    const said = h("p", { class: "notice bad", role: "alert", hidden: true });
    const badge = h("input", { id: "badge", autocomplete: "username", maxlength: 128,
      inputmode: hasPad ? "none" : "text", required: true });
    const pin = h("input", { id: "pin", type: "password", autocomplete: "current-password",
      inputmode: hasPad ? "none" : "numeric", maxlength: 12, required: true });
    const first = h("label", { for: "badge" }, t("badge-scan"), badge);
    const second = h("label", { for: "pin" }, t("pin"), pin);
    const keys = hasPad ? pad(pin) : h("button", { class: "press" }, t("sign-in"));
    const away = h("button", { type: "button", hidden: !mayCancel,
      onclick: () => end(false) }, t("cancel"));
    const form = h("form", { method: "dialog" },
      h("h2", {}, t("sign-in")), said, first, second, keys,
      h("p", {}, h("a", { href: "/pair" }, t("pair-title"))), away);
    const dialog = h("dialog", { "aria-label": t("sign-in") }, form);
    const end = (isIn) => {
      dialog.close();
      dialog.remove();
      resolve(isIn);
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!badge.value.trim()) return badge.focus();
      if (!pin.value) return pin.focus();
      try {
        await signIn(badge.value.trim(), pin.value);
        end(true);
      } catch (problem) {
        said.hidden = false;
        show(said, told(problem),
          problem.reason === "not_paired" ? h("a", { href: "/pair" },
            ` ${t("pair-title")}`) : null);
        pin.value = "";
        (problem.status === 0 ? pin : badge).focus();
        if (problem.status !== 0) badge.select();
      }
    });
    badge.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Tab") return;
      event.preventDefault();
      pin.focus();
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (mayCancel) end(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    badge.value = badgeText;
    (badgeText ? pin : badge).focus();
  });

/** The form of the pages /setup and /pair. */
export const enterForm = (place, { isSetup, code, then }) => {
  const said = h("p", { class: "notice bad", role: "alert", hidden: true });
  const field = (id, word, more) => h("label", { for: id }, t(word),
    h("input", { id, required: true, ...more }));
  const name = `${navigator.userAgentData?.platform ?? "browser"} ${newID().slice(-4)}`;
  const fields = isSetup
    ? [field("code", "setup-code", { value: code, autocomplete: "off" }),
      field("name", "setup-name", { autocomplete: "name" }),
      field("badge", "setup-badge", { autocomplete: "username" }),
      field("pin", "setup-pin", { type: "password", inputmode: "numeric",
        autocomplete: "new-password", minlength: 4, maxlength: 12 })]
    : [field("code", "pair-code", { value: code, autocomplete: "off" }),
      field("name", "pair-name", { value: name })];
  const form = h("form", { class: "enter" }, h("h2", {}, t(isSetup ? "setup-title" : "pair-title")),
    h("p", { class: "dim" }, t(isSetup ? "setup-how" : "pair-how")), said, fields,
    h("button", { class: "press" }, t(isSetup ? "setup-do" : "pair")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const value = (id) => form.querySelector(`#${id}`).value.trim();
    try {
      if (isSetup) await setUp(value("code"), value("badge"), value("name"), value("pin"));
      else await pair(value("code"), value("name"),
        matchMedia("(max-width: 600px)").matches ? "HANDHELD" : "BROWSER");
      then();
    } catch (problem) {
      said.hidden = false;
      show(said, told(problem));
    }
  });
  show(place, form);
  (form.querySelector("input:placeholder-shown") ?? form.querySelector("input")).focus();
};
