/** Reads server-sent events (HTML standard, section 9.2) from a response. */

/**
 * Calls {@code onEvent} for each event, and {@code onBytes} whenever anything arrives.
 * Returns when the server ends the stream.
 *
 * @param {Response} response
 */
export async function readEvents(response, onEvent, onBytes) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = {id: '', data: []};
  for (;;) {
    const {done, value} = await reader.read();
    if (done) {
      return;
    }
    onBytes();
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line === '' || line === '\r') {
        if (event.data.length > 0) {
          onEvent({number: Number(event.id), ...JSON.parse(event.data.join('\n'))});
        }
        event = {id: '', data: []};
      } else {
        addField(event, line.endsWith('\r') ? line.slice(0, -1) : line);
      }
    }
  }
}

function addField(event, line) {
  const colon = line.indexOf(':');
  if (colon <= 0) {
    return; // A comment, or a field without a value
  }
  const value = line.slice(colon + 1).replace(/^ /, '');
  switch (line.slice(0, colon)) {
    case 'id':
      event.id = value;
      break;
    case 'data':
      event.data.push(value);
      break;
    default:
      break; // The type stands in the data too
  }
}
