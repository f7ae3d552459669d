// Labels on a printer in the network: a dialog that chooses one, and what waits for each.
import { h, show } from "./dom.js";
import { get, post, rows } from "./api.js";
import { t } from "./words.js";
import { moment, number } from "./formats.js";
import { Table } from "./table.js";
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

/** The newest print jobs with their states; `refresh()` reads them anew. */
export const printQueue = () => {
  const act = (job, verb, words) => h("button", { type: "button", onclick: async (event) => {
    event.target.disabled = true;
    await post(`/api/v1/print-jobs/${job.id}/${verb}`, {}).catch(() => {});
    await watch();
  } }, words);
  const list = new Table({ caption: t("print-queue"), name: "print-jobs", file: "print-jobs",
    empty: t("no-print-jobs"), columns: [
      { name: t("when-made"), value: (job) => job.created_at, text: (job) => moment(job.created_at) },
      { name: t("printer"), value: (job) => job.printer_name },
      { name: t("what-printed"), value: (job) => job.title, kind: "wrap" },
      { name: t("labels"), value: (job) => job.labels, text: (job) => number(job.labels), kind: "n" },
      { name: t("print-state"), value: (job) => t(`job-${job.state}`),
        state: (job) => ({ SENT: "DONE", FAILED: "REFUSED" }[job.state] ?? "") },
      { name: t("trouble"), value: (job) => job.error ?? "", text: (job) => foreign(job.error ?? ""),
        kind: "wrap" },
      { name: "", value: () => "", text: (job) => (job.state === "QUEUED"
        ? act(job, "cancel", t("cancel")) : act(job, "resend", t("send-again"))) },
    ] });
  const { element } = list;
  const refresh = async () => {
    try {
      list.fill((await get("/api/v1/print-jobs?limit=20")).rows);
    } catch (problem) {
      list.say(saidOf(problem), true);
    }
    return list.rows.some((job) => job.state === "QUEUED");
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
