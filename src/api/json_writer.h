#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "query/value.h"

namespace api {

// Writes JSON into one string, commas included: begin_object().key("rows").begin_array() … The
// caller keeps the nesting right. One thread at a time.
class JsonWriter {
  public:
    JsonWriter() : text_(own_) {}
    // Appends to `out`, which outlives the writer.
    explicit JsonWriter(std::string& out) : text_(out) {}
    JsonWriter(const JsonWriter&) = delete;
    JsonWriter& operator=(const JsonWriter&) = delete;

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);

    JsonWriter& string(std::string_view text);
    JsonWriter& integer(std::int64_t number);
    JsonWriter& unsigned_integer(std::uint64_t number);
    // Shortest text that reads back the same; null for what is no number.
    JsonWriter& number(double number);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    // Times as RFC 3339, addresses as text.
    JsonWriter& value(const query::Value& value);

    // Where a value may be appended that is JSON already.
    std::string& raw();

    std::size_t size() const { return text_.size(); }
    // Forgets what was written since `size` was the size. REQUIRES: behind a value, not the first,
    // of the array or object that is open.
    void cut(std::size_t size) { text_.resize(size); }

    std::string take() { return std::move(text_); }

  private:
    void separate();

    std::string own_;
    std::string& text_;
    bool first_ = true;
};

}  // namespace api
