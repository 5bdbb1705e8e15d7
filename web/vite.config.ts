import { defineConfig } from "vite";

const api = process.env.ORDERTRAIL_URL ?? "http://127.0.0.1:4180";

export default defineConfig({
    build: {
        // light-dark() and CSS nesting are used as they are.
        target: ["chrome123", "firefox121", "safari17.5"],
        // The content security policy allows files of our own only, no data: addresses.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
    },
    server: { host: "127.0.0.1", proxy: { "/_trail": api } },
});
