// RowBuilder's half that decides what a value is: its type, its column's type, its leaf.

#include <charconv>
#include <cmath>

#include "event/schema.h"
#include "event/shape.h"
#include "pipeline/normalise_level.h"
#include "pipeline/row_builder.h"

namespace pipeline {

namespace leaf = event::leaf;
using event::Type;

namespace {

// Any decimal text of so many digits comes back from a double.
constexpr std::uint32_t safe_digits = 15;
constexpr std::uint32_t most_decimals = 78;

event::ExponentForm exponent_form(std::string_view token, const NumberText& number) {
    event::ExponentForm form;
    std::string_view exponent = token.substr(number.mantissa);
    form.upper = exponent[0] == 'E';
    exponent.remove_prefix(1);
    form.plus = exponent[0] == '+';
    if (exponent[0] == '+' || exponent[0] == '-') exponent.remove_prefix(1);
    form.two_digits = exponent.size() > 1 && exponent[0] == '0';
    return form;
}

std::string_view name_of_found(const NumberText& number) {
    return number.kind == NumberText::Kind::integer ? "integer" : "number";
}

}  // namespace

void RowBuilder::text(std::string_view value, std::string_view literal) {
    Field& field = *field_;
    if (field.role == Field::Role::time) {
        if (time_text(field, value)) return;
    } else if (field.role == Field::Role::level) {
        if (level_text(field, value, literal)) return;
    }
    if (field.typed && field.wanted != Type::string) {
        if (convert_text(field, value)) return;
        violation(field, "string");
    }
    add_text(field, value);
    advance(token::plain(leaf::string));
}

void RowBuilder::lossy_text(std::string_view value, std::string_view literal) {
    Field& field = *field_;
    // Personal data must not stay behind in shapes.
    if (field.personal) return text(value, literal);
    if (field.typed && field.wanted != Type::string) violation(field, "string");
    add_text(field, value);
    literal_for(Type::string, literal);
}

bool RowBuilder::number(std::string_view token) {
    const NumberText number = number_text(token);
    if (number.kind == NumberText::Kind::none) return false;
    Field& field = *field_;
    if (field.role == Field::Role::time) {
        if (time_number(field, token)) return true;
    } else if (field.role == Field::Role::level) {
        if (level_text(field, token, token)) return true;
    }
    if (field.typed && convert_number(field, token, number)) return true;
    if (number.kind == NumberText::Kind::integer) {
        add_integer(field, Type::integer, number.integer);
        advance(token::plain(leaf::integer));
    } else if (!store_number(field, token, number, false)) {
        advance(token::literal, token);  // beyond what a double holds: kept in the shape alone
    }
    return true;
}

void RowBuilder::boolean(bool value) {
    Field& field = *field_;
    if (field.typed && field.wanted == Type::string) {
        add_text(field, value ? "true" : "false");
        advance(token::plain(leaf::bare_string));
        return;
    }
    if (field.typed && field.wanted != Type::boolean) violation(field, "boolean");
    add_integer(field, Type::boolean, value ? 1 : 0);
    advance(token::plain(leaf::boolean));
}

void RowBuilder::null() { advance(token::null); }

void RowBuilder::integer(std::int64_t value) {
    Field& field = *field_;
    if (field.role == Field::Role::plain && (!field.typed || field.wanted == Type::integer)) {
        add_integer(field, Type::integer, value);
        advance(token::plain(leaf::integer));
        return;
    }
    digits_.clear();
    event::append_integer(value, digits_);
    static_cast<void>(number(digits_));
}

// A whole number stays one of the column of numbers: its type is known, not guessed.
void RowBuilder::real(double value) {
    Field& field = *field_;
    if (field.role == Field::Role::plain && (!field.typed || field.wanted == Type::number)) {
        add_number(field, value);
        advance(token::plain(leaf::number));
        return;
    }
    digits_.clear();
    event::append_number(value, digits_);
    static_cast<void>(number(digits_));
}

void RowBuilder::time(base::Nanos value) {
    Field& field = *field_;
    TimeText time;
    time.time = value;
    time.exact = true;
    time.form.decimals = value % base::microsecond != 0   ? 9
                         : value % base::millisecond != 0 ? 6
                                                          : 3;
    if (field.role == Field::Role::time && !open_.back().array && take_time(field, time, true)) {
        return;
    }
    if (field.typed && field.wanted == Type::timestamp && store_time(field, time, true)) return;
    digits_.clear();
    event::append_time(value, time.form, digits_);
    add_text(field, digits_);
    advance(token::plain(leaf::string));
}

// --- time and level
// -------------------------------------------------------------------------------------------

bool RowBuilder::time_text(Field& field, std::string_view value) {
    if (open_.back().array) return false;
    const auto time = times_.text(value);
    if (!time) {
        malformed_ = &field;
        return false;
    }
    return take_time(field, *time, true);
}

bool RowBuilder::time_number(Field& field, std::string_view digits) {
    if (open_.back().array) return false;
    const auto time = TimeReader::number(digits);
    if (!time) {
        malformed_ = &field;
        return false;
    }
    return take_time(field, *time, false);
}

// Whether the shape tells how to write the time, so that nothing more has to be kept.
bool RowBuilder::take_time(const Field& field, const TimeText& time, bool quoted) {
    best_ = std::min(best_, field.time_priority);
    if (winner_ != no_priority || field.time_priority > limit_) return false;
    winner_ = field.time_priority;
    time_ = time.time;
    if (!time.exact) return false;
    if (time.epoch) {
        advance(token::epoch(leaf::row_epoch, time.epoch_form) | (quoted ? token::quoted : 0));
    } else {
        advance(token::time(leaf::row_time, time.form));
    }
    return true;
}

bool RowBuilder::level_text(Field& field, std::string_view value, std::string_view literal) {
    const auto level =
        level_of(value, field.syslog_digits ? LevelDigits::syslog : LevelDigits::none);
    if (!level) return false;
    const std::string_view name = name_of(*level);
    add_text(field, name);
    if (value == name) {
        advance(token::plain(leaf::string));
        return true;
    }
    if (literal.empty()) {
        scratch_.clear();
        event::append_json_string(value, scratch_);
        literal = scratch_;
    }
    literal_for(Type::string, literal);
    return true;
}

// --- the catalog's types
// --------------------------------------------------------------------------------------

// False when the text is not of the type that the catalog wants, or no leaf would give it back.
bool RowBuilder::convert_text(Field& field, std::string_view value) {
    switch (field.wanted) {
        case Type::integer: {
            const NumberText number = number_text(value);
            if (number.kind != NumberText::Kind::integer) return false;
            add_integer(field, Type::integer, number.integer);
            advance(token::plain(leaf::quoted_integer));
            return true;
        }
        case Type::number: {
            const NumberText number = number_text(value);
            return number.kind != NumberText::Kind::none &&
                   store_number(field, value, number, true);
        }
        case Type::boolean:
            if (value != "true" && value != "false") return false;
            add_integer(field, Type::boolean, value == "true" ? 1 : 0);
            advance(token::plain(leaf::boolean) | token::quoted);
            return true;
        case Type::timestamp: {
            const auto time = times_.text(value);
            return time && store_time(field, *time, true);
        }
        case Type::ip: {
            const auto address = event::Ip::parse(value);
            if (!address || address->text() != value) return false;
            if (event::Column* to = column(field, Type::ip)) {
                to->add_ip(row_, *address);
            } else {
                overflow(field, Type::ip, value);
            }
            advance(token::plain(leaf::ip));
            return true;
        }
        case Type::string:
            break;
    }
    return false;
}

// False: to be stored as what it is.
bool RowBuilder::convert_number(Field& field, std::string_view token, const NumberText& number) {
    switch (field.wanted) {
        case Type::string:
            add_text(field, token);
            advance(token::plain(leaf::bare_string));
            return true;
        case Type::integer:
            if (number.kind == NumberText::Kind::integer) return false;
            break;
        case Type::number:
            return store_number(field, token, number, false);
        case Type::timestamp:
            if (const auto time = TimeReader::number(token)) {
                if (store_time(field, *time, false)) return true;
            }
            break;
        default:
            break;
    }
    violation(field, name_of_found(number));
    return false;
}

bool RowBuilder::store_time(Field& field, const TimeText& time, bool quoted) {
    if (!time.exact) return false;
    add_integer(field, Type::timestamp, time.time);
    if (time.epoch) {
        advance(token::epoch(leaf::epoch, time.epoch_form) | (quoted ? token::quoted : 0));
    } else {
        advance(token::time(leaf::timestamp, time.form));
    }
    return true;
}

// False when no double is near the number.
bool RowBuilder::store_number(Field& field, std::string_view token, const NumberText& number,
                              bool quoted) {
    double value = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (error != std::errc() || end != token.data() + token.size()) return false;
    const Token made = number_leaf(token, number, value, quoted);
    add_number(field, value);
    if (made != 0) {
        advance(made | (quoted ? token::quoted : 0));
    } else if (field.personal) {
        advance(token::plain(leaf::number) | (quoted ? token::quoted : 0));
    } else if (quoted) {
        scratch_.assign(1, '"').append(token).push_back('"');
        literal_for(Type::number, scratch_);
    } else {
        literal_for(Type::number, token);
    }
    return true;
}

// The leaf that writes the number as it was, 0 when there is none.
Token RowBuilder::number_leaf(std::string_view token, const NumberText& number, double value,
                              bool quoted) {
    const auto written = [this, token](const auto& append) {
        scratch_.clear();
        append();
        return scratch_ == token;
    };
    const Token shortest = token::plain(leaf::number);
    if (number.kind == NumberText::Kind::exponent) {
        if (written([&] { event::append_number(value, scratch_); })) return shortest;
        event::ExponentForm form = exponent_form(token, number);
        if (written([&] { event::append_scientific(value, form, scratch_); })) {
            return token::scientific(form);
        }
        if (number.decimals > most_decimals) return 0;
        form.decimals = static_cast<int>(number.decimals);
        if (written([&] { event::append_scientific(value, form, scratch_); })) {
            return token::scientific(form);
        }
        return 0;
    }
    const bool safe = number.digits <= safe_digits;
    if (number.kind != NumberText::Kind::decimal) {
        if (safe) return shortest;
        return written([&] { event::append_number(value, scratch_); }) ? shortest : 0;
    }
    const Token fixed = number.decimals <= most_decimals ? token::decimal(number.decimals) : 0;
    if (safe && fixed != 0) {
        // A source that writes a fixed number of decimals keeps that leaf, whatever its last digit
        // is.
        const State* const likely = state_ != nullptr ? state_->likely : nullptr;
        const bool usual =
            likely != nullptr && likely->token == (fixed | (quoted ? token::quoted : 0));
        const bool small = value != 0 && std::fabs(value) < 1e-6;
        return number.last_is_zero || small || usual ? fixed : shortest;
    }
    if (written([&] { event::append_number(value, scratch_); })) return shortest;
    if (fixed != 0 && written([&] {
            event::append_decimal(value, static_cast<int>(number.decimals), scratch_);
        })) {
        return fixed;
    }
    return 0;
}

void RowBuilder::violation(const Field& field, std::string_view found) {
    violations_.push_back({row_, field.column, field.wanted, found});
}

}  // namespace pipeline
