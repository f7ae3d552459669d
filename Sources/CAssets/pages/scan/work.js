// Putaway by hand scanner: what is in hand, what a scan does to it, and what is then shown.
import { at, h } from "../common/dom.js";
import { Problem, get, post, segment } from "../common/api.js";
import { deviceName } from "../common/session.js";
import { t } from "../common/words.js";
import { meaningOf } from "./meaning.js";
import { note, taskStore } from "./queue.js";
import { goods, huge, notices, screen, way, why } from "./screens.js";
import { keepAwake, signal } from "./signals.js";
import { foreign, saidOf } from "../common/told.js";
import { Errands } from "./errands.js";
import { backlogScreen, conflictScreen, menuScreen, readyScreen, recentScreen } from "./standing.js";

const base = "/api/v1/putaway/recommendations";
const reasons = ["FULL", "BLOCKED", "NOT_FOUND", "CLOSER", "DAMAGED_LOCATION", "MIX", "OTHER"];
const now = () => new Date().toISOString();

/** The work of one handheld. */
export class Work {
  constructor(queue, hooks) {
    Object.assign(this, { queue, hooks, task: null, tasks: [], last: null });
    /** What a scan is taken for, other than putaway; an errand replaces it. */
    this.errand = null;
    /** What a scanned reason is for, while the page asks why another place was taken. */
    this.takeReason = null;
    this.places = new Map();
    this.errands = new Errands(this);
    /** What the warehouse said of things that were sent late, until somebody has seen it. */
    this.late = [];
    queue.device = deviceName();
  }

  /** Goes on where an earlier page stopped. */
  async begin(tasks) {
    this.tasks = tasks;
    for (const task of tasks) if (task.place) this.places.set(task.location, task.place);
    const kept = await note.read("task").catch(() => null);
    if (kept) await this.showTask(kept);
    else this.ready();
  }

  /** Keeps tasks for the time without a network, with what is needed to find their places. */
  async keep(tasks) {
    for (const task of tasks) task.place = await this.placeOf(task.location);
    this.tasks = tasks;
    await taskStore.replace(tasks);
    if (at("screen").dataset.screen === "ready") this.ready();
  }

  /** Leases tasks to this device till the end of the shift: nobody else is sent to do them. */
  async takeAlong() {
    const leased = await post("/api/v1/putaway/leases", { device: deviceName(), limit: 10 },
      { quietly: true });
    const others = this.tasks.filter((task) => leased.rows.every((one) => one.id !== task.id));
    await this.keep([...leased.rows, ...others]);
    signal("right");
    this.ready("right", t("taken-along", { n: leased.rows.length }));
  }

  /** Where a place is; null where nobody can say. */
  async placeOf(code) {
    if (!code) return null;
    if (!this.places.has(code)) {
      const found = await get(`/api/v1/locations/${segment(code)}`, { quietly: true, timeoutMS: 3000 })
        .catch(() => null);
      if (!found) return null;
      this.places.set(code, { code, zone: found.zone, aisle: found.aisle, bay: found.bay,
        level: found.level, position: found.position, map_x_mm: found.map_x_mm });
    }
    return this.places.get(code);
  }

  // What the keys that are always there do.
  get standingKeys() {
    return [
      { key: "F2", words: t("undo"), run: () => this.undo() },
      { key: "F4", words: t("menu"), run: () => menuScreen(this) },
    ];
  }

  ready(mood = "plain", word = t("scan-anything"), parts = [], keys = []) {
    this.errand = null;
    this.takeReason = null;
    const late = this.late.splice(0);
    if (late.length) signal("attention");
    const isPlain = late.length > 0 && mood === "plain";
    readyScreen(this, late.length ? "attention" : mood, isPlain ? t("attention") : word,
      [parts, late], keys);
  }

  backlog() {
    backlogScreen(this);
  }

  // A scan.

  async scanned(code, entry) {
    if (this.errand?.typed?.(code)) return;
    const meaning = await this.understood(code, entry);
    if (!meaning) return;
    if (meaning.isOffline) this.queue.isOnline = false;
    else this.queue.isOnline = true;
    this.queue.changed(this.queue);
    if (await this.everywhere(meaning, code)) return;
    if (this.errand) return this.errand.scanned(meaning, code, entry);
    switch (meaning.kind) {
      case "LOT": return this.lot(meaning);
      case "LOCATION":
      case "CHECK_CODE": return this.task
        ? this.place(meaning, entry) : this.errands.showPlace(meaning);
      default: return this.errands.showThing(meaning);
    }
  }

  async understood(code, entry) {
    const asked = { task: this.errand ? null : this.task, entry, tasks: this.tasks,
      expect: this.errand?.expect ?? (
        this.task ? "LOCATION" : undefined), isOnline: this.queue.isOnline };
    try {
      return await meaningOf(code, asked);
    } catch (problem) {
      if (problem instanceof Problem && problem.wantsSignIn) {
        return (await this.hooks.ask()) ? meaningOf(code, asked) : null;
      }
      throw problem;
    }
  }

  /** What means the same wherever it is scanned; true where that is all. */
  async everywhere(meaning, code) {
    switch (meaning.kind) {
      case "UNKNOWN": {
        signal("wrong");
        this.say("wrong", t("unknown-code"), [
          h("p", { class: "goods" }, h("b", {}, code.length > 80 ? `${code.slice(0, 80)} …` : code)),
          meaning.isOffline ? h("p", {}, t("unknown-offline")) : null,
        ]);
        return true;
      }
      case "AMBIGUOUS": {
        signal("attention");
        this.say("attention", t("which-meaning"), notices(meaning.warnings),
          meaning.readings.slice(0, 9)
          .map((reading, index) => ({ key: String(index + 1), words: reading.words,
            run: () => this.again(reading.text) })));
        return true;
      }
      case "BADGE": {
        await this.hooks.lock(meaning.badge);
        return true;
      }
      case "COMMAND": {
        await this.command(meaning);
        return true;
      }
      default: return false;
    }
  }

  again(code) {
    return this.scanned(code, "HAND").catch((error) => this.failed(error));
  }

  async command(meaning) {
    switch (meaning.command) {
      case "UNDO": return this.undo();
      case "COUNT": return this.errands.count();
      case "LOGOUT": return this.hooks.lock();
      case "SKIP": return this.skip();
      case "HELP": return menuScreen(this);
      default:
        if (!this.task) return this.failed(new Error(t("scan-anything")));
        if (meaning.command === "CONFIRM") return this.confirmByCode();
        // A reason on a sheet is the same as its key: here for another place, else for none.
        return this.takeReason ? this.takeReason(meaning.command) : this.reject(meaning.command);
    }
  }

  /** The control code for "it is there"; a place with check digits wants to be seen itself. */
  confirmByCode() {
    if (!this.task.check_code_required) return this.confirm({ location: this.task.location });
    signal("attention");
    return this.say("attention", t("scan-place-check"), [huge(this.task.location)]);
  }

  // Goods: they have a task, or get one.

  async lot(meaning) {
    const task = meaning.task ?? meaning.tasks?.[0] ?? await this.recommended(meaning);
    if (!task) return this.errands.showLot(meaning);
    signal("heard");
    await this.showTask(task, meaning.lot);
    if (task.status === "RECOMMENDED") {
      this.queue.perform({ path: `${base}/${task.id}/start`, body: { occurred_at: now() },
        title: t("op-start", { lot: task.lot_number }), task: task.id, isHint: true }).catch(() => {});
    }
  }

  async recommended(meaning) {
    const action = meaning.actions?.find((one) => one.action === "RECOMMEND");
    if (!action) return null;
    const answer = await post(action.href, action.body, { quietly: true });
    return answer.rows ? answer.rows[0] : answer;
  }

  async showTask(task, lot) {
    this.task = task;
    this.errand = null;
    note.write("task", task).catch(() => {});
    keepAwake(true);
    this.drawTask(lot);
    // The place is on the screen at once; how to get there follows when it is known.
    const [place, from] = [await this.placeOf(task.location), await this.placeOf(task.from)];
    if (this.task === task && place && !this.isCovered) this.drawTask(lot, place, from);
  }

  drawTask(lot, place = this.places.get(this.task.location), from = this.places.get(this.task.from)) {
    const task = this.task;
    this.isCovered = false;
    this.takeReason = null;
    screen({
      name: "task",
      word: t(task.check_code_required ? "scan-place-check" : "scan-place"),
      parts: [huge(task.location), way(place, from), this.foreignNotice(task),
        goods(task, lot?.material_name), why(task)],
      keys: [
        { key: "F1", words: t("not-here"), run: () => this.whyNot() },
        { key: "F3", words: t("quantity-other"), run: () => this.errands.otherQuantity() },
        ...this.standingKeys,
      ],
    });
  }

  /** Says so where the task was given to another device: somebody else may be on the way. */
  foreignNotice(task) {
    const isForeign = task.leased_to && task.leased_to !== deviceName();
    return isForeign ? notices([t("leased-to", { device: task.leased_to })]) : null;
  }

  // A place: the right one, or another.

  async place(meaning, entry) {
    const task = this.task;
    const code = meaning.location?.code ?? meaning.location ?? task.location;
    const bad = meaning.warnings?.find((warning) => warning.code === "CHECK_CODE");
    if (bad) {
      signal("wrong");
      return this.say("wrong", t("wrong-check", { place: code }), [huge(task.location)]);
    }
    const action = meaning.actions?.find((one) => ["CONFIRM", "OVERRIDE"].includes(one.action));
    const body = { ...(action?.body ?? {}), location: code, entry,
      ...(meaning.check_code ? { check_code: meaning.check_code } : {}) };
    if (code === task.location) return this.confirm(body);
    signal("attention");
    const elsewhere = (reason) => this.confirm({ ...body, reason });
    this.say("attention", t("why-there", { place: code, wanted: task.location }), [huge(code)], [
      ...this.reasonKeys(elsewhere),
      { key: "Escape", words: t("keep-task"), run: () => this.drawTask(), main: true },
    ]);
    this.takeReason = elsewhere;
  }

  reasonKeys(run) {
    return reasons.map((reason, index) => ({ key: String(index + 1), words: t(`reason-${reason}`),
      run: () => Promise.resolve(run(reason)).catch((error) => this.failed(error)) }));
  }

  /** The large key: this place will not do. */
  whyNot() {
    this.say("attention", t("why-not"), [huge(this.task.location)], [
      ...this.reasonKeys((reason) => this.reject(reason)),
      { key: "Escape", words: t("keep-task"), run: () => this.drawTask(), main: true },
    ]);
  }

  async confirm(body) {
    const task = this.task;
    const isElsewhere = body.location !== task.location;
    const word = t(isElsewhere ? "put-elsewhere" : "put-away");
    const answer = await this.book({ path: `${base}/${task.id}/confirm`,
      body: { ...(task.isPart ? { quantity: task.quantity } : {}), ...body, occurred_at: now() },
      task: task.id, lot: task.lot,
      title: t("op-confirm", { lot: task.lot_number, place: body.location }) });
    if (answer === undefined) return;
    this.last = { task, place: body.location, transaction: answer?.transaction?.id };
    this.finish(word, huge(body.location), answer, task);
  }

  async reject(reason, words) {
    const task = this.task;
    const answer = await this.book({ path: `${base}/${task.id}/reject`,
      body: { reason, occurred_at: now(), ...(words ? { note: words } : {}) },
      task: task.id, lot: task.lot,
      title: t("op-reject", { lot: task.lot_number }) });
    if (answer === undefined) return;
    await this.leave(task);
    signal("attention");
    this.ready("attention", t("rejected", { reason: t(`reason-${reason}`) }), [goods(task)]);
  }

  /** A part of what is in hand is gone: the task goes on with the rest of it. */
  rest(gone, quantity) {
    this.task = { ...this.task, quantity, isPart: true };
    note.write("task", this.task).catch(() => {});
    this.drawTask();
    at("screen").append(...notices([t("damaged-gone", { quantity: gone })]));
  }

  /** Performs an operation; undefined where it was refused and a card says so. */
  async book(operation) {
    try {
      return await this.queue.perform(operation);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const conflict = this.queue.conflicts.at(-1);
      if (operation.task && operation.task === this.task?.id) await this.leave(this.task);
      signal("wrong");
      conflictScreen(this, conflict);
      return undefined;
    }
  }

  async leave(task) {
    this.task = null;
    this.tasks = this.tasks.filter((other) => other.id !== task.id);
    await note.write("task", null);
    await taskStore.remove(task.id);
    keepAwake(false);
  }

  /** The end of a piece of work: right, with what a person must know. */
  async finish(word, picture, answer, task) {
    if (task) await this.leave(task);
    const isWaiting = answer === null;
    const warnings = answer?.warnings ?? [];
    const mood = isWaiting || warnings.length > 0 ? "attention" : "right";
    signal(mood);
    // A move has made room: what waited for it comes next.
    if (answer?.next_tasks?.length) await this.keep([...answer.next_tasks, ...this.tasks]);
    const isAlong = (other) => other.receipt_number && other.receipt_number === task?.receipt_number;
    const next = this.tasks.find(isAlong) ?? this.tasks[0];
    this.ready(mood, isWaiting ? `${word}. ${t("saved-here")}` : word, [
      picture,
      notices(warnings),
      task ? goods(task) : null,
      next
        ? h("p", { class: "dim" },
          t("best-next", { lot: next.lot_number, from: next.from, place: next.location }))
        : null,
    ]);
  }

  async skip() {
    if (this.task) {
      await note.write("task", null);
      this.task = null;
    }
    this.ready();
  }

  // Undo: a new entry that takes the last one back; goods go back where they were.

  async undo() {
    const last = this.last;
    if (!last) {
      signal("attention");
      return this.say("attention", t("nothing-to-undo"));
    }
    const { task } = last;
    const operation = last.transaction
      ? { path: `/api/v1/transactions/${last.transaction}/undo`, body: {} }
      : { path: "/api/v1/transactions", body: { kind: "MOVE", lot: task.lot, from: last.place,
        to: task.from, quantity: task.quantity, occurred_at: now() } };
    const answer = await this.book({ ...operation, title: t("op-undo", { lot: task.lot_number }) })
      .catch((error) => this.failed(error));
    if (answer === undefined) return;
    this.last = null;
    this.finish(t("undone", { place: task.from }), huge(task.from), answer, null);
  }

  // Words over what is in hand.

  /** Shows words and keys, with a way back to the task in hand. */
  say(mood, word, parts = [], keys = []) {
    this.isCovered = true;
    this.takeReason = null;
    const back = this.task
      ? { key: "Escape", words: t("keep-task"), run: () => this.drawTask(), main: true }
      : { key: "Escape", words: t("back"), run: () => this.ready(), main: true };
    const all = keys.some((key) => key.key === "Escape") ? keys : [...keys, back];
    screen({ name: mood === "wrong" ? "wrong" : "say", mood, word, parts, keys: all });
  }

  cut(longest) {
    signal("wrong");
    this.say("wrong", t("too-long", { n: longest }));
  }

  /** An error that nobody foresaw, or a refusal of the warehouse: said, and the task stays. */
  failed(error) {
    signal("wrong");
    const hint = error instanceof Problem ? error.hint : "";
    const detail = (error.document?.errors ?? []).map((fault) => `${fault.pointer}: ${fault.detail}`);
    this.say("wrong", saidOf(error) || t("wrong"),
      [hint ? h("p", {}, foreign(hint)) : null, ...notices(detail)]);
  }

  /** An answer; where it came after its screen was gone, its warnings must still be seen. */
  answered(operation, answer, isHeard) {
    if (this.last && !this.last.transaction && operation.task === this.last.task?.id) {
      this.last.transaction = answer?.transaction?.id;
    }
    if (isHeard || operation.isHint || !answer?.warnings?.length) return;
    this.late.push(h("p", { class: "goods" }, h("b", {}, operation.title)),
      ...notices(answer.warnings));
    if (!this.task && ["ready", "done"].includes(at("screen").dataset.screen)) this.ready();
  }

  recent() {
    recentScreen(this, this.hooks.recent);
  }
}
