#include "input/otlp/logs_request.h"

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

namespace input::otlp {

namespace {

// Where in the request the reader is; for messages.
struct Place {
    std::size_t resource = 0;
    std::size_t scope = 0;
    std::size_t record = 0;
    unsigned depth = 0;  // how many of these are meant

    std::string text() const {
        std::string text;
        if (depth > 0) text += fmt::format(" in resource_logs[{}]", resource);
        if (depth > 1) text += fmt::format(".scope_logs[{}]", scope);
        if (depth > 2) text += fmt::format(".log_records[{}]", record);
        return text;
    }
};

}  // namespace

// Finds the records of a body and checks all of it.
class LogsRequest::Reader {
  public:
    Reader(LogsRequest& request, const RequestLimits& limits)
        : request_(request), limits_(limits) {}

    base::Status read() {
        try {
            return read_request();
        } catch (const NestedTooDeeply&) {
            return base::invalid(fmt::format("expected values nested at most {} deep, found more{}",
                                             deepest_value, place_.text()));
        } catch (const protozero::exception& wrong) {
            return base::invalid(
                fmt::format("expected a protobuf ExportLogsServiceRequest, found {}{}",
                            wrong.what(), place_.text()));
        }
    }

  private:
    base::Status read_request() {
        protozero::pbf_reader reader(request_.body_.data(), request_.body_.size());
        while (reader.next()) {
            if (reader.tag_and_type() != bytes_field(request::resource_logs)) {
                reader.skip();
                continue;
            }
            TRY(read_resource_logs(bytes_of(reader)));
            ++place_.resource;
        }
        return base::ok();
    }

    base::Status read_resource_logs(std::string_view text) {
        place_.depth = 1;
        place_.scope = 0;
        origin_ = {};
        // The resource may stand behind what it is the resource of.
        protozero::pbf_reader first(text.data(), text.size());
        while (first.next()) {
            if (first.tag_and_type() == bytes_field(resource_logs::resource)) {
                origin_.resource = bytes_of(first);
            } else {
                first.skip();
            }
        }
        check_attributes_of(origin_.resource, resource::attributes);
        protozero::pbf_reader reader(text.data(), text.size());
        while (reader.next(resource_logs::scope_logs, protozero::pbf_wire_type::length_delimited)) {
            TRY(read_scope_logs(bytes_of(reader)));
            place_.depth = 1;
            ++place_.scope;
        }
        place_.depth = 0;
        return base::ok();
    }

    base::Status read_scope_logs(std::string_view text) {
        place_.depth = 2;
        place_.record = 0;
        origin_.scope = {};
        protozero::pbf_reader first(text.data(), text.size());
        while (first.next()) {
            if (first.tag_and_type() == bytes_field(scope_logs::scope)) {
                origin_.scope = bytes_of(first);
            } else {
                first.skip();
            }
        }
        check_attributes_of(origin_.scope, scope::attributes);
        protozero::pbf_reader reader(text.data(), text.size());
        bool any = false;
        while (reader.next(scope_logs::log_records, protozero::pbf_wire_type::length_delimited)) {
            place_.depth = 3;
            if (!std::exchange(any, true)) request_.origins_.push_back(origin_);
            const auto record = bytes_of(reader);
            check_log_record(record);
            TRY(add(record));
            ++place_.record;
        }
        return base::ok();
    }

    base::Status add(std::string_view record) {
        auto& records = request_.records_;
        if (records.size() == limits_.most_records) {
            return base::Error(base::Code::too_large,
                               fmt::format("more than {} log records in one request: send smaller "
                                           "batches",
                                           limits_.most_records));
        }
        records.push_back({record, static_cast<std::uint32_t>(request_.origins_.size() - 1)});
        told_ += request_.size(records.size() - 1);
        if (told_ > limits_.most_told_bytes) {
            return base::Error(
                base::Code::too_large,
                fmt::format("the log records of the request, each with its resource and scope, "
                            "take more than {} bytes: send smaller batches",
                            limits_.most_told_bytes));
        }
        return base::ok();
    }

    LogsRequest& request_;
    const RequestLimits& limits_;
    Origin origin_;
    Place place_;
    std::size_t told_ = 0;
};

base::Result<std::shared_ptr<const LogsRequest>> LogsRequest::parse(std::string protobuf,
                                                                    const RequestLimits& limits) {
    const std::shared_ptr<LogsRequest> request(new LogsRequest(std::move(protobuf)));
    TRY(Reader(*request, limits).read());
    return std::shared_ptr<const LogsRequest>(request);
}

base::Result<std::shared_ptr<const LogsRequest>> LogsRequest::parse_json(
    std::string json, const RequestLimits& limits) {
    TRY(auto protobuf, protobuf_of_json(json));
    std::string().swap(json);
    return parse(std::move(protobuf), limits);
}

base::Status LogsRequest::tell(std::size_t at, event::EventBuilder& to) const {
    const Record& record = records_[at];
    const Origin& origin = origins_[record.origin];
    try {
        return tell_log_record(record.text, origin.resource, origin.scope, to);
    } catch (const std::exception& wrong) {  // not after parse() has checked it
        return base::invalid(fmt::format("the log record cannot be read: {}", wrong.what()));
    }
}

std::size_t LogsRequest::size(std::size_t at) const {
    const Record& record = records_[at];
    const Origin& origin = origins_[record.origin];
    return record.text.size() + origin.resource.size() + origin.scope.size();
}

}  // namespace input::otlp
