import { HomePage } from "../home/home_page.tsx";
import { OrderPage } from "../order/order_page.tsx";
import { SearchPage } from "../search/search_page.tsx";
import { SourcesPage } from "../sources/sources_page.tsx";
import { t } from "../i18n/texts.ts";
import { use_title } from "./document_title.ts";
import { Header } from "./header.tsx";
import { Notice } from "./notice.tsx";
import { route } from "./route.ts";

export function App() {
    return (
        <>
            <a class="skip-link" href="#main">
                {t("app.skip")}
            </a>
            <Header />
            <main id="main" tabIndex={-1}>
                <Page />
            </main>
        </>
    );
}

function Page() {
    const where = route.value;
    switch (where.page) {
        case "home":
            return <HomePage />;
        case "sources":
            return <SourcesPage />;
        case "search":
            return <SearchPage />;
        case "order":
            return (
                <OrderPage
                    key={where.id + "~" + where.environment}
                    id={where.id}
                    environment={where.environment}
                />
            );
        case "unknown":
            return <UnknownPage path={where.path} />;
    }
}

function UnknownPage({ path }: { path: string }) {
    use_title(t("app.unknown_title"));
    return (
        <Notice whole_page title={t("app.unknown_title")} text={t("app.unknown_text", { path })}>
            <a class="button" href="/search">
                {t("app.to_search")}
            </a>
        </Notice>
    );
}
