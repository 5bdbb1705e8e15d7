#include "app/plant/background.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace plant {

namespace {

constexpr double list_interval = 10.0 * one_minute;  // of one operator
constexpr double troubles_per_order = 0.09;
constexpr double longest_queue = 0.01;  // of a day's orders

constexpr std::array<std::string_view, 14> filters = {
    "status=ready",
    "status=ready,material=PLA",
    "status=ready,sort=deadline",
    "",
    "status=ready,material=PETG",
    "status=in_progress,operator=me",
    "status=ready,material=PLA,sort=deadline",
    "status=ready,priority=high",
    "status=ready,material=Nylon PA12",
    "status=packaging",
    "status=ready,material=Resin,priority=high",
    "status=shipped,date=today",
    "status=ready,city=Казань",
    "status=any,file=final",
};

constexpr std::array<std::string_view, 4> mes_queries = {
    "SELECT o.* FROM orders o JOIN files f ON f.order_id = o.id WHERE o.status = $1 ORDER BY "
    "o.deadline LIMIT 50 OFFSET $2",
    "UPDATE orders SET status = $1, updated_at = now() WHERE id = $2",
    "SELECT count(*) FROM orders WHERE status = $1 AND material = $2",
    "SELECT * FROM calculations WHERE order_id = $1 ORDER BY started_at DESC",
};
constexpr std::array<std::string_view, 3> crm_queries = {
    "SELECT * FROM orders WHERE manager_id = ? AND state = ? ORDER BY created_at",
    "SELECT c.id, sum(o.price) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY "
    "c.id",
    "UPDATE orders SET state = ? WHERE id = ?",
};

template <std::size_t N>
std::string_view skewed(const std::array<std::string_view, N>& values, Random& random) {
    const double place = random.unit();
    return values[static_cast<std::size_t>(place * place * (static_cast<double>(N) - 1e-9))];
}

}  // namespace

Millis Background::next(Kind kind, std::uint32_t number, Millis at) {
    const Site& site = world_.sites[number];
    Random& random = world_.random;
    switch (kind) {
        case Kind::lists: {
            const double interval = list_interval / site.operator_count;
            return operators.after(at, 1 + static_cast<Millis>(random.exponential(interval)));
        }
        case Kind::trouble: {
            const double interval =
                static_cast<double>(one_day) / (site.orders_per_day * troubles_per_order);
            return at + 1 + static_cast<Millis>(random.exponential(interval));
        }
        case Kind::monitor:
            return at + one_minute;
        case Kind::outage: {
            const double interval = std::clamp(86'400e3 / site.orders_per_day, 50.0, 20'000.0);
            const Millis then = at + 1 + static_cast<Millis>(random.exponential(interval));
            const auto outage = world_.incidents.outage(at);
            if (outage.end == 0) return at + 10 * one_day;
            if (then < outage.begin) return outage.begin + random.between(50, 3000);
            // After it: look again when the next period may have begun.
            return then < outage.end ? then : std::max(then, at + one_hour);
        }
    }
    return at + one_day;
}

bool Background::write(Kind kind, std::uint32_t number, Millis at) {
    const Site& site = world_.sites[number];
    switch (kind) {
        case Kind::lists:
            list_orders(site, at);
            return true;
        case Kind::trouble:
            trouble(site, at);
            return true;
        case Kind::monitor:
            return backlog(site, at);
        case Kind::outage:
            if (!world_.incidents.outage(at).holds(at)) return false;
            outage_error(site, at);
            return true;
    }
    return false;
}

void Background::list_orders(const Site& site, Millis at) {
    Random& random = world_.random;
    Line& line = world_.line;
    if (world_.incidents.outage(at).holds(at)) return http_500(site, at, true);
    const bool cached = random.chance(0.6);
    const auto page =
        std::min<std::int64_t>(1 + static_cast<std::int64_t>(random.exponential(0.7)), 12);
    const double uncached = random.lognormal(340, 0.8) * (1 + 0.25 * static_cast<double>(page - 1));
    const auto response = static_cast<std::int64_t>(cached ? random.lognormal(12, 0.5)
                                                           : std::min(uncached, 28'000.0)) +
                          1;
    const std::int64_t returned = random.chance(0.7) ? 50 : random.between(0, 49);
    const std::uint32_t who = random.below(site.operator_count) + 1;
    const std::string_view filter = skewed(filters, random);
    world_.begin(at, Service::mes, plant::Kind::get_orders);
    line.text("operator_id", "op-", who);
    line.text("filters", filter);
    line.value("orders_returned", returned);
    line.value("page_number", page);
    line.value("response_time", response);
    line.value("returned_from_cache", cached);
    line.put(site.machines.of(Service::mes, who));
    line.text("message", "GET /orders?page=", page, " by op-", who, ": ", returned, " orders in ",
              response, " ms");
}

void Background::trouble(const Site& site, Millis at) {
    const double drawn = world_.random.unit();
    if (drawn < 0.50) return slow_query(site, at, Service::mes_db);
    if (drawn < 0.72) return slow_query(site, at, Service::crm_db);
    if (drawn < 0.85) return query_failed(site, at);
    if (drawn < 0.91) return database_exception(site, at, false);
    if (drawn < 0.98) return http_500(site, at, false);
    consistency_broken(site, at);
}

bool Background::backlog(const Site& site, Millis at) {
    const std::int64_t waiting = site.waiting[static_cast<std::size_t>(Queue::pricing)];
    const auto longest =
        std::max<std::int64_t>(5, static_cast<std::int64_t>(site.orders_per_day * longest_queue));
    if (waiting <= longest) return false;
    Line& line = world_.line;
    world_.begin(at, Service::rabbitmq, plant::Kind::queue_backlog);
    line.text("queue_name", name_of(Queue::pricing));
    line.put(site.machines.of(Service::rabbitmq, 0));
    line.text("message", "Queue orders.pricing holds ", waiting, " unprocessed messages, limit ",
              longest);
    line.value("messages", waiting);
    line.value("threshold", longest);
    line.open("additional_data");
    line.value("consumers",
               world_.incidents.outage(at).holds(at) ? std::size_t{0} : site.workers.size());
    line.close();
    return true;
}

void Background::outage_error(const Site& site, Millis at) {
    world_.random.chance(0.7) ? database_exception(site, at, true) : http_500(site, at, true);
}

void Background::slow_query(const Site& site, Millis at, Service database) {
    Random& random = world_.random;
    Line& line = world_.line;
    const bool mes = database == Service::mes_db;
    const std::string_view statement =
        mes ? skewed(mes_queries, random) : skewed(crm_queries, random);
    const auto duration = static_cast<std::int64_t>(random.lognormal(900, 0.8)) + 200;
    world_.begin(at, database, plant::Kind::slow_query);
    line.put(site.machines.of(database, 0));
    line.text("message", "duration: ", duration, " ms  statement: ", statement);
    line.text("statement", statement);
    line.value("duration_ms", duration);
    line.open("additional_data");
    line.text("database", mes ? std::string_view("mes") : std::string_view("crm"));
    line.text("db_user", mes ? std::string_view("mes_api") : std::string_view("crm_api"));
    line.value("rows_examined", duration * random.between(60, 400));
    line.value("rows_sent", random.between(0, 50));
    line.close();
}

void Background::query_failed(const Site& site, Millis at) {
    Random& random = world_.random;
    Line& line = world_.line;
    const bool mes = random.chance(0.7);
    const Service service = mes ? Service::mes : Service::crm;
    const bool deadlock = random.chance(0.4);
    world_.begin(at, service, plant::Kind::query_failed);
    line.put(site.machines.of(service, random.next() >> 8));
    line.text(
        "message", "Query failed, will be tried again: ",
        deadlock ? std::string_view("deadlock detected") : std::string_view("statement timeout"));
    line.text("database", mes ? std::string_view("mes") : std::string_view("crm"));
    line.text("error", deadlock ? std::string_view("deadlock detected")
                                : std::string_view("canceling statement due to statement timeout"));
    line.open("additional_data");
    line.text("statement", mes ? skewed(mes_queries, random) : skewed(crm_queries, random));
    line.text("sql_state", deadlock ? std::string_view("40P01") : std::string_view("57014"));
    line.value("attempt", random.between(1, 3));
    line.close();
}

void Background::database_exception(const Site& site, Millis at, bool down) {
    Random& random = world_.random;
    Line& line = world_.line;
    const bool mes = down || random.chance(0.6);
    const Service service = mes ? Service::mes : Service::crm;
    world_.begin(at, service, plant::Kind::database_exception);
    line.put(site.machines.of(service, random.next() >> 8));
    line.text("message", "Unhandled database exception in ",
              mes ? std::string_view("OrderRepository.find")
                  : std::string_view("CustomerRepository.load"));
    line.text("database", mes ? std::string_view("mes") : std::string_view("crm"));
    line.text("exception", down ? std::string_view("DatabaseConnectionError")
                                : std::string_view("DatabaseError"));
    line.text("error",
              down ? std::string_view("could not connect to mes-db-1:5432: Connection refused")
                   : std::string_view("value too long for type character varying(255)"));
}

void Background::http_500(const Site& site, Millis at, bool down) {
    struct Request {
        Service service;
        std::string_view method, path, action, exception;
    };
    constexpr std::array<Request, 5> requests = {{
        {Service::mes, "GET", "/orders", "GET_ORDERS", "TimeoutError"},
        {Service::mes, "POST", "/orders/start", "MANUFACTURING_STARTED", "NullReferenceError"},
        {Service::mes, "POST", "/orders/ship", "SHIPPED", "CarrierApiError"},
        {Service::crm, "POST", "/orders/approve", "MANUFACTURING_APPROVED", "ValidationError"},
        {Service::shop, "POST", "/orders", "ORDER_CREATED", "PaymentGatewayError"},
    }};
    Random& random = world_.random;
    Line& line = world_.line;
    const double place = random.unit();
    const Request& request =
        requests[static_cast<std::size_t>(place * place * (down ? 2.999 : 4.999))];
    const std::string_view exception = down ? "DatabaseConnectionError" : request.exception;
    world_.begin(at, request.service, plant::Kind::http_500);
    if (request.service == Service::mes) {
        line.text("operator_id", "op-", random.below(site.operator_count) + 1);
    }
    line.put(site.machines.of(request.service, random.next() >> 8));
    line.text("message", request.method, " ", request.path, " failed: ", exception);
    line.text("method", request.method);
    line.text("path", request.path);
    line.value("status_code", 500);
    line.text("exception", exception);
    line.open("additional_data");
    line.text("action", request.action);
    line.value("response_time", random.between(20, 30'000));
    line.close();
}

void Background::consistency_broken(const Site& site, Millis at) {
    Random& random = world_.random;
    Line& line = world_.line;
    world_.begin(at, Service::mes, plant::Kind::consistency_broken);
    // Ten digits: no order has such a number.
    const std::int64_t unknown =
        1'000'000'000 + static_cast<std::int64_t>(random.below(900'000'000));
    line.text("order_id", "ORD-", unknown);
    line.put(site.machines.of(Service::mes, random.next() >> 8));
    line.text("message", "Cannot change the status of ORD-", unknown, " to shipped: no such order");
    line.text("attempted_status", "shipped");
    line.text("error", "order is not in the database");
}

}  // namespace plant
