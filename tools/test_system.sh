#!/usr/bin/env bash
# test_system.sh [FILES...]: the clients' own libraries against a server with an empty data directory; then, without
# FILES, a full disk and few file descriptors (tests/system/limits/limits.py), tails and exports (streams/streams.py),
# Filebeat, go-lumber and odd lumberjack clients (beats/beats.py), what Logstash, Fluent Bit, Vector and the OpenTelemetry
# collector say to Elasticsearch (shippers/shippers.py), Logstash's filters (logstash_filters/filters.py), clients of the
# other inputs (inputs/inputs.py), the read API of Elasticsearch against a real one's recorded answers
# (elasticsearch/differential.py) and by programs that read from it (elasticsearch/readers.py), and Jaeger's against those
# of a real one (jaeger/compare.py).
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
has_program || {
    skip system "there is no src/app/main.cpp"
    exit 0
}
use_node
npm_ci tests/system
around=(python3 "$root/tests/system/run_with_server.py" --binary "$program" --)
status=0
run_node_tests system tests/system "${@:-clients/*.test.mjs}" || status=$?
[ $# -eq 0 ] || exit "$status"
read -r passed failed _ <"$results/system"
for cases in limits/limits.py streams/streams.py beats/beats.py shippers/shippers.py logstash_filters/filters.py \
    inputs/inputs.py elasticsearch/differential.py elasticsearch/readers.py jaeger/compare.py; do
    run_counted system python3 -u "tests/system/$cases" --binary "$program" || status=$?
    read -r more_passed more_failed _ <"$results/system"
    passed=$((passed + more_passed)) failed=$((failed + more_failed))
done
record system "$passed" "$failed"
exit "$status"
