#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/catalog.h"
#include "query/cursor.h"
#include "query/scope.h"
#include "query/selection.h"
#include "query/value.h"
#include "storage/store.h"

// The questions that the API, the command line and the watch room ask, and their answers. Texts
// become selections by query::select; answers become JSON in the api room.

namespace query {

struct SearchRequest {
    Selection selection;
    std::size_t limit = 100;  // at most 10,000
    // A field: newest_first is by its falling, oldest_first by its rising values, then by time;
    // rows without a value come last. Empty: by time. All fitting rows are read for each page.
    std::string sort_by;
    storage::Order order = storage::Order::newest_first;  // or oldest_first
    std::string cursor;                // SearchAnswer::next_cursor of the page before; empty: first
    std::vector<std::string> columns;  // empty: all, as event::SourceWriter needs
};

struct SearchAnswer {
    event::Batch rows;  // in the order asked for, with `_index`; row_id tells a row's id
    std::optional<std::string> next_cursor;  // none on the last page
};

struct HistogramRequest {
    Selection selection;
    std::size_t buckets = 60;  // wanted; a round interval near it is taken
    base::Nanos interval = 0;  // > 0: this one; more than 10,000 buckets: InvalidArgument
    std::string by;            // field to stack by; empty: none
    std::size_t series = 10;   // at most so many values of `by`, the most frequent ones
};

struct HistogramAnswer {
    struct Series {
        Value value;
        std::vector<std::uint64_t> counts;  // one per bucket
    };
    base::Nanos from = 0;      // first bucket's start
    base::Nanos to = 0;        // last bucket's end; from == to without any row and range
    base::Nanos interval = 1;  // bucket i begins at from + i·interval
    std::uint64_t total = 0;
    std::vector<std::uint64_t> counts;  // rows per bucket, zeros included
    std::vector<Series> series;         // most frequent first
};

struct FacetsRequest {
    Selection selection;
    std::vector<std::string> fields;
    std::size_t size = 10;
};

struct FacetsAnswer {
    struct Entry {
        Value value;
        std::uint64_t count = 0;
    };
    struct Facet {
        std::string field;           // as asked for
        std::vector<Entry> values;   // most frequent first, ties by value
        std::uint64_t distinct = 0;  // number of different values
        std::uint64_t missing = 0;   // rows without a value
        std::uint64_t other = 0;     // counts of the values that are not listed
        bool too_many = false;       // more than a million values: nothing but the field is told
    };
    std::uint64_t total = 0;
    std::vector<Facet> facets;  // as FacetsRequest::fields
};

struct ValuesRequest {
    Selection selection;
    std::string field;
    std::string prefix;  // letter case aside; empty: any value
    std::size_t size = 20;
};

struct ValuesAnswer {
    std::vector<FacetsAnswer::Entry> values;  // most frequent first, ties by value
    bool more = false;                        // there are values that are not listed
};

struct AggregateQuery {
    Selection selection;
    std::vector<std::string> group_by;
    base::Nanos interval = 0;              // > 0: also by time, the last key, named "timestamp"
    std::vector<storage::Metric> metrics;  // none: count
    bool missing = false;                  // rows without a key form a group of their own
    std::size_t size = 1000;               // groups answered, at most 100,000
    // Metric by which groups are sorted, falling; without it by time where there is an interval,
    // else by the first one.
    std::optional<std::size_t> order_by;
};

struct AggregateAnswer {
    std::vector<std::string>
        columns;  // keys, then metrics: "service_name", "count", "avg(response_time)"
    std::vector<std::vector<Value>> rows;
    std::uint64_t groups = 0;  // before `size` cut them
};

enum class FieldClass : std::uint8_t { keyword, text, number, boolean, date, ip };
std::string_view name_of(FieldClass kind);

struct Field {
    std::string name;
    std::vector<event::Type> types;
    FieldClass kind = FieldClass::text;
};

// Answers over one snapshot for one asker. Every function may also fail with Cancelled, Io,
// Corrupt. Immutable; thread-safe. REQUIRES: the catalog outlives it.
class Searcher {
  public:
    Searcher(std::shared_ptr<const storage::Snapshot> snapshot, const event::Catalog& catalog,
             Scope scope, std::stop_token stop = {});

    // InvalidArgument: limit, order or cursor.
    base::Result<SearchAnswer> search(const SearchRequest& request) const;
    base::Result<HistogramAnswer> histogram(const HistogramRequest& request) const;
    base::Result<FacetsAnswer> facets(const FacetsRequest& request) const;
    // Values of a field, for completing what somebody types. A field with more than a million
    // values that fit gives none, and `more`.
    base::Result<ValuesAnswer> values(const ValuesRequest& request) const;
    // TooLarge: more than a million groups.
    base::Result<AggregateAnswer> aggregate(const AggregateQuery& request) const;
    base::Result<std::uint64_t> count(const Selection& selection) const;
    // For callers that put groups together themselves: the same rows in several ways, as
    // storage::Snapshot::aggregate_all. Field names are unified ones; what the asker must not see
    // has no values.
    base::Result<std::vector<event::Batch>> groups(const Selection& selection,
                                                   std::vector<storage::AggregateSpec> specs) const;
    // Sorted by name; "timestamp" included, own fields ('_') not.
    base::Result<std::vector<Field>> fields(const event::IndexPattern& indices) const;
    // Sizes and times of what the asker may see; bytes_on_disk is 0 under a row filter.
    base::Result<std::vector<storage::IndexInfo>> indices(const event::IndexPattern& indices) const;

    // For callers that put conditions together themselves (journeys, tracking): rows in the order
    // asked for, by a scan of the store. Field names are unified ones.
    base::Status rows(storage::ScanRequest request, const storage::Snapshot::ScanSink& sink) const;
    // The rows of these `_id`s in one index; unknown ones are left out.
    base::Result<event::Batch> lookup(const std::string& index,
                                      const std::vector<std::string>& ids) const;

  private:
    base::Result<storage::Predicate> limited(storage::Predicate asked,
                                             const event::IndexPattern& indices) const;
    base::Result<SearchAnswer> sorted_search(const SearchRequest& request) const;
    // A fitting row with this field. InvalidArgument when it is gone.
    base::Result<event::Batch> row_at(const Selection& selection, storage::Position at,
                                      const std::string& field) const;
    base::Result<event::Batch> grouped(const Selection& selection,
                                       storage::AggregateSpec spec) const;
    base::Result<std::vector<event::Batch>> grouped(
        const Selection& selection, const std::vector<storage::AggregateSpec>& specs) const;
    base::Result<bool> close_range(Selection& selection) const;
    // The unified name of a field to group by or to compute with; one that never exists for what
    // the asker must not see.
    std::string visible_field(std::string_view name) const;

    std::shared_ptr<const storage::Snapshot> snapshot_;
    const event::Catalog& catalog_;
    Scope scope_;
    std::stop_token stop_;
};

// The condition that a field has this very value; `nothing` for none and for percentiles.
storage::Predicate has_value(std::string field, const Value& value);

// A row's `_id`: the client's own, or the one its sequence number gives.
std::string row_id(const event::Batch& batch, std::uint32_t row);

}  // namespace query
