#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/intake.h"
#include "pipeline/decoded_reader.h"
#include "pipeline/json_reader.h"
#include "pipeline/row_builder.h"
#include "pipeline/transform/draft.h"
#include "pipeline/transform/transform.h"

namespace pipeline {

// What own pipelines do to a record.
struct Transformation {
    const Transforms::Selection& pipelines;
    std::string index;     // that they chose; empty: none did
    bool dropped = false;  // there is no row of it
    // For who wants to know what did not fit.
    std::vector<std::string>* complaints = nullptr;
};

// The first step: a record's text becomes a row. One thread at a time; what it learned stays for
// the next batch.
class Parser {
  public:
    struct Limits {
        std::size_t record_bytes = 16 << 20;
        RowBuilder::Limits row;
    };

    // REQUIRES: the catalog outlives the parser.
    Parser(const event::Catalog& catalog, Limits limits);

    // Rows go to `batch` until the next start.
    void start_batch(event::Batch& batch, const event::Origin& origin, base::Nanos received);

    // Appends the record as the batch's next row. InvalidArgument for what the format does not
    // allow, TooLarge for records beyond a limit; the batch then has no row of it. `environment` is
    // the event's when it names none.
    base::Status parse(const event::Record& record, event::Format format,
                       std::string_view environment, Transformation* transformation = nullptr);
    // The same for a record that an input tells itself; `id` is the client's, or empty.
    base::Status parse(const event::DecodedRecords& records, std::size_t at, std::string_view id,
                       std::string_view environment, Transformation* transformation = nullptr);

    const RowBuilder& rows() const { return row_; }
    // Gives back buffers that a large record has left.
    void shrink() { json_.shrink(); }

  private:
    template <typename Tell>
    base::Status row(std::size_t bytes, std::string_view environment, std::string_view id,
                     const Tell& tell);
    base::Status check_size(std::size_t bytes) const;
    base::Status transformed_row(std::size_t bytes, std::string_view environment,
                                 std::string_view id, Transformation& transformation);
    template <class Row>
    base::Status tell(std::string_view text, event::Format format, Row& row);
    template <class Row>
    base::Status tell_automatic(std::string_view text, Row& row);
    template <class Row>
    void tell_lines_text(std::string_view text, event::Format format, Row& row);
    template <class Row>
    void tell_plain(std::string_view text, Row& row);
    template <class Row>
    bool tell_logfmt(std::string_view text, Row& row);

    Limits limits_;
    RowBuilder row_;
    JsonReader json_;
    DecodedReader decoded_;
    Draft draft_;
    Draft inner_;  // for steps that read an event out of a field
    base::Nanos received_ = 0;
    std::string valid_;  // the text with U+FFFD for what is not UTF-8
    std::string scratch_;
};

}  // namespace pipeline
