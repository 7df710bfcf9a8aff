/** The credentials of a trial account, which this tab keeps so that the person can note them. */
import {session} from '../core/session.js';

const KEY = 'parley.trial';

/** @returns {{username: string, password: string} | null} null where the account is another one */
export function trialAccount() {
  try {
    const trial = JSON.parse(sessionStorage.getItem(KEY));
    return trial?.username === session.account?.username ? trial : null;
  } catch {
    return null;
  }
}

/** Keeps the credentials where the person has changed the name. */
export function renameTrial(username) {
  const trial = trialAccount();
  if (trial) {
    sessionStorage.setItem(KEY, JSON.stringify({...trial, username}));
  }
}

export const forgetTrial = () => sessionStorage.removeItem(KEY);
