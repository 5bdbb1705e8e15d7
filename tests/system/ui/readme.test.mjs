// The five minutes of the README, done as they are written.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { own_server } from "./own_server.mjs";
import { page_test, rows, use_browser } from "./steps.mjs";

use_browser();

const run_file = promisify(execFile);
const root = new URL("../../../", import.meta.url);

// The shell blocks below the heading that speaks of five minutes.
function five_minutes(file) {
    const text = readFileSync(new URL(file, root), "utf8");
    const part = text
        .split(/^## /m)
        .find((section) => /^.*(five minutes|пять минут)/.test(section));
    return [...part.matchAll(/```sh\n([\s\S]*?)```/g)].map((found) => found[1]);
}

const blocks = five_minutes("README.md");
let server;
before(async () => (server = await own_server()));
after(() => server?.stop());

// Runs one block, at the test's server and with the tested program.
async function run_block(block) {
    const command = block
        .replaceAll("http://127.0.0.1:8080", server.url)
        .replaceAll("build/release/ordertrail", process.env.ORDERTRAIL_BINARY);
    const { stdout } = await run_file("bash", ["-euc", command], { maxBuffer: 64 << 20 });
    return stdout;
}

test("both languages say the same commands", () => {
    assert.deepEqual(five_minutes("README.ru.md"), blocks);
    assert.equal(blocks.length, 4);
});

page_test(
    "a stranger's own logs are found",
    async (page) => {
        const [start, send_file, send_order, ask] = blocks;
        assert.match(start, /ordertrail serve --data \S+ --http 127\.0\.0\.1:8080/);
        await page.goto(server.url + "/");
        await page.getByText("Waiting for the first event…").waitFor();
        const log = /@(\S+)/.exec(send_file)[1];
        assert.ok(existsSync(log), `${dirname(log)} has no such file here: ${log}`);
        assert.match(await run_block(send_file), /"rejected":\[\]/);
        await page.getByRole("link", { name: "Look at it in Search" }).click();
        await rows(page).first().waitFor();
        await page.locator("#query").fill("installed");
        await page.locator("#query").press("Enter");
        await rows(page).filter({ hasText: "installed" }).first().waitFor();

        assert.match(await run_block(send_order), /"stored":3/);
        await page.goto(server.url + "/");
        await page.getByRole("textbox", { name: "Order id or query" }).fill("ORD-1");
        await page.keyboard.press("Enter");
        await page.getByTestId("answer").getByText("Waiting in orders.pricing").waitFor();
        const said = await run_block(ask);
        assert.match(said, /ORD-1/);
        assert.match(said, /SUBMITTED|submitted/);
    },
    () => ({ origin: server.url }),
);
