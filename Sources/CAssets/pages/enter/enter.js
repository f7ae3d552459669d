// The way in: /setup makes the first administrator, /pair makes this browser a known device.
import { at, h, show } from "../common/dom.js";
import { enterForm } from "../common/session.js";
import { learn, t } from "../common/words.js";

await learn(["common"]);
const isSetup = location.pathname === "/setup";
const code = decodeURIComponent(location.hash.slice(1));
// The code works once, and is not to stay in the history.
history.replaceState(null, "", location.pathname);
document.title = `Stowage: ${t(isSetup ? "setup-title" : "pair-title")}`;
enterForm(at("form"), {
  isSetup,
  code,
  then: () =>
    show(
      at("form"),
      h("h2", {}, t("go")),
      h("p", { class: "row" },
        h("a", { class: "button", href: "/scan" }, t("handheld")),
        h("a", { class: "button", href: "/station" }, t("station")),
        h("a", { class: "button", href: "/" }, t("overview"))),
    ),
});
