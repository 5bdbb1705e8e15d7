#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "event/batch.h"
#include "event/catalog.h"
#include "event/intake.h"
#include "pipeline/field_table.h"
#include "pipeline/normalise_time.h"
#include "pipeline/number_text.h"
#include "pipeline/shape_memo.h"

namespace pipeline {

// A value that is not of the type the catalog wants.
struct TypeViolation {
    std::uint32_t row = 0;
    std::string column;
    event::Type expected = event::Type::string;
    std::string_view found;  // static: "string", "a time in an unknown form" …
};

// Puts one event after the other into a batch: told an event's JSON structure step by step, it
// finds each value's column and type (aliases, the catalog's types, times and levels) and writes
// the shape. What it learns about fields and shapes it keeps for later batches. One thread at a
// time.
class RowBuilder {
  public:
    struct Limits {
        unsigned depth = 64;
        std::size_t columns = 1000;
    };
    enum class Outcome : std::uint8_t {
        done,
        again,     // nothing was stored: the same event has to be told once more
        too_large  // nothing was stored: its names take more room than a record of that size may
    };

    // REQUIRES: the catalog outlives the builder.
    RowBuilder(const event::Catalog& catalog, Limits limits);

    // Rows go to `batch`, which is empty, until the next start. It stays where it is for as long.
    void start_batch(event::Batch& batch, const event::Origin& origin, base::Nanos received);

    // `bytes`: the record's size.
    void start_row(std::size_t bytes);

    // An event is one object. False: too deep, or for a key: an escape in it is wrong.
    [[nodiscard]] bool open_object();
    void close_object();
    [[nodiscard]] bool open_array();
    void close_array();
    // A key as it is spelled, without its first quote. `end`: as far as one may read.
    [[nodiscard]] bool key(const char* at, const char* end);
    // A key that is not spelled in JSON, of valid UTF-8.
    void plain_key(std::string_view name);

    // `literal`: how it is spelled in JSON; empty when that is how append_json_string spells it.
    void text(std::string_view value, std::string_view literal);
    // With U+FFFD where `literal` has what no text can hold.
    void lossy_text(std::string_view value, std::string_view literal);
    // False: not a JSON number.
    [[nodiscard]] bool number(std::string_view token);
    // Numbers that have no spelling; `value` is finite.
    void integer(std::int64_t value);
    void real(double value);
    // A point in time that has no spelling.
    void time(base::Nanos value);
    void boolean(bool value);
    void null();

    // `environment` is for an event that names none. `id` is the client's, or empty.
    Outcome finish_row(std::string_view environment, std::string_view id);
    // Drops what was told of the row.
    void abandon_row();

    // A name or shape is larger than the record's size allows: the rest of the row need not be
    // told.
    bool too_large() const { return too_large_; }
    const std::vector<TypeViolation>& violations() const { return violations_; }
    // Values that went to `_overflow` in this batch.
    std::uint64_t overflowed() const { return overflowed_; }

  private:
    using State = ShapeMemo::State;
    struct Container {
        Field* field;
        bool array;
    };

    // Shape.
    void advance(Token token, std::string_view text = {}, Field* field = nullptr);
    void advance_slowly(Token token, std::string_view text, Field* field);
    bool slow_key(const char* at, const char* end);
    bool spelled_key(std::string_view spelled);
    void leave_memo();
    std::size_t shape_length() const;
    void literal_for(event::Type type, std::string_view literal);

    // Columns.
    event::Column* column(Field& field, event::Type type);
    std::int32_t resolve(Field& field, event::Type type);
    void overflow(const Field& field, event::Type type, std::string_view text);
    void add_text(Field& field, std::string_view value);
    void add_integer(Field& field, event::Type type, std::int64_t value);
    void add_number(Field& field, double value);

    // Values.
    bool time_text(Field& field, std::string_view value);
    bool time_number(Field& field, std::string_view digits);
    bool take_time(const Field& field, const TimeText& time, bool quoted);
    bool level_text(Field& field, std::string_view value, std::string_view literal);
    bool convert_text(Field& field, std::string_view value);
    bool convert_number(Field& field, std::string_view token, const NumberText& number);
    Token number_leaf(std::string_view token, const NumberText& number, double value, bool quoted);
    bool store_time(Field& field, const TimeText& time, bool quoted);
    bool store_number(Field& field, std::string_view token, const NumberText& number, bool quoted);
    void violation(const Field& field, std::string_view found);
    Outcome settle_time();

    FieldTable fields_;
    ShapeMemo memo_;
    TimeReader times_;
    Limits limits_;

    // The batch.
    event::Batch* batch_ = nullptr;
    std::uint32_t generation_ = 0;
    base::Nanos received_ = 0;
    std::size_t shape_column_ = 0;
    std::size_t received_column_ = 0;
    std::size_t environment_column_ = 0;
    std::size_t client_columns_ = 0;
    std::vector<TypeViolation> violations_;
    std::uint64_t overflowed_ = 0;

    // The row.
    std::uint32_t row_ = 0;
    State* state_ = nullptr;  // nullptr: the shape is in shape_ instead
    std::string shape_;
    bool comma_ = false;
    const Field* of_value_ = nullptr;  // like State::field of a key, for shape_
    Field* field_ = nullptr;           // of the value that comes next
    std::vector<Container> open_;
    std::vector<std::uint32_t> touched_;  // positions of columns that got a value
    std::size_t violations_before_ = 0;
    std::size_t budget_ = 0;
    std::size_t spent_ = 0;
    bool too_large_ = false;

    // The row's time.
    static constexpr std::uint8_t no_priority = 255;
    std::uint8_t best_ = no_priority;    // of all times that were read in the row
    std::uint8_t winner_ = no_priority;  // of the one that was taken
    std::uint8_t limit_ = no_priority;   // worse ones are not taken
    base::Nanos time_ = 0;
    const Field* malformed_ = nullptr;

    std::string scratch_;
    std::string digits_;
};

}  // namespace pipeline
