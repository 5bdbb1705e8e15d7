#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <vector>

#include "app/command/order.h"
#include "app/text.h"

namespace app {

namespace {

namespace json = boost::json;

const json::value* member(const json::value* value, std::string_view name) {
    const auto* object = value == nullptr ? nullptr : value->if_object();
    return object == nullptr ? nullptr
                             : object->if_contains(json::string_view(name.data(), name.size()));
}

// Texts as they are, other values as JSON, made harmless for the terminal; "" for null and what is
// not there.
std::string text_of(const json::value* value) {
    // Boost.JSON writes 17387.52 as 1.738752E4.
    if (value != nullptr && value->is_double()) return fmt::format("{}", value->get_double());
    if (value == nullptr || value->is_null()) return "";
    if (const auto* text = value->if_string())
        return visible(std::string_view(text->data(), text->size()));
    if (value->is_double()) return fmt::format("{}", value->get_double());
    return visible(json::serialize(*value));
}

std::string text_of(const json::value& object, std::string_view name) {
    return text_of(member(&object, name));
}

// The English text of a title that is a member of `value`.
std::string title_of(const json::value* value, std::string_view name = "title") {
    return text_of(member(member(value, name), "en"));
}

double number_of(const json::value* value) {
    json::error_code error;
    const double number = value == nullptr ? 0 : value->to_number<double>(error);
    return error ? 0 : number;
}

bool is_true(const json::value* value) {
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string answer_line(const json::value& journey, const OrderStyle& style) {
    const auto* state = member(&journey, "state");
    const bool stuck = is_true(member(&journey, "stuck"));
    std::string environment = text_of(journey, "environment");
    if (!environment.empty()) environment = fmt::format(" ({})", environment);
    const bool bold = style.colours;
    std::string line =
        fmt::format("{}Order {}{}: {}{}", bold ? "\033[1m" : "", text_of(journey, "order_id"),
                    environment, title_of(state), bold ? "\033[0m" : "");
    const auto since = text_of(member(state, "since"));
    if (!since.empty()) line += fmt::format(" since {}", since);
    if (stuck) line += style.colours ? "  \033[31mSTUCK\033[0m" : "  STUCK";
    return line + "\n";
}

std::string waiting_line(const json::value& journey) {
    const auto* waits = member(&journey, "waits_for");
    if (waits == nullptr || !waits->is_object()) return "";
    std::string line = fmt::format("Waits for {}", title_of(waits));
    const auto service = text_of(*waits, "service_name");
    if (!service.empty()) line += fmt::format(" ({})", service);
    line += fmt::format(", for {}", duration_text(number_of(member(waits, "waiting_seconds"))));
    const auto* deadline = member(waits, "deadline_seconds");
    if (deadline != nullptr && deadline->is_number() && number_of(deadline) > 0) {
        line += fmt::format("; expected within {}", duration_text(number_of(deadline)));
    }
    return line + "\n";
}

std::string facts_lines(const json::value& journey) {
    std::string lines;
    const auto created = text_of(journey, "created");
    const auto closed = text_of(journey, "closed");
    if (!created.empty()) lines += fmt::format("Created {}", created);
    if (!closed.empty()) lines += fmt::format("{}closed {}", lines.empty() ? "" : ", ", closed);
    const auto* duration = member(&journey, "duration_seconds");
    if (!lines.empty() && duration != nullptr && duration->is_number()) {
        lines += fmt::format(" ({})", duration_text(number_of(duration)));
    }
    if (!lines.empty()) lines += "\n";
    const auto* facts = member(&journey, "facts");
    if (facts == nullptr || !facts->is_object()) return lines;
    const auto* titles = member(&journey, "fact_titles");
    std::string listed;
    for (const auto& fact : facts->get_object()) {
        const std::string_view name(fact.key().data(), fact.key().size());
        const auto& value = fact.value();
        if (value.is_null() || value.is_object() || (value.is_bool() && !value.get_bool()))
            continue;
        auto title = title_of(titles, name);
        if (title.empty()) title = visible(name);
        listed += listed.empty() ? "" : ", ";
        listed += value.is_bool() ? title : fmt::format("{} {}", title, text_of(&value));
    }
    return lines + (listed.empty() ? "" : listed + "\n");
}

struct EventLine {
    std::array<std::string, 4> cells;  // time, time since the event before, lane, event type
    std::string text;
    std::string level;
};

EventLine event_line(const json::value& event, bool first) {
    EventLine line;
    const double since = number_of(member(&event, "since_previous_seconds"));
    line.cells = {text_of(event, "timestamp"), first ? "" : "+" + duration_text(since),
                  text_of(event, "lane"), text_of(event, "event_type")};
    line.level = text_of(event, "level");
    line.text = text_of(event, "message");
    if (line.text.empty()) line.text = title_of(&event, "sentence");
    if (line.text.empty()) line.text = title_of(&event);
    return line;
}

std::string events_table(const json::array& events, const OrderStyle& style) {
    std::vector<EventLine> lines;
    std::array<std::size_t, 4> widths{};
    for (const auto& event : events) {
        lines.push_back(event_line(event, lines.empty()));
        for (std::size_t at = 0; at < widths.size(); ++at) {
            widths[at] = std::max(widths[at],
                                  std::min<std::size_t>(40, display_width(lines.back().cells[at])));
        }
    }
    std::string table;
    for (const auto& line : lines) {
        std::string row;
        for (std::size_t at = 0; at < widths.size(); ++at)
            row += fitted(line.cells[at], widths[at]) + "  ";
        const bool wrong = line.level == "ERROR" || line.level == "FATAL" || line.level == "WARN";
        row += wrong ? line.level + " " + line.text : line.text;
        if (style.width > 0) row = cut(row, style.width);
        row.erase(row.find_last_not_of(' ') + 1);
        if (wrong && style.colours)
            row = (line.level == "WARN" ? "\033[33m" : "\033[31m") + row + "\033[0m";
        table += row + "\n";
    }
    return table;
}

}  // namespace

base::Result<std::string> order_text(std::string_view journey, const OrderStyle& style) {
    json::parse_options options;
    options.max_depth = 2000;  // `source` is as deep as the event was
    json::error_code error;
    const auto value =
        json::parse(json::string_view(journey.data(), journey.size()), error, {}, options);
    const auto* events = member(error ? nullptr : &value, "events");
    if (events == nullptr || !events->is_array()) {
        return base::Error(base::Code::corrupt, "the server's answer is no order's journey");
    }
    std::string text = answer_line(value, style) + waiting_line(value) + facts_lines(value);
    text += "\n" + events_table(events->get_array(), style);
    return text;
}

}  // namespace app
