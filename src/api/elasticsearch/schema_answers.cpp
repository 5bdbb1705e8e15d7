#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "api/elasticsearch/read_context.h"
#include "api/json_writer.h"

// What there is: mappings, field capabilities, indices.

namespace api::elasticsearch {

namespace {

using query::dsl::FieldType;
using query::dsl::MappedField;

// Fields as a tree by the parts of their names.
struct Branch {
    FieldType type = FieldType::none;
    std::map<std::string, Branch, std::less<>> below;
};

Branch tree_of(const query::dsl::Mapping& mapping) {
    Branch root;
    for (const MappedField& field : mapping.fields()) {
        Branch* branch = &root;
        std::string_view rest = field.name;
        while (true) {
            const std::size_t dot = rest.find('.');
            branch = &branch->below[std::string(rest.substr(0, dot))];
            if (dot == std::string_view::npos) break;
            rest.remove_prefix(dot + 1);
        }
        branch->type = field.type;
    }
    root.below["@timestamp"].type = FieldType::date;
    return root;
}

void write_branch(const Branch& branch, JsonWriter& out) {
    out.key("properties").begin_object();
    for (const auto& [name, child] : branch.below) {
        out.key(name).begin_object();
        // A name that is both a value and an object is shown as an object, which it is for paths.
        if (!child.below.empty()) {
            write_branch(child, out);
        } else {
            out.key("type").string(name_of(child.type));
            if (child.type == FieldType::text) {
                out.key("fields").begin_object().key("keyword").begin_object();
                out.key("type").string("keyword").key("ignore_above").integer(256);
                out.end_object().end_object();
            }
        }
        out.end_object();
    }
    out.end_object();
}

Parsed<void> write_mappings(const ReadContext& context, const std::string& index, JsonWriter& out) {
    TRY(const auto mapping,
        mapping_of(context.searcher, context.catalog, event::IndexPattern(index)));
    out.key("mappings").begin_object();
    write_branch(tree_of(mapping), out);
    out.end_object();
    return base::outcome::success();
}

// Indices that a path names, those that were made and hold nothing included.
Parsed<std::vector<std::string>> names_in(const ReadContext& context) {
    const std::string asked(context.path["index"]);
    TRY(const event::IndexPattern pattern, indices_of(context, asked));
    TRY(const auto infos, index_list(context, pattern));
    std::vector<std::string> names;
    for (const storage::IndexInfo& info : infos) names.push_back(info.name);
    const bool plain = asked.find_first_of("*,") == std::string::npos && !asked.empty();
    if (names.empty() && plain && context.index_known && context.index_known(asked))
        names.push_back(asked);
    return names;
}

}  // namespace

Parsed<Answer> answer_mapping(const ReadContext& context) {
    TRY(const auto names, names_in(context));
    JsonWriter out;
    out.begin_object();
    for (const std::string& name : names) {
        out.key(name).begin_object();
        TRY(write_mappings(context, name, out));
        out.end_object();
    }
    out.end_object();
    return Answer{200, out.take()};
}

namespace {

// A request that changes nothing: a wrong one is still refused.
Parsed<Answer> acknowledge(const ReadContext& context, std::string_view what) {
    TRY(names_in(context));
    TRY(const json::value body, query::dsl::parse_json(context.request.body));
    TRY(query::dsl::object_of(body, what));
    return Answer{200, R"({"acknowledged":true})"};
}

}  // namespace

Parsed<Answer> answer_put_mapping(const ReadContext& context) {
    return acknowledge(context, "mapping");
}

Parsed<Answer> answer_put_settings(const ReadContext& context) {
    return acknowledge(context, "settings");
}

namespace {

// Of one index or all; what is not known here is left out.
void write_stats(const std::vector<storage::IndexInfo>& infos, JsonWriter& out) {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    for (const storage::IndexInfo& info : infos) {
        rows += info.rows;
        bytes += info.bytes_on_disk;
    }
    for (const char* shards : {"primaries", "total"}) {
        out.key(shards).begin_object().key("docs").begin_object();
        out.key("count").integer(static_cast<std::int64_t>(rows)).key("deleted").integer(0);
        out.end_object().key("store").begin_object();
        out.key("size_in_bytes").integer(static_cast<std::int64_t>(bytes));
        out.end_object().end_object();
    }
}

}  // namespace

Parsed<Answer> answer_stats(const ReadContext& context) {
    TRY(const event::IndexPattern indices, indices_of(context, std::string(context.path["index"])));
    TRY(const auto infos, index_list(context, indices));
    JsonWriter out;
    out.begin_object();
    out.key("_shards").begin_object().key("total").integer(1).key("successful").integer(1);
    out.key("failed").integer(0).end_object().key("_all").begin_object();
    write_stats(infos, out);
    out.end_object().key("indices").begin_object();
    for (const storage::IndexInfo& info : infos) {
        out.key(info.name).begin_object().key("uuid").string(info.name);
        write_stats({info}, out);
        out.end_object();
    }
    out.end_object().end_object();
    return Answer{200, out.take()};
}

Parsed<Answer> answer_index(const ReadContext& context) {
    TRY(const auto names, names_in(context));
    JsonWriter out;
    out.begin_object();
    for (const std::string& name : names) {
        out.key(name).begin_object().key("aliases").begin_object().end_object();
        TRY(write_mappings(context, name, out));
        out.key("settings").begin_object().key("index").begin_object();
        out.key("number_of_shards").string("1").key("number_of_replicas").string("0");
        out.key("provided_name").string(name).end_object().end_object().end_object();
    }
    out.end_object();
    return Answer{200, out.take()};
}

namespace {

void write_capability(std::string_view name, std::string_view type, bool aggregatable,
                      JsonWriter& out) {
    out.key(name).begin_object().key(type).begin_object();
    out.key("type").string(type).key("metadata_field").boolean(name.starts_with('_'));
    out.key("searchable").boolean(type != "object");
    out.key("aggregatable").boolean(aggregatable).end_object().end_object();
}

std::vector<std::string> patterns_of(std::string_view text) {
    std::vector<std::string> patterns;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        patterns.emplace_back(part);
    }
    return patterns;
}

Parsed<std::vector<std::string>> asked_fields(const ReadContext& context, const json::value& body) {
    std::vector<std::string> patterns = patterns_of(context.request.parameter("fields"));
    if (const auto* object = body.if_object()) {
        for (const auto& [name, value] : *object) {
            if (name == "index_filter") continue;
            if (name != "fields")
                return query::dsl::unsupported(
                    fmt::format("[{}] of field capabilities", std::string_view(name)));
            if (const auto* list = value.if_array()) {
                for (const json::value& each : *list) {
                    TRY(patterns.emplace_back(), query::dsl::scalar(each, "fields"));
                }
            } else {
                TRY(patterns.emplace_back(), query::dsl::scalar(value, "fields"));
            }
        }
    }
    if (patterns.empty()) {
        return Failure{400, "action_request_validation_exception",
                       "Validation Failed: 1: no fields specified;"};
    }
    return patterns;
}

}  // namespace

namespace {

// Of these indices those that have an event which fits `index_filter`.
Parsed<std::vector<storage::IndexInfo>> that_fit(const ReadContext& context,
                                                 std::vector<storage::IndexInfo> infos,
                                                 const json::value& body) {
    const json::object* object = body.if_object();
    const json::value* filter = object == nullptr ? nullptr : object->if_contains("index_filter");
    if (filter == nullptr) return infos;
    std::vector<storage::IndexInfo> fitting;
    for (storage::IndexInfo& info : infos) {
        query::Selection selection;
        selection.indices = event::IndexPattern(info.name);
        TRY(const auto mapping, mapping_of(context.searcher, context.catalog, selection.indices));
        json::object search;
        search["query"] = *filter;
        TRY(auto read, query::dsl::read_search(search, mapping, context.now));
        selection.predicate = std::move(read.query);
        query::take_times(selection);
        TRY(const std::uint64_t count, context.searcher.count(selection));
        if (count > 0) fitting.push_back(std::move(info));
    }
    return fitting;
}

std::string joined_names(const std::vector<storage::IndexInfo>& infos) {
    std::string names;
    for (const storage::IndexInfo& info : infos) names += (names.empty() ? "" : ",") + info.name;
    return names;
}

}  // namespace

Parsed<Answer> answer_field_caps(const ReadContext& context) {
    TRY(const json::value body, query::dsl::parse_json(context.request.body));
    TRY(const auto patterns, asked_fields(context, body));
    TRY(event::IndexPattern indices, indices_of(context, std::string(context.path["index"])));
    TRY(const auto named, index_list(context, indices));
    TRY(const auto infos, that_fit(context, named, body));
    if (infos.size() < named.size()) indices = event::IndexPattern(joined_names(infos));
    TRY(const auto mapping,
        infos.empty() ? Parsed<query::dsl::Mapping>(query::dsl::Mapping(context.catalog, {}))
                      : mapping_of(context.searcher, context.catalog, indices));
    const auto wanted = [&](std::string_view name) {
        return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
            return event::fits_wildcard(name, pattern);
        });
    };
    JsonWriter out;
    out.begin_object().key("indices").begin_array();
    for (const storage::IndexInfo& info : infos) out.string(info.name);
    out.end_array().key("fields").begin_object();
    std::set<std::string> objects;
    for (const MappedField& field : mapping.fields()) {
        const bool text = field.type == FieldType::text;
        const bool shown = wanted(field.name) || (text && wanted(field.name + ".keyword"));
        if (wanted(field.name)) write_capability(field.name, name_of(field.type), !text, out);
        if (text && wanted(field.name + ".keyword"))
            write_capability(field.name + ".keyword", "keyword", true, out);
        for (std::size_t dot = field.name.find('.'); shown && dot != std::string::npos;
             dot = field.name.find('.', dot + 1))
            objects.insert(field.name.substr(0, dot));
    }
    if (wanted("@timestamp")) write_capability("@timestamp", "date", true, out);
    if (wanted("_id")) write_capability("_id", "_id", false, out);
    if (wanted("_index")) write_capability("_index", "_index", true, out);
    for (const std::string& name : objects) {
        const bool field = mapping.find(name).type != FieldType::none;
        if (!field) write_capability(name, "object", false, out);
    }
    out.end_object().end_object();
    return Answer{200, out.take()};
}

namespace {

bool wants_json(const ReadContext& context) {
    return context.request.parameter("format") == "json" ||
           context.request.header("accept").find("json") != std::string_view::npos;
}

std::string size_text(std::uint64_t bytes) {
    if (bytes < 1024) return fmt::format("{}b", bytes);
    const char* const units[] = {"kb", "mb", "gb", "tb"};
    double size = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; size >= 1024 && unit < 3; ++unit) size /= 1024;
    return fmt::format("{:.1f}{}", size, units[unit]);
}

using Table = std::vector<std::vector<std::string>>;

// Rows of text columns, or JSON; the first row are the columns' names, `h` chooses some.
Answer table_answer(const ReadContext& context, const Table& table) {
    std::vector<std::size_t> columns;
    for (const std::string& name : patterns_of(context.request.parameter("h"))) {
        const auto found = std::find(table[0].begin(), table[0].end(), name);
        if (found != table[0].end())
            columns.push_back(static_cast<std::size_t>(found - table[0].begin()));
    }
    for (std::size_t at = 0; columns.empty() && at < table[0].size(); ++at) {
        for (std::size_t all = 0; all < table[0].size(); ++all) columns.push_back(all);
    }
    if (wants_json(context)) {
        JsonWriter out;
        out.begin_array();
        for (std::size_t row = 1; row < table.size(); ++row) {
            out.begin_object();
            for (const std::size_t column : columns)
                out.key(table[0][column]).string(table[row][column]);
            out.end_object();
        }
        out.end_array();
        return {200, out.take()};
    }
    Answer answer{200, "", "text/plain; charset=UTF-8"};
    for (std::size_t row = flag(context, "v") ? 0 : 1; row < table.size(); ++row) {
        std::string line;
        for (const std::size_t column : columns) {
            std::size_t width = 0;
            for (std::size_t each = flag(context, "v") ? 0 : 1; each < table.size(); ++each)
                width = std::max(width, table[each][column].size());
            if (column != columns.front()) line += " ";
            line += fmt::format("{:<{}}", table[row][column], width);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        answer.body += line + "\n";
    }
    return answer;
}

}  // namespace

Parsed<Answer> answer_cat_indices(const ReadContext& context) {
    TRY(const event::IndexPattern indices, indices_of(context, std::string(context.path["index"])));
    TRY(const auto infos, index_list(context, indices));
    Table table{{"health", "status", "index", "uuid", "pri", "rep", "docs.count", "docs.deleted",
                 "store.size", "pri.store.size", "dataset.size"}};
    // All that is here is well; what is not is in /health.
    const std::string_view health = context.request.parameter("health");
    for (const storage::IndexInfo& info : infos) {
        if (!health.empty() && health != "green") break;
        const std::string size = size_text(info.bytes_on_disk);
        table.push_back({"green", "open", info.name, info.name, "1", "0", std::to_string(info.rows),
                         "0", size, size, size});
    }
    return table_answer(context, table);
}

Parsed<Answer> answer_cat_count(const ReadContext& context) {
    TRY(const event::IndexPattern indices, indices_of(context, std::string(context.path["index"])));
    query::Selection selection;
    selection.indices = indices;
    TRY(const std::uint64_t count, context.searcher.count(selection));
    const auto seconds = context.now / base::second;
    return table_answer(
        context,
        {{"epoch", "timestamp", "count"},
         {std::to_string(seconds),
          fmt::format("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60),
          std::to_string(count)}});
}

Parsed<Answer> answer_resolve(const ReadContext& context) {
    TRY(const auto names, names_in(context));
    JsonWriter out;
    out.begin_object().key("indices").begin_array();
    for (const std::string& name : names) {
        out.begin_object().key("name").string(name).key("attributes").begin_array();
        out.string("open").end_array().end_object();
    }
    out.end_array().key("aliases").begin_array().end_array();
    out.key("data_streams").begin_array().end_array().end_object();
    return Answer{200, out.take()};
}

Parsed<Answer> answer_aliases(const ReadContext& context) {
    TRY(const auto names, names_in(context));
    JsonWriter out;
    out.begin_object();
    for (const std::string& name : names)
        out.key(name).begin_object().key("aliases").begin_object().end_object().end_object();
    out.end_object();
    return Answer{200, out.take()};
}

}  // namespace api::elasticsearch
