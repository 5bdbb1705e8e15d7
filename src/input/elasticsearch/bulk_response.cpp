#include "input/elasticsearch/bulk_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "event/index_name.h"
#include "event/json_text.h"
#include "event/schema.h"

namespace input::elasticsearch {

namespace {

using Status = event::RecordOutcome::Status;

constexpr std::size_t longest_index_told = 100;

// What is told of one item.
struct ItemResult {
    std::string_view index;
    std::string_view id;      // empty: made from the sequence number
    std::string_view result;  // "created"; empty for a failure
    int status = 201;
    int version = 1;
    std::uint64_t sequence = 0;
    // Of a failure.
    std::string_view type;
    std::string reason;
    bool with_index = false;  // the error names the index too
};

ItemResult failed(ItemResult item, int status, std::string_view type, std::string reason) {
    item.status = status;
    item.result = {};
    item.type = type;
    item.reason = std::move(reason);
    return item;
}

ItemResult fault_result(ItemResult item, Fault fault) {
    switch (fault) {
        case Fault::index_name: {
            auto why = event::check_index_name(item.index).error().message;
            if (!why.empty() && why[0] == 'i') why[0] = 'I';
            item.with_index = true;
            // It may be as long as the request.
            item.index = item.index.substr(0, longest_index_told);
            return failed(std::move(item), 400, "invalid_index_name_exception", std::move(why));
        }
        case Fault::empty_id:
            return failed(std::move(item), 400, "illegal_argument_exception",
                          "if _id is specified it must not be empty");
        case Fault::empty_document:
            return failed(std::move(item), 400, "document_parsing_exception",
                          "[1:0] failed to parse, document is empty");
        case Fault::update:
            return failed(std::move(item), 400, "illegal_argument_exception",
                          "update is not supported: log events are not changed once they are "
                          "stored; use index, create or delete");
        case Fault::none:
            break;
    }
    return item;
}

ItemResult rejected(ItemResult item, const event::RecordOutcome& outcome,
                    const event::RecordsOutcome& part) {
    const auto at = static_cast<std::size_t>(outcome.error);
    if (outcome.error < 0 || at >= part.errors.size()) {
        return failed(std::move(item), 500, "exception", "the event was not stored");
    }
    const auto& error = part.errors[at];
    switch (error.code) {
        case base::Code::invalid_argument:
        case base::Code::too_large:
            return failed(std::move(item), 400, "document_parsing_exception", error.message);
        default: {
            auto failure = failure_of(error);
            return failed(std::move(item), failure.status, failure.type, std::move(failure.reason));
        }
    }
}

ItemResult outcome_result(ItemResult item, const event::RecordOutcome& outcome,
                          const event::RecordsOutcome& part) {
    if (outcome.index < part.indices.size()) item.index = part.indices[outcome.index];
    item.sequence = outcome.sequence;
    switch (outcome.status) {
        case Status::created:
            item.result = "created";
            return item;
        case Status::updated:
            item.result = "updated";
            item.status = 200;
            item.version = 2;
            return item;
        case Status::deleted:
            item.result = "deleted";
            item.status = 200;
            item.version = 2;
            return item;
        case Status::missing:
            item.result = "not_found";
            item.status = 404;
            return item;
        case Status::filtered:
            // As Elasticsearch answers for what an ingest pipeline drops.
            item.result = "noop";
            item.status = 200;
            item.version = -3;
            if (item.id.empty()) item.id = "auto-generated";
            return item;
        case Status::duplicate:
            item.with_index = true;
            return failed(item, 409, "version_conflict_engine_exception",
                          fmt::format("[{}]: version conflict, document already exists (current "
                                      "version [1])",
                                      item.id));
        case Status::rejected:
            break;
    }
    return rejected(std::move(item), outcome, part);
}

bool is_failure(Status status) { return status == Status::duplicate || status == Status::rejected; }

// Which members of an item are written, for one action.
struct ItemFields {
    bool index = true, id = true, version = true, result = true, shards = true, seq_no = true,
         primary_term = true, status = true, error = true;
};

void append_number(std::int64_t number, std::string& out) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

// Text that needs no escapes, as most ids and all good index names, is only copied.
void append_text(std::string_view text, std::string& out) {
    const auto special = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < ' ' || byte > '~' || c == '"' || c == '\\';
    };
    if (std::any_of(text.begin(), text.end(), special)) return event::append_json_string(text, out);
    out.push_back('"');
    out += text;
    out.push_back('"');
}

constexpr std::string_view shards_member = R"("_shards":{"total":1,"successful":1,"failed":0})";
constexpr std::string_view no_shards_member = R"("_shards":{"total":0,"successful":0,"failed":0})";

// Writes the members of one item, with commas between those that are wanted.
class ItemWriter {
  public:
    ItemWriter(const ItemFields& fields, std::string& out) : fields_(fields), out_(out) {}

    void write(const ItemResult& item) {
        if (fields_.index) member("\"_index\":"), append_text(item.index, out_);
        if (fields_.id) member("\"_id\":"), append_id(item);
        if (item.result.empty()) {
            if (fields_.status) member("\"status\":"), append_number(item.status, out_);
            if (fields_.error) member("\"error\":"), append_error(item);
            return;
        }
        if (fields_.version) member("\"_version\":"), append_number(item.version, out_);
        if (fields_.result) member("\"result\":"), append_text(item.result, out_);
        const bool stored = item.version > 0;
        if (fields_.shards) member(stored ? shards_member : no_shards_member);
        if (fields_.seq_no && stored) {
            member("\"_seq_no\":"), append_number(static_cast<std::int64_t>(item.sequence), out_);
        }
        if (fields_.primary_term && stored) member("\"_primary_term\":1");
        if (fields_.status) member("\"status\":"), append_number(item.status, out_);
    }

    void append_error(const ItemResult& item) {
        out_ += "{\"type\":";
        append_text(item.type, out_);
        out_ += ",\"reason\":";
        append_text(item.reason, out_);
        if (item.with_index) {
            out_ += ",\"index_uuid\":\"_na_\"";
            if (item.status == 409) out_ += ",\"shard\":\"0\"";
            out_ += ",\"index\":";
            append_text(item.index, out_);
        }
        out_.push_back('}');
    }

  private:
    void member(std::string_view text) {
        if (!first_) out_.push_back(',');
        first_ = false;
        out_ += text;
    }

    void append_id(const ItemResult& item) {
        if (!item.id.empty()) return append_text(item.id, out_);
        if (item.sequence != 0) return append_text(event::id_of(item.sequence), out_);
        out_ += "null";
    }

    const ItemFields& fields_;
    std::string& out_;
    bool first_ = true;
};

class BulkResponseWriter {
  public:
    BulkResponseWriter(const BulkRequest& request, const std::vector<PartOutcome>& parts)
        : request_(request), parts_(parts) {}

    // Nothing when the filter asks for less than whole members: then the whole text is cut down.
    bool set_filter(const FilterPath& filter) {
        unfiltered_ = filter.takes_all();
        if (unfiltered_) return true;
        for (const Verb verb : {Verb::index, Verb::create, Verb::remove, Verb::update}) {
            if (!set_fields(filter, verb)) return false;
        }
        return true;
    }

    std::string write(std::int64_t took_ms, bool with_took, bool with_errors) {
        std::string out;
        out.reserve(expected_size());
        out.push_back('{');
        if (with_took) {
            out += "\"took\":";
            append_number(took_ms, out);
        }
        if (with_errors) {
            if (with_took) out.push_back(',');
            out += any_failed() ? "\"errors\":true" : "\"errors\":false";
        }
        write_items(out);
        out.push_back('}');
        return out;
    }

    ItemResult result_of(const BulkItem& item) const {
        ItemResult result;
        result.index = item.index;
        result.id = item.id;
        if (item.fault != Fault::none) return fault_result(std::move(result), item.fault);
        if (item.part >= parts_.size()) {
            return failed(std::move(result), 429, "es_rejected_execution_exception",
                          "not tried, because what came before it in the request failed");
        }
        const auto& part = parts_[item.part];
        if (!part) {
            auto failure = failure_of(part.error());
            return failed(std::move(result), failure.status, failure.type,
                          std::move(failure.reason));
        }
        const auto& outcomes = part.value().items;
        const std::size_t at = request_.position(item);
        if (at >= outcomes.size()) {
            return failed(std::move(result), 500, "exception", "the event was not stored");
        }
        return outcome_result(std::move(result), outcomes[at], part.value());
    }

  private:
    bool set_fields(const FilterPath& filter, Verb verb) {
        bool whole_members = true;
        std::array<std::string_view, 3> path = {"items", name_of(verb), ""};
        const auto wants = [&](std::string_view name, bool leaf) {
            path[2] = name;
            const auto fit = filter.fit(path);
            if (fit == FilterPath::Fit::whole) return true;
            if (fit != FilterPath::Fit::none && !leaf) whole_members = false;
            return fit == FilterPath::Fit::rest;
        };
        auto& fields = fields_[static_cast<std::size_t>(verb)];
        fields.index = wants("_index", true);
        fields.id = wants("_id", true);
        fields.version = wants("_version", true);
        fields.result = wants("result", true);
        fields.shards = wants("_shards", false);
        fields.seq_no = wants("_seq_no", true);
        fields.primary_term = wants("_primary_term", true);
        fields.status = wants("status", true);
        fields.error = wants("error", false);
        return whole_members;
    }

    // Rather too much than too little: growing would take the room twice.
    std::size_t expected_size() const {
        const bool all = fields_[0].shards;
        std::size_t size = 64 + request_.items().size() * (all ? 230 : 60);
        for (const auto& item : request_.items()) {
            size += item.id.size();
            if (item.fault != Fault::none) size += 700;
        }
        for (const auto& part : parts_) {
            if (!part) continue;
            for (const auto& outcome : part.value().items) {
                const auto at = static_cast<std::size_t>(outcome.error);
                if (at < part.value().errors.size())
                    size += part.value().errors[at].message.size() + 20;
            }
        }
        return size;
    }

    bool any_failed() const {
        for (const auto& part : parts_) {
            if (!part) return true;
            for (const auto& outcome : part.value().items) {
                if (is_failure(outcome.status)) return true;
            }
        }
        if (parts_.size() < request_.parts()) return true;
        for (const auto& item : request_.items()) {
            if (item.fault != Fault::none) return true;
        }
        return false;
    }

    // The common case in fewer steps: an event that was stored anew, told in full. False for any
    // other.
    bool append_created(const BulkItem& item, std::string& out) {
        if (!unfiltered_ || item.fault != Fault::none || item.part >= parts_.size()) return false;
        const auto& part = parts_[item.part];
        const std::size_t at = request_.position(item);
        if (!part || at >= part.value().items.size()) return false;
        const auto& outcome = part.value().items[at];
        const auto& indices = part.value().indices;
        if (outcome.status != Status::created || outcome.index >= indices.size()) return false;
        const std::string& index = indices[outcome.index];
        if (begin_index_ != &index || begin_verb_ != item.verb) {
            begin_index_ = &index;
            begin_verb_ = item.verb;
            begin_ = fmt::format(R"({{"{}":{{"_index":)", name_of(item.verb));
            append_text(index, begin_);
            begin_ += ",\"_id\":";
        }
        out += begin_;
        if (item.id.empty()) {
            out.push_back('"');
            out += event::id_of(outcome.sequence);
            out.push_back('"');
        } else {
            append_text(item.id, out);
        }
        out += R"(,"_version":1,"result":"created",)"
               R"("_shards":{"total":1,"successful":1,"failed":0},"_seq_no":)";
        append_number(static_cast<std::int64_t>(outcome.sequence), out);
        out += R"(,"_primary_term":1,"status":201}})";
        return true;
    }

    // Items of which the filter leaves nothing are left out, and `items` with them when none is
    // left.
    void write_items(std::string& out) {
        static constexpr std::array<std::string_view, 4> begins = {
            "{\"index\":{", "{\"create\":{", "{\"delete\":{", "{\"update\":{"};
        const std::size_t before = out.size();
        out += before > 1 ? ",\"items\":[" : "\"items\":[";
        const std::size_t begin = out.size();
        for (const auto& item : request_.items()) {
            const std::size_t undo = out.size();
            if (undo > begin) out.push_back(',');
            const auto verb = static_cast<std::size_t>(item.verb);
            if (append_created(item, out)) continue;
            out += begins[verb];
            const std::size_t empty = out.size();
            ItemWriter(fields_[verb], out).write(result_of(item));
            if (out.size() == empty) {
                out.resize(undo);
            } else {
                out += "}}";
            }
        }
        if (out.size() == begin) {
            out.resize(before);
        } else {
            out.push_back(']');
        }
    }

    const BulkRequest& request_;
    const std::vector<PartOutcome>& parts_;
    std::array<ItemFields, 4> fields_{};
    bool unfiltered_ = false;
    std::string begin_;  // of items with this index and verb
    const std::string* begin_index_ = nullptr;
    Verb begin_verb_ = Verb::index;
};

}  // namespace

std::string write_bulk_response(const BulkRequest& request, const std::vector<PartOutcome>& parts,
                                std::int64_t took_ms, const FilterPath& filter) {
    BulkResponseWriter writer(request, parts);
    if (!writer.set_filter(filter)) {
        return filter.apply(BulkResponseWriter(request, parts).write(took_ms, true, true));
    }
    const auto wants = [&filter](std::string_view name) {
        return filter.takes_all() || filter.fit(std::span(&name, 1)) >= FilterPath::Fit::rest;
    };
    return writer.write(took_ms, wants("took"), wants("errors"));
}

SingleAnswer write_single_response(const BulkRequest& request, const PartOutcome& part) {
    const auto& item = request.items().front();
    const std::vector<PartOutcome> parts = {part};
    const auto result = BulkResponseWriter(request, parts).result_of(item);
    SingleAnswer answer{result.status, {}};
    ItemFields fields;
    fields.status = false;
    ItemWriter writer(fields, answer.body);
    if (!result.result.empty()) {
        answer.body = "{";
        writer.write(result);
        answer.body += "}";
        return answer;
    }
    std::string error;
    ItemWriter(fields, error).append_error(result);
    answer.body = fmt::format(R"({{"error":{{"root_cause":[{}],{},"status":{}}})", error,
                              error.substr(1), result.status);
    return answer;
}

}  // namespace input::elasticsearch
