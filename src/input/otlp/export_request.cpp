#include "input/otlp/export_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "input/otlp/any_value.h"
#include "input/otlp/fields.h"
#include "input/otlp/json_request.h"
#include "input/otlp/log_record.h"
#include "input/otlp/protobuf_reader.h"
#include "input/otlp/record_parts.h"
#include "input/otlp/span_record.h"

namespace input::otlp {

namespace {

// Where in the request the reader is; for messages.
struct Place {
    std::size_t resource = 0;
    std::size_t scope = 0;
    std::size_t record = 0;
    unsigned depth = 0;  // how many of these are meant

    std::string text(const SignalNames& names) const {
        std::string text;
        if (depth > 0) text += fmt::format(" in {}[{}]", names.resources_snake, resource);
        if (depth > 1) text += fmt::format(".{}[{}]", names.scopes_snake, scope);
        if (depth > 2) text += fmt::format(".{}[{}]", names.records_snake, record);
        return text;
    }
};

}  // namespace

// Finds the records of a body and checks all of it.
class ExportRequest::Reader {
  public:
    Reader(ExportRequest& request, const RequestLimits& limits)
        : request_(request), names_(names_of(request.signal_)), limits_(limits) {}

    base::Status read() {
        try {
            return read_request();
        } catch (const NestedTooDeeply&) {
            return base::invalid(fmt::format("expected values nested at most {} deep, found more{}",
                                             deepest_value, place_.text(names_)));
        } catch (const protozero::exception& wrong) {
            return base::invalid(fmt::format("expected a protobuf {}, found {}{}", names_.message,
                                             wrong.what(), place_.text(names_)));
        }
    }

  private:
    base::Status read_request() {
        protozero::pbf_reader reader(request_.body_.data(), request_.body_.size());
        while (reader.next()) {
            if (reader.tag_and_type() != bytes_field(request::resources)) {
                reader.skip();
                continue;
            }
            TRY(read_of_resource(bytes_of(reader)));
            ++place_.resource;
        }
        return base::ok();
    }

    base::Status read_of_resource(std::string_view text) {
        place_.depth = 1;
        place_.scope = 0;
        origin_ = {};
        // The resource may stand behind what it is the resource of.
        protozero::pbf_reader first(text.data(), text.size());
        while (first.next()) {
            if (first.tag_and_type() == bytes_field(of_resource::resource)) {
                origin_.resource = bytes_of(first);
            } else {
                first.skip();
            }
        }
        check_attributes_of(origin_.resource, resource::attributes);
        protozero::pbf_reader reader(text.data(), text.size());
        while (reader.next(of_resource::scopes, protozero::pbf_wire_type::length_delimited)) {
            TRY(read_of_scope(bytes_of(reader)));
            place_.depth = 1;
            ++place_.scope;
        }
        place_.depth = 0;
        return base::ok();
    }

    base::Status read_of_scope(std::string_view text) {
        place_.depth = 2;
        place_.record = 0;
        origin_.scope = {};
        protozero::pbf_reader first(text.data(), text.size());
        while (first.next()) {
            if (first.tag_and_type() == bytes_field(of_scope::scope)) {
                origin_.scope = bytes_of(first);
            } else {
                first.skip();
            }
        }
        check_attributes_of(origin_.scope, scope::attributes);
        protozero::pbf_reader reader(text.data(), text.size());
        bool any = false;
        while (reader.next(of_scope::records, protozero::pbf_wire_type::length_delimited)) {
            place_.depth = 3;
            if (!std::exchange(any, true)) request_.origins_.push_back(origin_);
            const auto record = bytes_of(reader);
            if (request_.signal_ == Signal::logs) {
                check_log_record(record);
            } else {
                check_span(record);
            }
            TRY(add(record));
            ++place_.record;
        }
        return base::ok();
    }

    base::Status add(std::string_view record) {
        auto& records = request_.records_;
        if (records.size() == limits_.most_records) {
            return base::Error(base::Code::too_large,
                               fmt::format("more than {} {}s in one request: send smaller batches",
                                           limits_.most_records, names_.record));
        }
        records.push_back({record, static_cast<std::uint32_t>(request_.origins_.size() - 1)});
        told_ += request_.size(records.size() - 1);
        if (told_ > limits_.most_told_bytes) {
            return base::Error(
                base::Code::too_large,
                fmt::format("the {}s of the request, each with its resource and scope, take more "
                            "than {} bytes: send smaller batches",
                            names_.record, limits_.most_told_bytes));
        }
        return base::ok();
    }

    ExportRequest& request_;
    const SignalNames& names_;
    const RequestLimits& limits_;
    Origin origin_;
    Place place_;
    std::size_t told_ = 0;
};

base::Result<std::shared_ptr<const ExportRequest>> ExportRequest::parse(
    Signal signal, std::string protobuf, const RequestLimits& limits) {
    const std::shared_ptr<ExportRequest> request(new ExportRequest(signal, std::move(protobuf)));
    TRY(Reader(*request, limits).read());
    return std::shared_ptr<const ExportRequest>(request);
}

base::Result<std::shared_ptr<const ExportRequest>> ExportRequest::parse_json(
    Signal signal, std::string json, const RequestLimits& limits) {
    TRY(auto protobuf, protobuf_of_json(signal, json));
    std::string().swap(json);
    return parse(signal, std::move(protobuf), limits);
}

event::Records ExportRequest::hand_over(const std::shared_ptr<const ExportRequest>& request,
                                        std::string_view environment) {
    event::Records records;
    records.items.resize(request->records());
    records.format = event::Format::decoded;
    records.decoded = request.get();
    records.owner = request;
    if (request->signal_ == Signal::logs) return records;
    struct Owner {
        std::shared_ptr<const ExportRequest> request;
        std::vector<std::string> indices;  // by origin
        std::vector<std::string> ids;
    };
    auto owner = std::make_shared<Owner>();
    owner->request = request;
    for (const Origin& origin : request->origins_) {
        owner->indices.push_back(index_of_spans(origin.resource, environment));
    }
    owner->ids.resize(request->records());
    for (std::size_t at = 0; at < request->records(); ++at) {
        const Record& record = request->records_[at];
        owner->ids[at] = document_id(record.text);
        event::Record& item = records.items[at];
        item.index = owner->indices[record.origin];
        item.id = owner->ids[at];
        if (!item.id.empty()) item.operation = event::RowOperation::create;
    }
    records.owner = std::move(owner);
    return records;
}

base::Status ExportRequest::tell(std::size_t at, event::EventBuilder& to) const {
    const Record& record = records_[at];
    const Origin& origin = origins_[record.origin];
    const auto tell_record = signal_ == Signal::logs ? tell_log_record : tell_span;
    try {
        return tell_record(record.text, origin.resource, origin.scope, to);
    } catch (const std::exception& wrong) {  // not after parse() has checked it
        return base::invalid(
            fmt::format("the {} cannot be read: {}", names_of(signal_).record, wrong.what()));
    }
}

std::size_t ExportRequest::size(std::size_t at) const {
    const Record& record = records_[at];
    const Origin& origin = origins_[record.origin];
    return record.text.size() + origin.resource.size() + origin.scope.size();
}

}  // namespace input::otlp
