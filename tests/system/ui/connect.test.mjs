// Connecting a source: the catalogue, the snippet for this server, and the wait for the first event.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { connect } from "node:net";
import { after, before } from "node:test";
import { promisify } from "node:util";
import { assert_accessible } from "./accessible.mjs";
import { free_port, own_server } from "./own_server.mjs";
import { page_test, rows, tab_to, use_browser } from "./steps.mjs";

use_browser();

const run_file = promisify(execFile);
let server;
let syslog_port;
before(async () => {
    syslog_port = await free_port();
    server = await own_server({
        ORDERTRAIL_SYSLOG_TCP_ADDRESS: `127.0.0.1:${syslog_port}`,
    });
});
after(() => server?.stop());

const connect_test = (name, run, options = {}) =>
    page_test(name, run, () => ({
        ...{ baseURL: server.url, origin: server.url, ...options },
        permissions: ["clipboard-read", "clipboard-write"],
    }));

const arrival = (page) => page.getByTestId("arrival");
const snippet = (page, text) => page.locator("pre", { hasText: text });

async function every_source(page) {
    await page.goto("/sources");
    const links = page.getByTestId("catalogue").getByRole("link");
    await links.first().waitFor();
    return links.evaluateAll((found) => found.map((link) => link.getAttribute("href")));
}

// Sends bytes to a port and closes.
const send_bytes = (port, bytes) =>
    new Promise((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
        socket.once("error", reject);
        socket.once("close", resolve);
        socket.resume();
    });

connect_test("the waiting ends with the copied command's own events", async (page) => {
    await page.goto("/sources");
    await page.getByTestId("catalogue").getByRole("link", { name: "curl, NDJSON" }).click();
    await arrival(page).getByText("Waiting for the first event…").waitFor();
    await page.getByLabel("System").fill("First Shop");
    await page.getByLabel("Environment").fill("ui");
    await arrival(page).getByText("first-shop-ui").waitFor();
    // What went elsewhere is none of it.
    await server.send("other-ui", [{ level: "INFO", message: "somebody else's" }]);
    await page.getByText("Events that came the same way went to:").waitFor();
    await arrival(page).getByText("Waiting for the first event…").waitFor();
    await page.getByRole("button", { name: "Copy" }).click();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    await run_file("bash", ["-c", command.replace("curl ", "curl --fail --silent ")]);
    await arrival(page).getByText("2 so far").waitFor();
    await server.send("first-shop-ui", [{ level: "INFO", message: "one more" }]);
    await arrival(page).getByText("3 so far").waitFor();
    // The address alone says it all.
    const address = page.url();
    await page.goto("/");
    await page.goto(address);
    await arrival(page).getByText("3 so far").waitFor();
    await snippet(page, "/ingest/first-shop-ui").waitFor();
    await arrival(page).getByRole("link", { name: "Search first-shop-ui" }).click();
    await rows(page).nth(2).waitFor();
});

connect_test("a port that is open says so, and one that is not how to open it", async (page) => {
    await page.goto("/sources/rsyslog");
    await page.getByTestId("entrance").getByText(`127.0.0.1:${syslog_port}`).waitFor();
    await snippet(page, `port="${syslog_port}" protocol="tcp"`).waitFor();
    await page.getByRole("button", { name: /TLS/ }).click();
    await page.getByTestId("entrance").getByText("This port is not open.").waitFor();
    await snippet(page, "address: 0.0.0.0:6514").waitFor();
    await snippet(page, "DefaultNetstreamDriverCAFile").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("over"), "syslog.tls.address");
    await page.reload();
    await snippet(page, "address: 0.0.0.0:6514").waitFor();
});

connect_test("what is in the way is said in plain words", async (page) => {
    await page.goto("/sources/rsyslog");
    await arrival(page).getByText("Waiting for the first event…").waitFor();
    await send_bytes(syslog_port, Buffer.from("160301020001000001fc0303", "hex"));
    const troubles = page.getByTestId("troubles");
    await troubles.getByText("Connection closed").waitFor();
    await troubles.getByText("the client speaks TLS and this port does not").waitFor();
    await assert_accessible(page);
    await send_bytes(syslog_port, "<13>1 2026-11-24T10:00:00Z host mes-api - - - made\n");
    await arrival(page).getByText("1 so far").waitFor();
    await arrival(page).getByRole("link", { name: "Search mes-api-prod" }).click();
    await rows(page).filter({ hasText: "made" }).waitFor();

    await page.goto("/sources/promtail");
    await arrival(page).waitFor();
    const refused = await fetch(`${server.url}/loki/api/v1/push`, {
        method: "POST",
        body: "{",
    });
    assert.equal(refused.status, 400);
    await troubles.getByText("POST /loki/api/v1/push: HTTP 400").waitFor();
    const lost = await fetch(`${server.url}/api/prom/push`, {
        method: "POST",
        body: "{}",
    });
    assert.equal(lost.status, 404);
    await troubles.getByText("POST /api/prom/push: HTTP 404").waitFor();
});

connect_test("spans are an arrival, too", async (page) => {
    await page.goto("/sources/otel-sdk?system=shop&environment=ui");
    await arrival(page).getByText("Waiting for the first event…").waitFor();
    const text = (key, value) => ({ key, value: { stringValue: value } });
    const span = {
        ...{
            traceId: "0af7651916cd43dd8448eb211c80319c",
            spanId: "00f067aa0ba902b7",
            name: "x",
        },
        ...{
            startTimeUnixNano: `${Date.now()}000000`,
            endTimeUnixNano: `${Date.now()}000000`,
        },
    };
    const attributes = [text("service.name", "shop"), text("deployment.environment.name", "ui")];
    const sent = await fetch(`${server.url}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
            resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }],
        }),
    });
    assert.equal(sent.status, 200);
    await arrival(page).getByText("1 so far").waitFor();
    await arrival(page).getByRole("link", { name: "Open the traces" }).click();
    await page.getByTestId("traces").waitFor();
});

connect_test("a link cannot put commands into a snippet", async (page) => {
    await page.goto("/sources/curl?system=" + encodeURIComponent("x'; touch /tmp/owned; '"));
    await snippet(page, "/ingest/x-touch-tmp-owned-").waitFor();
});

connect_test("the keyboard alone is enough to connect a source", async (page) => {
    await page.goto("/sources");
    const link = page.getByTestId("catalogue").getByRole("link", { name: "syslog-ng" });
    await link.waitFor();
    await tab_to(page, link);
    await page.keyboard.press("Enter");
    const udp = page.getByRole("button", { name: /UDP/ });
    await udp.waitFor();
    await tab_to(page, udp);
    await page.keyboard.press("Space");
    await snippet(page, 'transport("udp")').waitFor();
    const copy = page.getByRole("button", { name: "Copy" }).last();
    await tab_to(page, copy);
    await page.keyboard.press("Enter");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /port\(514\) transport\("udp"\)/);
});

connect_test("guides are read from the server itself", async (page) => {
    await page.goto("/sources/splunk");
    const guide = page.getByRole("link", { name: /Guide/ });
    const answer = await fetch(new URL(await guide.getAttribute("href"), server.url));
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type"), /^text\/plain/);
    assert.match(await answer.text(), /^# Logs for Splunk/);
});

connect_test("a source that does not exist says so", async (page) => {
    await page.goto("/sources/nothing");
    await page.getByText("No such source").waitFor();
    await page.getByRole("link", { name: "All sources" }).click();
    await page.getByTestId("catalogue").waitFor();
});

connect_test("nothing is asked while nobody looks", async (page) => {
    let asked = 0;
    page.on("request", (request) => (asked += request.url().endsWith("/inputs") ? 1 : 0));
    await page.goto("/sources/curl");
    await arrival(page).waitFor();
    await page.evaluate(() => {
        const hidden = { get: () => "hidden", configurable: true };
        Object.defineProperty(document, "visibilityState", hidden);
    });
    const before = asked;
    const started = Date.now();
    // One may be on its way already.
    await page.waitForFunction((from) => Date.now() - from > 5000, started);
    assert.ok(asked <= before + 1, `${asked - before} times`);
    await page.evaluate(() => {
        Object.defineProperty(document, "visibilityState", {
            get: () => "visible",
        });
        document.dispatchEvent(new Event("visibilitychange"));
    });
    const seen = asked;
    while (asked === seen) await page.waitForRequest(/\/inputs$/);
});

for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["en-US", "ru-RU"]) {
        connect_test(
            `no source shuts anybody out, and all fit (${colorScheme}, ${locale})`,
            async (page) => {
                await page.setViewportSize({ width: 768, height: 800 });
                for (const address of await every_source(page)) {
                    await page.goto(address);
                    await page.locator(".snippet pre").first().waitFor();
                    await assert_accessible(page);
                    const width = await page.evaluate(() => document.documentElement.scrollWidth);
                    assert.ok(width <= 768, `${address}: ${width} pixels wide`);
                }
            },
            { colorScheme, locale, timeout_ms: 180_000 },
        );
    }
}
