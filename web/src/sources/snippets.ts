// How to send a first event, ready to be copied. `origin` is the server's address as the reader's
// browser knows it, `now` an RFC 3339 time.

export interface Snippet {
    id: "curl" | "file" | "filebeat" | "logstash" | "otlp";
    code: string;
}

export function snippets(origin: string, now: string): Snippet[] {
    const { host, hostname } = new URL(origin);
    return [
        {
            id: "curl",
            code: `curl -H 'content-type: application/x-ndjson' ${origin}/ingest/myapp-prod --data-binary '
{"@timestamp":"${now}","level":"INFO","service_name":"My App","message":"hello"}
{"@timestamp":"${now}","level":"ERROR","service_name":"My App","message":"it broke","order_id":"ORD-1"}'`,
        },
        {
            id: "file",
            code: `curl -H 'content-type: text/plain' ${origin}/ingest/myapp-prod --data-binary @/var/log/my-app.log`,
        },
        {
            id: "filebeat",
            code: `filebeat.inputs:
  - type: filestream
    id: my-app
    paths: [/var/log/my-app/*.log]
setup.template.enabled: false
setup.ilm.enabled: false
output.elasticsearch:
  hosts: ["${origin}"]
  index: myapp-prod`,
        },
        {
            id: "logstash",
            code: `# ordertrail.yaml
lumberjack.address: 0.0.0.0:5044

# filebeat.yml
filebeat.inputs:
  - type: filestream
    id: my-app
    index: myapp-prod
    paths: [/var/log/my-app/*.log]
output.logstash:
  hosts: ["${hostname}:5044"]`,
        },
        {
            id: "otlp",
            code: `export OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=${origin}/v1/logs
export OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=http/protobuf
# or try it: telemetrygen logs --otlp-http --otlp-insecure --otlp-endpoint ${host} --logs 10`,
        },
    ];
}
