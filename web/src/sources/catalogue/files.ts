import { lines, shows_certificate, speaks_tls, type SourceGroup } from "./source.ts";

const filestream = (index?: string): string =>
    lines(
        "filebeat.inputs:",
        "  - type: filestream",
        "    id: shop",
        index !== undefined && `    index: ${index}`,
        "    paths: [/var/log/shop/*.log]",
        `    parsers: [{ndjson: {target: "", overwrite_keys: true}}]  # lines that are JSON; leave out for plain text`,
    );

export const files: SourceGroup = {
    id: "files",
    name: { en: "Log files and containers", ru: "Файлы и контейнеры" },
    sources: [
        {
            id: "filebeat",
            name: {
                en: "Filebeat, Logstash output",
                ru: "Filebeat, вывод logstash",
            },
            about: {
                en: "Filebeat and other Beats, unchanged, over a port of their own with TLS and client certificates.",
                ru: "Filebeat и другие Beats без изменений, через отдельный порт с TLS и сертификатами клиентов.",
            },
            input: "lumberjack",
            entrances: ["lumberjack.address"],
            routing: "named",
            guide: "guide/filebeat.md",
            snippets: [
                {
                    into: "filebeat.yml",
                    code: (place) =>
                        lines(
                            filestream(place.index),
                            "output.logstash:",
                            `  hosts: ["${place.host}:${place.port}"]`,
                            speaks_tls(place) &&
                                "  ssl.certificate_authorities: [/etc/filebeat/tls/ca.pem]",
                            shows_certificate(place) &&
                                "  ssl.certificate: /etc/filebeat/tls/client.pem",
                            shows_certificate(place) && "  ssl.key: /etc/filebeat/tls/client.key",
                        ),
                },
            ],
        },
        {
            id: "filebeat-elasticsearch",
            name: {
                en: "Filebeat, Elasticsearch output",
                ru: "Filebeat, вывод elasticsearch",
            },
            about: {
                en: "Filebeat and other Beats, unchanged, to the one HTTP port. Nothing is set up here.",
                ru: "Filebeat и другие Beats без изменений, на общий порт HTTP. Здесь ничего настраивать не нужно.",
            },
            input: "elasticsearch",
            entrances: ["http.address"],
            routing: "named",
            guide: "guide/filebeat.md",
            snippets: [
                {
                    into: "filebeat.yml",
                    code: ({ origin, index }) =>
                        lines(
                            filestream(),
                            "setup.template.enabled: false",
                            "setup.ilm.enabled: false",
                            "output.elasticsearch:",
                            `  hosts: ["${origin}"]`,
                            `  index: ${index}`,
                        ),
                },
            ],
        },
        {
            id: "files",
            name: { en: "Log files on this server", ru: "Файлы на этом сервере" },
            about: {
                en: "Ordertrail follows log files on its own machine, without a shipper; the file's name gives the service.",
                ru: "Ordertrail сам читает файлы логов на своей машине, без агента; имя файла даёт сервис.",
            },
            input: "files",
            entrances: ["files.paths"],
            routing: "own",
            guide: "guide/files.md",
            snippets: [
                {
                    into: "ordertrail.yaml",
                    code: () => lines("files:", "  paths: /var/log/shop/*.log"),
                },
            ],
        },
        {
            id: "containers",
            name: { en: "Docker and Kubernetes", ru: "Docker и Kubernetes" },
            about: {
                en: "The files that container runtimes write on this machine: parts of long lines are put together, pod and container become fields.",
                ru: "Файлы, которые пишут среды контейнеров на этой машине: части длинных строк соединяются, под и контейнер становятся полями.",
            },
            input: "files",
            entrances: ["files.paths"],
            routing: "own",
            guide: "guide/files.md",
            snippets: [
                {
                    into: "ordertrail.yaml",
                    code: () =>
                        lines(
                            "files:",
                            "  paths: /var/lib/docker/containers/*/*-json.log, /var/log/containers/*.log",
                        ),
                },
            ],
        },
    ],
};
