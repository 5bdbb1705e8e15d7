// A Chromium page on the server under test, which remembers everything that went wrong in it.
import { chromium } from "playwright-core";

export const base_url = (process.env.ORDERTRAIL_URL ?? "http://127.0.0.1:4180").replace(/\/$/, "");

export function launch() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    });
}

// `complaints` collects console errors, refusals of the content security policy, uncaught errors,
// requests to anywhere else and server errors. `origin`: of the server that the page is on.
export async function open_page(browser, { origin = base_url, ...options } = {}) {
    const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: "en-US",
        colorScheme: "light",
        timezoneId: "UTC",
        ...options,
    });
    const page = await context.newPage();
    const complaints = [];
    const expected_failures = [];
    page.on("console", (message) => {
        if (message.type() !== "error") return;
        // A browser reports each refused request; those that a test asks for are no complaint.
        const url = message.location().url;
        if (expected_failures.some((part) => url.includes(part))) return;
        complaints.push(`console: ${message.text()} (${url})`);
    });
    page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
    page.on("request", (request) => {
        if (!request.url().startsWith(origin)) complaints.push(`request to ${request.url()}`);
    });
    page.on("response", (response) => {
        if (response.status() >= 500) complaints.push(`${response.status()} for ${response.url()}`);
    });
    await page.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", (violation) =>
            console.error(
                `content security policy: ${violation.violatedDirective} ${violation.blockedURI}`,
            ),
        );
    });
    return { page, context, complaints, expected_failures };
}

// Asks the server's API itself.
export async function ask(path, body) {
    const response = await fetch(`${base_url}/_trail/v1/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}: ${await response.text()}`);
    return response.json();
}
