#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "event/intake.h"
#include "storage/testing/rows.h"

// What the engine has to hold, in the plainest form: a map of rows. For tests only.

namespace storage::testing {

// A request as the model and the engine understand it.
struct ModelRequest {
    struct Put {
        Row row;  // its index is the batch's; `_id` among the fields, or none
        event::RowOperation operation = event::RowOperation::index;
    };
    std::vector<event::Deletion> deletions;
    std::vector<std::vector<Put>> batches;  // rows of one index each

    event::Append append(const std::vector<std::string>& overflow) const {
        event::Append request;
        request.deletions = deletions;
        for (const auto& puts : batches) {
            std::vector<Row> rows;
            event::IndexBatch batch;
            for (const Put& put : puts) {
                rows.push_back(put.row);
                batch.operations.push_back(put.operation);
            }
            batch.index = puts.front().row.index;
            batch.batch = batch_of(rows, overflow);
            batch.batch.sequence.clear();
            request.batches.push_back(std::move(batch));
        }
        return request;
    }
};

class StoreModel {
  public:
    // The days that events are put in.
    StoreModel(std::int32_t first_day, std::int32_t last_day)
        : first_day_(first_day), last_day_(last_day) {}

    // Does to the rows what the engine does, and says what it has to answer. Rows get sequence
    // numbers from `first` on.
    event::AppendOutcome append(const ModelRequest& request, std::uint64_t first) {
        event::AppendOutcome outcome;
        outcome.first_sequence = first;
        for (const event::Deletion& deletion : request.deletions)
            outcome.deletions.push_back(remove(deletion));
        for (const auto& puts : request.batches) {
            std::vector<event::RowOutcome> outcomes;
            for (const ModelRequest::Put& put : puts) outcomes.push_back(store(put, first++));
            outcome.rows.push_back(std::move(outcomes));
        }
        return outcome;
    }

    // By sequence number.
    const std::map<std::uint64_t, Row>& rows() const { return rows_; }
    std::vector<Row> list() const {
        std::vector<Row> all;
        for (const auto& [sequence, row] : rows_) all.push_back(row);
        return all;
    }

  private:
    using Partition = std::pair<std::string, std::int32_t>;

    static std::optional<std::string> id_of(const Row& row) {
        const auto found = row.fields.find("_id");
        if (found == row.fields.end()) return std::nullopt;
        return std::get<std::string>(found->second.front());
    }

    event::RowOutcome store(const ModelRequest::Put& put, std::uint64_t sequence) {
        auto outcome = event::RowOutcome::created;
        if (const auto id = id_of(put.row)) {
            const std::int32_t day = std::clamp(base::day_of(put.row.time), first_day_, last_day_);
            auto& ids = ids_[{put.row.index, day}];
            if (const auto known = ids.find(*id); known != ids.end()) {
                if (put.operation == event::RowOperation::create)
                    return event::RowOutcome::duplicate;
                rows_.erase(known->second);
                outcome = event::RowOutcome::updated;
            }
            ids[*id] = sequence;
        }
        Row& row = rows_[sequence] = put.row;
        row.sequence = sequence;
        return outcome;
    }

    event::RowOutcome remove(const event::Deletion& deletion) {
        auto outcome = event::RowOutcome::missing;
        for (auto& [partition, ids] : ids_) {
            const auto known = ids.find(deletion.id);
            if (partition.first != deletion.index || known == ids.end()) continue;
            rows_.erase(known->second);
            ids.erase(known);
            outcome = event::RowOutcome::deleted;
        }
        if (outcome == event::RowOutcome::deleted) return outcome;
        const std::uint64_t sequence = event::sequence_of(deletion.id);
        const auto row = rows_.find(sequence);
        if (sequence == 0 || event::id_of(sequence) != deletion.id || row == rows_.end() ||
            row->second.index != deletion.index || id_of(row->second)) {
            return outcome;
        }
        rows_.erase(row);
        return event::RowOutcome::deleted;
    }

    std::int32_t first_day_;
    std::int32_t last_day_;
    std::map<std::uint64_t, Row> rows_;
    std::map<Partition, std::map<std::string, std::uint64_t>> ids_;
};

// A row's values by name and type: a name's values of several types lose their order among each
// other in a store.
using CanonicalRow = std::map<std::pair<std::string, event::Type>, std::vector<Value>>;

inline CanonicalRow canonical(const Row& row) {
    CanonicalRow made;
    for (const auto& [name, values] : row.fields) {
        for (const Value& value : values) made[{name, type_of(value)}].push_back(value);
    }
    made[{"_index", event::Type::string}] = {Value(row.index)};
    made[{"timestamp", event::Type::timestamp}] = {Value(Stamp{row.time})};
    return made;
}

inline Value value_of_text(event::Type type, std::string_view text) {
    switch (type) {
        case event::Type::boolean:
            return text == "true";
        case event::Type::integer:
            return static_cast<std::int64_t>(std::stoll(std::string(text)));
        case event::Type::number:
            return std::stod(std::string(text));
        case event::Type::timestamp:
            return Stamp{std::stoll(std::string(text))};
        case event::Type::ip:
            return ip_of(text);
        default:
            return std::string(text);
    }
}

inline Value value_at(const event::Column& column, std::size_t at) {
    switch (column.type) {
        case event::Type::boolean:
            return column.integers[at] != 0;
        case event::Type::integer:
            return column.integers[at];
        case event::Type::number:
            return column.numbers[at];
        case event::Type::timestamp:
            return Stamp{column.integers[at]};
        case event::Type::ip:
            return column.ips[at];
        default:
            return std::string(column.text(at));
    }
}

// A row that a store answered with.
inline CanonicalRow canonical(const event::Batch& batch, std::uint32_t row) {
    CanonicalRow made;
    for (const event::Column& column : batch.columns()) {
        const auto [first, last] = column.values_of(row);
        for (std::size_t at = first; at < last; ++at) {
            if (column.name != event::field::overflow) {
                made[{column.name, column.type}].push_back(value_at(column, at));
            } else if (const auto entry = event::read_overflow(column.text(at))) {
                made[{std::string(entry->name), entry->type}].push_back(
                    value_of_text(entry->type, entry->text));
            }
        }
    }
    made[{"timestamp", event::Type::timestamp}] = {Value(Stamp{batch.time[row]})};
    return made;
}

}  // namespace storage::testing
