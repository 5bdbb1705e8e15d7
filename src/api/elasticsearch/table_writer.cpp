#include "api/elasticsearch/table_writer.h"

#include <algorithm>
#include <vector>

#include "event/json_text.h"

namespace api::elasticsearch {

using query::esql::Table;
using query::esql::Type;

namespace {

std::string valid(std::string_view text) {
    std::string out;
    event::append_valid_utf8(text, out);
    return out;
}

bool has_values(const Table::Column& column) { return column.values.size() > 0; }

void write_cell(Type type, const query::esql::Cell& cell, JsonWriter& out) {
    switch (type) {
        case Type::boolean:
            out.boolean(cell.integer != 0);
            return;
        case Type::integer:
        case Type::whole:
            out.integer(cell.integer);
            return;
        case Type::number:
            out.raw() += query::esql::number_text(cell.number);
            return;
        default:
            out.string(valid(text_of(type, cell)));
    }
}

void write_value(const Table::Column& column, std::uint32_t row, JsonWriter& out) {
    if (!has_values(column) || column.values.is_null(row)) {
        out.null();
        return;
    }
    const auto [first, last] = column.values.values_of(row);
    if (last - first > 1) out.begin_array();
    for (std::uint32_t at = first; at < last; ++at)
        write_cell(column.type, column.values.at(at), out);
    if (last - first > 1) out.end_array();
}

void write_columns(std::string_view key, const std::vector<const Table::Column*>& columns,
                   JsonWriter& out) {
    out.key(key).begin_array();
    for (const Table::Column* column : columns) {
        out.begin_object().key("name").string(valid(column->name));
        out.key("type").string(name_of(column->type)).end_object();
    }
    out.end_array();
}

std::string text_at(const Table::Column& column, std::uint32_t row) {
    if (!has_values(column)) return {};
    const auto [first, last] = column.values.values_of(row);
    std::string text;
    for (std::uint32_t at = first; at < last; ++at) {
        if (at > first) text += ",";
        event::append_valid_utf8(text_of(column.type, column.values.at(at)), text);
    }
    return last - first > 1 ? "[" + text + "]" : text;
}

// Rows of cells, each written by `write`, between the delimiters.
template <typename Write>
std::string lines_of(const Table& table, const EsqlTextStyle& style, std::string_view end,
                     Write write) {
    std::string out;
    const auto line = [&](auto text_of_column) {
        for (const Table::Column& column : table.columns) {
            if (&column != &table.columns.front()) out.push_back(style.delimiter);
            write(text_of_column(column), out);
        }
        out += end;
    };
    if (style.header) line([](const Table::Column& column) { return valid(column.name); });
    for (std::uint32_t row = 0; row < table.rows; ++row)
        line([row](const Table::Column& column) { return text_at(column, row); });
    return out;
}

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

}  // namespace

void write_esql_table(const Table& table, bool by_columns, bool drop_empty, JsonWriter& out) {
    std::vector<const Table::Column*> all;
    std::vector<const Table::Column*> shown;
    for (const Table::Column& column : table.columns) {
        all.push_back(&column);
        if (!drop_empty || has_values(column)) shown.push_back(&column);
    }
    if (drop_empty) write_columns("all_columns", all, out);
    write_columns("columns", shown, out);
    out.key("values").begin_array();
    if (by_columns) {
        for (const Table::Column* column : shown) {
            out.begin_array();
            for (std::uint32_t row = 0; row < table.rows; ++row) write_value(*column, row, out);
            out.end_array();
        }
    } else {
        for (std::uint32_t row = 0; row < table.rows; ++row) {
            out.begin_array();
            for (const Table::Column* column : shown) write_value(*column, row, out);
            out.end_array();
        }
    }
    out.end_array();
}

std::string esql_csv(const Table& table, const EsqlTextStyle& style) {
    const std::string special = std::string("\"\r\n") + style.delimiter;
    return lines_of(table, style, "\r\n", [&](const std::string& text, std::string& out) {
        if (text.find_first_of(special) == std::string::npos) {
            out += text;
            return;
        }
        out.push_back('"');
        for (const char c : text) {
            if (c == '"') out.push_back('"');
            out.push_back(c);
        }
        out.push_back('"');
    });
}

std::string esql_tsv(const Table& table, const EsqlTextStyle& style) {
    EsqlTextStyle tabs = style;
    tabs.delimiter = '\t';
    return lines_of(table, tabs, "\n", [](const std::string& text, std::string& out) {
        for (const char c : text) {
            if (c == '\t') {
                out += "\\t";
            } else if (c == '\n') {
                out += "\\n";
            } else {
                out.push_back(c);
            }
        }
    });
}

std::string esql_txt(const Table& table, const EsqlTextStyle& style) {
    constexpr std::size_t least_width = 15;
    std::vector<std::vector<std::string>> cells(table.columns.size());
    std::vector<std::size_t> widths;
    for (std::size_t at = 0; at < cells.size(); ++at) {
        std::size_t width = std::max(least_width, width_of(table.columns[at].name));
        for (std::uint32_t row = 0; row < table.rows; ++row) {
            std::string text = text_at(table.columns[at], row);
            std::replace(text.begin(), text.end(), '\n', ' ');
            if (!has_values(table.columns[at]) || table.columns[at].values.is_null(row))
                text = "null";
            width = std::max(width, width_of(text));
            cells[at].push_back(std::move(text));
        }
        widths.push_back(width);
    }
    std::string out;
    const auto line = [&](auto write, char between) {
        for (std::size_t at = 0; at < cells.size(); ++at) {
            if (at > 0) out.push_back(between);
            write(at);
        }
        out += "\n";
    };
    if (style.header) {
        line(
            [&](std::size_t at) {
                const std::size_t free = widths[at] - width_of(table.columns[at].name);
                out += std::string(free / 2, ' ') + table.columns[at].name +
                       std::string(free - free / 2, ' ');
            },
            '|');
        line([&](std::size_t at) { out += std::string(widths[at], '-'); }, '+');
    }
    for (std::uint32_t row = 0; row < table.rows; ++row) {
        line(
            [&](std::size_t at) {
                out += cells[at][row] + std::string(widths[at] - width_of(cells[at][row]), ' ');
            },
            '|');
    }
    return out;
}

}  // namespace api::elasticsearch
