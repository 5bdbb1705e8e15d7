// Says how large the built UI is as a browser loads it, and fails when it has grown too large.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const most_kilobytes = 100;

const folder = new URL("../dist/", import.meta.url);
let whole = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const packed = gzipSync(readFileSync(`${entry.parentPath}/${entry.name}`), { level: 9 }).length;
    whole += packed;
    console.log(`${(packed / 1000).toFixed(1).padStart(7)} kB gzipped  ${entry.name}`);
}
console.log(
    `${(whole / 1000).toFixed(1).padStart(7)} kB gzipped  in all (at most ${most_kilobytes})`,
);
if (whole > most_kilobytes * 1000) process.exit(1);
