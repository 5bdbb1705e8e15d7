import assert from "node:assert/strict";
import { test } from "node:test";
import { base_url } from "./browser.mjs";
import {
    all_rows_have,
    facet_value,
    new_page,
    open_search,
    page_test,
    rows,
    run_query,
    total,
    use_browser,
} from "./steps.mjs";

use_browser();

test("the page is served under a strict content security policy", async () => {
    const response = await fetch(base_url + "/search", { headers: { accept: "text/html" } });
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|data:|https?:|\*/);
});

page_test("a query finds its events", async (page) => {
    await open_search(page);
    const before = await total(page);
    await run_query(page, 'service_name: "Shop API"');
    await all_rows_have(page, "service_name", "Shop API");
    assert.equal(new URL(page.url()).searchParams.get("q"), 'service_name: "Shop API"');
    assert.ok((await total(page)) < before);
});

page_test("the histogram is drawn, and a drag over it zooms", async (page) => {
    await open_search(page);
    const canvas = page.getByTestId("histogram").locator("canvas");
    await canvas.waitFor();
    await page.waitForFunction(() => {
        const canvas = document.querySelector("[data-testid=histogram] canvas");
        const pixels = canvas
            ?.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height).data;
        return pixels?.some((part) => part !== 0);
    });
    const all = await total(page);
    const box = await page.getByTestId("histogram").locator(".u-over").boundingBox();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 30, { steps: 5 });
    await page.mouse.up();
    await page.getByTestId("range-shown").waitFor();
    const { searchParams } = new URL(page.url());
    assert.ok(Date.parse(searchParams.get("from")) < Date.parse(searchParams.get("to")));
    await page.waitForFunction((all) => {
        const shown = document.querySelector("[data-testid=total]")?.textContent ?? "";
        const running = document.querySelector(".progress")?.getAttribute("data-active");
        return running === "false" && Number(shown.replace(/\D/g, "")) < all;
    }, all);
    await page.goBack();
    await page.getByTestId("range-shown").waitFor({ state: "detached" });
});

page_test("a facet filters, and lets go again", async (page) => {
    await open_search(page);
    await facet_value(page, "service_name", "MES API").click();
    await all_rows_have(page, "service_name", "MES API");
    await page.locator(".pill", { hasText: "service_name: MES API" }).waitFor();
    // The other services stay to be chosen.
    await facet_value(page, "service_name", "CRM API").waitFor();
    await facet_value(page, "service_name", "MES API").click();
    await page.locator(".pill").waitFor({ state: "detached" });
});

page_test("a row opens, shows its fields and its source, and closes", async (page) => {
    await open_search(page, `/search?range=all&q=${encodeURIComponent("event_type: SUBMITTED")}`);
    await rows(page).first().locator(".cell-timestamp").click();
    const panel = page.getByTestId("event-panel");
    await panel.getByRole("row", { name: "event_type" }).getByText("SUBMITTED").waitFor();
    await panel.getByRole("tab", { name: "JSON" }).click();
    await panel.locator("pre", { hasText: '"SUBMITTED"' }).waitFor();
    const order_link = panel.getByRole("link", { name: /^Open order / });
    assert.match(await order_link.getAttribute("href"), /^\/order\/./);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
});

page_test("the keyboard alone is enough", async (page) => {
    await open_search(page);
    await page.keyboard.press("/");
    await page.keyboard.type('service_name: "CRM API"');
    await page.keyboard.press("Enter");
    await all_rows_have(page, "service_name", "CRM API");
    await page.keyboard.press("Escape");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"])
        await page.keyboard.press(key);
    await page.keyboard.press("Enter");
    await page.getByTestId("event-panel").waitFor();
    await page.locator('.table-row[aria-rowindex="3"][aria-selected="true"]').waitFor();
    await page.keyboard.press("ArrowDown");
    await page.locator('.table-row[aria-rowindex="4"][aria-selected="true"]').waitFor();
    await page.keyboard.press("Escape");
    await page.getByTestId("event-panel").waitFor({ state: "detached" });
});

page_test("a link shows the same again", async (page) => {
    await open_search(page, `/search?range=all&q=${encodeURIComponent("level: INFO")}`);
    await facet_value(page, "service_name", "Shop API").click();
    await all_rows_have(page, "service_name", "Shop API");
    await rows(page).nth(3).locator(".cell-timestamp").click();
    const origin = await page.getByTestId("event-panel").locator(".record-origin").textContent();
    const other = await new_page();
    await other.page.goto(page.url());
    await other.page
        .getByTestId("event-panel")
        .locator(".record-origin", { hasText: origin })
        .waitFor();
    assert.equal(await other.page.locator("#query").inputValue(), "level: INFO");
    await other.page.locator(".pill", { hasText: "service_name: Shop API" }).waitFor();
    await all_rows_have(other.page, "service_name", "Shop API");
    assert.deepEqual(other.complaints, []);
    await other.context.close();
});

page_test("filters for and against a value are set from the open event", async (page) => {
    await open_search(
        page,
        `/search?range=all&q=${encodeURIComponent('service_name: "Shop API"')}`,
    );
    await rows(page).first().locator(".cell-timestamp").click();
    const line = page.getByTestId("event-panel").getByRole("row", { name: "event_type" });
    await line.getByRole("button", { name: /^Only events without/ }).click();
    await page.locator('.pill[data-negated="true"]', { hasText: "event_type" }).waitFor();
});

page_test("scrolling to the end loads the next page", async (page) => {
    await open_search(page);
    const beyond_first_page = 230;
    assert.ok((await total(page)) > beyond_first_page, "the demo data is too small for this test");
    const next = page.waitForResponse(
        (response) =>
            response.url().endsWith("/search") &&
            response.request().postDataJSON()?.cursor !== undefined,
    );
    await page.locator(".table").evaluate((table) => table.scrollTo(0, table.scrollHeight));
    assert.ok((await next).ok());
    // The end is another one when the rows are there.
    await page.waitForFunction((beyond) => {
        const table = document.querySelector(".table");
        table.scrollTo(0, table.scrollHeight);
        return [...table.querySelectorAll(".table-rows .table-row")].some(
            (row) => Number(row.getAttribute("aria-rowindex")) > beyond,
        );
    }, beyond_first_page);
});

page_test("a wrong query is shown where it is wrong", async (page, { expected_failures }) => {
    expected_failures.push("/_trail/v1/");
    await page.goto(base_url + "/search?range=all");
    await run_query(page, "level: ERROR and (");
    const error = page.getByTestId("query-error");
    await error.locator("mark").waitFor();
    const wrong = page.locator("#query .query-wrong");
    await wrong.waitFor();
    assert.equal(await wrong.textContent(), "(");
    assert.equal(await page.locator("#query").getAttribute("aria-invalid"), "true");
    await error.getByRole("button").click();
    await page.locator("#query:focus").waitFor();
    await run_query(page, "level: INFO");
    await all_rows_have(page, "level", "INFO");
    await error.waitFor({ state: "detached" });
});

page_test("nothing found says so and offers a way on", async (page) => {
    await page.goto(
        base_url + "/search?range=all&q=" + encodeURIComponent('"no such words at all"'),
    );
    await page.getByText("Nothing found").waitFor();
    await page.getByRole("button", { name: "Clear the query" }).click();
    await rows(page).first().waitFor();
});

page_test(
    "a server that does not answer can be asked again",
    async (page, { expected_failures }) => {
        expected_failures.push("/_trail/v1/search");
        await page.route("**/_trail/v1/search", (route) => route.abort());
        await page.goto(base_url + "/search?range=all");
        const notice = page.getByRole("alert");
        await notice.getByText("The server does not answer.").waitFor();
        await page.unroute("**/_trail/v1/search");
        await notice.getByRole("button", { name: "Try again" }).click();
        await rows(page).first().waitFor();
    },
);

page_test("log text is shown as text, whatever it says", async (page) => {
    const message =
        '<img src="x" onerror="window.hit = 1"><script>window.hit = 2</script> \u202etxt.exe\u001b[2J';
    const row = {
        ...{ id: "1", index: "shop-prod", seq: 1, timestamp: "2026-11-24T10:15:00.000000001Z" },
        fields: {
            level: "<b>",
            service_name: "Shop API",
            event_type: "ODD",
            order_id: "../..",
            message,
        },
        source: { message, number: 1 },
    };
    await page.route("**/_trail/v1/search", (route) =>
        route.fulfill({
            contentType: "application/json",
            body: JSON.stringify({ took_ms: 1, rows: [row], next_cursor: null }).replace(
                '"number":1',
                '"number":9007199254740993',
            ),
        }),
    );
    await open_search(page);
    await rows(page).first().locator(".cell-timestamp").click();
    const panel = page.getByTestId("event-panel");
    await panel.getByText("‹U+202E›").first().waitFor();
    await panel.getByText("‹ESC›").first().waitFor();
    await panel.getByRole("tab", { name: "JSON" }).click();
    await panel.getByText("9007199254740993").waitFor();
    assert.equal(await page.locator("main img, main script, main b").count(), 0);
    assert.equal(await page.evaluate(() => window.hit), undefined);
});
