// The search page's tools, each opened in any language.
import { rows, settled } from "./steps.mjs";

// Each opens a tool and waits until it is there. REQUIRES: found rows are shown.
export const search_tools = {
    "query completion": async (page) => {
        await page.keyboard.press("/");
        await page.locator("#query.cm-content").waitFor();
        await page.keyboard.type("service_n");
        await page.getByRole("option").filter({ hasText: "service_name" }).waitFor();
    },
    "the lines around an event": async (page) => {
        await rows(page).first().locator(".cell-timestamp").click();
        await page.getByRole("tab", { name: /Context|Вокруг/ }).click();
        await page.getByTestId("context").getByRole("listitem").first().waitFor();
    },
    "the JSON of an event": async (page) => {
        await rows(page).first().locator(".cell-timestamp").click();
        await page.getByRole("tab", { name: "JSON" }).click();
        await page.getByTestId("event-panel").locator("pre").waitFor();
    },
    "the export menu": async (page) => {
        await page.getByRole("button", { name: /Export|Выгрузить/ }).click();
        await page.locator(".popover-panel").waitFor();
    },
    "a column's menu": async (page) => {
        await page.locator(".column-button").last().click();
        await page.locator(".popover-panel").waitFor();
    },
    "the time range": async (page) => {
        await page.locator(".range select").selectOption("custom");
        await page.locator(".range-editor").waitFor();
    },
    "a field's values": async (page) => {
        await page.locator(".fields-find").fill("queue_name");
        await page.locator(".field-name", { hasText: "queue_name" }).click();
        await page.locator('.facet[data-field="queue_name"] .facet-value').first().waitFor();
    },
    "filters and a selected span": async (page) => {
        await page.locator(".facet-value").first().click();
        await page.locator(".pill").waitFor();
        await settled(page);
        await page.getByRole("slider").focus();
        for (const key of ["Home", "Shift+ArrowRight"]) await page.keyboard.press(key);
    },
    "wrapped lines": async (page) => {
        await page.getByRole("button", { name: /Wrap lines|Переносить/ }).click();
        await page.locator('.table[data-wrap="true"]').waitFor();
    },
};
