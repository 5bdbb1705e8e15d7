// The live tail of the search page, on a server of its own that real events are sent to.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { assert_accessible } from "./accessible.mjs";
import { base_url } from "./browser.mjs";
import { own_server } from "./own_server.mjs";
import { page_test, rows, use_browser } from "./steps.mjs";

use_browser();

let server;
before(async () => (server = await own_server()));
after(() => server?.stop());

let sent = 0;
// Sends so many events more: "event 1", "event 2" and so on.
const send = (count) =>
    server.send(
        "live-prod",
        Array.from({ length: count }, () => ({
            "@timestamp": new Date().toISOString(),
            ...{ level: "INFO", service_name: "Shop API", message: `event ${(sent += 1)}` },
        })),
    );

// What the rows on the screen say when everything up to this event is shown, the newest first.
const up_to = (newest) => Array.from({ length: newest }, (_, at) => `event ${newest - at}`);
const shown = (page) => page.locator(".table-rows .cell-message").allTextContents();
const shows_all = (page) =>
    page.waitForFunction(
        (expected) =>
            [...document.querySelectorAll(".table-rows .cell-message")]
                .map((cell) => cell.textContent)
                .join() === expected,
        up_to(sent).join(),
    );
const bar = (page, state) => page.locator(`[data-testid=live-bar][data-state=${state}]`).waitFor();
const new_rows = (page, text) => page.getByTestId("new-rows").getByText(text).waitFor();

// The open event's row: what it says, and where in the table it is.
const selected = (page) =>
    page.locator(".table").evaluate((table) => {
        const row = table.querySelector('.table-row[aria-selected="true"]');
        const top = row.getBoundingClientRect().top - table.getBoundingClientRect().top;
        return { text: row.textContent, top, scrolled: table.scrollTop };
    });

page_test(
    "live: what is read stays, new events are counted, a broken stream goes on",
    async (page, { expected_failures }) => {
        await send(3);
        await page.goto(server.url + "/search?range=all&live=1");
        await bar(page, "live");
        await shows_all(page);

        // With an event open.
        await rows(page).nth(1).locator(".cell-timestamp").click();
        await page.getByTestId("event-panel").waitFor();
        const before = await selected(page);
        const all = up_to(sent);
        assert.ok(before.text.endsWith(all[1]), before.text);
        await send(2);
        await new_rows(page, "2 new events");
        await send(1);
        await new_rows(page, "3 new events");
        assert.deepEqual(await selected(page), before);
        assert.deepEqual(await shown(page), all);
        await page.getByTestId("new-rows").click();
        await shows_all(page);
        assert.equal((await selected(page)).text, before.text);
        await page.keyboard.press("Escape");
        await page.getByTestId("event-panel").waitFor({ state: "detached" });
        await send(1);
        await shows_all(page);

        await page.getByRole("button", { name: "Pause" }).click();
        await bar(page, "paused");
        const paused_at = up_to(sent);
        await send(1);
        await new_rows(page, "1 new event");
        assert.deepEqual(await shown(page), paused_at);
        await page.getByRole("button", { name: "Resume" }).click();
        await shows_all(page);

        expected_failures.push("/_trail/v1/");
        await server.halt();
        await bar(page, "lost");
        await server.resume();
        await send(1);
        await bar(page, "live");
        await send(1);
        await shows_all(page);
    },
    () => ({ origin: server.url }),
);

for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["en-US", "ru-RU"]) {
        page_test(
            `live shuts nobody out (${colorScheme}, ${locale})`,
            async (page) => {
                await send(2);
                await page.goto(server.url + "/search?range=all&live=1");
                await bar(page, "live");
                await rows(page).nth(1).waitFor();
                await assert_accessible(page);
                await rows(page).nth(1).locator(".cell-timestamp").click();
                await page.getByTestId("event-panel").waitFor();
                await send(1);
                await page.getByTestId("new-rows").waitFor();
                await assert_accessible(page);
            },
            () => ({ origin: server.url, colorScheme, locale }),
        );
    }
}

// A stream that says only what the test makes it say, and stays open.
const scripted_stream = () => {
    window.EventSource = class extends EventTarget {
        readyState = 1;
        constructor() {
            super();
            window.stream = this;
        }
        say(event, data) {
            this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
        }
        close() {}
    };
};

page_test("live: what the server left out is said, as the bound that it is", async (page) => {
    await page.addInitScript(scripted_stream);
    await page.goto(base_url + "/search?range=all&live=1");
    await page.waitForFunction(() => window.stream !== undefined);
    const say = (event, data) =>
        page.evaluate(([event, data]) => window.stream.say(event, data), [event, data]);
    await say("state", { state: "live" });
    await bar(page, "live");
    assert.equal(await page.getByTestId("left-out").count(), 0);
    await say("skipped", { count: 3 });
    await page.getByTestId("left-out").getByText("Up to 3 events were left out").waitFor();
    await say("skipped", { count: 4 });
    await page.getByTestId("left-out").getByText("Up to 7 events were left out").waitFor();
    await assert_accessible(page);
});
