#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pipeline/row_builder.h"
#include "pipeline/transform/draft.h"

namespace pipeline {

// Reads one JSON object and tells a RowBuilder, or a Draft, what is in it. Keeps its buffers from
// record to record. One thread at a time.
class JsonReader {
  public:
    JsonReader();
    ~JsonReader();

    // What is wrong, with its place in the text: malformed JSON, invalid UTF-8, no object, or
    // nested deeper than the builder takes; the row is then half told. The text may lie anywhere:
    // it is copied to where simdjson may read behind it.
    template <class Row>
    base::Status read(std::string_view text, Row& row);

    // Gives back buffers that a large record has left.
    void shrink();

  private:
    struct Parser;
    template <class Row>
    class Walk;
    void hold(std::string_view text);

    std::unique_ptr<Parser> parser_;
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::string unescaped_;
};

}  // namespace pipeline
