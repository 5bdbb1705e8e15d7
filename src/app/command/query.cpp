#include "app/command/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "app/client.h"
#include "app/command/esql.h"
#include "app/command/row_printer.h"
#include "app/exit_code.h"
#include "app/text.h"

namespace app {

namespace {

namespace json = boost::json;

constexpr std::uint64_t page_rows = 1000;

json::object shared_parameters(const QueryOptions& options) {
    json::object body;
    body["query"] = options.query;
    body["index"] = options.index;
    if (!options.from.empty()) body["from"] = time_parameter(options.from);
    if (!options.to.empty()) body["to"] = time_parameter(options.to);
    return body;
}

int report(const base::Error& error, const QueryOptions& options) {
    fmt::print(stderr, "ordertrail: {}\n", query_error_text(error, options.query));
    return error.code == base::Code::invalid_argument ? exit_code::usage : exit_code::failure;
}

int print_count(const QueryOptions& options, Client& client, Output& out) {
    const auto body = client.post("/_trail/v1/count", json::serialize(shared_parameters(options)));
    if (!body) return report(body.error(), options);
    json::error_code failed;
    const auto answer = json::parse(body.value(), failed);
    const auto* count =
        failed || !answer.is_object() ? nullptr : answer.get_object().if_contains("count");
    if (count == nullptr || !count->is_number()) {
        return report({base::Code::corrupt, "the server's answer cannot be read"}, options);
    }
    out.write(json::serialize(*count) + "\n");
    return exit_code::done;
}

RowStyle style_of(const QueryOptions& options) {
    RowStyle style;
    const bool terminal = is_terminal(1);
    style.format = options.format.value_or(terminal ? RowFormat::table : RowFormat::ndjson);
    style.with_meta = options.with_meta;
    style.colours = wants_colours(1);
    style.width = terminal ? terminal_width(1) : 0;
    return style;
}

}  // namespace

std::string time_parameter(std::string_view text) {
    constexpr std::string_view units = "smhdwMy";
    const bool shorthand =
        text.size() > 1 && units.find(text.back()) != std::string_view::npos &&
        std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; });
    return shorthand ? fmt::format("now-{}", text) : std::string(text);
}

std::string query_error_text(const base::Error& error, std::string_view query) {
    if (error.length == 0) return error.message;
    // The line of the query that the error is in.
    const std::size_t offset = std::min(error.offset, query.size());
    const std::size_t before = query.substr(0, offset).rfind('\n');
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const auto line = query.substr(begin, query.find('\n', offset) - begin);
    const auto length = std::min(error.length, line.size() - (offset - begin));
    const auto indent = display_width(visible(line.substr(0, offset - begin)));
    const auto carets =
        std::max<std::size_t>(1, display_width(visible(line.substr(offset - begin, length))));
    return fmt::format("{}\n  {}\n  {}{}", error.message, visible(line), std::string(indent, ' '),
                       std::string(carets, '^'));
}

int run_query(const QueryOptions& options, Output& out) {
    Client client(options.server);
    if (options.language == Language::esql)
        return run_esql(options, style_of(options), client, out);
    if (options.count) return print_count(options, client, out);
    const auto printer = RowPrinter::create(style_of(options), out);
    json::object body = shared_parameters(options);
    body["order"] = options.oldest_first ? "asc" : "desc";
    if (!options.sort.empty()) body["sort"] = options.sort;
    std::uint64_t printed = 0;
    while (!out.closed() && (options.limit == 0 || printed < options.limit)) {
        body["limit"] =
            options.limit == 0 ? page_rows : std::min(page_rows, options.limit - printed);
        auto answer = client.post("/_trail/v1/search", json::serialize(body));
        if (!answer) return report(answer.error(), options);
        auto cursor = read_search_page(std::move(answer.value()), [&](const FoundRow& row) {
            printer->print(row);
            ++printed;
        });
        if (!cursor) return report(cursor.error(), options);
        printer->end_page();
        out.flush();
        if (!cursor.value()) break;
        body["cursor"] = *cursor.value();
    }
    return exit_code::done;
}

}  // namespace app
