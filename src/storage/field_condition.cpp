#include "storage/field_condition.h"

#include <utility>

#include "base/parse_number.h"
#include "event/overflow.h"
#include "event/schema.h"
#include "storage/column_scan.h"

namespace storage {

namespace {

using event::Column;
using event::Type;

template <typename Value>
bool holds(const std::optional<Closed<Value>>& range, const std::optional<Value>& value) {
    return range && value && range->holds(*value);
}

// Whether a name fits a field of a predicate: only the star stands for more than itself there.
bool fits_field(std::string_view name, std::string_view field) {
    const std::size_t star = field.find('*');
    if (star == std::string_view::npos) return name == field;
    if (!name.starts_with(field.substr(0, star))) return false;
    name.remove_prefix(star);
    field.remove_prefix(star + 1);
    for (std::size_t next = 0; (next = field.find('*')) != std::string_view::npos;) {
        const std::size_t at = name.find(field.substr(0, next));
        if (at == std::string_view::npos) return false;
        name.remove_prefix(at + next);
        field.remove_prefix(next + 1);
    }
    return name.ends_with(field);
}

// A leaf asked of the entries of `_overflow`: name, type and text in one.
class OverflowText final : public TextCondition {
  public:
    OverflowText(const Predicate& leaf, const ValueRanges& ranges,
                 std::unique_ptr<TextCondition> text)
        : leaf_(leaf), ranges_(ranges), text_(std::move(text)) {}

    bool fits(std::string_view entry_text) override {
        const auto entry = event::read_overflow(entry_text);
        if (!entry || !fits_field(entry->name, leaf_.field)) return false;
        switch (entry->type) {
            case Type::string:
                return text_->fits(entry->text);
            case Type::boolean:
                return holds<std::int64_t>(ranges_.boolean, entry->text == "true" ? 1 : 0);
            case Type::number:
                return holds(ranges_.number, base::parse_number<double>(entry->text));
            case Type::ip:
                return holds(ranges_.ip, event::Ip::parse(entry->text));
            default:
                return holds(ranges_.of(entry->type),
                             base::parse_number<std::int64_t>(entry->text));
        }
    }

  private:
    const Predicate& leaf_;
    const ValueRanges& ranges_;
    std::unique_ptr<TextCondition> text_;
};

template <typename Value>
void scan_range(const Column& column, const std::vector<Value>& values,
                const std::optional<Closed<Value>>& range, const RowSet& wanted, RowSet& found) {
    if (!range) return;
    const Value* data = values.data();
    const Value first = range->first;
    const Value last = range->last;
    scan(column, wanted, found, [data, first, last](std::size_t value) {
        return static_cast<bool>(static_cast<int>(data[value] >= first) &
                                 static_cast<int>(data[value] <= last));
    });
}

}  // namespace

base::Result<std::unique_ptr<FieldCondition>> FieldCondition::create(Predicate leaf) {
    std::unique_ptr<FieldCondition> made(new FieldCondition(std::move(leaf)));
    TRY(auto texts, TextCondition::create(made->leaf_));
    TRY(auto overflow_texts, TextCondition::create(made->leaf_));
    made->set_texts(std::move(texts), std::move(overflow_texts));
    return made;
}

std::unique_ptr<FieldCondition> FieldCondition::one_of(std::string field,
                                                       std::vector<std::string> texts) {
    Predicate leaf;
    leaf.kind = Predicate::Kind::words;  // no value but a string fits
    leaf.field = std::move(field);
    std::unique_ptr<FieldCondition> made(new FieldCondition(std::move(leaf)));
    auto overflow_texts = TextCondition::one_of(texts);
    made->set_texts(TextCondition::one_of(std::move(texts)), std::move(overflow_texts));
    return made;
}

void FieldCondition::set_texts(std::unique_ptr<TextCondition> text,
                               std::unique_ptr<TextCondition> overflow_text) {
    pattern_ = leaf_.field.find('*') != std::string::npos;
    texts_ = std::make_unique<DictionaryCondition>(std::move(text));
    overflow_ = std::make_unique<DictionaryCondition>(
        std::make_unique<OverflowText>(leaf_, ranges_, std::move(overflow_text)));
}

bool FieldCondition::names_field(std::string_view name) const {
    if (name.starts_with('_') && !leaf_.field.starts_with('_')) return false;
    return fits_field(name, leaf_.field);
}

base::Status FieldCondition::narrow(Block& block, RowSet& rows) {
    RowSet found(rows.rows());
    if (leaf_.field == event::field::timestamp) {
        TRY(find_time(block, rows, found));
    } else if (leaf_.field == event::field::index) {
        if (texts_->fits(block.index())) found = rows;
    } else if (!pattern_) {
        TRY(find_named(block, leaf_.field, rows, found));
        if (leaf_.field == event::field::id) {
            TRY(find_made_ids(block, rows, found));
        }
    } else {
        if (names_field(event::field::timestamp)) {
            TRY(find_time(block, rows, found));
        }
        for (const std::string_view name : block.names()) {
            if (names_field(name)) {
                TRY(find_named(block, name, rows, found));
            }
        }
    }
    if (!leaf_.field.starts_with('_')) {
        TRY(const auto columns, block.columns(event::field::overflow));
        for (const Column* column : columns) {
            if (column->type == Type::string) overflow_->find(*column, rows, found);
        }
    }
    rows &= found;
    return base::ok();
}

base::Status FieldCondition::find_named(Block& block, std::string_view name, const RowSet& wanted,
                                        RowSet& found) {
    const auto exact = leaf_.kind == Predicate::Kind::equals ? texts_->exact() : std::nullopt;
    if (exact) {
        TRY(const bool answered, block.find_text(name, *exact, wanted, found));
        if (answered) return base::ok();
    }
    TRY(const auto columns, block.columns(name));
    for (const Column* column : columns) find_in(*column, wanted, found);
    return base::ok();
}

void FieldCondition::find_in(const Column& column, const RowSet& wanted, RowSet& found) {
    if (leaf_.kind == Predicate::Kind::exists) {
        scan(column, wanted, found, [](std::size_t) { return true; });
        return;
    }
    switch (column.type) {
        case Type::string:
            texts_->find(column, wanted, found);
            break;
        case Type::number:
            scan_range(column, column.numbers, ranges_.number, wanted, found);
            break;
        case Type::ip:
            scan_range(column, column.ips, ranges_.ip, wanted, found);
            break;
        default:
            scan_range(column, column.integers, ranges_.of(column.type), wanted, found);
    }
}

base::Status FieldCondition::find_time(Block& block, const RowSet& wanted, RowSet& found) {
    if (!ranges_.timestamp) return base::ok();
    TRY(const auto times, block.time());
    const base::Nanos first = ranges_.timestamp->first;
    const base::Nanos last = ranges_.timestamp->last;
    const base::Nanos* data = times.data();
    scan_dense(times.size(), wanted, found, [data, first, last](std::size_t row) {
        return static_cast<bool>(static_cast<int>(data[row] >= first) &
                                 static_cast<int>(data[row] <= last));
    });
    return base::ok();
}

// Rows whose client gave no `_id` have the one that their sequence number makes.
base::Status FieldCondition::find_made_ids(Block& block, const RowSet& wanted, RowSet& found) {
    RowSet rest = wanted;
    TRY(const auto columns, block.columns(event::field::id));
    for (const Column* column : columns) {
        RowSet given(wanted.rows());
        scan(*column, rest, given, [](std::size_t) { return true; });
        rest -= given;
    }
    if (rest.none()) return base::ok();
    if (leaf_.kind == Predicate::Kind::exists) {
        found |= rest;
        return base::ok();
    }
    TRY(const auto sequences, block.sequence());
    if (leaf_.kind == Predicate::Kind::equals && !leaf_.ignore_case) {
        const std::uint64_t sequence = event::sequence_of(leaf_.literal.text);
        if (sequence == 0 || event::id_of(sequence) != leaf_.literal.text) return base::ok();
        rest.for_each([&](std::uint32_t row) {
            if (sequences[row] == sequence) found.add(row);
        });
        return base::ok();
    }
    rest.for_each([&](std::uint32_t row) {
        if (texts_->fits(event::id_of(sequences[row]))) found.add(row);
    });
    return base::ok();
}

}  // namespace storage
