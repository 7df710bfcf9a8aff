// A model's endpoint for src/clients/check: it does what the message says.
import { createServer } from 'node:http';

const chunk = (choice) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, ...choice }] })}\n\n`;
const end = (reason) => chunk({ finish_reason: reason }) + 'data: [DONE]\n\n';

createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) {
        body += piece;
    }
    const message = request.method === 'POST' ? JSON.parse(body).messages.findLast(({ role }) => role === 'user').content : '';
    response.setHeader('Content-Type', 'text/event-stream');
    switch (message) {
        case 'Say nothing.': // never answers
            break;
        case 'Be busy.':
            response.writeHead(429, { 'Retry-After': '1' }).end();
            break;
        case 'Fail.':
            response.end(end('content_filter'));
            break;
        default:
            response.end(chunk({ delta: { content: 'Hello.' } }) + end('stop'));
    }
}).listen(Number(process.argv[2]), '127.0.0.1');
