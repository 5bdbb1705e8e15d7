// Says how large the built UI is as a browser loads it, and fails when it has grown too large: what
// every page loads first, and all of it with the parts that are loaded when they are needed.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const most_first = 100;
const most_in_all = 300;

const folder = new URL("../dist/", import.meta.url);
const page = readFileSync(new URL("index.html", folder), "utf8");
let first = 0;
let all = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const packed = gzipSync(readFileSync(`${entry.parentPath}/${entry.name}`), { level: 9 }).length;
    const at_first = entry.name === "index.html" || page.includes(entry.name);
    all += packed;
    if (at_first) first += packed;
    console.log(`${kilobytes(packed)} kB gzipped  ${entry.name}${at_first ? "" : "  (later)"}`);
}
console.log(`${kilobytes(first)} kB gzipped  at first (at most ${most_first})`);
console.log(`${kilobytes(all)} kB gzipped  in all (at most ${most_in_all})`);
if (first > most_first * 1000 || all > most_in_all * 1000) process.exit(1);

function kilobytes(bytes) {
    return (bytes / 1000).toFixed(1).padStart(7);
}
