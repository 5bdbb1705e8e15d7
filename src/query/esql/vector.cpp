#include "query/esql/vector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "event/json_text.h"

namespace query::esql {

std::string_view name_of(Type type) {
    constexpr std::string_view names[] = {"null",    "boolean", "integer", "long", "double",
                                          "keyword", "text",    "date",    "ip",   "time_duration"};
    return names[static_cast<std::size_t>(type)];
}

Vector Vector::constant(Type type) {
    Vector made(type);
    made.constant_ = true;
    return made;
}

Cell Vector::at(std::uint32_t value) const {
    Cell cell;
    switch (form_of(type_)) {
        case Form::integers:
            cell.integer = integers_[value];
            break;
        case Form::numbers:
            cell.number = numbers_[value];
            break;
        case Form::texts:
            cell.text = text(value);
            break;
        case Form::addresses:
            cell.ip = ips_[value];
            break;
        case Form::none:
            break;
    }
    return cell;
}

void Vector::add(const Cell& cell) {
    switch (form_of(type_)) {
        case Form::integers:
            return add_integer(cell.integer);
        case Form::numbers:
            return add_number(cell.number);
        case Form::texts:
            return add_text(cell.text);
        case Form::addresses:
            return add_ip(cell.ip);
        case Form::none:
            return;
    }
}

void Vector::add_from(const Vector& other, std::uint32_t value) { add(other.at(value)); }

void Vector::add_row(const Vector& other, std::uint32_t row) {
    if (form_of(other.type_) == form_of(type_)) {
        const auto [first, last] = other.values_of(row);
        for (std::uint32_t at = first; at < last; ++at) add_from(other, at);
    }
    end_row();
}

Vector Vector::gather(std::span<const std::uint32_t> rows) const {
    if (constant_ || ends_.empty()) return *this;
    Vector made(type_);
    made.ends_.reserve(rows.size());
    for (const std::uint32_t row : rows) made.add_row(*this, row);
    return made;
}

std::size_t Vector::memory() const {
    return ends_.capacity() * sizeof(std::uint32_t) + integers_.capacity() * sizeof(std::int64_t) +
           numbers_.capacity() * sizeof(double) + ips_.capacity() * sizeof(event::Ip) +
           bytes_.capacity() + text_ends_.capacity() * sizeof(std::size_t);
}

int compare(Type type, const Cell& one, const Cell& other) {
    switch (form_of(type)) {
        case Form::integers:
            return one.integer < other.integer ? -1 : static_cast<int>(one.integer > other.integer);
        case Form::numbers:
            return one.number < other.number ? -1 : static_cast<int>(one.number > other.number);
        case Form::texts:
            return one.text.compare(other.text);
        case Form::addresses:
            return one.ip < other.ip ? -1 : static_cast<int>(other.ip < one.ip);
        case Form::none:
            break;
    }
    return 0;
}

Page Page::gather(std::span<const std::uint32_t> kept) const {
    Page made;
    made.rows = static_cast<std::uint32_t>(kept.size());
    made.columns.reserve(columns.size());
    for (const Vector& column : columns) made.columns.push_back(column.gather(kept));
    return made;
}

std::size_t Page::memory() const {
    std::size_t bytes = 0;
    for (const Vector& column : columns) bytes += column.memory();
    return bytes;
}

std::string date_text(std::int64_t nanos) {
    event::TimeForm form;
    form.decimals = nanos % base::millisecond == 0 ? 3 : 9;
    std::string text;
    event::append_time(nanos, form, text);
    return text;
}

std::string number_text(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
    const double size = std::abs(number);
    if (size != 0 && (size < 1e-3 || size >= 1e7)) {
        const std::string shortest = fmt::format("{:e}", size);
        const int exponent = std::stoi(shortest.substr(shortest.find('e') + 1));
        // The digits of the shortest text that reads back the same.
        std::string digits;
        for (const char c : fmt::format("{}", size)) {
            if (c == 'e') break;
            if (c != '.') digits.push_back(c);
        }
        digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
        while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
        return fmt::format("{}{}.{}E{}", number < 0 ? "-" : "", digits.substr(0, 1),
                           digits.size() > 1 ? digits.substr(1) : "0", exponent);
    }
    std::string text = fmt::format("{}", number);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string text_of(Type type, const Cell& cell) {
    switch (type) {
        case Type::boolean:
            return cell.integer != 0 ? "true" : "false";
        case Type::integer:
        case Type::whole:
            return fmt::format("{}", cell.integer);
        case Type::date:
            return date_text(cell.integer);
        case Type::number:
            return number_text(cell.number);
        case Type::ip:
            return cell.ip.text();
        case Type::keyword:
        case Type::text:
            return std::string(cell.text);
        default:
            return {};
    }
}

}  // namespace query::esql
