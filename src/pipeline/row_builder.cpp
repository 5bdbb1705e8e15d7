#include "pipeline/row_builder.h"

#include <algorithm>

#include "event/overflow.h"
#include "event/schema.h"

namespace pipeline {

namespace {

// In Field::positions.
constexpr std::int32_t unresolved = -1;
constexpr std::int32_t in_overflow = -2;

bool is_spelled_plainly(std::string_view name) {
    return std::none_of(name.begin(), name.end(), [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    });
}

// Shape and overflow of a row may take this much more than its text: both repeat names.
constexpr std::size_t budget_factor = 4;
constexpr std::size_t budget_base = 64 << 10;

}  // namespace

RowBuilder::RowBuilder(const event::Catalog& catalog, Limits limits)
    : fields_(catalog), limits_(limits) {
    open_.reserve(limits.depth);
}

void RowBuilder::start_batch(event::Batch& batch, const event::Origin& origin,
                             base::Nanos received) {
    batch_ = &batch;
    ++generation_;
    received_ = received;
    times_.zone(origin.time_zone);
    shape_column_ = batch.column(event::field::shape, event::Type::string);
    received_column_ = batch.column(event::field::received, event::Type::timestamp);
    environment_column_ = batch.column(event::field::environment, event::Type::string);
    client_columns_ = 0;
    violations_.clear();
    overflowed_ = 0;
}

void RowBuilder::start_row(std::size_t bytes) {
    if (memo_.full() || fields_.full()) {
        memo_.clear();
        fields_.clear();
    }
    row_ = batch_->rows();
    state_ = memo_.root();
    field_ = &fields_.root();
    open_.clear();
    touched_.clear();
    violations_before_ = violations_.size();
    budget_ = bytes * budget_factor + budget_base;
    spent_ = 0;
    too_large_ = false;
    best_ = no_priority;
    winner_ = no_priority;
    malformed_ = nullptr;
}

// --- shape
// ----------------------------------------------------------------------------------------------------

void RowBuilder::advance(Token token, std::string_view text, Field* field) {
    if (state_ != nullptr) {
        State* const next = state_->likely;
        if (next != nullptr && next->token == token && next->text == text) {
            state_ = next;
            return;
        }
    }
    advance_slowly(token, text, field);
}

void RowBuilder::advance_slowly(Token token, std::string_view text, Field* field) {
    if (too_large_) return;
    if (state_ != nullptr) {
        State* next = memo_.find(state_, token, text);
        if (next == nullptr) next = memo_.make(state_, token, text, field);
        if (next == nullptr) {
            leave_memo();
        } else {
            state_ = next;
        }
    }
    if (state_ == nullptr) {
        append_piece(token, text, comma_, of_value_, shape_);
        comma_ = comma_after(token);
        of_value_ = token == token::key ? field : nullptr;
    }
    if (shape_length() + spent_ > budget_) too_large_ = true;
}

// From here on the row's shape is text.
void RowBuilder::leave_memo() {
    shape_.clear();
    memo_.text_of(state_, shape_);
    comma_ = state_->comma;
    of_value_ = state_->token == token::key ? state_->field : nullptr;
    state_ = nullptr;
}

std::size_t RowBuilder::shape_length() const {
    return state_ != nullptr ? state_->length : shape_.size();
}

// A value of which a column holds the meaning, and the shape the text.
void RowBuilder::literal_for(event::Type type, std::string_view literal) {
    advance(token::passed_over(type));
    advance(token::literal, literal);
}

bool RowBuilder::open_object() {
    if (open_.size() >= limits_.depth) return false;
    advance(token::open_object);
    open_.push_back({field_, false});
    return true;
}

void RowBuilder::close_object() {
    advance(token::close_object);
    open_.pop_back();
    if (!open_.empty()) field_ = open_.back().field;
}

bool RowBuilder::open_array() {
    if (open_.size() >= limits_.depth) return false;
    advance(token::open_array);
    open_.push_back({field_, true});
    return true;
}

void RowBuilder::close_array() {
    advance(token::close_array);
    open_.pop_back();
    if (!open_.empty()) field_ = open_.back().field;
}

bool RowBuilder::key(const char* at, const char* end) {
    if (state_ != nullptr) {
        if (State* const next = ShapeMemo::likely_key(state_, at, end)) {
            state_ = next;
            field_ = next->field;
            return true;
        }
    }
    return slow_key(at, end);
}

bool RowBuilder::slow_key(const char* at, const char* end) {
    const char* quote = at;
    while (quote < end && *quote != '"') quote += *quote == '\\' ? 2 : 1;
    if (quote >= end) return false;
    return spelled_key({at, static_cast<std::size_t>(quote - at)});
}

bool RowBuilder::spelled_key(std::string_view spelled) {
    if (state_ != nullptr) {
        if (State* const next = memo_.find(state_, token::key, spelled)) {
            state_ = next;
            field_ = next->field;
            return true;
        }
    }
    field_ = fields_.child(*open_.back().field, spelled);
    if (field_ == nullptr) return false;
    // The memo must not hold a field that the table does not.
    if (!field_->kept && state_ != nullptr) leave_memo();
    advance_slowly(token::key, spelled, field_);
    return true;
}

void RowBuilder::plain_key(std::string_view name) {
    if (state_ != nullptr) {
        State* const next = state_->likely;
        // Two backslashes may be spelled as one, and then mean something else.
        if (next != nullptr && next->token == token::key && next->text == name &&
            name.find('\\') == std::string_view::npos) {
            state_ = next;
            field_ = next->field;
            return;
        }
    }
    if (is_spelled_plainly(name)) {
        spelled_key(name);
        return;
    }
    scratch_.clear();
    event::append_json_string(name, scratch_);
    spelled_key(std::string_view(scratch_).substr(1, scratch_.size() - 2));
}

// --- columns
// --------------------------------------------------------------------------------------------------

// The column for the next value, nullptr when it has to go to `_overflow`.
event::Column* RowBuilder::column(Field& field, event::Type type) {
    if (field.generation != generation_) {
        field.generation = generation_;
        field.positions.fill(unresolved);
    }
    std::int32_t position = field.positions[static_cast<std::size_t>(type)];
    if (position < 0) {
        if (position == unresolved) position = resolve(field, type);
        if (position < 0) return nullptr;
    }
    touched_.push_back(static_cast<std::uint32_t>(position));
    return &batch_->at(static_cast<std::size_t>(position));
}

std::int32_t RowBuilder::resolve(Field& field, event::Type type) {
    std::int32_t& position = field.positions[static_cast<std::size_t>(type)];
    if (const event::Column* known = batch_->find(field.column, type)) {
        position = static_cast<std::int32_t>(known - batch_->columns().data());
    } else if (!field.fixed && client_columns_ >= limits_.columns) {
        position = in_overflow;
    } else {
        position = static_cast<std::int32_t>(batch_->column(field.column, type));
        if (!field.fixed) ++client_columns_;
    }
    return position;
}

void RowBuilder::overflow(const Field& field, event::Type type, std::string_view text) {
    std::string entry;
    event::write_overflow(field.column, type, text, entry);
    spent_ += entry.size();
    ++overflowed_;
    if (too_large_ || shape_length() + spent_ > budget_) {
        too_large_ = true;
        return;
    }
    const std::size_t position = batch_->column(event::field::overflow, event::Type::string);
    touched_.push_back(static_cast<std::uint32_t>(position));
    batch_->at(position).add_text(row_, entry);
}

void RowBuilder::add_text(Field& field, std::string_view value) {
    if (event::Column* to = column(field, event::Type::string)) {
        to->add_text(row_, value);
    } else {
        overflow(field, event::Type::string, value);
    }
}

void RowBuilder::add_integer(Field& field, event::Type type, std::int64_t value) {
    if (event::Column* to = column(field, type)) {
        to->add_integer(row_, value);
    } else if (type == event::Type::boolean) {
        overflow(field, type, value != 0 ? "true" : "false");
    } else {
        std::string text;
        event::append_integer(value, text);
        overflow(field, type, text);
    }
}

void RowBuilder::add_number(Field& field, double value) {
    if (event::Column* to = column(field, event::Type::number)) {
        to->add_number(row_, value);
    } else {
        std::string text;
        event::append_number(value, text);
        overflow(field, event::Type::number, text);
    }
}

// --- rows
// -----------------------------------------------------------------------------------------------------

RowBuilder::Outcome RowBuilder::finish_row(std::string_view environment, std::string_view id) {
    if (too_large_) {
        abandon_row();
        return Outcome::too_large;
    }
    if (best_ != winner_) {
        // A better time came after one that was taken, or the best one was not taken.
        limit_ = best_;
        abandon_row();
        return Outcome::again;
    }
    if (winner_ == no_priority && malformed_ != nullptr) {
        violations_.push_back({row_, malformed_->name, event::Type::timestamp, "another form"});
    }
    event::Column& shapes = batch_->at(shape_column_);
    if (state_ == nullptr) {
        shapes.add_text(row_, shape_);
    } else if (state_->generation == generation_) {
        shapes.add_code(row_, state_->code);
    } else {
        shape_.clear();
        memo_.text_of(state_, shape_);
        shapes.add_text(row_, shape_);
        state_->code = shapes.codes.back();
        state_->generation = generation_;
    }
    batch_->at(received_column_).add_integer(row_, received_);
    event::Column& environments = batch_->at(environment_column_);
    const bool named =
        !environments.empty() && environments.row_of(environments.size() - 1) == row_;
    if (!named && !environment.empty()) environments.add_text(row_, environment);
    if (!id.empty()) {
        batch_->at(batch_->column(event::field::id, event::Type::string)).add_text(row_, id);
    }
    batch_->time.push_back(winner_ == no_priority ? received_ : time_);
    return Outcome::done;
}

void RowBuilder::abandon_row() {
    for (const std::uint32_t position : touched_) batch_->at(position).truncate(row_);
    violations_.resize(violations_before_);
}

}  // namespace pipeline
