// What a person finds out with the command line and /metrics about the server under test.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run_file = promisify(execFile);

export const url = process.env.ORDERTRAIL_URL;
const binary = process.env.ORDERTRAIL_BINARY;
if (!url || !binary) {
    throw new Error("expected ORDERTRAIL_URL and ORDERTRAIL_BINARY; ./dev test system sets them");
}

async function ordertrail(...words) {
    const { stdout } = await run_file(binary, words, { maxBuffer: 64 << 20 });
    return stdout;
}

// The events of a KQL query, each as it was sent.
export async function query(kql, index = "*") {
    const words = ["--server", url, "--index", index, "--limit", "0", "--format", "ndjson", kql];
    const lines = (await ordertrail("query", ...words)).split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

export async function count(kql, index = "*") {
    const text = await ordertrail("query", "--server", url, "--index", index, "--count", kql);
    return Number(text.trim());
}

export async function order(id) {
    return JSON.parse(await ordertrail("order", "--server", url, "--format", "json", id));
}

// The sum of all series of all metrics whose name fits; a series appears with its first event.
export async function metric(pattern) {
    const answer = await fetch(`${url}/metrics`);
    if (!answer.ok) throw new Error(`GET /metrics: HTTP ${answer.status}`);
    const lines = (await answer.text())
        .split("\n")
        .filter((line) => pattern.test(line.split(/[{ ]/)[0]));
    return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
