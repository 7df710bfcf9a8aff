/** What a failure means for the person, in plain words. */
import {NoCookie, Problem} from './problem.js';
import {hasText, t} from './texts.js';

export function explain(failure) {
  if (failure instanceof NoCookie) {
    return t('problem.noCookie');
  }
  if (!(failure instanceof Problem)) {
    return t(navigator.onLine ? 'problem.unreachable' : 'problem.offline');
  }
  const key = `problem.${failure.code}`;
  const text = hasText(key) ? t(key) : failure.message;
  if (failure.code !== 'invalid_request') {
    return text;
  }
  const fields = failure.errors.map(({field, message}) => `${field} ${message}`).join('; ');
  return `${text} ${fields || failure.message}`;
}

/** The same of a turn that failed. */
export function explainTurn(turn) {
  const code = turn.error?.code;
  if (code && hasText(`turn.${code}`)) {
    return t(`turn.${code}`);
  }
  return hasText(`turn.${turn.status}`) ? t(`turn.${turn.status}`) : turn.error?.detail ?? '';
}
