#include "query/dsl/aggs/option_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "query/dsl/options.h"

namespace query::dsl {

namespace {

// No event has it: own names begin with an underscore, and there is none like this.
constexpr std::string_view never_there = "_unmapped";

Failure wrong_field(const MappedField& field, std::string_view type) {
    if (field.type == FieldType::text) {
        return {400, "illegal_argument_exception",
                fmt::format("Fielddata is disabled on [{0}] in [_all]. Text fields are not "
                            "optimised for aggregations; use [{0}.keyword]",
                            field.asked),
                true};
    }
    return {400, "illegal_argument_exception",
            fmt::format("Field [{}] of type [{}] is not supported for aggregation [{}]",
                        field.asked, name_of(field.type), type),
            true};
}

}  // namespace

const json::value* OptionReader::take(std::string_view name) {
    taken_.push_back(name);
    return option(&options_, name);
}

Parsed<std::optional<std::string>> OptionReader::text(std::string_view name) {
    const json::value* value = take(name);
    if (value == nullptr) return std::optional<std::string>();
    TRY(std::string text, scalar(*value, name));
    return std::optional<std::string>(std::move(text));
}

Parsed<bool> OptionReader::boolean(std::string_view name, bool usual) {
    const json::value* value = take(name);
    if (value == nullptr) return usual;
    return boolean_of(*value, name);
}

Parsed<std::optional<double>> OptionReader::number(std::string_view name) {
    const json::value* value = take(name);
    if (value == nullptr) return std::optional<double>();
    TRY(const double number, number_of(*value, name));
    return std::optional<double>(number);
}

Parsed<std::int64_t> OptionReader::integer(std::string_view name, std::int64_t usual,
                                           std::int64_t least, std::int64_t most) {
    const json::value* value = take(name);
    if (value == nullptr) return usual;
    TRY(const std::int64_t number, integer_of(*value, name));
    if (number < least || number > most) {
        return in_object(fmt::format("[{}] of [{}] must be from {} to {}, found [{}]", name, type_,
                                     least, most, number));
    }
    return number;
}

Parsed<std::optional<DateFormat>> OptionReader::format() {
    TRY(const auto text, this->text("format"));
    if (!text) return std::optional<DateFormat>();
    TRY(DateFormat format, DateFormat::of(*text));
    return std::optional<DateFormat>(std::move(format));
}

Parsed<TimeZone> OptionReader::time_zone() {
    TRY(const auto text, this->text("time_zone"));
    if (!text) return TimeZone();
    auto zone = TimeZone::named(*text);
    if (!zone) return in_object(fmt::format("unknown time zone [{}]", text->substr(0, 100)));
    return std::move(*zone);
}

Parsed<MappedField> OptionReader::field(const Mapping& mapping,
                                        std::initializer_list<FieldType> types) {
    if (take("script") != nullptr) return unsupported(fmt::format("[script] of [{}]", type_));
    TRY(const auto name, text("field"));
    if (!name) {
        return illegal("Required one of fields [field, script], but none were specified. ");
    }
    MappedField field = mapping.find(*name);
    if (field.type == FieldType::none) {
        field.name = never_there;
        return field;
    }
    if (std::find(types.begin(), types.end(), field.type) == types.end())
        return wrong_field(field, type_);
    return field;
}

void OptionReader::pass_over(std::initializer_list<std::string_view> names) {
    taken_.insert(taken_.end(), names.begin(), names.end());
}

Parsed<void> OptionReader::done() const {
    for (const auto& [key, value] : options_) {
        const std::string_view name(key.data(), key.size());
        if (value.is_null() || std::find(taken_.begin(), taken_.end(), name) != taken_.end())
            continue;
        return Failure{400, "x_content_parse_exception",
                       fmt::format("[{}] unknown field [{}], or one that is not supported", type_,
                                   name.substr(0, 100))};
    }
    return base::outcome::success();
}

}  // namespace query::dsl
