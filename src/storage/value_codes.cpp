#include "storage/value_codes.h"

#include <absl/container/flat_hash_map.h>

#include <array>
#include <bit>
#include <cmath>
#include <map>

namespace storage {

namespace {

using event::Column;
using event::Type;

// Texts of group keys and of distinct values in one query.
constexpr std::size_t text_limit = std::size_t{1} << 30;

}  // namespace

struct ValueCodes::Tables {
    std::array<absl::flat_hash_map<std::uint64_t, std::uint32_t>, event::type_count> by_bits;
    std::map<event::Ip, std::uint32_t> by_ip;
    // Neighbouring rows often have the same value.
    Type last_type = Type::string;
    std::uint64_t last_bits = 0;
    std::uint32_t last_code = none;
};

ValueCodes::ValueCodes() : tables_(std::make_unique<Tables>()) {}
ValueCodes::~ValueCodes() = default;
ValueCodes::ValueCodes(ValueCodes&&) noexcept = default;

ValueCodes::Reader ValueCodes::reader(const Column& column) {
    std::uint32_t* by_entry = nullptr;
    if (column.type == Type::string) {
        std::vector<std::uint32_t>& codes = by_pool_.at(column.pool);
        if (codes.size() < column.pool->size()) codes.resize(column.pool->size(), none);
        by_entry = codes.data();
    }
    return {*this, column, by_entry};
}

std::uint32_t ValueCodes::add(Value value) {
    values_.push_back(value);
    return size() - 1;
}

std::uint32_t ValueCodes::code_of_bits(Type type, std::uint64_t bits) {
    Tables& tables = *tables_;
    if (tables.last_code != none && tables.last_bits == bits && tables.last_type == type)
        return tables.last_code;
    const auto [found, is_new] =
        tables.by_bits[static_cast<std::size_t>(type)].try_emplace(bits, size());
    if (is_new) add({Kind::value, type, bits});
    tables.last_type = type;
    tables.last_bits = bits;
    tables.last_code = found->second;
    return found->second;
}

std::uint32_t ValueCodes::code_of_number(double number) {
    if (number == 0) number = 0;  // -0.0 is 0
    if (std::isnan(number)) number = std::nan("");
    return code_of_bits(Type::number, std::bit_cast<std::uint64_t>(number));
}

std::uint32_t ValueCodes::code_of_ip(const event::Ip& ip) {
    const auto [found, is_new] = tables_->by_ip.try_emplace(ip, size());
    if (is_new) {
        ips_.push_back(ip);
        add({Kind::value, Type::ip, ips_.size() - 1});
    }
    return found->second;
}

std::uint32_t ValueCodes::code_of_text(std::string_view text) {
    if (texts_.bytes().size() + text.size() > text_limit) {
        too_large_ = true;
        return 0;
    }
    const std::uint32_t entry = texts_.intern(text);
    if (entry == codes_of_texts_.size())
        codes_of_texts_.push_back(add({Kind::value, Type::string, entry}));
    return codes_of_texts_[entry];
}

std::uint32_t ValueCodes::code_of_plain(const Column& column, std::size_t value) {
    if (column.type == Type::number) return code_of_number(column.numbers[value]);
    if (column.type == Type::ip) return code_of_ip(column.ips[value]);
    return code_of_bits(column.type, static_cast<std::uint64_t>(column.integers[value]));
}

std::uint32_t ValueCodes::code_of_time(base::Nanos time) {
    return code_of_bits(Type::timestamp, static_cast<std::uint64_t>(time));
}

std::uint32_t ValueCodes::code_of_integer(std::int64_t integer) {
    return code_of_bits(Type::integer, static_cast<std::uint64_t>(integer));
}

std::uint32_t ValueCodes::code_of_boolean(bool truth) {
    return code_of_bits(Type::boolean, truth ? 1 : 0);
}

std::uint32_t ValueCodes::code_of_missing() {
    if (missing_ == none) missing_ = add({Kind::missing});
    return missing_;
}

std::uint32_t ValueCodes::code_of(const ValueCodes& other, std::uint32_t code) {
    const Value& value = other.values_[code];
    if (value.kind == Kind::missing) return code_of_missing();
    if (value.type == Type::string)
        return code_of_text(other.texts_[static_cast<std::uint32_t>(value.bits)]);
    if (value.type == Type::ip) return code_of_ip(other.ips_[value.bits]);
    return code_of_bits(value.type, value.bits);
}

void ValueCodes::write(std::uint32_t code, std::uint32_t row, event::Batch& batch,
                       std::string_view name) const {
    const Value& value = values_[code];
    if (value.kind == Kind::missing) return;
    Column& column = batch.at(batch.column(name, value.type));
    switch (value.type) {
        case Type::string:
            column.add_text(row, texts_[static_cast<std::uint32_t>(value.bits)]);
            break;
        case Type::number:
            column.add_number(row, std::bit_cast<double>(value.bits));
            break;
        case Type::ip:
            column.add_ip(row, ips_[value.bits]);
            break;
        default:
            column.add_integer(row, static_cast<std::int64_t>(value.bits));
    }
}

}  // namespace storage
