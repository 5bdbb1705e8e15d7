import assert from "node:assert/strict";
import { base_url } from "./browser.mjs";
import { find_order, open_search, page_test, rows, use_browser } from "./steps.mjs";

use_browser();

page_test("a closed order says so first, then shows its whole way", async (page) => {
    const order = await find_order((order) => order.closed !== null);
    assert.ok(order, "the demo data has no closed order");
    await page.goto(base_url + "/order/" + encodeURIComponent(order.order_id));
    const answer = page.getByTestId("answer");
    await answer.waitFor();
    assert.match(await answer.textContent(), /^\S.* after \d/);
    assert.match(await page.getByTestId("standing").textContent(), /Finished/);
    assert.equal(await page.title(), `Order ${order.order_id} · Ordertrail`);
    assert.equal(
        await page.getByTestId("order-events").getByRole("listitem").count(),
        order.events.length,
    );
    const first = page.getByTestId("order-events").getByRole("listitem").first();
    await first.getByText(order.events[0].sentence.en).waitFor();
    const names = await page.getByTestId("lane-strip").locator(".strip-name").allTextContents();
    for (const lane of order.lanes) assert.ok(names.includes(lane), `no lane ${lane} in ${names}`);
});

page_test("an open order says what it waits for and for how long", async (page) => {
    const order = await find_order((order) => order.waits_for?.queue_name === null);
    assert.ok(order, "the demo data has no open order");
    await page.goto(base_url + "/order/" + encodeURIComponent(order.order_id));
    const answer = page.getByTestId("answer");
    await answer.waitFor();
    const text = await answer.textContent();
    assert.ok(text.startsWith(`Waiting for ${order.waits_for.title.en} for `), text);
});

page_test("a stuck order is called stuck", async (page) => {
    const order = await find_order((order) => order.stuck);
    assert.ok(order, "the demo data has no stuck order");
    await page.goto(base_url + "/order/" + encodeURIComponent(order.order_id));
    await page.getByTestId("standing").getByText("Stuck").waitFor();
    assert.match(await page.getByTestId("standing").textContent(), /▲/);
});

page_test("an event of an order opens its log record", async (page) => {
    const order = await find_order((order) => order.events.length > 2);
    await page.goto(base_url + "/order/" + encodeURIComponent(order.order_id));
    const first = page.getByTestId("order-events").getByRole("listitem").first();
    await first.getByRole("button").first().click();
    await first
        .getByRole("row", { name: "event_type" })
        .getByText(order.events[0].event_type)
        .waitFor();
    await first.getByRole("tab", { name: "JSON" }).click();
    await first.locator("pre").waitFor();
});

page_test("the header's box leads to an order, and the order to its events", async (page) => {
    const order = await find_order(() => true);
    await page.goto(base_url + "/search?range=all");
    await page.locator("#order-box").fill(order.order_id);
    await page.locator("#order-box").press("Enter");
    await page.getByTestId("answer").waitFor();
    assert.equal(new URL(page.url()).pathname, "/order/" + encodeURIComponent(order.order_id));
    await page.getByRole("link", { name: "All events of this order" }).click();
    await rows(page).first().waitFor();
    await page.locator(".pill", { hasText: order.order_id }).waitFor();
    await page.goBack();
    await page.getByTestId("answer").waitFor();
});

page_test("an order in the results leads to its page", async (page) => {
    await open_search(page, `/search?range=all&q=${encodeURIComponent("event_type: SUBMITTED")}`);
    await rows(page).first().locator(".cell-order_id a").click();
    await page.getByTestId("answer").waitFor();
});

page_test("an unknown order is no dead end", async (page, { expected_failures }) => {
    expected_failures.push("/orders/");
    await page.goto(base_url + "/order/" + encodeURIComponent("no/such order?"));
    await page.getByText("No order is known by “no/such order?”").waitFor();
    await page.getByRole("link", { name: "Search all events for it" }).click();
    await page.locator("#query").waitFor();
    assert.equal(await page.locator("#query").inputValue(), '"no/such order?"');
});
