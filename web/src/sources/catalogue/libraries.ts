import { lines, type SourceGroup } from "./source.ts";

export const libraries: SourceGroup = {
    id: "libraries",
    name: { en: "From your programs", ru: "Из ваших программ" },
    sources: [
        {
            id: "otel-sdk",
            name: { en: "OpenTelemetry SDKs", ru: "SDK OpenTelemetry" },
            about: {
                en: "Logs and traces from any language: four variables.",
                ru: "Логи и трассы из любого языка: четыре переменные.",
            },
            input: "otlp",
            entrances: ["http.address"],
            routing: "service",
            guide: "guide/opentelemetry.md",
            snippets: [
                {
                    into: { en: "In the program's environment", ru: "В окружении программы" },
                    code: ({ origin, system, environment }) =>
                        lines(
                            `export OTEL_EXPORTER_OTLP_ENDPOINT=${origin}`,
                            "export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
                            `export OTEL_SERVICE_NAME=${system}`,
                            `export OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=${environment}`,
                        ),
                },
            ],
        },
        {
            id: "elasticsearch-js",
            name: "elasticsearch-js",
            about: {
                en: "Elasticsearch's own client for JavaScript, unchanged.",
                ru: "Собственный клиент Elasticsearch для JavaScript, без изменений.",
            },
            input: "elasticsearch",
            entrances: ["http.address"],
            routing: "named",
            guide: "guide/elasticsearch-clients.md",
            snippets: [
                {
                    into: "JavaScript",
                    code: ({ origin, index }) =>
                        lines(
                            `import { Client } from "@elastic/elasticsearch";`,
                            "",
                            `const client = new Client({ node: "${origin}" });`,
                            "await client.helpers.bulk({",
                            `    datasource: [{ level: "INFO", service_name: "Shop API", message: "hello" }],`,
                            `    onDocument: () => ({ create: { _index: "${index}" } }),`,
                            "});",
                        ),
                },
            ],
        },
        {
            id: "winston-elasticsearch",
            name: "winston-elasticsearch",
            about: {
                en: "winston's transport for Elasticsearch, unchanged.",
                ru: "Транспорт winston для Elasticsearch, без изменений.",
            },
            input: "elasticsearch",
            entrances: ["http.address"],
            routing: "named",
            guide: "guide/elasticsearch-clients.md",
            snippets: [
                {
                    into: "JavaScript",
                    code: ({ origin, index }) =>
                        lines(
                            `import winston from "winston";`,
                            `import { ElasticsearchTransport } from "winston-elasticsearch";`,
                            "",
                            "const logger = winston.createLogger({",
                            "    transports: [",
                            `        new ElasticsearchTransport({ index: "${index}", clientOpts: { node: "${origin}" } }),`,
                            "    ],",
                            "});",
                        ),
                },
            ],
        },
        {
            id: "elasticsearch-python",
            name: { en: "elasticsearch, Python", ru: "elasticsearch, Python" },
            about: {
                en: "Elasticsearch's own client for Python, unchanged.",
                ru: "Собственный клиент Elasticsearch для Python, без изменений.",
            },
            input: "elasticsearch",
            entrances: ["http.address"],
            routing: "named",
            guide: "guide/elasticsearch-clients.md",
            snippets: [
                {
                    into: "Python",
                    code: ({ origin, index }) =>
                        lines(
                            "from elasticsearch import Elasticsearch, helpers",
                            "",
                            `client = Elasticsearch("${origin}")`,
                            `event = {"level": "INFO", "service_name": "Shop API", "message": "hello"}`,
                            `helpers.bulk(client, [{"_op_type": "create", "_index": "${index}", "_source": event}])`,
                        ),
                },
            ],
        },
        {
            id: "winston-loki",
            name: "winston-loki",
            about: {
                en: "winston's transport for Loki, unchanged.",
                ru: "Транспорт winston для Loki, без изменений.",
            },
            input: "loki",
            entrances: ["http.address"],
            routing: "service",
            guide: "guide/loki.md",
            snippets: [
                {
                    into: "JavaScript",
                    code: ({ origin, system, environment }) =>
                        `new LokiTransport({ host: "${origin}", labels: { app: "${system}", environment: "${environment}" } })`,
                },
            ],
        },
        {
            id: "gelf",
            name: { en: "GELF, clients of Graylog", ru: "GELF, клиенты Graylog" },
            about: {
                en: "Over UDP or TCP; facility or tag gives the service.",
                ru: "По UDP или TCP; facility или tag даёт сервис.",
            },
            input: "gelf",
            entrances: ["gelf.udp.address", "gelf.tcp.address"],
            routing: "own",
            guide: "guide/gelf.md",
            snippets: [
                {
                    into: "gelf-pro",
                    code: ({ host, port, transport }) =>
                        `gelf.setConfig({ adapterName: "${transport === "tcp" ? "tcp" : "udp"}", adapterOptions: { host: "${host}", port: ${port} }, fields: { facility: "shop-api" } });`,
                },
                {
                    into: "Docker",
                    code: ({ host, port, transport }) =>
                        `docker run --log-driver=gelf --log-opt gelf-address=${transport === "tcp" ? "tcp" : "udp"}://${host}:${port} ...`,
                },
            ],
        },
        {
            id: "splunk",
            name: { en: "Splunk HEC", ru: "Splunk HEC" },
            about: {
                en: "Clients of Splunk's HTTP Event Collector; any token is taken.",
                ru: "Клиенты HTTP Event Collector от Splunk; подходит любой токен.",
            },
            input: "splunk",
            entrances: ["http.address"],
            routing: "named",
            guide: "guide/splunk.md",
            snippets: [
                {
                    into: "curl",
                    code: ({ origin, index }) =>
                        lines(
                            `curl -H 'Authorization: Splunk any' ${origin}/services/collector \\`,
                            `  -d '{"index": "${index}", "event": {"level": "INFO", "message": "hello"}}'`,
                        ),
                },
                {
                    into: "Docker",
                    code: ({ origin, index }) =>
                        `docker run --log-driver=splunk --log-opt splunk-url=${origin} --log-opt splunk-token=any --log-opt splunk-index=${index} ...`,
                },
            ],
        },
    ],
};
