import { lines, speaks_tls, type SourceGroup } from "./source.ts";

export const collectors: SourceGroup = {
    id: "collectors",
    name: { en: "Collectors", ru: "Сборщики" },
    sources: [
        {
            id: "logstash",
            name: "Logstash",
            about: {
                en: "Its elasticsearch output, unchanged.",
                ru: "Его вывод elasticsearch, без изменений.",
            },
            input: "elasticsearch",
            entrances: ["http.address"],
            routing: "named",
            guide: "guide/logstash.md",
            snippets: [
                {
                    into: "pipeline.conf",
                    code: ({ origin, index }) =>
                        lines(
                            "output {",
                            "  elasticsearch {",
                            `    hosts => ["${origin}"]`,
                            `    index => "${index}"`,
                            "    manage_template => false",
                            "    ilm_enabled => false",
                            "    data_stream => false",
                            "  }",
                            "}",
                        ),
                },
            ],
        },
        {
            id: "otel-collector",
            name: "OpenTelemetry Collector",
            about: {
                en: "Logs and traces over OTLP/HTTP; service.name and deployment.environment.name give the index.",
                ru: "Логи и трассы по OTLP/HTTP; service.name и deployment.environment.name дают индекс.",
            },
            input: "otlp",
            entrances: ["http.address"],
            routing: "own",
            guide: "guide/opentelemetry.md",
            snippets: [
                {
                    into: "config.yaml",
                    code: ({ origin }) =>
                        lines(
                            "exporters:",
                            "  otlphttp/ordertrail:",
                            `    endpoint: ${origin}`,
                            "    compression: zstd            # or gzip",
                            "    retry_on_failure:",
                            "      enabled: true",
                            "      max_elapsed_time: 0        # as long as it takes",
                            "    sending_queue:",
                            "      enabled: true",
                            "",
                            "service:",
                            "  pipelines:",
                            "    logs:",
                            "      receivers: [otlp]",
                            "      processors: [batch]",
                            "      exporters: [otlphttp/ordertrail]",
                            "    traces:",
                            "      receivers: [otlp]",
                            "      processors: [batch]",
                            "      exporters: [otlphttp/ordertrail]",
                        ),
                },
            ],
        },
        {
            id: "vector",
            name: "Vector",
            about: {
                en: "Its elasticsearch sink, unchanged.",
                ru: "Его приёмник elasticsearch, без изменений.",
            },
            input: "elasticsearch",
            entrances: ["http.address"],
            routing: "named",
            guide: "guide/elasticsearch-clients.md",
            snippets: [
                {
                    into: "vector.yaml",
                    code: ({ origin, index }) =>
                        lines(
                            "sinks:",
                            "  ordertrail:",
                            "    type: elasticsearch",
                            "    inputs: [my_source]",
                            `    endpoints: ["${origin}"]`,
                            "    mode: bulk",
                            "    bulk:",
                            "      action: create",
                            `      index: ${index}`,
                        ),
                },
            ],
        },
        {
            id: "fluent-bit",
            name: "Fluent Bit",
            about: {
                en: "Over the Forward protocol, with acknowledgements; the tag gives the service.",
                ru: "По протоколу Forward, с подтверждениями; тег даёт сервис.",
            },
            input: "forward",
            entrances: ["forward.address"],
            routing: "own",
            guide: "guide/fluent.md",
            snippets: [
                {
                    into: "fluent-bit.conf",
                    code: (place) =>
                        lines(
                            "[OUTPUT]",
                            "    Name                  forward",
                            "    Match                 *",
                            `    Host                  ${place.host}`,
                            `    Port                  ${place.port}`,
                            place.needs_key && "    Shared_Key            change-me",
                            speaks_tls(place) && "    tls                   On",
                            speaks_tls(place) && "    tls.ca_file           /etc/fluent-bit/ca.pem",
                            "    Require_ack_response  True",
                        ),
                },
            ],
        },
        {
            id: "fluentd",
            name: { en: "Fluentd, fluent-logger", ru: "Fluentd, fluent-logger" },
            about: {
                en: "Over the Forward protocol, with acknowledgements; the tag gives the service.",
                ru: "По протоколу Forward, с подтверждениями; тег даёт сервис.",
            },
            input: "forward",
            entrances: ["forward.address"],
            routing: "own",
            guide: "guide/fluent.md",
            snippets: [
                {
                    into: "fluent.conf",
                    code: (place) =>
                        lines(
                            "<match **>",
                            "  @type forward",
                            "  require_ack_response true",
                            speaks_tls(place) && "  transport tls",
                            speaks_tls(place) && "  tls_cert_path /etc/fluent/ca.pem",
                            place.needs_key && "  <security>",
                            place.needs_key && '    self_hostname "#{Socket.gethostname}"',
                            place.needs_key && "    shared_key change-me",
                            place.needs_key && "  </security>",
                            "  <server>",
                            `    host ${place.host}`,
                            `    port ${place.port}`,
                            "  </server>",
                            "</match>",
                        ),
                },
                {
                    into: { en: "Docker", ru: "Docker" },
                    code: ({ host, port }) =>
                        `docker run --log-driver=fluentd --log-opt fluentd-address=${host}:${port} ...`,
                },
            ],
        },
        {
            id: "promtail",
            name: { en: "Promtail, Grafana Alloy", ru: "Promtail, Grafana Alloy" },
            about: {
                en: "Clients of Grafana Loki, unchanged: labels become fields, app gives the service.",
                ru: "Клиенты Grafana Loki без изменений: метки становятся полями, app даёт сервис.",
            },
            input: "loki",
            entrances: ["http.address"],
            routing: "service",
            guide: "guide/loki.md",
            snippets: [
                {
                    into: "promtail.yaml",
                    code: ({ origin, system, environment }) =>
                        lines(
                            "clients:",
                            `  - url: ${origin}/loki/api/v1/push`,
                            "    external_labels:",
                            `      app: ${system}`,
                            `      environment: ${environment}`,
                        ),
                },
            ],
        },
    ],
};
