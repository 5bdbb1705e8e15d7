// A server of a test's own, with an empty store or with what the test sends to it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Starts `ordertrail serve`. `halt` ends the server, `resume` starts it again on the same port and data;
// `stop` ends it and removes its data.
// `settings`: further ones, as ORDERTRAIL_* variables.
export async function own_server(settings = {}) {
    const binary = process.env.ORDERTRAIL_BINARY;
    if (!binary) throw new Error("expected ORDERTRAIL_BINARY; ./dev test ui sets it");
    const folder = await mkdtemp(join(tmpdir(), "ordertrail-ui-"));
    const url = `http://127.0.0.1:${await free_port()}`;
    const words = ["serve", "--data", join(folder, "data"), "--http", url.slice("http://".length)];
    let halt = async () => undefined;
    const resume = async () => {
        const server = spawn(binary, words, {
            stdio: "ignore",
            env: { ...process.env, ...settings },
        });
        const ended = new Promise((resolve) => server.once("exit", resolve));
        halt = async () => {
            server.kill("SIGTERM");
            await ended;
        };
        await ready(url, server);
    };
    const stop = async () => {
        await halt();
        await rm(folder, { recursive: true, force: true });
    };
    try {
        await resume();
    } catch (failure) {
        await stop();
        throw failure;
    }
    return { url, halt: () => halt(), resume, stop, send: send.bind(null, url) };
}

// Of those that the system gives to nobody by itself, so that it is still free after a halt.
export async function free_port() {
    const [first, count] = [20_000, 12_000];
    for (let tries = 0; tries < 100; tries += 1) {
        const port = first + Math.floor(Math.random() * count);
        if (await is_free(port)) return port;
    }
    throw new Error(`no free port from ${first} to ${first + count}`);
}

function is_free(port) {
    return new Promise((resolve) => {
        const probe = createServer();
        probe.once("error", () => resolve(false));
        probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
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
