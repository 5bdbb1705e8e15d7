// A server of a test's own, with an empty store or with what the test sends to it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Starts `ordertrail serve`; `stop` ends it and removes its data.
export async function own_server() {
    const binary = process.env.ORDERTRAIL_BINARY;
    if (!binary) throw new Error("expected ORDERTRAIL_BINARY; ./dev test ui sets it");
    const folder = await mkdtemp(join(tmpdir(), "ordertrail-ui-"));
    const url = `http://127.0.0.1:${await free_port()}`;
    const words = ["serve", "--data", join(folder, "data"), "--http", url.slice("http://".length)];
    const server = spawn(binary, words, { stdio: "ignore" });
    const ended = new Promise((resolve) => server.once("exit", resolve));
    const stop = async () => {
        server.kill("SIGTERM");
        await ended;
        await rm(folder, { recursive: true, force: true });
    };
    try {
        await ready(url, server);
    } catch (failure) {
        await stop();
        throw failure;
    }
    return { url, stop, send: (index, events) => send(url, index, events) };
}

function free_port() {
    return new Promise((resolve, reject) => {
        const probe = createServer();
        probe.once("error", reject);
        probe.listen(0, "127.0.0.1", () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

async function ready(url, server) {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
        if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
        const answer = await fetch(url + "/health").catch(() => undefined);
        if (answer?.ok) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${url}/health was not ready within 20 s`);
}

// Sends events as NDJSON; an index of "auto" is chosen by the server.
async function send(url, index, events) {
    const answer = await fetch(`${url}/ingest/${index}`, {
        method: "POST",
        headers: { "content-type": "application/x-ndjson" },
        body: events.map((event) => JSON.stringify(event) + "\n").join(""),
    });
    if (!answer.ok) throw new Error(`/ingest: HTTP ${answer.status}: ${await answer.text()}`);
}
