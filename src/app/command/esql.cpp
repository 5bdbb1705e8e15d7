#include "app/command/esql.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <vector>

#include "app/command/query.h"
#include "app/exit_code.h"
#include "app/text.h"
#include "base/parse_number.h"

namespace app {

namespace {

namespace json = boost::json;

// JSON with numbers as people write them: 197.2, not 1.972E2.
std::string json_text(const json::value& value) {
    if (value.is_double()) return fmt::format("{}", value.get_double());
    const auto* list = value.if_array();
    if (list == nullptr) return json::serialize(value);
    std::string text;
    for (const json::value& each : *list) text += (text.empty() ? "[" : ",") + json_text(each);
    return text.empty() ? "[]" : text + "]";
}

std::string cell_text(const json::value& value) {
    if (value.is_null()) return {};
    if (const auto* text = value.if_string()) return std::string(*text);
    if (const auto* list = value.if_array()) {
        std::string text;
        for (const json::value& each : *list) text += (text.empty() ? "" : ", ") + cell_text(each);
        return text;
    }
    return json_text(value);
}

using Rows = std::vector<std::vector<std::string>>;

std::string table_of(const Rows& rows, const RowStyle& style) {
    constexpr std::size_t widest = 60;  // of all columns but the last
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& row : rows) {
        for (std::size_t at = 0; at < row.size(); ++at)
            widths[at] = std::max(widths[at], std::min(display_width(row[at]), widest));
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t at = 0; at + 1 < row.size(); ++at)
            line += fitted(row[at], widths[at]) + "  ";
        line += row.back();
        if (style.width > 0) line = cut(line, style.width);
        line.erase(line.find_last_not_of(' ') + 1);
        const bool head = style.colours && &row == &rows.front();
        out += head ? "\033[1m" + line + "\033[0m\n" : line + "\n";
    }
    return out;
}

// A filter of the query DSL for --from and --to; null without them.
json::value filter_of(const QueryOptions& options) {
    json::object ends;
    if (!options.from.empty()) ends["gte"] = time_parameter(options.from);
    if (!options.to.empty()) ends["lt"] = time_parameter(options.to);
    if (ends.empty()) return nullptr;
    return {{"range", {{"@timestamp", std::move(ends)}}}};
}

}  // namespace

base::Result<std::string> esql_text(std::string_view answer, const RowStyle& style) {
    const base::Error unreadable{base::Code::corrupt, "the server's answer cannot be read"};
    json::error_code failed;
    const json::value read = json::parse(json::string_view(answer.data(), answer.size()), failed);
    const auto* object = failed ? nullptr : read.if_object();
    const auto* columns = object == nullptr ? nullptr : object->if_contains("columns");
    const auto* values = object == nullptr ? nullptr : object->if_contains("values");
    if (columns == nullptr || values == nullptr || !columns->is_array() || !values->is_array())
        return unreadable;
    Rows rows(1);
    for (const json::value& column : columns->get_array()) {
        const auto* named = column.if_object();
        const auto* name = named == nullptr ? nullptr : named->if_contains("name");
        if (name == nullptr || !name->is_string()) return unreadable;
        rows.front().push_back(std::string(name->get_string()));
    }
    std::string out;
    for (const json::value& row : values->get_array()) {
        const auto* cells = row.if_array();
        if (cells == nullptr || cells->size() != rows.front().size()) return unreadable;
        if (style.format == RowFormat::ndjson) {
            for (std::size_t at = 0; at < cells->size(); ++at) {
                out += (at == 0 ? "{" : ",") + json::serialize(json::string(rows.front()[at])) +
                       ":" + json_text((*cells)[at]);
            }
            out += cells->empty() ? "{}\n" : "}\n";
            continue;
        }
        auto& texts = rows.emplace_back();
        for (const json::value& cell : *cells) texts.push_back(cell_text(cell));
    }
    if (style.format == RowFormat::ndjson || rows.front().empty()) return out;
    if (style.format == RowFormat::csv) {
        for (const auto& row : rows) {
            for (std::size_t at = 0; at < row.size(); ++at)
                out += (at == 0 ? "" : ",") + csv_cell(row[at]);
            out += "\r\n";
        }
        return out;
    }
    for (auto& row : rows) {
        for (std::string& cell : row) cell = visible(cell);
    }
    return table_of(rows, style);
}

base::Error with_place(base::Error error, std::string_view query) {
    constexpr std::string_view before = "line ";
    const std::size_t found = error.message.find(before);
    if (found == std::string::npos) return error;
    std::string_view rest = std::string_view(error.message).substr(found + before.size());
    const std::size_t colon = rest.find(':');
    const std::size_t end = colon == std::string_view::npos ? colon : rest.find(':', colon + 1);
    if (end == std::string_view::npos) return error;
    const auto line = base::parse_number<std::size_t>(rest.substr(0, colon));
    const auto column = base::parse_number<std::size_t>(rest.substr(colon + 1, end - colon - 1));
    if (!line || !column || *line == 0 || *column == 0) return error;
    std::size_t at = 0;
    for (std::size_t number = 1; number < *line && at < query.size(); ++number)
        at = std::min(query.find('\n', at), query.size() - 1) + 1;
    for (std::size_t left = *column - 1; at < query.size() && left > 0; --left) {
        ++at;
        while (at < query.size() && (static_cast<unsigned char>(query[at]) & 0xc0) == 0x80) ++at;
    }
    error.offset = at;
    error.length = 1;
    return error;
}

int run_esql(const QueryOptions& options, const RowStyle& style, Client& client, Output& out) {
    const QueryOptions plain;
    if (options.count || options.oldest_first || options.with_meta || !options.sort.empty() ||
        options.index != plain.index || options.limit != plain.limit) {
        fmt::print(stderr,
                   "ordertrail: with --language esql the query itself says which indices, how "
                   "many rows and in which order: FROM, LIMIT, SORT, STATS COUNT(*)\n");
        return exit_code::usage;
    }
    json::object body;
    body["query"] = options.query;
    body["filter"] = filter_of(options);
    const auto answer = client.post("/_query", json::serialize(body));
    const auto text =
        answer ? esql_text(answer.value(), style) : base::Result<std::string>(answer.error());
    if (!text) {
        const base::Error error = with_place(text.error(), options.query);
        fmt::print(stderr, "ordertrail: {}\n", query_error_text(error, options.query));
        return error.code == base::Code::invalid_argument ? exit_code::usage : exit_code::failure;
    }
    out.write(text.value());
    out.flush();
    return exit_code::done;
}

}  // namespace app
