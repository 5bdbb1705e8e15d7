#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/batch.h"
#include "event/json_text.h"
#include "event/overflow.h"

// A shape is an event's JSON text with its values taken out: what stays is the skeleton (keys as
// they were spelled, their order, nulls, empty arrays and objects, odd literals), and in each
// value's place a leaf that says which column's next value of the row belongs there and how it was
// written. Shapes repeat, so the column `_shape` is small, and `_source` comes back as it was sent.
//
// A leaf is kind [arguments]. Kinds are control characters, which JSON text cannot hold. The leaf's
// column is named by the keys around it as they are spelled, joined by dots; 0x11 column-name 0x12
// in front of a value names it otherwise, and in front of an array for all values in it (but not in
// objects in it).
//
//   0x01          string
//   0x02          integer
//   0x03          number, as append_number writes it
//   0x04 d        number with d decimals ('0' + d, at most 78)
//   0x05          boolean
//   0x06 s d z    the row's time (Batch::time): s and d ('0'…'9') as TimeForm's separator and
//   decimals; z is 'Z', 'z', or
//                 the offset ±hh:mm, with 'b' before it when it was written ±hhmm, with 'n' when it
//                 was not written
//   0x07 u d      the row's time as a number: u is 's', 'm' (ms), 'u' (µs), 'n'; d '0'…'9' decimals
//   0x08          string column's value without quotes (a number where the catalog wants a string)
//   0x0b          integer column's value in quotes
//   0x0c s d z    timestamp column's value, as 0x06
//   0x0e          ip column's value in its canonical text
//   0x0f u d      timestamp column's value, as 0x07
//   0x10 t        passes over the next value of the column of the type with letter t (letter_of)
//   and writes nothing: the
//                 value's own text follows in the skeleton, because no leaf would give it back
//                 ("warning" for WARN, 1e3)
//   0x13 d e      number with exponent: d is '0' + decimals of the mantissa, '*' as few as read
//   back the same; e is '0' +
//                 1 for E, + 2 for a written plus sign, + 4 for two digits at least
//                 (append_scientific)
//
// Other values in quotes are a leaf between quotes of the skeleton ("12.50" where the catalog wants
// a number).
//
// Values in the column `_overflow` (overflow.h) are named by leaves as if their columns were there.

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
inline constexpr char epoch = '\x0f';
inline constexpr char passed_over = '\x10';
inline constexpr char name_begin = '\x11';
inline constexpr char name_end = '\x12';
inline constexpr char scientific = '\x13';
}  // namespace leaf

// Writes events back as the JSON text they came in. Holds a reference to the batch, which needs all
// columns that the rows' shapes name. A damaged shape gives damaged text, never a failure. One
// thread at a time.
class SourceWriter {
  public:
    explicit SourceWriter(const Batch& batch);
    ~SourceWriter();
    SourceWriter(const SourceWriter&) = delete;
    SourceWriter& operator=(const SourceWriter&) = delete;

    // Appends the row's `_source` to `out`. A row without a shape is written from its columns. A
    // leaf whose column has no further value is looked up in `_overflow`, else written as null.
    void append(std::uint32_t row, std::string& out);

  private:
    struct Step;
    struct Form;
    struct Template;
    class Compiler;
    const Template& compiled(std::uint32_t code);
    void append_columns(std::uint32_t row, std::string& out) const;
    void append_leaf(const Template& shape, const Step& step, std::uint32_t row, std::string& out);

    const Batch& batch_;
    const Column* shapes_;
    std::vector<std::unique_ptr<Template>> templates_;
    std::vector<std::pair<std::size_t, std::size_t>> cursors_;  // per column of the row's template
    OverflowReader overflow_;
};

}  // namespace event
