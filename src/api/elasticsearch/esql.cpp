#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/elasticsearch/read_context.h"
#include "api/elasticsearch/table_writer.h"
#include "query/dsl/json.h"
#include "query/dsl/query_reader.h"
#include "query/esql/node.h"

// POST /_query: ES|QL as Elasticsearch's clients ask it.

namespace api::elasticsearch {

namespace esql = query::esql;

namespace {

Parsed<esql::Literal> literal_of(const json::value& value) {
    esql::Literal made;
    using Kind = esql::Literal::Kind;
    if (value.is_bool()) {
        made.kind = Kind::boolean;
        made.integer = value.get_bool() ? 1 : 0;
    } else if (value.is_int64()) {
        made.kind = Kind::integer;
        made.integer = value.get_int64();
    } else if (value.is_number()) {
        made.kind = Kind::number;
        made.number = value.to_number<double>();
    } else if (value.is_string()) {
        made.kind = Kind::text;
        made.text = value.get_string();
    } else if (!value.is_null()) {
        return query::dsl::illegal(
            "[params] must be numbers, texts, true, false or null, or objects of one such value by "
            "its name");
    }
    return made;
}

Parsed<std::vector<esql::Parameter>> parameters_of(const json::value& list) {
    if (!list.is_array()) return query::dsl::parsing("[params] must be an array");
    std::vector<esql::Parameter> made;
    for (const json::value& each : list.get_array()) {
        esql::Parameter one;
        const json::value* value = &each;
        if (const auto* object = each.if_object()) {
            if (object->size() != 1)
                return query::dsl::parsing("expected {\"name\": value} in [params]");
            one.name = object->begin()->key();
            value = &object->begin()->value();
            // {"name": {"value": …}} is another way to say it.
            if (const auto* inner = value->if_object()) {
                value = inner->if_contains("value");
                if (value == nullptr)
                    return query::dsl::parsing("expected {\"name\": value} in [params]");
            }
        }
        TRY(one.value, literal_of(*value));
        made.push_back(std::move(one));
    }
    return made;
}

struct Asked {
    std::string text;
    std::vector<esql::Parameter> parameters;
    query::Selection within;
    bool by_columns = false;
};

// What is named is read; what would change the answer and is not supported is refused.
Parsed<Asked> asked_of(const ReadContext& context) {
    TRY(const json::value body, query::dsl::parse_json(context.request.body));
    if (!body.is_object())
        return query::dsl::parsing("expected an object as the body of a request");
    Asked asked;
    constexpr std::array<std::string_view, 8> passed_over = {"locale",
                                                             "profile",
                                                             "version",
                                                             "include_ccs_metadata",
                                                             "accept_pragma_risks",
                                                             "pragma",
                                                             "allow_partial_results",
                                                             "include_execution_metadata"};
    for (const auto& [name, value] : body.get_object()) {
        if (name == "query") {
            if (!value.is_string()) return query::dsl::parsing("[query] must be a text");
            asked.text = value.get_string();
        } else if (name == "params") {
            TRY(asked.parameters, parameters_of(value));
        } else if (name == "columnar") {
            TRY(asked.by_columns, query::dsl::boolean_of(value, "columnar"));
        } else if (name == "filter") {
            if (value.is_null()) continue;
            TRY(const auto mapping,
                mapping_of(context.searcher, context.catalog, event::IndexPattern()));
            query::dsl::QueryReader reader(mapping, context.now);
            TRY(asked.within.predicate, reader.read(value));
        } else if (name == "time_zone" && query::dsl::text_of_scalar(value) != "UTC" &&
                   query::dsl::text_of_scalar(value) != "Z") {
            return query::dsl::unsupported("[time_zone] of an ES|QL request");
        } else if (name == "tables") {
            return query::dsl::unsupported("[tables] of an ES|QL request");
        } else if (name != "time_zone" && std::find(passed_over.begin(), passed_over.end(),
                                                    std::string_view(name)) == passed_over.end()) {
            return query::dsl::parsing(
                fmt::format("request does not support [{}]", std::string_view(name)));
        }
    }
    if (asked.text.empty()) {
        return Failure{400, "action_request_validation_exception",
                       "Validation Failed: 1: [query] is required;"};
    }
    return asked;
}

Failure failure_of(const esql::Trouble& trouble, std::string_view text) {
    const base::Error& error = trouble.error;
    if (error.code == base::Code::too_large)
        return {400, "circuit_breaking_exception", error.message};
    Failure failure(error);
    if (error.code != base::Code::invalid_argument) return failure;
    std::string line = error.message;
    if (error.length > 0)
        line = fmt::format("line {}: {}", esql::position_text(text, error.offset), line);
    if (trouble.step == esql::Step::parsing) return {400, "parsing_exception", line};
    if (trouble.step == esql::Step::verification)
        return {400, "verification_exception", "Found 1 problem\n" + line};
    failure.reason = line;
    return failure;
}

// Clients take few headers: Node 16 KiB of all of them.
constexpr std::size_t most_warning_bytes = 4 << 10;

// As RFC 7234 has it; what a header cannot hold is left out.
std::string warning_header(std::string_view text) {
    constexpr std::size_t longest = 500;
    std::string out = "299 Ordertrail \"";
    for (const char c : text.substr(0, longest)) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c >= ' ' && c < 0x7f ? c : ' ');
    }
    return out + "\"";
}

std::string format_of(const net::HttpRequest& request) {
    if (request.has_parameter("format")) return std::string(request.parameter("format"));
    const std::string_view accept = net::header(request.headers, "Accept");
    if (accept.starts_with("text/csv")) return "csv";
    if (accept.starts_with("text/tab-separated-values")) return "tsv";
    if (accept.starts_with("text/plain")) return "txt";
    return "json";
}

Parsed<Answer> answer_of(const ReadContext& context, const Asked& asked, const esql::Table& table,
                         const std::string& format) {
    Answer answer;
    EsqlTextStyle style;
    style.header = context.request.parameter("header") != "absent";
    const std::string_view accept = net::header(context.request.headers, "Accept");
    if (accept.find("header=absent") != std::string_view::npos) style.header = false;
    if (const std::string_view given = context.request.parameter("delimiter"); !given.empty()) {
        if (given.size() != 1 || given == "\"" || given == "\n" || given == "\r" || format != "csv")
            return query::dsl::illegal("invalid delimiter");
        style.delimiter = given[0];
    }
    const std::string_view header = style.header ? "present" : "absent";
    if (format == "csv") {
        answer.body = esql_csv(table, style);
        answer.content_type = fmt::format("text/csv; charset=utf-8; header={}", header);
    } else if (format == "tsv") {
        answer.body = esql_tsv(table, style);
        answer.content_type =
            fmt::format("text/tab-separated-values; charset=utf-8; header={}", header);
    } else if (format == "txt") {
        answer.body = esql_txt(table, style);
        answer.content_type = "text/plain; charset=utf-8";
    } else {
        JsonWriter out;
        out.begin_object().key("took").integer(took(context));
        out.key("is_partial").boolean(false);
        out.key("documents_found").unsigned_integer(table.rows_read);
        write_esql_table(table, asked.by_columns, flag(context, "drop_null_columns"), out);
        out.end_object();
        answer.body = out.take();
    }
    std::size_t bytes = 0;
    for (const std::string& warning : table.warnings) {
        std::string header = warning_header(warning);
        bytes += header.size();
        if (bytes > most_warning_bytes) break;
        answer.headers.emplace_back("Warning", std::move(header));
    }
    return answer;
}

}  // namespace

Parsed<Answer> answer_esql(const ReadContext& context) {
    const std::string format = format_of(context.request);
    if (format != "json" && format != "csv" && format != "tsv" && format != "txt") {
        return query::dsl::illegal(fmt::format(
            "Invalid format [{}]: expected json, csv, tsv or txt", format.substr(0, 50)));
    }
    TRY(Asked asked, asked_of(context));
    if (format != "json" && asked.by_columns) {
        return query::dsl::illegal(fmt::format(
            "Invalid use of [columnar] argument: cannot be used in combination with [{}] format",
            format));
    }
    esql::Request request;
    request.text = asked.text;
    request.parameters = std::move(asked.parameters);
    request.within = asked.within;
    request.now = context.now;
    request.memory_limit = context.esql_memory;
    request.index_known = context.index_known;
    request.stop = context.stop;
    const auto table = esql::run(request, context.searcher, context.catalog);
    if (!table) return failure_of(table.error(), asked.text);
    return answer_of(context, asked, table.value(), format);
}

}  // namespace api::elasticsearch
