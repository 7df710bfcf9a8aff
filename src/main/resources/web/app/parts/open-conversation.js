/** Leads to the conversation of a turn. */
import {get} from '../core/api.js';
import {go} from '../core/router.js';
import {inTime} from './section.js';
import {complain} from './toast.js';

/** Returns whether there is such a conversation. */
export async function openConversation(turn) {
  try {
    const {conversation_id: conversation} = await get(`turns/${turn}`, inTime());
    go('chat', conversation);
    return true;
  } catch (failure) {
    complain(failure);
    return false;
  }
}
