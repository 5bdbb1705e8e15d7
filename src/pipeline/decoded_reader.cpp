#include "pipeline/decoded_reader.h"

#include <simdjson.h>

#include <cmath>
#include <string_view>

#include "event/json_text.h"

namespace pipeline {

template <class Row>
class DecodedReader::Teller final : public event::EventBuilder {
  public:
    Teller(Row& row, std::string& valid) : row_(row), valid_(valid) {}

    bool open_object() override { return row_.open_object(); }
    void close_object() override { row_.close_object(); }
    bool open_array() override { return row_.open_array(); }
    void close_array() override { row_.close_array(); }
    void key(std::string_view name) override { row_.plain_key(valid(name)); }
    void text(std::string_view value) override { row_.text(valid(value), {}); }
    void integer(std::int64_t value) override { row_.integer(value); }
    void number(double value) override {
        if (std::isfinite(value)) {
            row_.real(value);
        } else if (std::isnan(value)) {
            row_.text("NaN", {});
        } else {
            row_.text(value > 0 ? "Infinity" : "-Infinity", {});
        }
    }
    void boolean(bool value) override { row_.boolean(value); }
    void null() override { row_.null(); }
    void time(base::Nanos value) override { row_.time(value); }

  private:
    std::string_view valid(std::string_view text) {
        if (simdjson::validate_utf8(text.data(), text.size())) return text;
        valid_.clear();
        event::append_valid_utf8(text, valid_);
        return valid_;
    }

    Row& row_;
    std::string& valid_;
};

template <class Row>
base::Status DecodedReader::read(const event::DecodedRecords& records, std::size_t at, Row& row) {
    Teller<Row> teller(row, valid_);
    return records.tell(at, teller);
}

template base::Status DecodedReader::read(const event::DecodedRecords& records, std::size_t at,
                                          RowBuilder& row);
template base::Status DecodedReader::read(const event::DecodedRecords& records, std::size_t at,
                                          Draft& row);

}  // namespace pipeline
