// Reads an AsyncAPI document; what is wrong with it, or could be better, is a failure.
import { Parser, fromFile } from "@asyncapi/parser";

const { document, diagnostics } = await fromFile(new Parser(), process.argv[2]).parse();
for (const { code, path, message } of diagnostics) console.error(`${code} at ${path.join(".")}: ${message}`);
process.exit(document && diagnostics.length === 0 ? 0 : 1);
