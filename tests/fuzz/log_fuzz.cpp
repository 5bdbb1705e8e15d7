// Log segments that were damaged: in the bytes of records whose checksum is right all the same, and
// between them.

#include "base/bytes.h"
#include "base/hash.h"
#include "fuzz/checked_batch.h"
#include "fuzz/fuzz.h"
#include "fuzz/memory_files.h"
#include "storage/engine/log.h"
#include "storage/engine/log_record.h"

namespace fuzz {
namespace {

using storage::engine::Log;
using storage::engine::LogRecord;

// The input is a list of records: what is wrong with it (1 byte), its length (2 bytes), its
// content. docs/format/log.md.
std::string segment_of(Pieces& pieces, std::uint64_t number) {
    std::string bytes("OTPL\x01\0\0\0", 8);
    for (;;) {
        const unsigned form = pieces.byte();
        const auto content = pieces.bytes(pieces.number());
        if (content.empty()) return bytes;
        if (form == 255) return bytes + std::string(content);  // something else
        const std::uint64_t sum = base::hash_of(content) ^ (number * 0x9e3779b97f4a7c15ULL) ^
                                  (bytes.size() * 0xc2b2ae3d27d4eb4fULL);
        base::ByteWriter record;
        record.fixed(form == 254 ? sum + 1 : sum);
        record.fixed(static_cast<std::uint64_t>(form == 253 ? content.size() * 1'000'000'007
                                                            : content.size()));
        record.raw(content);
        bytes += record.bytes();
    }
}

// Whatever is decoded can be used without a further look.
void check_record(const LogRecord& record) {
    for (const auto& part : record.batches) {
        check_batch(part.batch);
        FUZZ_REQUIRE(part.operations.empty() || part.operations.size() == part.batch.rows(),
                     "an operation a row");
    }
    for (const auto& dropped : record.dropped) {
        FUZZ_REQUIRE(dropped.batch < record.batches.size() &&
                         dropped.row < record.batches[dropped.batch].batch.rows(),
                     "dropped rows are the record's");
    }
}

}  // namespace

FUZZ_TARGET(log) {
    Pieces pieces(input);
    MemoryFiles files;
    files.put("log/000000000001.log", segment_of(pieces, 1));
    files.put("log/000000000002.log", segment_of(pieces, 2));
    std::vector<std::string> contents;
    const auto read = [&](std::uint64_t, std::string_view content) {
        contents.emplace_back(content);
        const auto record = LogRecord::decode(content);
        if (record) check_record(record.value());
        return base::ok();
    };
    const auto found = Log(files, {"log", 1 << 10}).replay(1, read);
    FUZZ_REQUIRE(found, "damage does not stop a start");
    FUZZ_REQUIRE(found.value().records == contents.size(), "each record is told once");

    // What was cut stays cut, and what was read is read again.
    const auto before = std::move(contents);
    contents.clear();
    FUZZ_REQUIRE(Log(files, {"log", 1 << 10}).replay(1, read), "a second start");
    FUZZ_REQUIRE(before == contents, "the same records again");
}

}  // namespace fuzz
