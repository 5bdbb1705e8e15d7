import { HomePage } from "../home/home_page.tsx";
import { OrderPage } from "../order/order_page.tsx";
import { SearchPage } from "../search/search_page.tsx";
import { Later } from "./later.tsx";
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

// Loaded when they are first opened: few readers need them, and the others start faster.
const sources_page = () => import("../sources/sources_page.tsx");
const source_page = () => import("../sources/source_page.tsx");
const traces_page = () => import("../trace/traces_page.tsx");
const trace_page = () => import("../trace/trace_page.tsx");

function Page() {
    const where = route.value;
    switch (where.page) {
        case "home":
            return <HomePage />;
        case "sources":
            return <Later load={sources_page} />;
        case "source":
            return <Later load={source_page} id={where.id} params={where.params} />;
        case "search":
            return <SearchPage />;
        case "traces":
            return <Later load={traces_page} params={where.params} />;
        case "trace":
            return <Later load={trace_page} key={where.id} id={where.id} />;
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
