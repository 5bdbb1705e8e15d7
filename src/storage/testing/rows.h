#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "event/batch.h"
#include "event/index_name.h"
#include "event/overflow.h"
#include "event/schema.h"
#include "storage/predicate.h"
#include "storage/words.h"

// Rows as plain maps, and conditions on them evaluated one row at a time in the plainest way: what
// the fast code is compared with. For tests only.

namespace storage::testing {

struct Stamp {
    base::Nanos nanos = 0;
    auto operator<=>(const Stamp&) const = default;
};
using Value = std::variant<bool, std::int64_t, double, Stamp, event::Ip, std::string>;

struct Row {
    base::Nanos time = 0;
    std::uint64_t sequence = 0;
    std::string index = "shop-prod";
    std::map<std::string, std::vector<Value>> fields;

    Row& with(const std::string& name, Value value) {
        fields[name].push_back(std::move(value));
        return *this;
    }
    Row& with(const std::string& name, const char* text) {
        return with(name, Value(std::string(text)));
    }
};

// REQUIRES: the text is an address.
inline event::Ip ip_of(std::string_view text) {
    return event::Ip::parse(text).value_or(event::Ip{});
}

inline event::Type type_of(const Value& value) {
    constexpr event::Type types[] = {event::Type::boolean, event::Type::integer,
                                     event::Type::number,  event::Type::timestamp,
                                     event::Type::ip,      event::Type::string};
    return types[value.index()];
}

inline void add_value(event::Batch& batch, std::uint32_t row, const std::string& name,
                      const Value& value) {
    event::Column& column = batch.at(batch.column(name, type_of(value)));
    switch (value.index()) {
        case 0:
            return column.add_integer(row, std::get<bool>(value) ? 1 : 0);
        case 1:
            return column.add_integer(row, std::get<std::int64_t>(value));
        case 2:
            return column.add_number(row, std::get<double>(value));
        case 3:
            return column.add_integer(row, std::get<Stamp>(value).nanos);
        case 4:
            return column.add_ip(row, std::get<event::Ip>(value));
        default:
            return column.add_text(row, std::get<std::string>(value));
    }
}

inline std::string overflow_text(const Value& value) {
    switch (value.index()) {
        case 0:
            return std::get<bool>(value) ? "true" : "false";
        case 1:
            return std::to_string(std::get<std::int64_t>(value));
        case 2: {
            char text[64];
            std::snprintf(text, sizeof(text), "%.17g", std::get<double>(value));
            return text;
        }
        case 3:
            return std::to_string(std::get<Stamp>(value).nanos);
        case 4:
            return std::get<event::Ip>(value).text();
        default:
            return std::get<std::string>(value);
    }
}

// Fields named in `overflow` have no columns of their own.
inline event::Batch batch_of(const std::vector<Row>& rows,
                             const std::vector<std::string>& overflow = {}) {
    event::Batch batch;
    for (std::uint32_t at = 0; at < rows.size(); ++at) {
        batch.time.push_back(rows[at].time);
        batch.sequence.push_back(rows[at].sequence);
        for (const auto& [name, values] : rows[at].fields) {
            for (const Value& value : values) {
                if (std::find(overflow.begin(), overflow.end(), name) == overflow.end()) {
                    add_value(batch, at, name, value);
                    continue;
                }
                std::string entry;
                event::write_overflow(name, type_of(value), overflow_text(value), entry);
                batch.at(batch.column("_overflow", event::Type::string)).add_text(at, entry);
            }
        }
    }
    return batch;
}

namespace naive {

inline std::string folded(const std::string& text) {
    std::string out;
    fold_case(text, out);
    return out;
}

// By trying everything.
inline bool wildcard(std::string_view text, std::string_view pattern) {
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '*') {
        for (std::size_t skip = 0; skip <= text.size(); ++skip) {
            if (wildcard(text.substr(skip), pattern.substr(1))) return true;
        }
        return false;
    }
    if (text.empty()) return false;
    if (pattern[0] == '?') {
        const auto lead = static_cast<unsigned char>(text[0]);
        std::size_t length = lead < 0xc0   ? 1
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf8 ? 4
                                           : 1;
        if (length > text.size()) length = 1;
        for (std::size_t at = 1; at < length; ++at) {
            if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80) length = 1;
        }
        return wildcard(text.substr(length), pattern.substr(1));
    }
    if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
    return text[0] == pattern[0] && wildcard(text.substr(1), pattern.substr(1));
}

// The plainest way: every choice of places for the words from number `at` on.
inline bool sloppy(const std::vector<std::string>& words, const Predicate& leaf, std::size_t at,
                   const std::vector<std::int64_t>& taken) {
    if (at == leaf.words.size()) {
        const auto [least, greatest] = std::minmax_element(taken.begin(), taken.end());
        return *greatest - *least <= static_cast<std::int64_t>(leaf.slop);
    }
    for (std::size_t place = 0; place < words.size(); ++place) {
        if (words[place] != leaf.words[at]) continue;
        std::vector<std::int64_t> more = taken;
        more.push_back(static_cast<std::int64_t>(place) - static_cast<std::int64_t>(at));
        if (sloppy(words, leaf, at + 1, more)) return true;
    }
    return false;
}

inline bool text_fits(const Predicate& leaf, const std::string& text) {
    using Kind = Predicate::Kind;
    if (leaf.only_words) {
        Predicate whole = leaf;
        whole.only_words = false;
        const std::vector<std::string> all = words_of(text);
        return std::any_of(all.begin(), all.end(),
                           [&](const std::string& word) { return text_fits(whole, word); });
    }
    const std::string one = leaf.ignore_case ? folded(text) : text;
    const std::string other = leaf.ignore_case ? folded(leaf.literal.text) : leaf.literal.text;
    const std::vector<std::string> words = words_of(text);
    const auto has = [&](const std::string& word) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    switch (leaf.kind) {
        case Kind::equals:
            return one == other;
        case Kind::prefix:
            return one.starts_with(other);
        case Kind::words:
            if (leaf.words.empty()) return false;
            return leaf.all_words ? std::all_of(leaf.words.begin(), leaf.words.end(), has)
                                  : std::any_of(leaf.words.begin(), leaf.words.end(), has);
        case Kind::phrase: {
            if (leaf.slop > 0 && !leaf.words.empty()) return sloppy(words, leaf, 0, {});
            const std::string* last = leaf.words.empty() ? nullptr : &leaf.words.back();
            const auto same = [&](const std::string& word, const std::string& wanted) {
                return leaf.last_is_prefix && &wanted == last ? word.starts_with(wanted)
                                                              : word == wanted;
            };
            return last != nullptr && std::search(words.begin(), words.end(), leaf.words.begin(),
                                                  leaf.words.end(), same) != words.end();
        }
        case Kind::wildcard:
            return wildcard(one, other) ||
                   (leaf.with_words && std::any_of(words.begin(), words.end(), [&](const auto& w) {
                        return wildcard(w, folded(leaf.literal.text));
                    }));
        case Kind::regexp:
            return RE2::FullMatch(text, (leaf.ignore_case ? "(?is)" : "(?s)") + leaf.literal.text);
        case Kind::range:
            if (leaf.lower && !(leaf.lower->inclusive ? text >= leaf.lower->value.text
                                                      : text > leaf.lower->value.text)) {
                return false;
            }
            return !leaf.upper || (leaf.upper->inclusive ? text <= leaf.upper->value.text
                                                         : text < leaf.upper->value.text);
        default:
            return false;
    }
}

// [first, last] of what a literal means for a value's type, as long doubles where it is a number or
// a time.
inline std::optional<std::pair<long double, long double>> span_of(const Literal& literal,
                                                                  const Value& value) {
    std::optional<long double> first;
    std::optional<long double> last;
    if (std::holds_alternative<bool>(value) && literal.boolean) first = *literal.boolean ? 1 : 0;
    if (std::holds_alternative<std::int64_t>(value)) {
        if (literal.integer) {
            first = *literal.integer;
        } else if (literal.number) {
            first = *literal.number;
        }
    }
    if (std::holds_alternative<double>(value)) {
        if (literal.number) {
            first = *literal.number;
        } else if (literal.integer) {
            first = static_cast<double>(*literal.integer);
        }
    }
    if (std::holds_alternative<Stamp>(value) && literal.time_begin) {
        first = *literal.time_begin;
        if (literal.time_end) last = *literal.time_end - 1;
    }
    if (!first) return std::nullopt;
    return std::pair(*first, last.value_or(*first));
}

inline long double number_of(const Value& value) {
    switch (value.index()) {
        case 0:
            return std::get<bool>(value) ? 1 : 0;
        case 1:
            return std::get<std::int64_t>(value);
        case 2:
            return std::get<double>(value);
        default:
            return std::get<Stamp>(value).nanos;
    }
}

inline bool above(const Bound& bound, const Value& value) {
    if (const auto* ip = std::get_if<event::Ip>(&value)) {
        if (!bound.value.ip_first) return false;
        return bound.inclusive ? *ip >= *bound.value.ip_first
                               : *ip > bound.value.ip_last.value_or(*bound.value.ip_first);
    }
    const auto span = span_of(bound.value, value);
    return span &&
           (bound.inclusive ? number_of(value) >= span->first : number_of(value) > span->second);
}

inline bool below(const Bound& bound, const Value& value) {
    if (const auto* ip = std::get_if<event::Ip>(&value)) {
        if (!bound.value.ip_first) return false;
        return bound.inclusive ? *ip <= bound.value.ip_last.value_or(*bound.value.ip_first)
                               : *ip < *bound.value.ip_first;
    }
    const auto span = span_of(bound.value, value);
    return span &&
           (bound.inclusive ? number_of(value) <= span->second : number_of(value) < span->first);
}

inline bool value_fits(const Predicate& leaf, const Value& value) {
    if (leaf.kind == Predicate::Kind::exists) return true;
    if (const auto* text = std::get_if<std::string>(&value)) return text_fits(leaf, *text);
    if (leaf.kind == Predicate::Kind::equals) {
        return above({leaf.literal, true}, value) && below({leaf.literal, true}, value);
    }
    if (leaf.kind != Predicate::Kind::range) return false;
    return (!leaf.lower || above(*leaf.lower, value)) && (!leaf.upper || below(*leaf.upper, value));
}

// Of a field's name only the star is a wildcard.
inline bool field_fits(std::string_view name, std::string_view field) {
    if (field.empty()) return name.empty();
    if (field[0] != '*') {
        return !name.empty() && name[0] == field[0] && field_fits(name.substr(1), field.substr(1));
    }
    return field_fits(name, field.substr(1)) ||
           (!name.empty() && field_fits(name.substr(1), field));
}

inline bool leaf_fits(const Predicate& leaf, const Row& row) {
    const auto named = [&](const std::string& name) {
        if (name.starts_with("_") && !leaf.field.starts_with("_")) return false;
        return field_fits(name, leaf.field);
    };
    if (named("timestamp") && value_fits(leaf, Stamp{row.time})) return true;
    if (leaf.field == "_index") return value_fits(leaf, row.index);
    if (leaf.field == "_id" && row.fields.count("_id") == 0)
        return value_fits(leaf, event::id_of(row.sequence));
    return std::any_of(row.fields.begin(), row.fields.end(), [&](const auto& field) {
        return named(field.first) &&
               std::any_of(field.second.begin(), field.second.end(),
                           [&](const Value& value) { return value_fits(leaf, value); });
    });
}

}  // namespace naive

inline bool fits(const Predicate& predicate, const Row& row) {
    const auto child_fits = [&](const Predicate& child) { return fits(child, row); };
    switch (predicate.kind) {
        case Predicate::Kind::everything:
            return true;
        case Predicate::Kind::nothing:
            return false;
        case Predicate::Kind::all_of:
            return std::all_of(predicate.children.begin(), predicate.children.end(), child_fits);
        case Predicate::Kind::any_of:
            return std::any_of(predicate.children.begin(), predicate.children.end(), child_fits);
        case Predicate::Kind::none_of:
            return std::none_of(predicate.children.begin(), predicate.children.end(), child_fits);
        default:
            return naive::leaf_fits(predicate, row);
    }
}

// For messages of failed tests.
inline std::string text_of(const Literal& literal) {
    std::string text = "'" + literal.text + "'";
    if (literal.integer) text += " integer " + std::to_string(*literal.integer);
    if (literal.number) text += " number " + std::to_string(*literal.number);
    if (literal.boolean) text += *literal.boolean ? " true" : " false";
    if (literal.time_begin) text += " from " + std::to_string(*literal.time_begin);
    if (literal.time_end) text += " to " + std::to_string(*literal.time_end);
    if (literal.ip_first) text += " ip " + literal.ip_first->text();
    if (literal.ip_last) text += " to " + literal.ip_last->text();
    return text;
}

inline std::string text_of(const Predicate& predicate) {
    static const char* const names[] = {"everything", "nothing", "all_of", "any_of", "none_of",
                                        "exists",     "equals",  "words",  "phrase", "wildcard",
                                        "prefix",     "regexp",  "range"};
    std::string text = names[static_cast<std::size_t>(predicate.kind)];
    if (!predicate.field.empty()) text += " " + predicate.field + " " + text_of(predicate.literal);
    for (const std::string& word : predicate.words) text += " [" + word + "]";
    if (predicate.all_words) text += " all";
    if (predicate.with_words) text += " with_words";
    if (predicate.only_words) text += " only_words";
    if (predicate.last_is_prefix) text += " last_is_prefix";
    if (predicate.slop > 0) text += " slop " + std::to_string(predicate.slop);
    if (predicate.ignore_case) text += " ignore_case";
    if (predicate.lower)
        text += (predicate.lower->inclusive ? " >= " : " > ") + text_of(predicate.lower->value);
    if (predicate.upper)
        text += (predicate.upper->inclusive ? " <= " : " < ") + text_of(predicate.upper->value);
    if (predicate.children.empty()) return text;
    text += " (";
    for (const Predicate& child : predicate.children) text += text_of(child) + "; ";
    return text + ")";
}

}  // namespace storage::testing
