#include "trace/span.h"

#include <algorithm>
#include <limits>

#include "event/schema.h"
#include "event/span.h"
#include "query/search.h"

namespace trace {

namespace {

// Texts of one column, by row.
class Texts {
  public:
    Texts(const event::Batch& batch, std::string_view name)
        : column_(batch.find(name, event::Type::string)) {}

    std::string_view first(std::uint32_t row) const {
        const auto [begin, end] = of(row);
        return begin == end ? std::string_view() : column_->text(begin);
    }
    std::pair<std::size_t, std::size_t> of(std::uint32_t row) const {
        return column_ == nullptr ? std::pair<std::size_t, std::size_t>() : column_->values_of(row);
    }
    std::string_view at(std::size_t value) const { return column_->text(value); }

  private:
    const event::Column* column_;
};

class Reader {
  public:
    explicit Reader(const event::Batch& batch)
        : batch_(batch),
          trace_ids_(batch, event::field::trace_id),
          span_ids_(batch, event::field::span_id),
          parents_(batch, event::span::parent_span_id),
          services_(batch, event::field::service_name),
          names_(batch, event::span::name),
          kinds_(batch, event::span::kind),
          queues_(batch, event::field::queue_name),
          statuses_(batch, event::span::status),
          linked_traces_(batch, event::span::linked_trace_id),
          linked_spans_(batch, event::span::linked_span_id),
          indices_(batch, event::field::index),
          durations_(batch.find(event::span::duration, event::Type::integer)) {}

    bool read(std::uint32_t row, Span& span) const {
        span.trace_id = trace_ids_.first(row);
        span.span_id = span_ids_.first(row);
        if (span.trace_id.empty() || span.span_id.empty()) return false;
        span.parent_span_id = parents_.first(row);
        span.service = services_.first(row);
        span.name = names_.first(row);
        span.kind = kinds_.first(row);
        span.queue = queues_.first(row);
        span.error = statuses_.first(row) == event::span::status_error;
        span.start = batch_.time[row];
        span.duration = std::min(duration(row), most_duration(span.start));
        span.index = indices_.first(row);
        span.id = query::row_id(batch_, row);
        const auto [first_trace, last_trace] = linked_traces_.of(row);
        const auto [first_span, last_span] = linked_spans_.of(row);
        const std::size_t links = std::min(last_trace - first_trace, last_span - first_span);
        for (std::size_t at = 0; at < links; ++at) {
            span.links.push_back({std::string(linked_traces_.at(first_trace + at)),
                                  std::string(linked_spans_.at(first_span + at))});
        }
        return true;
    }

  private:
    base::Nanos duration(std::uint32_t row) const {
        if (durations_ == nullptr) return 0;
        const auto [first, last] = durations_->values_of(row);
        return first == last ? 0 : std::max<base::Nanos>(durations_->integers[first], 0);
    }
    // So that no end lies beyond what a time can be.
    static base::Nanos most_duration(base::Nanos start) {
        return std::numeric_limits<base::Nanos>::max() - std::max<base::Nanos>(start, 0);
    }

    const event::Batch& batch_;
    const Texts trace_ids_, span_ids_, parents_, services_, names_, kinds_, queues_, statuses_,
        linked_traces_, linked_spans_, indices_;
    const event::Column* durations_;
};

}  // namespace

const std::vector<std::string>& span_columns() {
    static const std::vector<std::string> columns = [] {
        std::vector<std::string> made;
        for (const std::string_view name :
             {event::field::id, event::field::trace_id, event::field::span_id,
              event::span::parent_span_id, event::field::service_name, event::span::name,
              event::span::kind, event::field::queue_name, event::span::status,
              event::span::duration, event::span::linked_trace_id, event::span::linked_span_id}) {
            made.emplace_back(name);
        }
        return made;
    }();
    return columns;
}

void read_spans(const event::Batch& batch, std::vector<Span>& to) {
    const Reader reader(batch);
    to.reserve(to.size() + batch.rows());
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        Span span;
        if (reader.read(row, span)) to.push_back(std::move(span));
    }
}

std::string_view text_of(const event::Batch& batch, std::string_view column, std::uint32_t row) {
    return Texts(batch, column).first(row);
}

}  // namespace trace
