#include "storage/engine/capped_source.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "event/json_text.h"
#include "event/overflow.h"
#include "event/schema.h"

namespace storage::engine {

namespace {

std::string text_of(const event::Column& column, std::size_t value) {
    std::string text;
    switch (column.type) {
        case event::Type::boolean:
            return column.integers[value] != 0 ? "true" : "false";
        case event::Type::number: {
            const double number = column.numbers[value];
            if (std::isnan(number)) return "nan";
            if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
            event::append_number(number, text);
            return text;
        }
        case event::Type::ip:
            return column.ips[value].text();
        case event::Type::string:
            return std::string(column.text(value));
        default:
            event::append_integer(column.integers[value], text);
            return text;
    }
}

}  // namespace

std::set<ColumnKey> excess_columns(const std::vector<std::shared_ptr<RowSource>>& sources,
                                   std::size_t most, const base::StringSet* id_fields) {
    std::map<ColumnKey, std::uint64_t> values;
    for (const auto& source : sources) {
        for (const SourceColumn& column : source->columns()) {
            const bool stays = column.name.starts_with('_') ||
                               (id_fields != nullptr && id_fields->contains(column.name)) ||
                               column.name.find('\0') != std::string::npos;
            if (!stays) values[{column.name, column.type}] += column.values;
        }
    }
    std::set<ColumnKey> excess;
    if (values.size() <= most) return excess;
    std::vector<std::pair<std::uint64_t, const ColumnKey*>> by_values;
    by_values.reserve(values.size());
    for (const auto& [key, count] : values) by_values.emplace_back(count, &key);
    // Ties by name, so that the same rows always give the same part.
    std::stable_sort(by_values.begin(), by_values.end(),
                     [](const auto& one, const auto& other) { return one.first > other.first; });
    for (std::size_t at = most; at < by_values.size(); ++at) excess.insert(*by_values[at].second);
    return excess;
}

CappedSource::CappedSource(std::shared_ptr<RowSource> source, const std::set<ColumnKey>& excess)
    : source_(std::move(source)), excess_(excess) {
    for (const SourceColumn& column : source_->columns()) {
        ColumnKey key{column.name, column.type};
        if (excess_.contains(key)) own_excess_.push_back(std::move(key));
    }
}

bool CappedSource::joins(const std::string& name, event::Type type) const {
    return name == event::field::overflow && type == event::Type::string && !own_excess_.empty();
}

std::vector<SourceColumn> CappedSource::columns() const {
    std::vector<SourceColumn> found;
    SourceColumn overflow{std::string(event::field::overflow), event::Type::string, 0};
    for (SourceColumn& column : source_->columns()) {
        if (joins(column.name, column.type) || excess_.contains({column.name, column.type})) {
            overflow.values += column.values;
        } else {
            found.push_back(std::move(column));
        }
    }
    if (overflow.values > 0) found.push_back(std::move(overflow));
    return found;
}

base::Result<std::shared_ptr<const event::Column>> CappedSource::column(std::size_t block,
                                                                        const std::string& name,
                                                                        event::Type type) const {
    if (joins(name, type)) return overflow(block);
    return source_->column(block, name, type);
}

base::Result<std::shared_ptr<const event::Column>> CappedSource::overflow(std::size_t block) const {
    struct Entry {
        std::uint32_t row;
        std::string text;
    };
    std::vector<Entry> entries;
    const std::string own(event::field::overflow);
    TRY(const auto before, source_->column(block, own, event::Type::string));
    for (std::size_t value = 0; before && value < before->size(); ++value)
        entries.push_back({before->row_of(value), std::string(before->text(value))});
    for (const auto& [name, type] : own_excess_) {
        TRY(const auto values, source_->column(block, name, type));
        for (std::size_t value = 0; values && value < values->size(); ++value) {
            entries.push_back({values->row_of(value), {}});
            event::write_overflow(name, type, text_of(*values, value), entries.back().text);
        }
    }
    // Stable: several values of one field keep their order.
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& one, const Entry& other) { return one.row < other.row; });
    auto made = std::make_shared<event::Column>(own, event::Type::string);
    for (const Entry& entry : entries) made->add_text(entry.row, entry.text);
    return std::shared_ptr<const event::Column>(std::move(made));
}

base::Status CappedSource::count_values(std::size_t block, const std::string& name,
                                        event::Type type,
                                        std::vector<std::uint32_t>& counts) const {
    TRY(source_->count_values(block, name, type, counts));
    if (!joins(name, type)) return base::ok();
    for (const auto& [excess, excess_type] : own_excess_)
        TRY(source_->count_values(block, excess, excess_type, counts));
    return base::ok();
}

base::Result<std::shared_ptr<const event::StringPool>> CappedSource::texts(
    const std::string& name) const {
    if (joins(name, event::Type::string)) return std::shared_ptr<const event::StringPool>();
    return source_->texts(name);
}

}  // namespace storage::engine
