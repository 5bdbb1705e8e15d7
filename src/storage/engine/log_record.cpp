#include "storage/engine/log_record.h"

#include "base/bytes.h"
#include "storage/engine/log.h"

namespace storage::engine {

namespace {

base::Error damaged() { return {base::Code::corrupt, "a record of the log is damaged"}; }

}  // namespace

std::string LogRecord::encode_request(const event::Append& request) {
    base::ByteWriter out;
    out.raw(std::string(Log::header_bytes, '\0'));
    out.varint(request.deletions.size());
    for (const event::Deletion& deletion : request.deletions) {
        out.string(deletion.index);
        out.string(deletion.id);
    }
    out.varint(request.batches.size());
    for (const event::IndexBatch& each : request.batches) {
        out.string(each.index);
        out.varint(each.operations.size());
        for (const event::RowOperation operation : each.operations) {
            out.fixed(static_cast<std::uint8_t>(operation));
        }
        // The length is known afterwards: its place is left free.
        const std::size_t place = out.size();
        out.fixed(std::uint32_t{0});
        event::encode(each.batch, out.bytes());
        const auto size = static_cast<std::uint32_t>(out.size() - place - sizeof(std::uint32_t));
        std::memcpy(out.bytes().data() + place, &size, sizeof(size));
    }
    return out.take();
}

void LogRecord::append_decision(std::uint64_t first_sequence, std::int32_t first_day,
                                std::int32_t last_day, const std::vector<Dropped>& dropped,
                                std::string& record) {
    base::ByteWriter out;
    out.fixed(first_sequence);
    out.fixed(first_day);
    out.fixed(last_day);
    out.varint(dropped.size());
    for (const Dropped& each : dropped) {
        out.varint(each.batch);
        out.varint(each.row);
    }
    out.fixed(static_cast<std::uint32_t>(out.size()));
    record += out.bytes();
}

base::Result<LogRecord> LogRecord::decode(std::string_view content) {
    if (content.size() < 4) return damaged();
    const auto tail = base::ByteReader(content.substr(content.size() - 4)).fixed<std::uint32_t>();
    content.remove_suffix(4);
    if (tail > content.size()) return damaged();
    base::ByteReader decision(content.substr(content.size() - tail));
    base::ByteReader in(content.substr(0, content.size() - tail));

    LogRecord record;
    record.deletions.resize(in.count(2));
    for (event::Deletion& deletion : record.deletions) {
        deletion.index = in.string();
        deletion.id = in.string();
    }
    record.batches.resize(in.count(6));
    for (event::IndexBatch& each : record.batches) {
        each.index = in.string();
        each.operations.resize(in.count(1));
        for (event::RowOperation& operation : each.operations) {
            const auto number = in.fixed<std::uint8_t>();
            if (number > static_cast<std::uint8_t>(event::RowOperation::create)) return damaged();
            operation = static_cast<event::RowOperation>(number);
        }
        const auto size = in.fixed<std::uint32_t>();
        TRY(each.batch, event::decode_batch(in.raw(size)));
        if (!each.operations.empty() && each.operations.size() != each.batch.rows())
            return damaged();
    }
    record.first_sequence = decision.fixed<std::uint64_t>();
    record.first_day = decision.fixed<std::int32_t>();
    record.last_day = decision.fixed<std::int32_t>();
    if (record.first_day > record.last_day) return damaged();
    record.dropped.resize(decision.count(2));
    for (Dropped& each : record.dropped) {
        each.batch = static_cast<std::uint32_t>(decision.varint());
        each.row = static_cast<std::uint32_t>(decision.varint());
        if (each.batch >= record.batches.size() ||
            each.row >= record.batches[each.batch].batch.rows()) {
            return damaged();
        }
    }
    if (in.failed() || decision.failed()) return damaged();
    return record;
}

}  // namespace storage::engine
