#pragma once

#include <string>
#include <string_view>

#include "api/json_writer.h"
#include "query/esql/run.h"

namespace api::elasticsearch {

// "columns":[…],"values":[…], by rows or by columns; `drop_empty`: columns without a value are in
// "all_columns" only.
void write_esql_table(const query::esql::Table& table, bool by_columns, bool drop_empty,
                      JsonWriter& out);

// Elasticsearch's other formats. Several values stand in brackets.
struct EsqlTextStyle {
    char delimiter = ',';
    bool header = true;
};
std::string esql_csv(const query::esql::Table& table, const EsqlTextStyle& style);
// Tabs and line feeds in values as \t and \n.
std::string esql_tsv(const query::esql::Table& table, const EsqlTextStyle& style);
// A table for people.
std::string esql_txt(const query::esql::Table& table, const EsqlTextStyle& style);

}  // namespace api::elasticsearch
