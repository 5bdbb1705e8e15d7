#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "query/esql/node.h"
#include "query/esql/run.h"
#include "storage/testing/memory_snapshot.h"

// Questions in ES|QL over rows in memory, and answers as texts that can be compared.

namespace query::esql::testing {

inline constexpr base::Nanos now = 1'795'515'330'000'000'000;  // 2026-11-24T10:15:30Z

inline Searcher searcher_over(const std::vector<storage::testing::Row>& rows,
                              Scope scope = Scope::everything(), std::stop_token stop = {}) {
    auto snapshot = std::make_shared<storage::testing::MemorySnapshot>();
    snapshot->add(rows);
    return {snapshot, event::Catalog::built_in(), std::move(scope), std::move(stop)};
}

inline std::string cell_text(const Table::Column& column, std::uint32_t row) {
    if (column.values.size() == 0 || column.values.is_null(row)) return "null";
    const auto [first, last] = column.values.values_of(row);
    std::string text;
    for (std::uint32_t at = first; at < last; ++at) {
        if (at > first) text += ",";
        text += text_of(column.type, column.values.at(at));
    }
    return last - first > 1 ? "[" + text + "]" : text;
}

// "a|b;1|2;3|4": names of the columns, then rows.
inline std::string text_of(const Table& table) {
    std::string out;
    for (const Table::Column& column : table.columns) out += (out.empty() ? "" : "|") + column.name;
    for (std::uint32_t row = 0; row < table.rows; ++row) {
        out += ";";
        std::string line;
        for (const Table::Column& column : table.columns)
            line += (&column == &table.columns.front() ? "" : "|") + cell_text(column, row);
        out += line;
    }
    return out;
}

inline std::string text_of(const Trouble& trouble, std::string_view query) {
    const char* const steps[] = {"parsing", "verification", "run"};
    std::string out = std::string(steps[static_cast<std::size_t>(trouble.step)]) + " ";
    if (trouble.error.length > 0) out += position_text(query, trouble.error.offset) + ": ";
    return out + trouble.error.message;
}

inline std::string answer(const Searcher& searcher, std::string_view query,
                          std::vector<Parameter> parameters = {},
                          std::size_t memory = std::size_t{64} << 20) {
    Request request;
    request.text = query;
    request.parameters = std::move(parameters);
    request.now = now;
    request.memory_limit = memory;
    const auto table = run(request, searcher, event::Catalog::built_in());
    if (!table) return text_of(table.error(), query);
    return text_of(table.value());
}

// What one expression gives.
inline std::string value(const std::string& expression) {
    const std::string text = answer(searcher_over({}), "ROW x = " + expression + " | KEEP x");
    return text.starts_with("x;") ? text.substr(2) : text;
}

// The type of an expression.
inline std::string type(const std::string& expression) {
    Request request;
    const std::string text = "ROW x = " + expression;
    request.text = text;
    request.now = now;
    const auto table = run(request, searcher_over({}), event::Catalog::built_in());
    return table ? std::string(name_of(table.value().columns.front().type))
                 : text_of(table.error(), text);
}

}  // namespace query::esql::testing
