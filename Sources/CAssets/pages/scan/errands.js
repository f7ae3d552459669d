// What else is done with a scanner: move, pick, count, ask what something is, other quantities.
import { h } from "../common/dom.js";
import { get, segment } from "../common/api.js";
import { t, translated } from "../common/words.js";
import { arrival } from "./arrival.js";
import { day, number, percent } from "../common/formats.js";
import { foreign } from "../common/told.js";
import { digitKeys, huge, notices, screen, table } from "./screens.js";
import { signal } from "./signals.js";

const now = () => new Date().toISOString();
const placeCode = (meaning) => meaning.location?.code ?? meaning.location;

/** The errands of one handheld; each sets what the next scan is taken for. */
export class Errands {
  constructor(work) {
    this.work = work;
  }

  /** Waits for a scan; `take(meaning)` gets it. */
  wait(word, expect, take, parts = []) {
    this.work.say("plain", word, parts);
    this.work.errand = { expect, scanned: take };
  }

  /** Asks for a number by keys; `accept(value)` gets it. */
  ask(word, accept, { parts = [], expected } = {}) {
    const work = this.work;
    let text = "";
    const value = h("p", { class: "huge" }, "_");
    const put = (next) => {
      text = next;
      value.textContent = text || "_";
    };
    const done = () => {
      const amount = Number(text);
      if (text === "" || !Number.isFinite(amount)) return signal("wrong");
      work.errand = null;
      Promise.resolve(accept(amount)).catch((error) => work.failed(error));
    };
    const isRefused = (digit) => text.length >= 12 || (digit === "." && text.includes("."));
    const add = (digit) => put(isRefused(digit) ? text : text + digit);
    const back = () => (work.task ? work.drawTask() : work.ready());
    work.isCovered = true;
    screen({ name: "quantity", mood: "attention", word, layout: "digits",
      parts: [parts, expected ? h("p", {}, t("expected", { quantity: expected })) : null, value],
      keys: digitKeys(add, () => put(text.slice(0, -1)), done, back) });
    work.errand = {
      typed: (code) => {
        if (!/^\d{1,9}(\.\d{1,3})?$/.test(code)) return false;
        put(text + code);
        done();
        return true;
      },
      scanned: () => signal("wrong"),
    };
  }

  /** The lot of a scan, or a choice among the lots that it leaves open. */
  async lotOf(meaning, then) {
    if (meaning.kind === "LOT") return then(meaning.lot, meaning.lot.stock ?? []);
    const place = placeCode(meaning);
    const query = place
      ? `location=${segment(place)}`
      : `material=${segment(meaning.material?.code ?? "")}`;
    if (!place && !meaning.material) return this.wrong("which-lot");
    const found = (await get(`/api/v1/stock?${query}&limit=9`)).rows;
    if (found.length === 0) return this.wrong("holds-nothing");
    if (found.length === 1) return then(this.lotIn(found[0]), found);
    this.work.say("attention", t("which-lot"), [], found.map((line, index) => ({
      key: String(index + 1),
      words: [line.lot_number, line.location, number(line.quantity), day(line.expiry)]
        .filter(Boolean).join(" · "),
      run: () => then(this.lotIn(line), [line]) })));
  }

  lotIn(line) {
    return { id: line.lot, lot: line.lot_number, material: line.material };
  }

  wrong(key) {
    signal("wrong");
    this.work.say("wrong", t(key));
  }

  /** Books a movement and says so. */
  async post(body, title, word, picture) {
    const answer = await this.work.book({ path: "/api/v1/transactions",
      body: { ...body, occurred_at: now() }, title });
    if (answer === undefined) return;
    if (answer?.transaction && body.kind !== "COUNT") {
      const lot = { lot: body.lot, lot_number: answer.transaction.lot_number };
      this.work.last = { transaction: answer.transaction.id, place: body.to,
        task: { ...lot, from: body.from, quantity: body.quantity } };
    }
    this.work.finish(word, picture, answer, null);
  }

  move() {
    this.wait(t("scan-lot-move"), "LOT", (meaning) => this.lotOf(meaning, (lot, stock) => {
      const source = stock[0];
      if (!source) return this.wrong("lies-nowhere");
      this.wait(t("scan-target"), "LOCATION", (target) => {
        const to = placeCode(target);
        if (!to) return this.wrong("which-place");
        const move = (quantity) => this.post(
          { kind: "MOVE", lot: lot.id, from: source.location, to, quantity },
          t("op-move", { lot: lot.lot, place: to }), t("moved", { place: to }), huge(to));
        this.ask(t("how-much"), move, { expected: number(source.quantity),
          parts: [h("p", {}, `${lot.lot}: ${source.location} → ${to}`)] });
      }, [huge(source.location),
        h("p", {}, `${lot.lot} · ${lot.material} · ${number(source.quantity)}`)]);
    }));
  }

  pick() {
    this.wait(t("scan-pick"), "LOT", (meaning) => this.lotOf(meaning, (lot, stock) => {
      const source = stock[0];
      if (!source) return this.wrong("lies-nowhere");
      this.ask(t("how-much-pick"), (quantity) => this.post(
        { kind: "PICK", lot: lot.id, from: source.location, quantity },
        t("op-pick", { lot: lot.lot }), t("picked",
          { quantity: number(quantity) }), huge(source.location)),
      { expected: number(source.quantity), parts: [huge(source.location)] });
    }));
  }

  count() {
    this.wait(t("scan-count"), undefined, (meaning) => this.lotOf(meaning, (lot, stock) => {
      const source = stock[0];
      if (!source) return this.wrong("lies-nowhere");
      // What should be there is not told: a count that knows the answer is no count.
      this.ask(t("how-much-there"), (counted) => this.post(
        { kind: "COUNT", lot: lot.id, from: source.location, counted },
        t("op-count", { lot: lot.lot }), t("counted",
          { quantity: number(counted) }), huge(source.location)),
      { parts: [huge(source.location), h("p", {}, `${lot.lot} · ${lot.material}`)] });
    }));
  }

  info() {
    this.wait(t("scan-info"), undefined, (meaning) => {
      if (meaning.kind === "LOT") return this.showLot(meaning);
      if (placeCode(meaning)) return this.showPlace(meaning);
      return this.showThing(meaning);
    });
  }

  /** Short, over, damaged: the place is confirmed with the quantity that is really there. */
  otherQuantity() {
    const work = this.work;
    const task = work.task;
    const confirm = (quantity) => work.confirm({ location: task.location, quantity });
    const expected = number(task.quantity);
    work.say("attention", t("quantity-other"), [huge(task.location)], [
      { key: "1", words: t("short"), run: () => this.ask(t("how-much"), confirm, { expected }) },
      { key: "2", words: t("over"), run: () => this.ask(t("how-much"), confirm, { expected }) },
      { key: "3", words: t("damaged"), run: () => this.damaged(task) },
    ]);
  }

  /**
   * Damaged goods found after they were booked in: all of a lot is held and its task given back, a
   * part leaves the stock. What is damaged on arrival is told with the arrival.
   */
  damaged(task) {
    const work = this.work;
    const book = (body, title) => work.book({ path: "/api/v1/transactions", title,
      body: { lot: task.lot, reason: "DAMAGED", occurred_at: now(), ...body } });
    const all = async () => {
      const held = await book({ kind: "HOLD" }, t("op-hold", { lot: task.lot_number }));
      if (held !== undefined) await work.reject("OTHER", "DAMAGED");
    };
    const part = async (quantity) => {
      if (quantity >= task.quantity) return all();
      const gone = await book({ kind: "SCRAP", from: task.from, quantity },
        t("op-scrap", { lot: task.lot_number, quantity: number(quantity) }));
      if (gone === undefined) return;
      signal("attention");
      work.rest(number(quantity), task.quantity - quantity);
    };
    const run = (act) => () => Promise.resolve(act()).catch((error) => work.failed(error));
    work.say("attention", t("damaged"), [huge(task.lot_number)], [
      { key: "1", words: t("damaged-all"), run: run(all) },
      { key: "2", words: t("damaged-part"), run: () => this.ask(t("how-much-damaged"), part,
        { expected: number(task.quantity) }) },
    ]);
  }

  async showLot(meaning) {
    const lot = meaning.lot;
    const found = meaning.isOffline
      ? lot
      : await get(`/api/v1/lots/${segment(lot.id)}`).catch(() => lot);
    const lines = (found.stock ?? []).map((line) =>
      [line.location, number(line.quantity), String(line.handling_units ?? "")]);
    signal("heard");
    this.work.say("plain", `${t("lot")} ${found.lot}`, [
      h("p", { class: "goods" }, h("b", {}, found.material),
        found.expiry ? ` · ${day(found.expiry)}` : ""),
      found.hold ? notices([t("hold", { why: found.hold })]) : null,
      lines.length ? table([t("where-it-lies"), "", ""], lines) : h("p", {}, t("lies-nowhere")),
      notices(meaning.warnings),
    ], [
      { key: "1", words: t("do-move"), run: () => this.move() },
      { key: "2", words: t("do-pick"), run: () => this.pick() },
      { key: "3", words: t("do-count"), run: () => this.count() },
    ]);
  }

  async showPlace(meaning) {
    const code = placeCode(meaning);
    const place = await get(`/api/v1/locations/${segment(code)}`).catch(() => null);
    signal("heard");
    const lines = (place?.contents ?? []).map((line) =>
      [line.lot_number, line.material, number(line.quantity)]);
    this.work.say("plain", `${t("place")} ${code}`, [
      place?.hold ? notices([t("hold", { why: place.hold })]) : null,
      place
        ? h("p", { class: "goods" },
          `${place.zone} · ${place.aisle} · ${percent(place.utilization ?? 0, 0)}`)
        : null,
      lines.length ? table([t("contents"), t("material"), ""], lines) : h("p", {}, t("holds-nothing")),
      notices(meaning.warnings),
    ], this.tasksAsKeys(meaning.tasks));
  }

  tasksAsKeys(tasks) {
    return (tasks ?? []).slice(0, 6).map((task, index) => ({ key: String(index + 1),
      words: `${task.lot_number} → ${task.location}`,
      run: () => this.work.lot({ task }).catch((error) => this.work.failed(error)) }));
  }

  /** Articles, receipts, orders, units: what it is, and the calls that the warehouse offers. */
  async showThing(meaning) {
    signal("heard");
    const parts = [];
    if (meaning.material) {
      const { code, name } = meaning.material;
      const found = await get(`/api/v1/stock?material=${segment(code)}&limit=8`)
        .catch(() => ({ rows: [] }));
      parts.push(h("p", { class: "goods" }, h("b", {}, code), ` ${name}`),
        table([t("lot"), t("place"), ""], found.rows.map((line) =>
          [line.lot_number, line.location, number(line.quantity)])));
    }
    if (meaning.receipt) {
      const { number: name, status, lines } = meaning.receipt;
      parts.push(h("p", { class: "goods" }, h("b", {}, t("receipt", { number: name })),
        ` ${t(`receipt-${status}`)} · ${t("receipt-lines", { n: lines.length })}`));
    }
    if (meaning.number) {
      parts.push(h("p", { class: "goods" }, t("order", { number: meaning.number })));
    }
    if (meaning.next) parts.push(h("p", {}, foreign(meaning.next)));
    const offered = (meaning.actions ?? [])
      .filter((action) => action.needs.length === 0 && action.action !== "RECOMMEND")
      .map((action) => ({ words: this.named(action), run: () => this.offer(action) }));
    if (meaning.receipt?.status === "EXPECTED") {
      offered.push({ words: t("arrive-otherwise"), run: () => arrival(this, meaning.receipt) });
    }
    this.work.say("plain", t("do-info"), [...parts, notices(meaning.warnings)], offered.length
      ? offered.slice(0, 8).map((key, index) => ({ key: String(index + 1), ...key }))
      : this.tasksAsKeys(meaning.tasks));
  }

  /** An action in words; the warehouse's own where there are none here. */
  named(action) {
    return translated(`action-${action.action}`, action.words);
  }

  async offer(action) {
    if (action.method === "GET") {
      const plan = await get(action.href).catch((error) => this.work.failed(error));
      return plan && this.showPicks(plan);
    }
    const words = this.named(action);
    const answer = await this.work
      .book({ path: action.href, body: action.body ?? {}, title: words })
      .catch((error) => this.work.failed(error));
    if (answer === undefined) return;
    const tasks = (answer?.lines ?? []).flatMap((line) => line.recommendations ?? []);
    if (tasks.length) this.work.tasks = tasks;
    this.work.finish(words, h("p", {}), answer, null);
  }

  /** What to pick, first expired first; a key books the pick of a line. */
  showPicks(plan) {
    const pick = (row) => this.ask(t("how-much-pick"), (quantity) => this.post(
      { kind: "PICK", lot: row.lot, from: row.location, quantity,
        ...(plan.order ? { order: plan.order } : {}) },
      t("op-pick", { lot: row.lot_number }), t("picked", { quantity: number(quantity) }),
      huge(row.location)), { expected: number(row.quantity), parts: [huge(row.location)] });
    const short = plan.short.map((row) =>
      t("short-of", { material: row.material, quantity: number(row.quantity) }));
    this.work.say("plain", t("do-pick"), [notices(short)], plan.rows.slice(0, 8)
      .map((row, index) => ({ key: String(index + 1), run: () => pick(row),
        words: `${row.location} · ${row.lot_number} · ${number(row.quantity)}` })));
  }
}
