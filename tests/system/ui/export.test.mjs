// Exports as a browser saves them, against what the search says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { ask, base_url } from "./browser.mjs";
import { open_search, page_test, use_browser } from "./steps.mjs";

use_browser();

const query = 'service_name: "CRM API" or level: ERROR';
const view = (order) =>
    "/search?" +
    new URLSearchParams({
        ...{ range: "all", q: query, order, tz: "+03:00" },
        columns: "level,service_name,order_id,user_id,message,price_calculated",
    });

// Every row that the search has, page by page.
async function found(order) {
    const rows = [];
    let cursor = null;
    do {
        const page = await ask("search", { query, order, limit: 700, ...(cursor && { cursor }) });
        rows.push(...page.rows);
        cursor = page.next_cursor;
    } while (cursor !== null);
    assert.ok(rows.length > 300, `the demo data has only ${rows.length} such events`);
    return rows;
}

async function exported(page, link) {
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: link }).click(),
    ]);
    assert.equal(await download.failure(), null);
    const text = await readFile(await download.path(), "utf8");
    return { name: download.suggestedFilename(), text };
}

// The records of a CSV text, as RFC 4180 says.
function csv_records(text) {
    const records = [[]];
    const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
    let end = 0;
    for (const [whole, quoted, plain, separator] of text.matchAll(cell)) {
        records.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
        if (separator !== ",") records.push([]);
        end += whole.length;
    }
    assert.equal(end, text.length, `no CSV: ${text.slice(end, end + 100)}`);
    assert.deepEqual(records.pop(), []);
    return records;
}

page_test("a CSV file has the columns shown of every event found", async (page) => {
    await open_search(page, view("desc"));
    const { name, text } = await exported(page, /^CSV/);
    assert.match(name, /\.csv$/);
    const [head, ...records] = csv_records(text);
    const columns = view("desc")
        .match(/columns=([^&]+)/)[1]
        .split("%2C");
    assert.deepEqual(head, ["timestamp", ...columns]);
    const rows = await found("desc");
    assert.equal(records.length, rows.length);
    for (const [at, [time, ...cells]] of records.entries()) {
        assert.match(time, /\+03:00$/);
        assert.equal(Date.parse(time), Date.parse(rows[at].timestamp));
        const expected = columns.map((column) => String(rows[at].fields[column] ?? ""));
        assert.deepEqual(cells, expected, `record ${at}`);
    }
});

page_test("an NDJSON file has every event found as it was sent", async (page) => {
    await open_search(page, view("asc"));
    const { name, text } = await exported(page, /^NDJSON/);
    assert.match(name, /\.ndjson$/);
    assert.ok(text.endsWith("\n"));
    const events = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    const rows = await found("asc");
    assert.deepEqual(
        events,
        rows.map(({ source }) => source),
    );
});
