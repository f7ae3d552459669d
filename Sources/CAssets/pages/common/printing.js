// Labels on a printer in the network: a dialog that chooses one, and what waits for each.
import { h, show } from "./dom.js";
import { get, post, rows } from "./api.js";
import { t } from "./words.js";
import { clock, number } from "./formats.js";
import { foreign, saidOf } from "./told.js";

const kept = "stowage.printer";
/** Labels of one call, as many as the warehouse takes. */
const most = 500;
const lookEveryMS = 1500;

/** The printers of this site; none where nobody has set one up. */
export const printers = async () =>
  (await rows("/api/v1/printers", 200).catch(() => [])).filter((printer) => printer.active);

/** How a printer is, in words. */
export const printerState = (printer) => [t(`printer-${printer.state}`),
  printer.queued > 0 ? t("printer-queued", { n: number(printer.queued) }) : "",
  printer.failed > 0 ? t("printer-failed", { n: number(printer.failed) }) : ""]
  .filter(Boolean).join(", ");

const jobLine = (job, again) => {
  const act = (words, verb) => h("button", { type: "button", onclick: async (event) => {
    event.target.disabled = true;
    await post(`/api/v1/print-jobs/${job.id}/${verb}`, {}).catch(() => {});
    await again();
  } }, words);
  return h("tr", {}, h("td", {}, clock(job.created_at)), h("td", {}, job.printer_name),
    h("td", { class: "wrap" }, job.title), h("td", { class: "n" }, number(job.labels)),
    h("td", { class: `state ${{ SENT: "DONE", FAILED: "REFUSED" }[job.state] ?? ""}` },
      t(`job-${job.state}`)),
    h("td", { class: "wrap" }, job.error ? foreign(job.error) : ""),
    h("td", {}, job.state === "QUEUED" ? act(t("cancel"), "cancel") : act(t("send-again"), "resend")));
};

/** The newest print jobs with their states; `refresh()` reads them anew. */
export const printQueue = () => {
  const body = h("tbody");
  const heads = ["when-made", "printer", "what-printed", "labels", "print-state", "trouble", ""];
  const element = h("div", { class: "scroll", role: "region", tabindex: "0",
    "aria-label": t("print-queue") },
  h("table", { class: "print-jobs" }, h("caption", {}, t("print-queue")),
    h("thead", {}, h("tr", {}, heads.map((key) =>
      (key ? h("th", { scope: "col" }, t(key)) : h("td"))))), body));
  const refresh = async () => {
    const jobs = (await get("/api/v1/print-jobs?limit=10").catch(() => ({ rows: [] }))).rows;
    show(body, jobs.length
      ? jobs.map((job) => jobLine(job, refresh))
      : h("tr", {}, h("td", { class: "empty", colspan: heads.length }, t("no-print-jobs"))));
    return jobs.some((job) => job.state === "QUEUED");
  };
  // While something waits, somebody stands at the printer and looks here.
  const watch = async () => {
    const isWaiting = await refresh();
    if (isWaiting && element.isConnected) setTimeout(watch, lookEveryMS);
  };
  return { element, refresh: watch };
};

/**
 * Asks for a printer and sends labels to it; `subjects` are `{ kind, code, material }`.
 *
 * Gives the jobs that were made: one for each 500 labels, or none where nobody chose a printer.
 */
export const printLabelsOn = async (subjects) => {
  const all = await printers();
  return new Promise((resolve) => {
    const choice = h("select", { id: "printer" }, all.map((printer) =>
      h("option", { value: printer.id, selected: printer.id === localStorage.getItem(kept) },
        `${printer.name}: ${printerState(printer)}`)));
    const copies = h("input", { id: "copies", type: "number", min: "1", max: "100", value: "1" });
    const said = h("p", { class: "notice bad", role: "alert", hidden: true });
    const dialog = h("dialog", { "aria-label": t("print-on-printer") });
    const end = (jobs) => {
      dialog.remove();
      resolve(jobs);
    };
    const form = h("form", { method: "dialog" }, h("h2", {}, t("print-on-printer")), said,
      all.length === 0
        ? h("p", {}, t("no-printers"))
        : [h("p", {}, t("n-labels", { n: subjects.length })),
          h("label", {}, t("printer"), choice), h("label", {}, t("copies"), copies),
          h("button", { class: "press" }, t("print"))],
      h("button", { type: "button", onclick: () => end([]) }, t("cancel")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (all.length === 0) return end([]);
      localStorage.setItem(kept, choice.value);
      try {
        const jobs = [];
        for (let first = 0; first < subjects.length; first += most) {
          jobs.push(await post(`/api/v1/printers/${choice.value}/jobs`,
            { labels: subjects.slice(first, first + most), copies: Number(copies.value) || 1 }));
        }
        end(jobs);
      } catch (problem) {
        said.hidden = false;
        show(said, saidOf(problem), problem.hint ? h("span", {}, " ", foreign(problem.hint)) : null);
      }
    });
    dialog.addEventListener("cancel", () => end([]));
    dialog.append(form);
    document.body.append(dialog);
    dialog.showModal();
  });
};
