// What was done and is not yet in the warehouse: kept in this browser until the server has it.
//
// Each operation has an id of its own, which is also its idempotency key, and a number in the order
// in which things were done here. It is written down before it is sent, sent again under the same
// key until an answer came, and stays until it was answered. So neither a reload, nor the end of
// the tab, nor a server that dies between the scan and its answer loses or doubles anything.
import { Problem, newID, post } from "../common/api.js";

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const open = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("stowage", 1);
    request.onupgradeneeded = () => {
      const store = request.result;
      store.createObjectStore("operations", { keyPath: "sequence", autoIncrement: true });
      store.createObjectStore("tasks", { keyPath: "id" });
      store.createObjectStore("notes", { keyPath: "name" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let database = null;
const within = async (name, mode, work) => {
  database ??= await open();
  // `strict`: the answer comes when it is on the disk, not when it is in a buffer.
  const transaction = database.transaction(name, mode, { durability: "strict" });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  const result = await work(transaction.objectStore(name));
  await ended;
  return result;
};

/** Small things that outlive a reload, by name. */
export const note = {
  read: async (name) => (await within("notes", "readonly", (store) => done(store.get(name))))?.value,
  write: (name, value) => within("notes", "readwrite", (store) => done(store.put({ name, value }))),
};

/** Tasks that were fetched ahead. */
export const taskStore = {
  all: () => within("tasks", "readonly", (store) => done(store.getAll())),
  replace: (tasks) =>
    within("tasks", "readwrite", async (store) => {
      await done(store.clear());
      for (const task of tasks) store.put(task);
    }),
  remove: (id) => within("tasks", "readwrite", (store) => done(store.delete(id))),
};

const waitsS = [1, 2, 5, 10, 20, 40, 60];

/** Calls that keep with the fact which one it was on its device. */
const takesTrace = /\/(start|confirm|reject|transactions|returns)$/;

/**
 * What is sent: the operation with its number in the order of this device, and the device's name.
 *
 * Both were written down with it, so that every try sends the same bytes under the same key.
 */
const sent = ({ path, body, sequence, device }) => {
  const named = device ? { ...body, device } : body;
  if (takesTrace.test(path)) return { ...named, client_sequence: sequence };
  return path.endsWith("/undo") ? named : body;
};

/** The queue; `changed(queue)` is called whenever something in it is another. */
export class Queue {
  constructor({ changed = () => {}, answered = () => {}, signedOut = () => {} } = {}) {
    Object.assign(this, { changed, answered, signedOut });
    this.waiting = [];
    this.conflicts = [];
    this.isOnline = true;
    /** What this device is called, as it stands in the ledger. */
    this.device = null;
    this.tries = 0;
    this.running = null;
    this.timer = 0;
    this.listeners = new Map();
  }

  /** Reads what an earlier page left, and begins to send it. */
  async begin() {
    const kept = await within("operations", "readonly", (store) => done(store.getAll()));
    this.waiting = kept.filter((operation) => operation.state === "WAITING");
    this.conflicts = kept.filter((operation) => operation.state === "CONFLICT");
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
    setInterval(() => this.waiting.length && this.send(), 10000);
    this.changed(this);
    this.send();
  }

  /**
   * Writes an operation down, then sends it; gives the answer, or null where it has to wait.
   *
   * `what` is `{ path, body, title, task, isHint }`. A refusal raises its Problem and leaves a
   * conflict, but for a hint: it tells what goes on, and nothing is lost without it.
   */
  async perform(what, patienceMS = 4000) {
    const operation = { ...what, id: newID(), at: new Date().toISOString(), state: "WAITING",
      device: this.device };
    operation.sequence = await within("operations", "readwrite", (store) => done(store.add(operation)));
    this.waiting.push(operation);
    this.changed(this);
    const answer = new Promise((resolve, reject) =>
      this.listeners.set(operation.sequence, { resolve, reject }));
    answer.catch(() => {});
    this.send();
    const late = new Promise((resolve) => setTimeout(() => resolve(null), patienceMS));
    try {
      return await Promise.race([answer, late]);
    } finally {
      this.listeners.delete(operation.sequence);
    }
  }

  /** Sends what waits, one after the other, in the order in which it was done. */
  send() {
    this.running ??= this.work().finally(() => (this.running = null));
    return this.running;
  }

  async work() {
    clearTimeout(this.timer);
    while (this.waiting.length > 0) {
      const operation = this.waiting[0];
      try {
        const answer = await post(operation.path, sent(operation), {
          key: operation.id, quietly: true, timeoutMS: 15000,
        });
        this.settle(true);
        await within("operations", "readwrite", (store) => done(store.delete(operation.sequence)));
        this.waiting.shift();
        const isHeard = this.tell(operation, "resolve", answer);
        this.answered(operation, answer, isHeard);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        if (problem.wantsSignIn) {
          this.tell(operation, "resolve", null);
          this.changed(this);
          return this.signedOut();
        }
        if (problem.isPassing) {
          this.settle(problem.status !== 0);
          return this.later(operation, problem);
        }
        await this.set(operation, problem);
      }
      this.changed(this);
    }
  }

  later(operation, problem) {
    for (const waiting of this.waiting) this.tell(waiting, "resolve", null);
    const seconds = problem.retryAfterS ?? waitsS[Math.min(this.tries, waitsS.length - 1)];
    this.tries += 1;
    this.timer = setTimeout(() => this.send(), seconds * 1000);
    this.changed(this);
  }

  /** An operation that the warehouse does not take as it is: a person chooses. */
  async set(operation, problem) {
    this.settle(true);
    this.waiting.shift();
    if (operation.isHint) {
      await within("operations", "readwrite", (store) => done(store.delete(operation.sequence)));
      return this.tell(operation, "reject", problem);
    }
    const conflict = { ...operation, state: "CONFLICT",
      problem: { status: problem.status, code: problem.code, message: problem.message,
        hint: problem.hint, context: problem.document.context,
        choices: problem.document.choices } };
    await within("operations", "readwrite", (store) => done(store.put(conflict)));
    this.conflicts.push(conflict);
    this.tell(operation, "reject", problem);
  }

  settle(isOnline) {
    if (isOnline) this.tries = 0;
    this.isOnline = isOnline;
  }

  /** Tells whoever waits for it; false where nobody does any more. */
  tell(operation, how, value) {
    this.listeners.get(operation.sequence)?.[how](value);
    return this.listeners.delete(operation.sequence);
  }

  /** Takes a conflict away, once a person has chosen. */
  async drop(conflict) {
    await within("operations", "readwrite", (store) => done(store.delete(conflict.sequence)));
    this.conflicts = this.conflicts.filter((other) => other.sequence !== conflict.sequence);
    this.changed(this);
  }
}
