/** Times that a turn may take: from milliseconds to days. */
import {formatElapsed} from '../core/texts.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** As `formatElapsed`, and `55 h 3 min` where a turn has waited for long. */
export function formatLong(milliseconds) {
  if (milliseconds < HOUR) {
    return formatElapsed(milliseconds);
  }
  const minutes = Math.floor((milliseconds % HOUR) / MINUTE);
  return `${Math.floor(milliseconds / HOUR)} h ${minutes} min`;
}
