// What the clients sent is seen by a person who opens the search page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client } from "@elastic/elasticsearch";
import { chromium } from "playwright-core";
import winston from "winston";
import { ElasticsearchTransport } from "winston-elasticsearch";
import { index_of, order_events, unique_run } from "./events.mjs";
import { url } from "./ordertrail.mjs";

const run = unique_run("page");
let browser;

before(async () => {
    const client = new Client({ node: url });
    const events = order_events(run);
    await client.bulk({
        operations: events.flatMap((event) => [
            { index: { _index: index_of(event, "prod") } },
            event,
        ]),
    });
    await client.close();

    const transport = new ElasticsearchTransport({
        clientOpts: { node: url },
        index: "shop-prod",
        transformer: ({ message, meta }) => ({ message, ...meta.event }),
    });
    const logger = winston.createLogger({ transports: [transport] });
    logger.info(`a word from winston in ${run}`, {
        event: {
            "@timestamp": new Date().toISOString(),
            level: "INFO",
            service_name: "Shop API",
            order_id: `ORD-${run}-winston`,
        },
    });
    await transport.flush();
    logger.close();

    browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: [
            ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
            ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
        ],
    });
});
after(() => browser?.close());

// Opens the page in a context of its own, types a query, and returns the texts of the rows that show up.
async function rows_for(kql, expected) {
    const context = await browser.newContext({
        locale: "en-US",
        viewport: { width: 1600, height: 900 },
    });
    try {
        const page = await context.newPage();
        await page.goto(`${url}/search`);
        const input = page.getByRole("textbox", { name: "Query in KQL" });
        await input.fill(kql);
        await input.press("Enter");
        const rows = page.getByRole("row").filter({ hasText: expected });
        await rows.first().waitFor({ timeout: 15_000 });
        return await rows.allInnerTexts();
    } finally {
        await context.close();
    }
}

test("the events of one order from elasticsearch-js", async () => {
    const id = `ORD-${run}-5`;
    const rows = await rows_for(`order_id: "${id}"`, id);
    assert.equal(rows.length, 11);
    assert.ok(rows.some((row) => row.includes(`CLOSED of order ${id}`)));
});

test("the event from winston", async () => {
    const rows = await rows_for(`order_id: "ORD-${run}-winston"`, `a word from winston in ${run}`);
    assert.equal(rows.length, 1);
});
