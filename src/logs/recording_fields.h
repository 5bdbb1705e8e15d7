#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "logs/log_kind.h"

// For tests.

namespace logs::testing {

using Told = std::map<std::string, std::string, std::less<>>;

class RecordingFields final : public Fields {
  public:
    void text(std::string_view name, std::string_view value) override { put(name, value); }
    void integer(std::string_view name, std::int64_t value) override {
        put(name, fmt::format("{}", value));
    }
    void number(std::string_view name, double value) override {
        put(name, fmt::format("{}", value));
    }
    void boolean(std::string_view name, bool value) override {
        put(name, value ? "true" : "false");
    }

    Told told;

  private:
    // A name that is told twice shows.
    void put(std::string_view name, std::string_view value) {
        auto& place = told[std::string(name)];
        place = place.empty() ? std::string(value) : "TWICE: " + place;
    }
};

inline std::shared_ptr<const LogKind> kind_named(std::string_view name,
                                                 const std::string& prefix = {}) {
    auto made = make_log_kind(name, {prefix});
    return made ? made.value() : nullptr;
}

// The events of a log's text, by their lines, as the input for files puts them together.
inline std::vector<Told> read_log(const LogKind& kind, std::string_view text) {
    std::vector<std::string> waiting;
    LineState state;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (kind.begins(line, state) || waiting.empty()) {
            waiting.emplace_back(line);
        } else {
            waiting.back().append("\n").append(line);
        }
    }
    std::vector<Told> events;
    for (const auto& lines : waiting) {
        for (const auto event : kind.events(lines)) {
            RecordingFields fields;
            kind.read(event, fields);
            events.push_back(std::move(fields.told));
        }
    }
    return events;
}

inline std::string field(const Told& told, std::string_view name) {
    const auto found = told.find(name);
    return found == told.end() ? std::string() : found->second;
}

}  // namespace logs::testing
