// Numbers, quantities, days and moments as people of this facility write them.
import { language } from "./words.js";
import { get } from "./api.js";

/** The language with the country that the browser names: days and numbers differ by it. */
const locale = [...(navigator.languages ?? []), language].find((tag) => tag.startsWith(language));

/** The facility: its name, zone, currency and units; empty until `meetFacility` has asked. */
export const facility = { code: "", name: "", time_zone: undefined, currency: "EUR", units: "METRIC" };

/** Asks once for the facility; without an answer the browser's own zone serves. */
export const meetFacility = async () => {
  const found = await get("/api/v1/facility", { quietly: true }).catch(() => null);
  Object.assign(facility, found ?? {});
};

const numbers = new Map();
const format = (options) => {
  const key = JSON.stringify(options);
  if (!numbers.has(key)) numbers.set(key, new Intl.NumberFormat(locale, options));
  return numbers.get(key);
};
const isAbsent = (value) => value === null || value === undefined || value === "";

/** A number with at most so many decimals. */
export const number = (value, decimals = 3) =>
  isAbsent(value) ? "" : format({ maximumFractionDigits: decimals }).format(value);

/** A share of one as per cent. */
export const percent = (ratio, decimals = 1) =>
  isAbsent(ratio) ? "" : format({ style: "percent", maximumFractionDigits: decimals }).format(ratio);

/** An amount of the facility's money. */
export const money = (value, decimals = 0) =>
  isAbsent(value)
    ? ""
    : format({ style: "currency", currency: facility.currency, maximumFractionDigits: decimals,
      minimumFractionDigits: decimals }).format(value);

/** A quantity with its unit. */
export const quantity = (value, unit) => (
  isAbsent(value) ? "" : `${number(value)} ${unit ?? ""}`.trim());

const moments = new Map();
const momentFormat = (options) => {
  const key = JSON.stringify([options, facility.time_zone]);
  if (!moments.has(key)) {
    moments.set(key, new Intl.DateTimeFormat(locale, { timeZone: facility.time_zone, ...options }));
  }
  return moments.get(key);
};

/** A moment as day and time in the facility's zone. */
export const moment = (text) =>
  isAbsent(text) ? "" : momentFormat({ dateStyle: "short", timeStyle: "short" }).format(new Date(text));

/** The time of day of a moment in the facility's zone. */
export const clock = (text) => momentFormat({ timeStyle: "short" }).format(new Date(text));

/** A day without a time, which has no zone. */
export const day = (text) =>
  isAbsent(text)
    ? ""
    : new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" })
      .format(new Date(`${text.slice(0, 10)}T00:00:00Z`));

/** A day of this year or the next, as short as it can be told. */
export const dayShort = (text) =>
  isAbsent(text)
    ? ""
    : new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" })
      .format(new Date(`${text.slice(0, 10)}T00:00:00Z`));

// The box speaks in millimetres, metres and grams; people read and enter what their facility uses.
const isUS = () => facility.units === "US";

/** What an inch is in millimetres, where edges are shown and entered in inches; else 1. */
export const edgeScale = () => (isUS() ? 25.4 : 1);

/** The unit in which edges are shown and entered. */
export const edgeUnit = () => (isUS() ? "in" : "mm");

/** An edge, from millimetres. */
export const edge = (millimetres) => (isAbsent(millimetres) ? ""
  : `${number(millimetres / edgeScale(), isUS() ? 1 : 0)} ${edgeUnit()}`);

/** A way, from metres. */
export const way = (metres, decimals = 0) => (isAbsent(metres) ? ""
  : `${number(isUS() ? metres / 0.3048 : metres, decimals)} ${isUS() ? "ft" : "m"}`);

/** The size of a place, from millimetres. */
export const length = (millimetres) => (isAbsent(millimetres) ? "" : way(millimetres / 1000, 2));

/** A pace, from metres a second. */
export const pace = (metres) => (isAbsent(metres) ? "" : `${way(metres, 2)}/s`);

/** A weight, from grams. */
export const weight = (grams) => (isAbsent(grams) ? ""
  : `${number(isUS() ? grams / 453.59237 : grams / 1000, 1)} ${isUS() ? "lb" : "kg"}`);

/** A figure of the box with its unit, where that is one that the facility may use another for. */
export const measured = (figure, unit) => (
  unit === "m" ? way(figure) : unit === "mm" ? edge(figure) : number(figure, 1));

/** A sentence of the box whose first word is a measure, with the facility's own. */
export const inUnits = (sentence) => (isUS()
  ? sentence.replace(/^(\d+(?:\.\d+)?) (mm|m)\b/, (_, figure, unit) => measured(Number(figure), unit))
  : sentence);

/** A warning of the box, which names weights in kilograms, with the facility's own. */
export const weightsIn = (sentence) => (isUS()
  ? sentence.replace(/(\d+) kg\b/g, (_, kilograms) => weight(1000 * Number(kilograms)))
  : sentence);

/** Orders texts as people count: S-2 before S-10. */
export const byCode = new Intl.Collator(language, { numeric: true }).compare;
