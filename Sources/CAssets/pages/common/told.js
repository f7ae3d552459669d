// What the server says in sentences of its own, in the language of whoever reads.
//
// The server speaks English and names each thing by a code with its figures. In another language
// the sentence is made here from the code; one that has none yet is shown as it came, and marked as
// English, so that a screen reader reads it as such.
import { h } from "./dom.js";
import { knows, language, t, teach } from "./words.js";
import { inUnits, measured, number, weightsIn } from "./formats.js";

const isEnglish = language === "en";
if (!isEnglish) teach((await import(`./server-${language}.js`)).default);

/** A sentence of the server that has no translation. */
export const foreign = (text) => (isEnglish ? text : h("span", { lang: "en" }, text));

/** A warning, by its code. */
export const warningText = (warning) => {
  const key = `warning-${warning.code}`;
  if (!isEnglish && knows(key)) return t(key);
  return foreign(weightsIn(warning.message ?? warning));
};

/** Why a place was chosen: the parts of its score, the weightiest reason first. */
export const reasonsOf = (task) => {
  const parts = new Map((task.parts ?? []).map((part) => [part.words, part]));
  return (task.reasons ?? []).map((reason) => {
    const part = parts.get(reason);
    const key = part && `part-${part.name}-${part.unit}`;
    return !isEnglish && key && knows(key)
      ? t(key, { n: measured(part.figure, part.unit) }) : inUnits(reason);
  });
};

/** Why no place was found: the rules that kept places out, those that kept out most first. */
export const refusalText = (line) => {
  const counts = Object.entries(line.rejected ?? {}).sort((one, other) => other[1] - one[1]);
  if (isEnglish || counts.length === 0) return line.reason ?? "";
  return counts.slice(0, 3)
    .map(([rule, count]) => `${t(`rule-${rule}`)} (${number(count)})`).join(", ");
};

/** What went wrong, in one sentence. */
export const saidOf = (problem) => {
  if (problem.status === 0) return t("no-answer");
  const key = `problem-${problem.code}`;
  return !isEnglish && knows(key) ? t(key) : problem.message;
};
