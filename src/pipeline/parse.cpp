#include "pipeline/parse.h"

#include <fmt/format.h>
#include <simdjson.h>

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

}  // namespace

Parser::Parser(const event::Catalog& catalog, Limits limits)
    : limits_(limits), row_(catalog, limits.row) {}

void Parser::start_batch(event::Batch& batch, const event::Origin& origin, base::Nanos received) {
    row_.start_batch(batch, origin, received);
}

base::Status Parser::parse(const event::Record& record, event::Format format,
                           std::string_view environment) {
    return row(record.text.size(), environment, record.id,
               [&] { return tell(record.text, format); });
}

base::Status Parser::parse(const event::DecodedRecords& records, std::size_t at,
                           std::string_view id, std::string_view environment) {
    return row(records.size(at), environment, id, [&] { return decoded_.read(records, at, row_); });
}

template <typename Tell>
base::Status Parser::row(std::size_t bytes, std::string_view environment, std::string_view id,
                         const Tell& tell) {
    if (bytes > limits_.record_bytes) {
        return base::Error(
            base::Code::too_large,
            fmt::format("the event has {} bytes, at most {} are taken (max record bytes)", bytes,
                        limits_.record_bytes));
    }
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

base::Status Parser::tell(std::string_view text, event::Format format) {
    switch (format) {
        case event::Format::json:
            return json_.read(text, row_);
        case event::Format::automatic:
            return tell_automatic(text);
        default:
            tell_lines_text(text, format);
            return base::ok();
    }
}

base::Status Parser::tell_automatic(std::string_view text) {
    if (begins_object(text)) {
        if (json_.read(text, row_)) return base::ok();
        row_.abandon_row();
        row_.start_row(text.size());
    }
    tell_lines_text(text, event::Format::automatic);
    return base::ok();
}

// Text that is no JSON is never refused.
void Parser::tell_lines_text(std::string_view text, event::Format format) {
    if (!simdjson::validate_utf8(text.data(), text.size())) {
        valid_.clear();
        event::append_valid_utf8(text, valid_);
        text = valid_;
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    const bool logfmt = format == event::Format::logfmt
                            ? text.find('=') != std::string_view::npos
                            : format == event::Format::automatic && LogfmtReader::looks_like(text);
    if (!logfmt || !tell_logfmt(text)) tell_plain(text);
}

void Parser::tell_plain(std::string_view text) {
    static constexpr std::string_view key = "message\"";
    if (!row_.open_object() || !row_.key(key.data(), key.data() + key.size())) return;
    row_.text(text, {});
    row_.close_object();
}

// False when there is nothing in it; nothing was told then.
bool Parser::tell_logfmt(std::string_view text) {
    LogfmtReader reader(text);
    auto pair = reader.next();
    if (!pair || !row_.open_object()) return false;
    for (; pair; pair = reader.next()) {
        scratch_.clear();
        event::append_json_string(pair->key, scratch_);
        if (!row_.key(scratch_.data() + 1, scratch_.data() + scratch_.size())) continue;
        if (pair->bare) {
            row_.boolean(true);
        } else if (!pair->quoted && (pair->value == "true" || pair->value == "false")) {
            row_.boolean(pair->value == "true");
        } else if (pair->quoted || !is_plain_number(pair->value) || !row_.number(pair->value)) {
            row_.text(pair->value, {});
        }
    }
    row_.close_object();
    return true;
}

}  // namespace pipeline
