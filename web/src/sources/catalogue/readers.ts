import { lines, type SourceGroup } from "./source.ts";

export const readers: SourceGroup = {
    id: "readers",
    name: { en: "Programs that read", ru: "Программы, которые читают" },
    sources: [
        {
            id: "grafana",
            name: "Grafana",
            about: {
                en: "Logs by its Elasticsearch data source, traces by its Jaeger data source.",
                ru: "Логи через источник данных Elasticsearch, трассы через источник Jaeger.",
            },
            input: null,
            entrances: ["http.address"],
            routing: "own",
            guide: "guide/readers.md",
            snippets: [
                {
                    into: "provisioning/datasources/ordertrail.yaml",
                    code: ({ origin }) =>
                        lines(
                            "apiVersion: 1",
                            "datasources:",
                            "  - name: Ordertrail logs",
                            "    type: elasticsearch",
                            "    access: proxy",
                            `    url: ${origin}`,
                            "    jsonData:",
                            `      index: "*-prod"`,
                            `      timeField: "@timestamp"`,
                            "  - name: Ordertrail traces",
                            "    type: jaeger",
                            "    access: proxy",
                            `    url: ${origin}`,
                        ),
                },
            ],
        },
        {
            id: "jaeger",
            name: { en: "Jaeger UI", ru: "Jaeger UI" },
            about: {
                en: "What speaks Jaeger's query API, versions 1 and 3, finds the traces at the same address.",
                ru: "Всё, что говорит на API запросов Jaeger версий 1 и 3, находит трассы по тому же адресу.",
            },
            input: null,
            entrances: ["http.address"],
            routing: "own",
            guide: "guide/readers.md",
            snippets: [
                {
                    into: { en: "To try it", ru: "Попробовать" },
                    code: ({ origin }) => `curl ${origin}/api/services`,
                },
            ],
        },
        {
            id: "elastalert",
            name: "ElastAlert2",
            about: {
                en: "Its rules run over the Elasticsearch API.",
                ru: "Его правила работают через API Elasticsearch.",
            },
            input: null,
            entrances: ["http.address"],
            routing: "own",
            guide: "guide/readers.md",
            snippets: [
                {
                    into: "config.yaml",
                    code: ({ host, port }) =>
                        lines(
                            `es_host: ${host}`,
                            `es_port: ${port}`,
                            "writeback_index: elastalert",
                            "rules_folder: rules",
                            "run_every: {minutes: 1}",
                            "buffer_time: {minutes: 15}",
                        ),
                },
            ],
        },
    ],
};
