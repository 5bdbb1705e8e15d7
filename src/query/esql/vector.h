#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/value.h"
#include "query/esql/type.h"

namespace query::esql {

// One value; which member counts is the type's matter. A text points into its vector.
struct Cell {
    std::int64_t integer = 0;
    double number = 0;
    std::string_view text;
    event::Ip ip;
};

// The values of one column for the rows of a page: none (null), one or several a row. A constant
// has one row that stands for all. Grows row by row, then immutable. One thread at a time.
class Vector {
  public:
    Vector() = default;
    explicit Vector(Type type) : type_(type) {}
    static Vector constant(Type type);

    Type type() const { return type_; }
    // A column that may hold the other one of keyword and text, or dates for integers.
    void set_type(Type type) { type_ = type; }
    bool is_constant() const { return constant_; }
    void make_constant() { constant_ = true; }
    std::uint32_t rows() const { return static_cast<std::uint32_t>(ends_.size()); }

    // The values of a row: [first, last).
    std::pair<std::uint32_t, std::uint32_t> values_of(std::uint32_t row) const {
        if (constant_) row = 0;
        return {row == 0 ? 0 : ends_[row - 1], ends_[row]};
    }
    bool is_null(std::uint32_t row) const {
        const auto [first, last] = values_of(row);
        return first == last;
    }
    Cell at(std::uint32_t value) const;
    std::int64_t integer(std::uint32_t value) const { return integers_[value]; }
    double number(std::uint32_t value) const { return numbers_[value]; }
    std::string_view text(std::uint32_t value) const {
        const std::size_t first = value == 0 ? 0 : text_ends_[value - 1];
        return std::string_view(bytes_).substr(first, text_ends_[value] - first);
    }
    std::uint32_t size() const { return size_; }

    // Values of the row that is under way, then its end.
    void add(const Cell& cell);
    void add_integer(std::int64_t value) {
        integers_.push_back(value);
        ++size_;
    }
    void add_number(double value) {
        numbers_.push_back(value);
        ++size_;
    }
    void add_text(std::string_view value) {
        bytes_.append(value);
        text_ends_.push_back(bytes_.size());
        ++size_;
    }
    void add_ip(const event::Ip& value) {
        ips_.push_back(value);
        ++size_;
    }
    // A value of a vector of the same form.
    void add_from(const Vector& other, std::uint32_t value);
    void end_row() { ends_.push_back(size_); }
    void add_null() { end_row(); }
    // All values of a row of a vector of the same form (or without a type), as a row.
    void add_row(const Vector& other, std::uint32_t row);

    Vector gather(std::span<const std::uint32_t> rows) const;
    std::size_t memory() const;

  private:
    Type type_ = Type::null;
    bool constant_ = false;
    std::uint32_t size_ = 0;
    std::vector<std::uint32_t> ends_;  // per row: where its values end
    std::vector<std::int64_t> integers_;
    std::vector<double> numbers_;
    std::vector<event::Ip> ips_;
    std::string bytes_;
    std::vector<std::size_t> text_ends_;
};

// < 0: `one` comes before `other`; both of a type.
int compare(Type type, const Cell& one, const Cell& other);

// Some rows of all columns that a part of the query works with, by their slots. Columns that are
// not there yet have no rows.
struct Page {
    std::uint32_t rows = 0;
    std::vector<Vector> columns;

    Page gather(std::span<const std::uint32_t> kept) const;
    std::size_t memory() const;
};

// As answers show it: what TO_STRING makes of it.
std::string text_of(Type type, const Cell& cell);
// "2026-11-24T10:15:30.123Z"; nanoseconds only where they are not zero.
std::string date_text(std::int64_t nanos);
// As Java writes it: 1.0, 0.001, 1.0E7.
std::string number_text(double number);

}  // namespace query::esql
