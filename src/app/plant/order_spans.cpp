#include "app/plant/order_spans.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace plant {

namespace {

// OTLP's numbers of kinds.
enum SpanKind : int { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };

// Numbers of an order's spans; a span's id is made of the order's trace and its number. `pricing`
// and `approval` are those of lines (OrderLines).
enum SpanNumber : int {
    none = 0,
    pricing = 1,
    approval = 3,
    creation = 10,
    submission = 11,
    failed_publish = 12,
    first_publish = 20,  // and the queue
    first_consume = 30,  // and the queue, but of pricing
    making = 40,
    shipping = 41,
    closing = 42,
    file_to_price = 43,
    file_to_make = 44,
    price_query = 45,
    approval_query = 46,
    closing_query = 47,
    first_insert = 50,        // and the queue
    first_upload = 100,       // two for each version of the file
    first_calculation = 1000  // and the attempt
};

std::uint64_t id_of(const Order& order, int number) {
    return mixed(order.trace_low + static_cast<std::uint64_t>(number));
}

int publish_of(Queue queue) { return first_publish + static_cast<int>(queue); }

int consume_of(Queue queue) {
    return queue == Queue::pricing ? static_cast<int>(pricing)
                                   : first_consume + static_cast<int>(queue);
}

// Attributes, each with a comma before it.
std::string text(std::string_view key, std::string_view value) {
    return fmt::format(R"(,{{"key":"{}","value":{{"stringValue":"{}"}}}})", key, value);
}
std::string number(std::string_view key, std::int64_t value) {
    return fmt::format(R"(,{{"key":"{}","value":{{"intValue":{}}}}})", key, value);
}
std::string http(std::string_view method, std::string_view route, int status) {
    return text("http.request.method", method) + text("http.route", route) +
           number("http.response.status_code", status);
}
std::string message(Queue queue, std::string_view operation) {
    return text("messaging.system", "rabbitmq") +
           text("messaging.destination.name", name_of(queue)) +
           text("messaging.operation.type", operation);
}
std::string object_storage(const Order& order, std::string_view method) {
    return text("rpc.system", "aws-api") + text("rpc.service", "S3") + text("rpc.method", method) +
           text("aws.s3.bucket", "models") + text("aws.s3.key", order.file_name()) +
           number("file_size", order.file_size);
}

// Bytes a millisecond.
constexpr Millis upload_rate = 20'000;
constexpr Millis download_rate = 60'000;

}  // namespace

struct OrderSpans::Span {
    Service service;
    int kind;
    std::string_view name;
    int number;
    int parent;
    Millis begin;
    Millis end;
    std::string attributes;
    std::string error = {};  // empty: it went well
};

Millis OrderSpans::upload_time(const Order& order) {
    // Not before the order was created.
    return std::min<Millis>(30 + order.file_size / upload_rate, 1900);
}

void OrderSpans::write(const Order& order, const Span& span) {
    std::string& out = world_.sites[order.site].next_spans[static_cast<std::size_t>(span.service)];
    if (!out.empty()) out.push_back(',');
    auto to = std::back_inserter(out);
    fmt::format_to(to, R"({{"traceId":"{:016x}{:016x}","spanId":"{:016x}",)", order.trace_high,
                   order.trace_low, id_of(order, span.number));
    if (span.parent != none)
        fmt::format_to(to, R"("parentSpanId":"{:016x}",)", id_of(order, span.parent));
    fmt::format_to(to,
                   R"("name":"{}","kind":{},"startTimeUnixNano":"{}000000",)"
                   R"("endTimeUnixNano":"{}000000","attributes":[)"
                   R"({{"key":"order_id","value":{{"stringValue":"ORD-{}"}}}}{}])",
                   span.name, span.kind, span.begin, std::max(span.begin, span.end), order.number,
                   span.attributes);
    if (!span.error.empty())
        fmt::format_to(to, R"(,"status":{{"code":2,"message":"{}"}})", span.error);
    out += "}";
}

// --- parts
// -----------------------------------------------------------------------------------------------------

void OrderSpans::send(const Order& order, Millis at, Service sender, Queue queue, int parent) {
    const std::string name = fmt::format("{} publish", name_of(queue));
    write(order,
          {sender, producer, name, publish_of(queue), parent, at - 2, at, message(queue, "send")});
}

void OrderSpans::get_file(const Order& order, Millis at, int number, int parent) {
    const Millis length =
        std::min(15 + order.file_size / download_rate, std::max<Millis>(at - order.span_begin, 1));
    write(order, {Service::mes, client, "S3 GetObject", number, parent, at - length, at,
                  object_storage(order, "GetObject")});
}

void OrderSpans::query(const Order& order, Millis begin, Millis end, Service database, int number,
                       int parent, std::string_view statement) {
    const bool mes = database == Service::mes_db;
    const auto name = statement.substr(0, statement.find(' ', statement.find(' ') + 1));
    write(order,
          {mes ? Service::mes : Service::crm, client, name, number, parent, begin, end,
           text("db.system.name", mes ? "postgresql" : "mariadb") +
               text("db.namespace", mes ? "mes" : "crm") + text("db.query.text", statement)});
}

// --- Shop API
// --------------------------------------------------------------------------------------------------

void OrderSpans::created(const Order& order, Millis at) {
    if (!world_.traces) return;
    write(order, {Service::shop, server, "POST /orders", creation, none, at - 38, at + 4,
                  http("POST", "/orders", 201)});
}

void OrderSpans::uploaded(const Order& order, Millis at) {
    if (!world_.traces) return;
    const int upload = first_upload + 2 * order.version;
    const Millis stored = std::min(order.span_begin + upload_time(order), at);
    write(order, {Service::shop, client, "S3 PutObject", upload + 1, upload, order.span_begin,
                  stored, object_storage(order, "PutObject")});
    write(order, {Service::shop, server, "POST /orders/{order_id}/file", upload, creation,
                  order.span_begin - 6, at + 3, http("POST", "/orders/{order_id}/file", 201)});
}

void OrderSpans::publish_failed(const Order& order, Millis at) {
    if (!world_.traces) return;
    write(order, {Service::shop, producer, "orders.pricing publish", failed_publish, submission,
                  at - 9, at, message(Queue::pricing, "send"),
                  "channel closed: CONNECTION_FORCED - broker forced connection closure"});
}

void OrderSpans::submitted(const Order& order, Millis at) {
    if (!world_.traces) return;
    send(order, at, Service::shop, Queue::pricing, submission);
    write(order, {Service::shop, server, "POST /orders/{order_id}/submit", submission, creation,
                  order.span_begin - 12, at + 5, http("POST", "/orders/{order_id}/submit", 202)});
}

// --- MES API
// ---------------------------------------------------------------------------------------------------

void OrderSpans::file_read(const Order& order, Millis at) {
    if (!world_.traces) return;
    get_file(order, at, file_to_price, pricing);
}

void OrderSpans::calculated(const Order& order, Millis at) {
    if (!world_.traces) return;
    write(order, {Service::mes, internal, "calculate price", first_calculation + order.attempt,
                  pricing, order.step_begin, at,
                  number("attempt", order.attempt) + number("model.triangles", order.triangles)});
}

void OrderSpans::calculation_failed(const Order& order, Millis at) {
    if (!world_.traces) return;
    const bool outage = world_.incidents.outage(at).holds(at);
    write(order, {Service::mes, internal, "calculate price", first_calculation + order.attempt,
                  pricing, order.step_begin, at,
                  number("attempt", order.attempt) +
                      text("error.type", outage ? "DatabaseConnectionError" : "GeometryError"),
                  outage ? "connection to mes-db lost: server closed the connection unexpectedly"
                         : "mesh is not watertight"});
}

void OrderSpans::priced(const Order& order, Millis at) {
    if (!world_.traces) return;
    query(order, at - 7, at - 3, Service::mes_db, price_query, pricing,
          "UPDATE orders SET price = $1, state = $2 WHERE id = $3");
    send(order, at, Service::mes, Queue::approval, pricing);
    write(order,
          {Service::mes, consumer, "orders.pricing process", pricing, publish_of(Queue::pricing),
           order.span_begin, at + 1, message(Queue::pricing, "process")});
}

void OrderSpans::received(const Order& order, Millis at, Service receiver, Queue queue) {
    if (!world_.traces) return;
    const int taken = consume_of(queue);
    const auto handling = static_cast<Millis>(9 + mixed(order.number + 7) % 20);
    const bool mes = receiver == Service::mes;
    query(order, at + 2, at + handling - 3, mes ? Service::mes_db : Service::crm_db,
          first_insert + static_cast<int>(queue), taken,
          mes ? "INSERT jobs (order_id, file_name) VALUES ($1, $2)"
              : "INSERT tasks (order_id, queue) VALUES (?, ?)");
    const std::string name = fmt::format("{} process", name_of(queue));
    write(order, {receiver, consumer, name, taken, publish_of(queue), at, at + handling,
                  message(queue, "process")});
}

void OrderSpans::making_started(const Order& order, Millis at) {
    if (!world_.traces) return;
    get_file(order, at, file_to_make, making);
    write(order, {Service::mes, server, "POST /jobs/{order_id}/start", making,
                  consume_of(Queue::manufacturing), order.span_begin - 14, at + 6,
                  http("POST", "/jobs/{order_id}/start", 200)});
}

void OrderSpans::shipped(const Order& order, Millis at) {
    if (!world_.traces) return;
    send(order, at, Service::mes, Queue::closing, shipping);
    write(order, {Service::mes, server, "POST /jobs/{order_id}/ship", shipping,
                  consume_of(Queue::manufacturing), order.span_begin - 16, at + 4,
                  http("POST", "/jobs/{order_id}/ship", 200)});
}

// --- CRM API
// ---------------------------------------------------------------------------------------------------

void OrderSpans::approved(const Order& order, Millis at) {
    if (!world_.traces) return;
    query(order, order.span_begin - 15, order.span_begin - 4, Service::crm_db, approval_query,
          approval, "UPDATE orders SET approved_by = ? WHERE id = ?");
    send(order, at, Service::crm, Queue::manufacturing, approval);
    write(order, {Service::crm, server, "POST /orders/{order_id}/approve", approval,
                  consume_of(Queue::approval), order.span_begin - 22, at + 5,
                  http("POST", "/orders/{order_id}/approve", 200)});
}

void OrderSpans::closed(const Order& order, Millis at) {
    if (!world_.traces) return;
    query(order, at - 12, at - 2, Service::crm_db, closing_query, closing,
          "UPDATE orders SET closed_by = ? WHERE id = ?");
    write(order, {Service::crm, server, "POST /orders/{order_id}/close", closing,
                  consume_of(Queue::closing), at - 20, at + 3,
                  http("POST", "/orders/{order_id}/close", 200)});
}

// --- as a request
// ----------------------------------------------------------------------------------------------

void settle_spans(World& world) {
    for (Site& site : world.sites) {
        for (std::size_t service = 0; service < service_count; ++service) {
            std::string& next = site.next_spans[service];
            if (next.empty()) continue;
            std::string& ended = site.spans[service];
            if (!ended.empty()) ended.push_back(',');
            ended += next;
            next.clear();
        }
    }
}

std::size_t take_spans(World& world, std::string& out) {
    std::size_t spans = 0;
    for (Site& site : world.sites) {
        for (std::size_t service = 0; service < service_count; ++service) {
            std::string& ended = site.spans[service];
            if (ended.empty()) continue;
            out += spans == 0 ? R"({"resourceSpans":[)" : ",";
            fmt::format_to(
                std::back_inserter(out),
                R"({{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{}"}}}},)"
                R"({{"key":"deployment.environment.name","value":{{"stringValue":"{}"}}}}]}},)"
                R"("scopeSpans":[{{"scope":{{"name":"plant"}},"spans":[{}]}}]}})",
                name_of(static_cast<Service>(service)), site.environment, ended);
            constexpr std::string_view begin = "{\"traceId\"";
            for (auto at = ended.find(begin); at != std::string::npos;
                 at = ended.find(begin, at + 1))
                ++spans;
            ended.clear();
        }
    }
    if (spans > 0) out += "]}";
    return spans;
}

}  // namespace plant
