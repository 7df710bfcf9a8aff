/** The texts of the page, in the language of the browser. Another language is another file. */
import {de} from '../texts/de.js';
import {en} from '../texts/en.js';

const LANGUAGES = {en, de};

export const language =
  [localStorage.getItem('parley.language'), ...navigator.languages.map((tag) => tag.slice(0, 2))]
    .find((tag) => tag in LANGUAGES) ?? 'en';

const texts = LANGUAGES[language];
const plurals = new Intl.PluralRules(language);

export const languages = Object.keys(LANGUAGES);

export function useLanguage(tag) {
  localStorage.setItem('parley.language', tag);
  location.reload();
}

/**
 * The text of a key. `{name}` stands for a value; a text with an object `{one, other}` is chosen by
 * the value `count`.
 */
export function t(key, values = {}) {
  const found = texts[key] ?? en[key] ?? key;
  const text = typeof found === 'string' ? found : found[plurals.select(values.count)] ?? found.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

/** Whether there is a text of the key. */
export const hasText = (key) => key in en;

const day = new Intl.DateTimeFormat(language, {dateStyle: 'medium'});
const moment = new Intl.DateTimeFormat(language, {dateStyle: 'medium', timeStyle: 'short'});
const clock = new Intl.DateTimeFormat(language, {timeStyle: 'short'});
const number = new Intl.NumberFormat(language);
const relative = new Intl.RelativeTimeFormat(language, {numeric: 'auto'});

export const formatDay = (value) => day.format(new Date(`${value}T12:00:00`));
export const formatNumber = (value) => number.format(value);

/** A time of today by the clock, any other with its day. */
export function formatTime(value) {
  const time = new Date(value);
  const isToday = time.toDateString() === new Date().toDateString();
  return (isToday ? clock : moment).format(time);
}

export const formatMoment = (value) => moment.format(new Date(value));

/** `1.2 s`, `2 min 5 s`. */
export function formatElapsed(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 1) {
    return `${Math.round(milliseconds)} ms`;
  }
  if (seconds < 60) {
    return `${number.format(Math.round(seconds * 10) / 10)} s`;
  }
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** `in 3 hours`, `2 days ago`. */
export function formatDistance(value) {
  const seconds = (new Date(value) - Date.now()) / 1000;
  const units = [['day', 86_400], ['hour', 3_600], ['minute', 60]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return relative.format(Math.round(seconds / size), unit);
}
