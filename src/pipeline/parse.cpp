#include "pipeline/parse.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "event/index_name.h"
#include "event/json_text.h"
#include "event/schema.h"
#include "pipeline/logfmt_reader.h"
#include "pipeline/number_text.h"

namespace pipeline {

namespace {

// Digits beyond this are rather a name than a number.
constexpr std::size_t longest_number = 18;

// Logfmt has no types: plain numbers are taken for numbers, 0012, 1e5 and 3f for names.
bool is_plain_number(std::string_view value) {
    if (value.size() > longest_number) return false;
    const NumberText number = number_text(value);
    return number.kind == NumberText::Kind::integer || number.kind == NumberText::Kind::decimal;
}

bool begins_object(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{';
}

// Drops what was told of a row.
void start_again(RowBuilder& row, std::size_t bytes) {
    row.abandon_row();
    row.start_row(bytes);
}
void start_again(Draft& draft, std::size_t) { draft.clear(); }

}  // namespace

Parser::Parser(const event::Catalog& catalog, Limits limits)
    : limits_(limits), row_(catalog, limits.row) {}

void Parser::start_batch(event::Batch& batch, const event::Origin& origin, base::Nanos received) {
    received_ = received;
    row_.start_batch(batch, origin, received);
}

base::Status Parser::parse(const event::Record& record, event::Format format,
                           std::string_view environment, Transformation* transformation) {
    if (transformation == nullptr) {
        return row(record.text.size(), environment, record.id,
                   [&] { return tell(record.text, format, row_); });
    }
    TRY(check_size(record.text.size()));
    draft_.clear();
    TRY(tell(record.text, format, draft_));
    return transformed_row(record.text.size(), environment, record.id, *transformation);
}

base::Status Parser::parse(const event::DecodedRecords& records, std::size_t at,
                           std::string_view id, std::string_view environment,
                           Transformation* transformation) {
    if (transformation == nullptr) {
        return row(records.size(at), environment, id,
                   [&] { return decoded_.read(records, at, row_); });
    }
    TRY(check_size(records.size(at)));
    draft_.clear();
    TRY(decoded_.read(records, at, draft_));
    return transformed_row(records.size(at), environment, id, *transformation);
}

base::Status Parser::transformed_row(std::size_t bytes, std::string_view environment,
                                     std::string_view id, Transformation& transformation) {
    Subject subject{draft_, json_, inner_, received_, {}, false, transformation.complaints};
    Transforms::run(transformation.pipelines, subject);
    transformation.dropped = subject.dropped;
    if (subject.dropped) return base::ok();
    const std::string_view of_index = event::environment_of(subject.index);
    transformation.index = subject.index;
    return row(std::max(bytes, draft_.bytes()), of_index.empty() ? environment : of_index, id,
               [this] {
                   return draft_.tell(row_)
                              ? base::ok()
                              : base::Status(base::invalid("the event is nested too deeply"));
               });
}

base::Status Parser::check_size(std::size_t bytes) const {
    if (bytes <= limits_.record_bytes) return base::ok();
    return base::Error(
        base::Code::too_large,
        fmt::format("the event has {} bytes, at most {} are taken (max record bytes)", bytes,
                    limits_.record_bytes));
}

template <typename Tell>
base::Status Parser::row(std::size_t bytes, std::string_view environment, std::string_view id,
                         const Tell& tell) {
    TRY(check_size(bytes));
    // Told again at most once: the second time it is known which of the event's times counts.
    for (int round = 0; round < 2; ++round) {
        row_.start_row(bytes);
        if (auto told = tell(); !told) {
            row_.abandon_row();
            return told;
        }
        switch (row_.finish_row(environment, id)) {
            case RowBuilder::Outcome::done:
                return base::ok();
            case RowBuilder::Outcome::too_large:
                return base::Error(base::Code::too_large,
                                   "the event's field names take many times the room of its text: "
                                   "send shorter names or fewer fields");
            case RowBuilder::Outcome::again:
                break;
        }
    }
    return base::Error(base::Code::internal, "the event's time could not be settled");
}

template <class Row>
base::Status Parser::tell(std::string_view text, event::Format format, Row& row) {
    switch (format) {
        case event::Format::json:
            return json_.read(text, row);
        case event::Format::automatic:
            return tell_automatic(text, row);
        default:
            tell_lines_text(text, format, row);
            return base::ok();
    }
}

template <class Row>
base::Status Parser::tell_automatic(std::string_view text, Row& row) {
    if (begins_object(text)) {
        if (json_.read(text, row)) return base::ok();
        start_again(row, text.size());
    }
    tell_lines_text(text, event::Format::automatic, row);
    return base::ok();
}

// Text that is no JSON is never refused.
template <class Row>
void Parser::tell_lines_text(std::string_view text, event::Format format, Row& row) {
    if (!simdjson::validate_utf8(text.data(), text.size())) {
        valid_.clear();
        event::append_valid_utf8(text, valid_);
        text = valid_;
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    const bool logfmt = format == event::Format::logfmt
                            ? text.find('=') != std::string_view::npos
                            : format == event::Format::automatic && LogfmtReader::looks_like(text);
    if (!logfmt || !tell_logfmt(text, row)) tell_plain(text, row);
}

template <class Row>
void Parser::tell_plain(std::string_view text, Row& row) {
    static constexpr std::string_view key = "message\"";
    if (!row.open_object() || !row.key(key.data(), key.data() + key.size())) return;
    row.text(text, {});
    row.close_object();
}

// False when there is nothing in it; nothing was told then.
template <class Row>
bool Parser::tell_logfmt(std::string_view text, Row& row) {
    LogfmtReader reader(text);
    auto pair = reader.next();
    if (!pair || !row.open_object()) return false;
    for (; pair; pair = reader.next()) {
        scratch_.clear();
        event::append_json_string(pair->key, scratch_);
        if (!row.key(scratch_.data() + 1, scratch_.data() + scratch_.size())) continue;
        if (pair->bare) {
            row.boolean(true);
        } else if (!pair->quoted && (pair->value == "true" || pair->value == "false")) {
            row.boolean(pair->value == "true");
        } else if (pair->quoted || !is_plain_number(pair->value) || !row.number(pair->value)) {
            row.text(pair->value, {});
        }
    }
    row.close_object();
    return true;
}

}  // namespace pipeline
