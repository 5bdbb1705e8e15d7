// Fails on a colour outside src/style/tokens.css: styles and components use its tokens only.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const tokens_file = "style/tokens.css";
// Pictures that are files of their own cannot use the page's tokens.
const exempt = new Set([tokens_file, "favicon.svg"]);

const named =
    "white|black|red|green|blue|gray|grey|silver|yellow|orange|purple|teal|navy|maroon|olive|lime|aqua|fuchsia|pink|brown|cyan|magenta|gold|indigo|violet|crimson|tomato|salmon|coral|khaki|beige|ivory|snow";
const raw = new RegExp(
    [
        String.raw`#[0-9a-f]{3,8}\b(?=[^-\w])`,
        String.raw`\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|light-dark)\(`,
        String.raw`(?<=:\s*(?:[^;{}"]*\s)?)(?:${named})(?=\s*[;!,)]|\s*$)`,
        String.raw`(?<=(?:fill|stroke|color)=")(?:${named})(?=")`,
    ].join("|"),
    "gi",
);

const tokens = readFileSync(source + tokens_file, "utf8");
const defined = new Set([...tokens.matchAll(/^\s*(--[\w-]+):/gm)].map((found) => found[1]));
let wrong = 0;
for (const file of readdirSync(source, { recursive: true })) {
    if (!/\.(css|tsx?|svg)$/.test(file) || exempt.has(file) || file.endsWith("_test.ts")) continue;
    readFileSync(source + file, "utf8")
        .split("\n")
        .forEach((line, at) => {
            const complain = (what) => {
                console.error(`src/${file}:${at + 1}: ${what}`);
                wrong += 1;
            };
            for (const [colour] of line.matchAll(raw)) {
                complain(`colour "${colour}" found, expected a token of ${tokens_file}`);
            }
            if (!file.endsWith(".css")) return;
            for (const [, token] of line.matchAll(/var\((--[\w-]+)\)/g)) {
                const own = ["--lane", "--rate", "--radius", "--font-text", "--font-code"];
                if (!defined.has(token) && !own.includes(token)) complain(`unknown token ${token}`);
            }
        });
}
if (wrong > 0) process.exit(1);
console.log("Colours: only tokens are used.");
