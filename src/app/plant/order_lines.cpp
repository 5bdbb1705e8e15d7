#include "app/plant/order_lines.h"

#include "app/plant/names.h"

namespace plant {

// --- parts
// -----------------------------------------------------------------------------------------------------

void OrderLines::begin(const Order& order, Millis at, Service service, Kind kind) {
    world_.begin(at, service, kind);
    line_.text("order_id", "ORD-", order.number);
}

void OrderLines::user(const Order& order) { line_.text("user_id", "user-", order.user); }

void OrderLines::file(const Order& order) {
    line_.text("file_name", order.file_name());
    line_.value("file_size", order.file_size);
}

void OrderLines::trace(const Order& order, int span) {
    line_.text("trace_id", Hex{order.trace_high, 16}, Hex{order.trace_low, 16});
    if (span != 0)
        line_.text("span_id", Hex{mixed(order.trace_low + static_cast<std::uint64_t>(span)), 16});
}

void OrderLines::machine(const Order& order, Service service) {
    const Machines& machines = world_.sites[order.site].machines;
    line_.put(machines.of(service, mixed(order.number + static_cast<std::uint64_t>(service)) >> 7));
}

void OrderLines::message_id(const Order& order, Queue queue) {
    line_.text("message_id", order.number, "-", name_of(queue).substr(7));
}

void OrderLines::operator_id(const Order& order) {
    line_.text("operator_id", "op-", order.operator_number + 1);
}

void OrderLines::manager_id(const Order& order) {
    line_.text("manager_id", "mgr-", order.manager + 1);
}

// --- Shop API and S3
// -------------------------------------------------------------------------------------------

void OrderLines::created(const Order& order, Millis at) {
    begin(order, at, Service::shop, Kind::order_created);
    user(order);
    trace(order, 0);
    machine(order, Service::shop);
    line_.text("message", "Order ORD-", order.number, " created by user-", order.user);
    line_.open("additional_data");
    line_.text("material", materials[order.material]);
    line_.value("quantity", order.quantity);
    line_.put(",\"delivery\":{\"city\":\"");
    line_.put(cities[order.city]);
    line_.put("\",\"method\":\"");
    order.number % 3 == 0 ? line_.put("pickup") : line_.put("courier");
    line_.put("\"}");
    line_.close();
}

void OrderLines::stored(const Order& order, Millis at) {
    world_.begin(at, Service::s3, Kind::file_uploaded);
    file(order);
    trace(order, 0);
    machine(order, Service::s3);
    line_.text("message", "PUT /models/", order.file_name(), " 200 ", order.file_size, " bytes");
}

void OrderLines::uploaded(const Order& order, Millis at) {
    begin(order, at, Service::shop, Kind::file_uploaded);
    user(order);
    file(order);
    trace(order, 0);
    machine(order, Service::shop);
    line_.text("message", "Uploaded ", order.file_name(), " (", order.file_size, " bytes)");
}

void OrderLines::submitted(const Order& order, Millis at) {
    begin(order, at, Service::shop, Kind::submitted);
    user(order);
    file(order);
    trace(order, 0);
    machine(order, Service::shop);
    line_.text("message", "Order ORD-", order.number, " submitted with ", order.file_name());
}

void OrderLines::publish_failed(const Order& order, Millis at) {
    begin(order, at, Service::shop, Kind::publish_failed);
    trace(order, 0);
    line_.text("queue_name", name_of(Queue::pricing));
    machine(order, Service::shop);
    line_.text("message", "Publishing to orders.pricing failed, order ORD-", order.number,
               ", attempt 1");
    line_.text("error", "channel closed: CONNECTION_FORCED - broker forced connection closure");
    line_.open("additional_data");
    line_.value("attempt", 1);
    line_.close();
}

void OrderLines::read(const Order& order, Millis at) {
    world_.begin(at, Service::s3, Kind::file_downloaded);
    file(order);
    machine(order, Service::s3);
    line_.text("message", "GET /models/", order.file_name(), " 200 ", order.file_size, " bytes");
}

// --- messages
// --------------------------------------------------------------------------------------------------

void OrderLines::sent(const Order& order, Millis at, Service sender, Queue queue, int span) {
    begin(order, at, sender, Kind::message_sent);
    trace(order, span);
    line_.text("queue_name", name_of(queue));
    machine(order, sender);
    line_.text("message", "Sent to ", name_of(queue));
}

void OrderLines::received(const Order& order, Millis at, Service receiver, Queue queue, int span) {
    begin(order, at, receiver, Kind::message_received);
    trace(order, span);
    line_.text("queue_name", name_of(queue));
    machine(order, receiver);
    line_.text("message", "Received from ", name_of(queue));
}

void OrderLines::traced(const Order& order, Millis at, Kind kind, Service peer, Queue queue) {
    begin(order, at, Service::rabbitmq, kind);
    trace(order, 0);
    line_.text("queue_name", name_of(queue));
    message_id(order, queue);
    machine(order, Service::rabbitmq);
    if (kind == Kind::message_sent) {
        line_.text("message", "publish.orders ", name_of(queue));
    } else {
        line_.text("message", "deliver.", name_of(queue));
    }
    line_.open("additional_data");
    line_.text("peer_service", name_of(peer));
    line_.close();
}

void OrderLines::timing(const Order& order, Millis at, Service service, Queue queue) {
    begin(order, at, service, Kind::message_timing);
    trace(order, 0);
    line_.text("queue_name", name_of(queue));
    machine(order, service);
    const Millis delivery = at - order.step_begin;
    const std::int64_t handling = world_.random.between(2, 40);
    line_.text("message", "Message waited ", delivery, " ms, was handled in ", handling, " ms");
    line_.value("delivery_ms", delivery);
    line_.value("handling_ms", handling);
    line_.value("acknowledge_ms", world_.random.between(1, 6));
}

// --- MES API
// ---------------------------------------------------------------------------------------------------

void OrderLines::calculation_start(const Order& order, Millis at) {
    begin(order, at, Service::mes, Kind::calculation_start);
    user(order);
    file(order);
    trace(order, 1);
    machine(order, Service::mes);
    line_.text("message", "Price calculation started for ", order.file_name(), ", attempt ",
               order.attempt);
    line_.open("additional_data");
    line_.value("attempt", order.attempt);
    line_.close();
}

void OrderLines::calculation_step(const Order& order, Millis at) {
    begin(order, at, Service::mes, Kind::calculation_step);
    trace(order, 1);
    machine(order, Service::mes);
    const Millis duration = at - order.step_begin;
    const auto step = calculation_steps[order.debug_step];
    line_.text("message", "Step ", step, " done after ", duration, " ms, ", order.triangles,
               " triangles");
    line_.open("additional_data");
    line_.text("step", step);
    line_.value("duration_ms", duration);
    line_.put(",\"model\":{\"triangles\":");
    line_.put(order.triangles);
    line_.put("}");
    line_.close();
}

void OrderLines::calculation_slow(const Order& order, Millis at) {
    begin(order, at, Service::mes, Kind::calculation_slow);
    user(order);
    file(order);
    trace(order, 1);
    machine(order, Service::mes);
    const Millis elapsed = (at - order.step_begin) / one_second;
    line_.text("message", "Price calculation of ", order.file_name(), " is running for ", elapsed,
               " s");
    line_.open("additional_data");
    line_.value("elapsed_seconds", elapsed);
    line_.value("threshold_seconds", 600);
    line_.close();
}

void OrderLines::calculation_failed(const Order& order, Millis at) {
    const bool outage = world_.incidents.outage(at).holds(at);
    begin(order, at, Service::mes, Kind::calculation_failed);
    user(order);
    file(order);
    trace(order, 1);
    machine(order, Service::mes);
    line_.text("message", "Price calculation of ", order.file_name(), " failed, attempt ",
               order.attempt);
    if (outage) {
        line_.text("error", "connection to mes-db lost: server closed the connection unexpectedly");
        line_.text("exception", "DatabaseConnectionError");
    } else {
        line_.text("error", "mesh is not watertight: ", order.triangles % 97 + 3, " open edges");
        line_.text("exception", "GeometryError");
    }
    line_.open("additional_data");
    line_.value("attempt", order.attempt);
    line_.value("duration_ms", at - order.step_begin);
    line_.close();
}

void OrderLines::calculated(const Order& order, Millis at) {
    begin(order, at, Service::mes, Kind::calculated);
    user(order);
    line_.text("file_name", order.file_name());
    line_.value("price_calculated", Hundredths{order.price});
    trace(order, 1);
    machine(order, Service::mes);
    const Millis duration = at - order.step_begin;
    line_.text("message", "Price of ORD-", order.number, " is ", Hundredths{order.price},
               " RUB, calculated in ", duration, " ms");
    line_.open("additional_data");
    line_.value("duration_ms", duration);
    line_.put(",\"model\":{\"triangles\":");
    line_.put(order.triangles);
    line_.put(",\"volume_cm3\":");
    line_.put(Hundredths{order.volume});
    line_.put("}");
    line_.close();
}

void OrderLines::making_started(const Order& order, Millis at) {
    begin(order, at, Service::mes, Kind::manufacturing_started);
    operator_id(order);
    line_.text("file_name", order.file_name());
    trace(order, 0);
    machine(order, Service::mes);
    line_.text("message", "Operator op-", order.operator_number + 1, " started ORD-", order.number);
    line_.open("additional_data");
    line_.text("machine", "printer-",
               std::uint64_t{3} * order.operator_number + order.number % 3 + 1);
    line_.close();
}

void OrderLines::making_finished(const Order& order, Millis at) {
    begin(order, at, Service::mes, Kind::manufacturing_completed);
    operator_id(order);
    line_.text("file_name", order.file_name());
    machine(order, Service::mes);
    line_.text("message", "Operator op-", order.operator_number + 1, " completed ORD-",
               order.number);
}

void OrderLines::packed(const Order& order, Millis at) {
    begin(order, at, Service::mes, Kind::packaging);
    operator_id(order);
    machine(order, Service::mes);
    const std::uint32_t weight = order.volume * order.quantity / 80 + 40;
    line_.text("message", "Order ORD-", order.number, " packed, ", weight, " g");
    line_.open("additional_data");
    line_.value("weight_g", weight);
    line_.close();
}

void OrderLines::shipped(const Order& order, Millis at) {
    begin(order, at, Service::mes, Kind::shipped);
    operator_id(order);
    machine(order, Service::mes);
    line_.text("message", "Order ORD-", order.number, " shipped to ", cities[order.city]);
}

// --- CRM API
// ---------------------------------------------------------------------------------------------------

void OrderLines::approved(const Order& order, Millis at) {
    begin(order, at, Service::crm, Kind::approved);
    user(order);
    manager_id(order);
    trace(order, 3);
    machine(order, Service::crm);
    line_.text("message", "Manager mgr-", order.manager + 1, " approved ORD-", order.number, " at ",
               Hundredths{order.price}, " RUB");
}

void OrderLines::closed(const Order& order, Millis at) {
    begin(order, at, Service::crm, Kind::closed);
    user(order);
    manager_id(order);
    machine(order, Service::crm);
    line_.text("message", "Manager mgr-", order.manager + 1, " closed ORD-", order.number);
}

}  // namespace plant
