// The search page's tools while they are open, in both languages and themes.
import { assert_accessible } from "./accessible.mjs";
import { search_tools } from "./search_tools.mjs";
import { open_search, page_test, use_browser } from "./steps.mjs";

use_browser();

for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["en-US", "ru-RU"]) {
        for (const [what, open] of Object.entries(search_tools)) {
            page_test(
                `${what}: nobody is shut out (${colorScheme}, ${locale})`,
                async (page) => {
                    await open_search(page);
                    await open(page);
                    await assert_accessible(page);
                },
                { colorScheme, locale },
            );
        }
    }
}
