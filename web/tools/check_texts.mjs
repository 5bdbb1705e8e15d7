// Fails when the catalogs differ in keys, places or plural forms, when a text that is used does not
// exist, or when one that exists is not used.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { en } from "../src/i18n/en.ts";
import { ru } from "../src/i18n/ru.ts";

const catalogs = { en, ru };
const source = fileURLToPath(new URL("../src/", import.meta.url));
const errors = [];

const forms_of = (message) => (typeof message === "string" ? { other: message } : message);
const places_of = (text) =>
    [...text.matchAll(/\{(\w+)\}/g)]
        .map((found) => found[1])
        .sort()
        .join();

for (const [language, catalog] of Object.entries(catalogs)) {
    const plural_rules = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const key of Object.keys(en)) {
        const message = catalog[key];
        if (message === undefined) {
            errors.push(`${language}: "${key}" is missing`);
            continue;
        }
        const expected = places_of(forms_of(en[key]).other);
        for (const [form, text] of Object.entries(forms_of(message))) {
            if (text.trim() === "") errors.push(`${language}: "${key}" is empty`);
            if (places_of(text) !== expected) {
                errors.push(
                    `${language}: "${key}" (${form}) has {${places_of(text)}}, expected {${expected}}`,
                );
            }
        }
        if ((typeof en[key] === "string") !== (typeof message === "string")) {
            errors.push(`${language}: "${key}" has plural forms in one language only`);
        } else if (typeof message !== "string") {
            for (const rule of plural_rules) {
                if (!(rule in message))
                    errors.push(`${language}: "${key}" lacks the form "${rule}"`);
            }
        }
    }
    for (const key of Object.keys(catalog)) {
        if (!(key in en)) errors.push(`${language}: "${key}" is not in en`);
    }
}

// Keys appear in the source as whole strings, or as `group.${part}` templates.
const code = readdirSync(source, { recursive: true })
    .filter(
        (file) =>
            /\.tsx?$/.test(file) && !file.startsWith("i18n/en") && !file.startsWith("i18n/ru"),
    )
    .map((file) => readFileSync(source + file, "utf8"))
    .join("\n");
const templates = [...code.matchAll(/`([a-z]+\.[a-z_]*)\$\{/g)].map((found) => found[1]);
for (const key of Object.keys(en)) {
    const used = code.includes(`"${key}"`) || templates.some((start) => key.startsWith(start));
    if (!used) errors.push(`"${key}" is not used`);
}
for (const [, key] of code.matchAll(/\bt\(\s*"([^"]+)"/g)) {
    if (!(key in en)) errors.push(`"${key}" is used and does not exist`);
}

for (const error of errors) console.error(error);
if (errors.length > 0) process.exit(1);
console.log(`Texts: ${Object.keys(en).length} in ${Object.keys(catalogs).join(", ")}.`);
