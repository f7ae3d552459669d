// Hears the scanner: a keyboard wedge that types anywhere on the page, with or without a focus.
//
// A scan ends with Enter or Tab, or when nothing was typed for `quietMS`. Group separators come in
// many disguises: as the character, as Ctrl+], as Alt and the digits 0 2 9 (or 2 9) on the number
// pad, as {GS}, <GS>, ^] or the symbol for it. All leave here as the one character U+001D; what else is
// in a code stays as it was typed. Codes wait in line, so that none is lost however fast they come.
const separator = "\u001d";
// The same forms as the warehouse's own reader knows. The record separator is no disguise: it is data.
const disguises =
  /\{GS\}|<GS>|\[GS\]|␝|\^\]|[{<]Ctrl[-+]\][}>]|[{<]FNC1[}>]|<0x1d>|\\x1d|\\u001d/gi;

/** The longest code that is kept; what is typed beyond it is dropped, and said. */
export const longest = 2000;

/** One code as it is meant: separators found, the ends trimmed. */
export const cleaned = (text) =>
  text.replace(disguises, separator).replace(/^[\u0002\s]+|[\u0003\s]+$/g, "");

/** The pure machine: keys and moments in, codes out. */
export class KeyReader {
  constructor({ quietMS = 120 } = {}) {
    this.quietMS = quietMS;
    this.clear();
  }

  clear() {
    this.text = "";
    this.altDigits = null;
    this.lastMS = 0;
    this.isCut = false;
  }

  /** Takes a key; gives a code that it ended, or null. `isTaken` says whether the key was ours. */
  take(key, { ctrl = false, alt = false, atMS }) {
    this.lastMS = atMS;
    if (alt && /^[0-9]$/.test(key)) {
      this.altDigits = (this.altDigits ?? "") + key;
      return { isTaken: true, code: null };
    }
    if (ctrl && (key === "]" || key === "\u001d")) return this.add(separator);
    if (ctrl && (key === "^" || key === "\u001e")) return this.add("\u001e");
    if (ctrl || alt) return { isTaken: false, code: null };
    if (key === "Enter" || key === "Tab") {
      const code = this.end();
      return { isTaken: code !== null, code };
    }
    // One character, which may be two code units.
    if ([...key].length === 1) return this.add(key);
    return { isTaken: false, code: null };
  }

  /** The Alt key was let go: the digits that were typed with it name a character. */
  releaseAlt(atMS) {
    const digits = this.altDigits;
    this.altDigits = null;
    if (!digits) return;
    this.lastMS = atMS;
    const value = Number(digits);
    if (value === 29) this.add(separator);
    else if (value > 0 && value < 127) this.add(String.fromCharCode(value));
  }

  add(character) {
    if (this.text.length < longest) this.text += character;
    else this.isCut = true;
    return { isTaken: true, code: null };
  }

  /** Ends what was typed; null where nothing was. */
  end() {
    const code = cleaned(this.text);
    this.wasCut = this.isCut;
    this.clear();
    return code === "" ? null : code;
  }

  /** Ends what was typed when it has been quiet for long enough. */
  tick(nowMS) {
    return this.text !== "" && nowMS - this.lastMS >= this.quietMS ? this.end() : null;
  }
}

const isField = (element) =>
  element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
  || element instanceof HTMLSelectElement;

/**
 * Listens at the document: `hear(code, { isCut, isSlow })` gets each code, `press(key)` each key.
 *
 * A single character that nothing follows is a key of the page (`1` to `9`), not a scan. `isSlow`
 * says that a code ended by silence, not by Enter or Tab.
 */
export const listen = ({ hear, press, quietMS }) => {
  const reader = new KeyReader({ quietMS });
  let timer = 0;
  const deliver = (code, isSlow) => {
    if (code === null) return;
    // One character that nothing follows is a key; with Enter behind it, it ends what was typed.
    if ([...code].length === 1) press(code);
    else hear(code, { isCut: reader.wasCut, isSlow });
    if ([...code].length === 1 && !isSlow) press("Enter");
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => deliver(reader.end(), true), reader.quietMS);
  };
  document.addEventListener("keydown", (event) => {
    if (isField(event.target) || event.isComposing || event.target.closest?.("dialog")) return;
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
    const isOnButton = event.target.closest?.("button, a, summary");
    if (isPlain && reader.text === "" && ["Tab", " "].includes(event.key)) return;
    if (isPlain && reader.text === "" && event.key === "Enter" && isOnButton) return;
    if (isPlain && reader.text === "" && /^(F\d+|Escape|Enter|Backspace)$/.test(event.key)) {
      if (press(event.key)) event.preventDefault();
      return;
    }
    const { isTaken, code } = reader.take(event.key, {
      ctrl: event.ctrlKey, alt: event.altKey, atMS: event.timeStamp,
    });
    if (!isTaken) return;
    event.preventDefault();
    clearTimeout(timer);
    if (code !== null) deliver(code, false);
    else wait();
  }, true);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Alt") return;
    reader.releaseAlt(event.timeStamp);
    if (reader.text !== "") wait();
  }, true);
  // Some keyboards of Android give a whole scan at once.
  document.addEventListener("paste", (event) => {
    if (isField(event.target)) return;
    const code = cleaned(event.clipboardData?.getData("text") ?? "");
    if (code) hear(code.slice(0, longest), { isCut: code.length > longest, isSlow: false });
  });
  return reader;
};
