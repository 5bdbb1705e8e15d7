import assert from "node:assert/strict";
import { after, before } from "node:test";
import { assert_accessible } from "./accessible.mjs";
import { base_url } from "./browser.mjs";
import { own_server } from "./own_server.mjs";
import { page_test, rows, tab_to, use_browser } from "./steps.mjs";

use_browser();

let server;
before(async () => (server = await own_server()));
after(() => server?.stop());

const on_own = () => ({ origin: server.url });
const table_row = (page, table, name) =>
    page.getByTestId(table).getByRole("row").filter({ hasText: name });

page_test("every service is listed with its index and leads to its events", async (page) => {
    await page.goto(base_url + "/sources");
    const shop = table_row(page, "sources", "shop-prod");
    await shop.getByText(/sending|rarely|silent/).waitFor();
    assert.equal(await page.title(), "Sources and store · Ordertrail");
    await shop.getByRole("link", { name: "Shop API" }).click();
    await rows(page).first().waitFor();
    assert.equal(new URL(page.url()).searchParams.get("index"), "shop-prod");
});

page_test("inputs and the store tell their figures", async (page) => {
    await page.goto(base_url + "/sources");
    const bulk = table_row(page, "inputs", "/_bulk");
    await bulk.waitFor();
    const accepted = await bulk.getByRole("cell").nth(1).textContent();
    assert.ok(Number(accepted.replace(/\D/g, "")) > 1000, accepted);
    const store = page.getByTestId("store");
    await store.getByText("● Works").waitFor();
    await store
        .getByText(/ GB$|of .* GB/)
        .first()
        .waitFor();
    await table_row(page, "indices", "mes-prod").waitFor();
});

page_test("the keyboard alone is enough on Sources", async (page) => {
    await page.goto(base_url + "/sources");
    await page.getByTestId("store").waitFor();
    await page.getByTestId("sources").waitFor();
    await tab_to(page, page.getByRole("link", { name: "Filebeat, Elasticsearch output" }));
    await page.keyboard.press("Enter");
    await page.locator("pre", { hasText: "output.elasticsearch" }).waitFor();
    await page.goBack();
    const shop = table_row(page, "sources", "shop-prod").getByRole("link", { name: "Shop API" });
    await shop.waitFor();
    await tab_to(page, shop);
    await page.keyboard.press("Enter");
    await page.locator(".pill", { hasText: "Shop API" }).waitFor();
    await rows(page).first().waitFor();
});

for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["en-US", "ru-RU"]) {
        page_test(
            `the first steps shut nobody out (${colorScheme}, ${locale})`,
            async (page) => {
                for (const address of ["/", "/sources"]) {
                    await page.goto(server.url + address);
                    await page.getByTestId("arrival").waitFor();
                    await assert_accessible(page);
                    await page.setViewportSize({ width: 768, height: 800 });
                    const width = await page.evaluate(() => document.documentElement.scrollWidth);
                    assert.ok(width <= 768, `${address}: ${width} pixels wide`);
                }
            },
            () => ({ ...on_own(), colorScheme, locale }),
        );
    }
}

page_test(
    "an empty store says how to begin, and the page fills as events come",
    async (page) => {
        await page.goto(server.url + "/sources");
        await page.getByText("Waiting for the first event…").waitFor();
        await assert_accessible(page);
        const at = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
        const quiet = Array.from({ length: 1200 }, (_, second) => ({
            "@timestamp": at(60 - second / 60),
            ...{ level: "INFO", service_name: "Quiet", message: "tick" },
        }));
        await server.send("quiet-prod", quiet);
        await server.send("loud-prod", [
            { "@timestamp": at(0), level: "ERROR", service_name: "Loud", message: "it broke" },
        ]);
        await server.send("other-prod", [
            { "@timestamp": at(0), level: "INFO", message: "nobody's" },
        ]);
        await page.getByTestId("arrival").getByText("has arrived").waitFor();
        await table_row(page, "sources", "Quiet").getByText("▲ silent").waitFor();
        await table_row(page, "sources", "Loud").getByText("● sending").waitFor();
        await table_row(page, "sources", "without a service").waitFor();
        await assert_accessible(page);
        await table_row(page, "sources", "Loud").getByRole("link", { name: "1" }).click();
        await page.getByText("it broke").first().waitFor();
    },
    on_own,
);

for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["en-US", "ru-RU"]) {
        page_test(
            `sources shut nobody out and fit (${colorScheme}, ${locale})`,
            async (page) => {
                await page.goto(base_url + "/sources");
                await page.getByTestId("store").waitFor();
                await page.getByTestId("sources").waitFor();
                await assert_accessible(page);
                await page.setViewportSize({ width: 768, height: 800 });
                const width = await page.evaluate(() => document.documentElement.scrollWidth);
                assert.ok(width <= 768, `${width} pixels wide`);
            },
            { colorScheme, locale },
        );
    }
}
