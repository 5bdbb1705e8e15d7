// Pictures of every page in both widths, themes and languages, for a person to look at.
//
//     ORDERTRAIL_URL=… [ORDERTRAIL_BINARY=…] node screenshots.mjs <folder> [only pictures whose name contains this]
//
// With the binary, states that demo data does not have are shown on servers of their own.
import { mkdirSync } from "node:fs";
import { ask, base_url, launch, open_page } from "./browser.mjs";
import { order_examples } from "./order_examples.mjs";
import { own_server } from "./own_server.mjs";
import { search_tools } from "./search_tools.mjs";
import { rows } from "./steps.mjs";

const folder = process.argv[2] ?? "screenshots";
const only = process.argv[3] ?? "";
mkdirSync(folder, { recursive: true });

const created = await ask("search", { query: "event_type: ORDER_CREATED", limit: 400 });
const order_ids = created.rows.map((row) => row.fields.order_id);
const orders = [];
for (const id of order_ids) {
    const response = await fetch(`${base_url}/_trail/v1/orders/${encodeURIComponent(id)}`);
    if (response.ok) orders.push(await response.json());
}
const order_where = (test) => orders.find(test)?.order_id ?? order_ids[0];
const addresses = {
    home: "/",
    sources: "/sources",
    "source-curl": "/sources/curl",
    "source-closed": "/sources/filebeat?system=shop&environment=prod",
    "source-ways": "/sources/syslog-ng",
    "source-own": "/sources/elasticsearch-js?system=shop&environment=prod",
    "source-long": "/sources/splunk",
    traces: "/traces?range=all",
    search: "/search?range=all",
    "search-open": "/search?range=all&q=level%3A+ERROR",
    "search-filter": `/search?range=all&f=${encodeURIComponent('service_name:"MES API"')}&f=${encodeURIComponent('-event_type:"GET_ORDERS"')}`,
    "search-wrap": "/search?range=all&wrap=1&q=level%3A+ERROR",
    "search-columns": "/search?range=all&columns=level,message,operator_id,response_time&tz=utc",
    "search-live": "/search?range=all&live=1",
    "search-error": `/search?range=all&q=${encodeURIComponent('level: ERROR and service_name: and "MES API"')}`,
    "search-empty": "/search?q=nothingofthekind",
    "order-closed": "/order/" + order_where((order) => order.closed !== null),
    "order-stuck": "/order/" + order_where((order) => order.stuck),
    "order-waiting":
        "/order/" +
        order_where((order) => !order.stuck && order.waits_for && order.events.length > 9),
    "order-mismatch": "/order/" + order_where((order) => order.facts.file_mismatch),
    "order-missing": "/order/ORD-0",
};

// What is done on a page before its picture is taken.
const acts = {
    "search-open": async (page) => {
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.getByTestId("event-panel").waitFor();
    },
    "home-systems": async (page) => {
        await page.locator(".choice").first().getByRole("button").last().click();
        await page.locator(".choice").last().getByRole("button").last().click();
        await page.locator(".rate-bar").first().waitFor();
    },
    "order-event": async (page) => {
        const first = page.getByTestId("order-events").getByRole("button").first();
        await first.click();
    },
    "search-live-open": async (page) => {
        await rows(page).nth(2).locator(".cell-timestamp").click();
        await page.getByTestId("event-panel").waitFor();
    },
};
addresses["home-systems"] = addresses.home;
addresses["order-event"] = addresses["order-closed"];
addresses["search-live-open"] = addresses["search-live"];
for (const [name, open] of Object.entries(search_tools)) {
    const picture = "tool-" + name.replace(/\W+/g, "-");
    addresses[picture] = "/search?range=all&q=service_name%3A*";
    acts[picture] = open;
}

const own_servers = [];
if (process.env.ORDERTRAIL_BINARY) {
    const [empty, full] = [await own_server(), await own_server()];
    own_servers.push(empty, full);
    await full.send("auto", order_examples());
    addresses["first-steps"] = empty.url + "/";
    addresses["sources-empty"] = empty.url + "/sources";
    const states = {
        queue: "ORD-7001",
        gap: "ORD-7002",
        several: "model.stl",
        similar: "ord-7001x",
        wrong: "ORD-7005",
        hostile: "ORD-7006",
        crowded: "ORD-7007",
        environments: "ORD-7008",
        closed: "ORD-7009",
        late: "ORD-7010",
    };
    for (const [name, id] of Object.entries(states)) {
        addresses["state-" + name] = `${full.url}/order/${id}`;
    }
}

const browser = await launch();
for (const width of [1280, 768]) {
    for (const theme of ["light", "dark"]) {
        for (const locale of ["en-US", "ru-RU"]) {
            const options = { viewport: { width, height: 800 }, colorScheme: theme, locale };
            for (const [name, address] of Object.entries(addresses)) {
                const file = `${name}-${width}-${theme}-${locale.slice(0, 2)}.png`;
                if (!file.includes(only)) continue;
                const url = new URL(address, base_url);
                const { page, context, complaints } = await open_page(browser, {
                    ...options,
                    origin: url.origin,
                });
                // A live page's network is never idle.
                const waitUntil = name.startsWith("search-live") ? "load" : "networkidle";
                await page.goto(url.href, { waitUntil });
                if (name.startsWith("search-live")) await rows(page).nth(2).waitFor();
                await acts[name]?.(page);
                await page.evaluate(() => scrollTo(0, 0));
                await page.screenshot({
                    path: `${folder}/${file}`,
                    fullPage: !name.includes("crowded"),
                });
                console.log(file, complaints.join("; "));
                await context.close();
            }
        }
    }
}
await browser.close();
for (const server of own_servers) await server.stop();
