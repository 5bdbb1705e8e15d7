import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import ts from "typescript-eslint";

// Log text is hostile: it reaches the page as text nodes only.
const no_markup_from_text = [
    "error",
    { property: "innerHTML", message: "Log text goes into text nodes only." },
    { property: "outerHTML", message: "Log text goes into text nodes only." },
    { property: "insertAdjacentHTML", message: "Log text goes into text nodes only." },
];

export default defineConfig(
    globalIgnores(["dist/", "node_modules/"]),
    js.configs.recommended,
    {
        files: ["src/**/*.{ts,tsx}", "vite.config.ts"],
        extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
        languageOptions: { parserOptions: { projectService: true } },
        rules: {
            "no-restricted-properties": no_markup_from_text,
            "no-restricted-syntax": [
                "error",
                {
                    selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
                    message: "Log text goes into text nodes only.",
                },
                {
                    selector: "JSXAttribute[name.name='style'][value.type='Literal']",
                    message: "Use a class, or an object that is set through the CSSOM.",
                },
            ],
            "max-lines": ["error", 500],
            eqeqeq: "error",
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
            "@typescript-eslint/no-confusing-void-expression": [
                "error",
                { ignoreArrowShorthand: true },
            ],
        },
    },
    {
        files: ["src/**/*_test.ts"],
        rules: { "@typescript-eslint/no-floating-promises": "off" },
    },
    {
        files: ["dev/**/*.mjs", "tools/**/*.mjs"],
        languageOptions: {
            globals: {
                console: "readonly",
                process: "readonly",
                performance: "readonly",
                URL: "readonly",
                Buffer: "readonly",
            },
        },
        rules: { "max-lines": ["error", 500] },
    },
);
