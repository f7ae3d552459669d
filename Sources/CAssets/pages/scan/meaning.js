// What a code means: asked of the warehouse, or, without a network, of what was fetched ahead.
import { Problem, post } from "../common/api.js";

/** The kinds of things that a code can be. */
export const kinds = ["LOCATION", "CHECK_CODE", "LOT", "MATERIAL", "UNIT", "RECEIPT", "ORDER",
  "PURCHASE_ORDER", "BADGE", "COMMAND", "AMBIGUOUS", "UNKNOWN"];

/** Asks the warehouse; `asked` says what the page waits for, which decides between two readings. */
export const ask = async (text, { task, expect, entry }) =>
  post("/api/v1/scans", { text, entry, ...(task ? { task } : {}), ...(expect ? { expect } : {}) },
    { quietly: true, timeoutMS: 8000 });

const bare = (text) => text.replace(/^\][A-Za-z][0-9]/, "").trim();

/** Codes of the sheet at the station that mean the same without a network. */
const commands = ["CONFIRM", "FULL", "BLOCKED", "NOT_FOUND", "DAMAGED_LOCATION", "UNDO", "SKIP",
  "COUNT", "HELP", "LOGOUT"];

const isPlace = (text, code) => {
  const own = bare(text).replace(/^(LOC|loc)[:\-]/, "");
  // A label of GS1: 414 is the building, 254 the place in it.
  const element = own.match(/254([^\u001d]+)$/)?.[1];
  const [place, check] = own.split(/[ #/*](?=\d{1,6}$)/);
  if (own === code || element === code) return { code };
  return place === code && check ? { code, check_code: check } : null;
};

/** Finds a code among tasks that were fetched ahead; the same answer in short. */
export const recall = (text, tasks, task) => {
  const own = bare(text);
  const command = own.match(/^CMD:(\w+)$/i)?.[1].toUpperCase();
  if (commands.includes(command)) return { kind: "COMMAND", command };
  if (task) {
    const place = isPlace(text, task.location);
    if (place) return { kind: "LOCATION", location: { code: place.code },
      check_code: place.check_code };
    if (/^\d{1,6}$/.test(own) && task.check_code_required) return { kind: "CHECK_CODE",
      check_code: own };
  }
  const digits = own.replace(/^00(?=\d{18}$)/, "");
  const found = tasks.find((other) =>
    own === other.lot || own === other.lot_number || (other.sscc && digits === other.sscc)
    || own.match(/\u001d?10([^\u001d]+)/)?.[1] === other.lot_number);
  return found
    ? { kind: "LOT", lot: { id: found.lot, lot: found.lot_number, material: found.material },
      task: found }
    : { kind: "UNKNOWN" };
};

/** What a code means, online or not; `isOffline` in the answer says which. */
export const meaningOf = async (text, { task, expect, entry, tasks, isOnline }) => {
  try {
    return await ask(text, { task: task?.id, expect, entry });
  } catch (problem) {
    if (!(problem instanceof Problem) || !problem.isPassing) throw problem;
    return { ...recall(text, tasks, task), isOffline: true, wasOnline: isOnline };
  }
};
