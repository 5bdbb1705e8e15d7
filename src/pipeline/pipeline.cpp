#include "pipeline/pipeline.h"

#include <fmt/format.h>

#include <exception>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "base/arrivals.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "event/index_name.h"
#include "pipeline/check.h"
#include "pipeline/route.h"

namespace pipeline {

using Status = event::RecordOutcome::Status;

namespace {

// Errors of one request beyond this many share one text each kind.
constexpr std::size_t most_error_texts = 1000;

const event::Origin unknown_origin{.name = "unknown"};

Status status_of(event::RowOutcome outcome) {
    switch (outcome) {
        case event::RowOutcome::created:
            return Status::created;
        case event::RowOutcome::updated:
            return Status::updated;
        case event::RowOutcome::duplicate:
            return Status::duplicate;
        case event::RowOutcome::deleted:
            return Status::deleted;
        case event::RowOutcome::missing:
            return Status::missing;
    }
    return Status::created;
}

bool is_stored(Status status) { return status == Status::created || status == Status::updated; }

// What of a request is durable now, by its indices.
void note_stored(const std::string& input, const event::RecordsOutcome& outcome) {
    std::vector<std::uint64_t> events(outcome.indices.size());
    for (const event::RecordOutcome& item : outcome.items) {
        if (is_stored(item.status) && item.index < events.size()) ++events[item.index];
    }
    for (std::size_t at = 0; at < events.size(); ++at)
        base::arrivals().stored(input, outcome.indices[at], events[at]);
}

}  // namespace

// What has to be known until the store answers.
struct Pipeline::Request {
    std::string input;
    event::RecordsOutcome outcome;
    event::Append append;
    std::vector<std::vector<std::uint32_t>> records_of_rows;  // per batch, per row
    std::vector<std::uint32_t> records_of_deletions;

    // False when the store's answer does not fit the request.
    bool conclude(const event::AppendOutcome& stored) {
        if (!stored.deletions.empty() && stored.deletions.size() != records_of_deletions.size()) {
            return false;
        }
        for (std::size_t at = 0; at < records_of_deletions.size(); ++at) {
            outcome.items[records_of_deletions[at]].status =
                stored.deletions.empty() ? Status::deleted : status_of(stored.deletions[at]);
        }
        std::uint64_t sequence = stored.first_sequence;
        for (std::size_t batch = 0; batch < records_of_rows.size(); ++batch) {
            const auto& records = records_of_rows[batch];
            const bool told = batch < stored.rows.size() && !stored.rows[batch].empty();
            if (told && stored.rows[batch].size() != records.size()) return false;
            for (std::size_t row = 0; row < records.size(); ++row) {
                event::RecordOutcome& item = outcome.items[records[row]];
                item.status = told ? status_of(stored.rows[batch][row]) : Status::created;
                item.sequence = item.status == Status::duplicate ? 0 : sequence;
                ++sequence;
            }
        }
        return true;
    }
};

// Takes a request through the steps.
class Pipeline::Preparation {
  public:
    Preparation(const Pipeline& pipeline, const event::Records& records, Parser& parser,
                Request& request)
        : pipeline_(pipeline),
          records_(records),
          origin_(records.origin != nullptr ? *records.origin : unknown_origin),
          parser_(parser),
          request_(request) {}

    void run() {
        request_.outcome.items.resize(records_.items.size());
        parse();
        check(batch_, pipeline_.catalog_, parser_.rows().violations());
        route(batch_, named_, pipeline_.catalog_, origin_.environment, routes_);
        settle_indices();
        filtered_ = filter(batch_, pipeline_.settings_.levels, routes_);
        settle_filtered();
        hand_over();
        count();
    }

  private:
    void parse() {
        parser_.start_batch(batch_, origin_, records_.received);
        for (std::size_t at = 0; at < records_.items.size(); ++at) {
            const event::Record& record = records_.items[at];
            if (record.operation == event::RowOperation::remove) {
                remove(at, record);
                continue;
            }
            std::string_view index = record.index;
            const Transforms::Selection& pipelines = pipelines_for(record.index);
            Transformation transformation{pipelines, {}, false, nullptr};
            Transformation* const transform = pipelines.empty() ? nullptr : &transformation;
            if (auto parsed = parse(at, record, transform); !parsed) {
                reject(at, std::move(parsed).error());
                continue;
            }
            if (transformation.dropped) {
                drop(at);
                continue;
            }
            if (!transformation.index.empty())
                index = *chosen_.insert(std::move(transformation.index)).first;
            records_of_rows_.push_back(static_cast<std::uint32_t>(at));
            named_.push_back(index);
        }
    }

    base::Status parse(std::size_t at, const event::Record& record, Transformation* transform) {
        const std::string_view environment = environment_of(record);
        if (records_.format == event::Format::decoded) {
            return parser_.parse(*records_.decoded, at, record.id, environment, transform);
        }
        return parser_.parse(record, records_.format, environment, transform);
    }

    // Records of one index stand side by side more often than not.
    const Transforms::Selection& pipelines_for(std::string_view index) {
        const Transforms& transforms = *pipeline_.settings_.transforms;
        if (transforms.empty()) return pipelines_;
        if (!selected_ || index != selected_index_) {
            pipelines_ = transforms.select(origin_.name, index);
            selected_index_ = index;
            selected_ = true;
        }
        return pipelines_;
    }

    // An own pipeline dropped it: acknowledged, not stored.
    void drop(std::size_t at) {
        event::RecordOutcome& item = request_.outcome.items[at];
        item.status = Status::filtered;
        item.index = routes_.add(records_.items[at].index);
    }

    // Of an event that names none.
    std::string_view environment_of(const event::Record& record) const {
        const std::string_view of_index = event::environment_of(record.index);
        return of_index.empty() ? std::string_view(origin_.environment) : of_index;
    }

    void remove(std::size_t at, const event::Record& record) {
        if (record.index.empty() || record.id.empty()) {
            reject(at,
                   base::invalid("a removal needs the index and the id of what is to be removed"));
            return;
        }
        request_.outcome.items[at].index = routes_.add(record.index);
        request_.append.deletions.push_back({std::string(record.index), std::string(record.id)});
        request_.records_of_deletions.push_back(static_cast<std::uint32_t>(at));
    }

    void reject(std::size_t at, base::Error error) {
        auto& errors = request_.outcome.errors;
        event::RecordOutcome& item = request_.outcome.items[at];
        item.status = Status::rejected;
        item.index = routes_.add(records_.items[at].index);  // empty when the client named none
        ++rejected_;
        if (errors.size() >= most_error_texts) {
            for (std::size_t back = errors.size(); back > 0; --back) {
                if (errors[back - 1].code != error.code) continue;
                item.error = static_cast<std::int32_t>(back - 1);
                return;
            }
        }
        item.error = static_cast<std::int32_t>(errors.size());
        errors.push_back(std::move(error));
    }

    void settle_indices() {
        for (std::size_t row = 0; row < records_of_rows_.size(); ++row) {
            request_.outcome.items[records_of_rows_[row]].index = routes_.of_row[row];
        }
    }

    void settle_filtered() {
        for (std::size_t row = 0; row < records_of_rows_.size(); ++row) {
            if (routes_.of_row[row] != Routes::dropped) continue;
            request_.outcome.items[records_of_rows_[row]].status = Status::filtered;
        }
    }

    void hand_over() {
        for (RoutedBatch& part : split(std::move(batch_), routes_)) {
            event::IndexBatch& to = request_.append.batches.emplace_back();
            to.index = routes_.indices[part.index];
            to.batch = std::move(part.batch);
            auto& records = request_.records_of_rows.emplace_back();
            bool any_create = false;
            for (const std::uint32_t row : part.rows) {
                records.push_back(records_of_rows_[row]);
                any_create |= operation_of(row) == event::RowOperation::create;
            }
            if (!any_create) continue;
            for (const std::uint32_t row : part.rows) to.operations.push_back(operation_of(row));
        }
        request_.outcome.indices = std::move(routes_.indices);
    }

    event::RowOperation operation_of(std::uint32_t row) const {
        return records_.items[records_of_rows_[row]].operation;
    }

    void count() const {
        const base::Labels input = {{"input", origin_.name}};
        base::metrics()
            .counter("ordertrail_received_events_total", "Events that clients sent", input)
            .add(records_.items.size());
        base::metrics()
            .counter("ordertrail_rejected_events_total", "Events that could not be taken", input)
            .add(rejected_);
        if (rejected_ > 0) {
            base::arrivals().hindered(origin_.name, base::Hindrance::event, rejected_, "",
                                      request_.outcome.errors.front().message);
        }
        base::metrics()
            .counter("ordertrail_input_filtered_events_total",
                     "Events of an input that were acknowledged and not stored, for their level",
                     input)
            .add(filtered_);
        base::metrics()
            .counter("ordertrail_overflow_values_total",
                     "Values of fields beyond the limit of columns, kept in _overflow", {})
            .add(parser_.rows().overflowed());
    }

    const Pipeline& pipeline_;
    const event::Records& records_;
    const event::Origin& origin_;
    Parser& parser_;
    Request& request_;
    event::Batch batch_;
    Routes routes_;
    std::vector<std::uint32_t> records_of_rows_;
    std::vector<std::string_view> named_;        // the client's index or an own pipeline's, per row
    std::set<std::string, std::less<>> chosen_;  // by own pipelines
    Transforms::Selection pipelines_;            // for records of selected_index_
    std::string_view selected_index_;
    bool selected_ = false;
    std::uint64_t rejected_ = 0;
    std::uint64_t filtered_ = 0;
};

Pipeline::Pipeline(const event::Catalog& catalog, event::Sink& sink, Settings settings)
    : catalog_(catalog), sink_(sink), settings_(std::move(settings)) {}

Pipeline::~Pipeline() = default;

void Pipeline::accept(event::Records records, event::RecordsDone done) {
    static base::DurationHistogram& duration = base::metrics().duration(
        "ordertrail_parse_seconds", "Time from a request's records to what the store gets");
    const base::Nanos start = base::steady_now();
    auto request = std::make_shared<Request>();
    request->input = records.origin != nullptr ? records.origin->name : unknown_origin.name;
    try {
        std::unique_ptr<Parser> parser = take_parser();
        Preparation(*this, records, *parser, *request).run();
        give_back(std::move(parser));
    } catch (const std::exception& failure) {
        // The parser is gone with whatever state it was in.
        done(base::Error(base::Code::internal,
                         fmt::format("the request could not be prepared: {}", failure.what())));
        return;
    }
    duration.observe(static_cast<double>(base::steady_now() - start) / base::second);
    if (request->append.batches.empty() && request->append.deletions.empty()) {
        done(std::move(request->outcome));
        return;
    }
    // The text is parsed: what the views point into is no longer needed.
    records = {};
    event::Append append = std::move(request->append);
    sink_.append(std::move(append), [request, done = std::move(done)](
                                        base::Result<event::AppendOutcome> stored) {
        if (!stored) {
            done(std::move(stored).error());
        } else if (!request->conclude(stored.value())) {
            done(base::Error(base::Code::internal,
                             "the store's answer has another number of rows than the request"));
        } else {
            note_stored(request->input, request->outcome);
            done(std::move(request->outcome));
        }
    });
}

std::unique_ptr<Parser> Pipeline::take_parser() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            std::unique_ptr<Parser> parser = std::move(idle_.back());
            idle_.pop_back();
            return parser;
        }
    }
    return std::make_unique<Parser>(
        catalog_, Parser::Limits{settings_.max_record_bytes,
                                 {settings_.max_json_depth, settings_.max_columns}});
}

void Pipeline::give_back(std::unique_ptr<Parser> parser) {
    parser->shrink();
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(parser));
}

}  // namespace pipeline
