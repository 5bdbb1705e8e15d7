#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "event/batch.h"
#include "storage/pool_map.h"

namespace storage {

// Numbers the different values it meets, 0, 1, 2 …, and remembers them. Values of different types
// are different. Strings are looked up once per entry of a dictionary. One thread at a time.
class ValueCodes {
  public:
    ValueCodes();
    ~ValueCodes();
    ValueCodes(ValueCodes&&) noexcept;

    // Codes of a column's values by their position in it. Valid until the next call of reader().
    class Reader {
      public:
        std::uint32_t operator()(std::size_t value) {
            if (by_entry_ == nullptr) return codes_.code_of_plain(column_, value);
            std::uint32_t& code = by_entry_[column_.codes[value]];
            if (code == none) code = codes_.code_of_text(column_.text(value));
            return code;
        }

      private:
        friend class ValueCodes;
        Reader(ValueCodes& codes, const event::Column& column, std::uint32_t* by_entry)
            : codes_(codes), column_(column), by_entry_(by_entry) {}
        ValueCodes& codes_;
        const event::Column& column_;
        std::uint32_t* by_entry_;  // strings: per entry of the dictionary
    };
    Reader reader(const event::Column& column);

    std::uint32_t code_of_time(base::Nanos time);
    std::uint32_t code_of_number(double number);
    std::uint32_t code_of_integer(std::int64_t integer);
    std::uint32_t code_of_boolean(bool truth);
    std::uint32_t code_of_text(std::string_view text);
    // Stands for having no value.
    std::uint32_t code_of_missing();
    // The code of another one's value here.
    std::uint32_t code_of(const ValueCodes& other, std::uint32_t code);

    std::uint32_t size() const { return static_cast<std::uint32_t>(values_.size()); }
    // Adds the value to the row; nothing for "missing".
    void write(std::uint32_t code, std::uint32_t row, event::Batch& batch,
               std::string_view name) const;
    // The texts are more than fits into memory; codes are not to be trusted any more.
    bool too_large() const { return too_large_; }

  private:
    static constexpr std::uint32_t none = UINT32_MAX;
    enum class Kind : std::uint8_t { missing, value };
    struct Value {
        Kind kind = Kind::value;
        event::Type type = event::Type::string;
        std::uint64_t bits =
            0;  // the integer, the double's bits, the entry of texts_, the position in ips_
    };
    struct Tables;

    std::uint32_t code_of_plain(const event::Column& column, std::size_t value);
    std::uint32_t code_of_bits(event::Type type, std::uint64_t bits);
    std::uint32_t code_of_ip(const event::Ip& ip);
    std::uint32_t add(Value value);

    std::vector<Value> values_;
    std::vector<event::Ip> ips_;
    event::StringPool texts_;
    std::vector<std::uint32_t> codes_of_texts_;
    PoolMap<std::vector<std::uint32_t>> by_pool_;
    std::uint32_t missing_ = none;
    std::unique_ptr<Tables> tables_;
    bool too_large_ = false;
};

}  // namespace storage
