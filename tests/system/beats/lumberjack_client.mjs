// Sends the lines of a file, each a JSON object, through lumberjack-client (npm): lumberjack_client.mjs PORT FILE [CA].
// It reads no acknowledgements, so it stays until it is ended.
import { readFileSync } from "node:fs";
import LumberjackClient from "lumberjack-client";

const [port, file, ca] = process.argv.slice(2);
const tls = ca === undefined ? {} : { ca: [readFileSync(ca)] };
const client = new LumberjackClient(
    { host: "127.0.0.1", port: Number(port), ...tls },
    ca !== undefined,
);
const lines = readFileSync(file, "utf8").split("\n");
// Half of them before it is connected: they go in one window. The others in a window each.
const half = lines.length / 2;
for (const [at, line] of lines.entries()) {
    if (at >= half) break;
    client.log(JSON.parse(line));
}
client.socket.once(ca === undefined ? "connect" : "secureConnect", () => {
    setImmediate(() => {
        for (const line of lines.slice(Math.ceil(half))) {
            if (line !== "") client.log(JSON.parse(line));
        }
    });
});
