#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/schema.h"
#include "event/span.h"
#include "storage/testing/memory_snapshot.h"

// For tests: spans as the store gives them back.

namespace trace {

struct MadeSpan {
    std::string trace_id;
    std::string span_id;
    std::string parent;
    std::string service = "Shop API";
    std::string name = "work";
    std::string kind;
    base::Nanos start = 0;
    base::Nanos duration = 0;
    bool error = false;
    std::string queue;
    std::vector<std::pair<std::string, std::string>> links;
};

class SpanLog {
  public:
    static constexpr base::Nanos start = 1'795'515'300 * base::second;

    SpanLog& add(const MadeSpan& span) {
        const std::uint32_t row = rows_.rows();
        rows_.time.push_back(start + span.start);
        rows_.sequence.push_back(next_++);
        put(row, event::field::trace_id, span.trace_id);
        put(row, event::field::span_id, span.span_id);
        put(row, event::span::parent_span_id, span.parent);
        put(row, event::field::service_name, span.service);
        put(row, event::span::name, span.name);
        put(row, event::span::kind, span.kind);
        put(row, event::field::queue_name, span.queue);
        if (span.error) put(row, event::span::status, event::span::status_error);
        for (const auto& [trace_id, span_id] : span.links) {
            put(row, event::span::linked_trace_id, trace_id);
            put(row, event::span::linked_span_id, span_id);
        }
        rows_.at(rows_.column(event::span::duration, event::Type::integer))
            .add_integer(row, span.duration);
        return *this;
    }

    const event::Batch& rows() const { return rows_; }

  private:
    void put(std::uint32_t row, std::string_view name, std::string_view value) {
        if (value.empty()) return;
        rows_.at(rows_.column(name, event::Type::string)).add_text(row, value);
    }

    event::Batch rows_;
    std::uint64_t next_ = 1;
};

// The way of a message: Shop → orders.pricing → MES (a trace of its own, by a link) →
// orders.approval → CRM (a child).
inline SpanLog order_spans() {
    using base::millisecond;
    SpanLog log;
    log.add({"t1", "a", "", "Shop API", "POST /orders", "server", 0, 50 * millisecond});
    log.add({"t1", "b", "a", "Shop API", "send", "producer", 10 * millisecond, 2 * millisecond,
             false, "orders.pricing"});
    log.add({"t2",
             "c",
             "",
             "MES API",
             "process",
             "consumer",
             812 * millisecond,
             100 * millisecond,
             true,
             "orders.pricing",
             {{"t1", "b"}}});
    log.add({"t2", "d", "c", "MES API", "send", "producer", 900 * millisecond, millisecond, false,
             "orders.approval"});
    log.add(
        {"t2", "e", "d", "CRM API", "process", "consumer", 1000 * millisecond, 10 * millisecond});
    log.add({"t3", "f", "", "Shop API", "GET /health", "server", 2000 * millisecond, 1});
    return log;
}

}  // namespace trace
