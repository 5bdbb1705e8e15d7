#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/batch.h"

// A shape is an event's JSON text with its values taken out: what stays is the skeleton (keys as they were spelled,
// their order, nulls, empty arrays and objects, odd literals), and in each value's place a leaf that says which
// column's next value of the row belongs there and how it was written. Shapes repeat, so the column `_shape` is small,
// and `_source` comes back as it was sent.
//
// A leaf is [0x11 column-name 0x12] kind [arguments]. Kinds are control characters, which JSON text cannot hold.
// The column's name is the dotted path of the keys around it unless it is given.
//
//   0x01          string
//   0x02          integer
//   0x03          number, shortest form that reads back the same
//   0x04 d        number with d decimals ('0' + d)
//   0x05          boolean
//   0x06 s d z    the row's time (Batch::time): s is 'T' or ' ', d '0'…'9' decimals, z 'Z' or ±hh:mm
//   0x07 u        the row's time as an integer: u is 's', 'm' (ms), 'u' (µs), 'n'
//   0x08          string column's value without quotes (a number where the catalog wants a string)
//   0x0b          integer column's value in quotes
//   0x0c s d z    timestamp column's value, as 0x06
//   0x0e          ip column's value in its canonical text

namespace event {

namespace leaf {
inline constexpr char string = '\x01';
inline constexpr char integer = '\x02';
inline constexpr char number = '\x03';
inline constexpr char decimal = '\x04';
inline constexpr char boolean = '\x05';
inline constexpr char row_time = '\x06';
inline constexpr char row_epoch = '\x07';
inline constexpr char bare_string = '\x08';
inline constexpr char quoted_integer = '\x0b';
inline constexpr char timestamp = '\x0c';
inline constexpr char ip = '\x0e';
inline constexpr char name_begin = '\x11';
inline constexpr char name_end = '\x12';
}  // namespace leaf

// Writes events back as the JSON text they came in. Holds a reference to the batch, which needs all columns that the
// rows' shapes name. One thread at a time.
class SourceWriter {
  public:
    explicit SourceWriter(const Batch& batch);

    // Appends the row's `_source` to `out`. A row without a shape is written from its columns. A leaf whose column has
    // no further value is looked up in `_overflow`, else written as null.
    void append(std::uint32_t row, std::string& out);

  private:
    struct Step;
    struct Template;
    const Template& compiled(std::uint32_t code);

    const Batch& batch_;
    const Column* shapes_;
    std::vector<std::shared_ptr<Template>> templates_;
};

// JSON string literal with quotes; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string_view text, std::string& out);

// RFC 3339 in UTC with nanoseconds, trailing zeros cut to ms, µs or ns: "2026-11-24T10:15:00.123Z".
std::string rfc3339(base::Nanos time);

}  // namespace event
