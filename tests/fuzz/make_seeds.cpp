// Makes the seeds of the log and part readers: make_seeds FOLDER. To be run again when their
// formats change.

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/bytes.h"
#include "fuzz/memory_files.h"
#include "storage/engine/log.h"
#include "storage/engine/log_record.h"
#include "storage/engine/part_writer.h"
#include "storage/testing/random_rows.h"

namespace {

using storage::testing::Random;
using storage::testing::Row;

void save(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    fmt::print("{}: {} bytes\n", path, bytes.size());
}

std::string length_of(std::string_view bytes) {
    return {static_cast<char>(bytes.size() & 0xff), static_cast<char>(bytes.size() >> 8)};
}

std::vector<Row> rows(std::uint64_t seed, std::size_t count, unsigned shapes) {
    Random random(seed);
    std::vector<Row> made = random.rows(count);
    for (std::size_t at = 0; at < made.size(); ++at) {
        if (shapes > 0)
            made[at].with("_shape", fmt::format("{{\"a\":\x01{}}}", at % shapes).c_str());
        made[at].with("order_id", fmt::format("ORD-{}", at % 5).c_str());
        made[at].with("trace_id", fmt::format("{:032x}", at * 0x9e3779b97f4a7c15ULL).c_str());
    }
    std::sort(made.begin(), made.end(), [](const Row& a, const Row& b) {
        return std::pair(a.time, a.sequence) < std::pair(b.time, b.sequence);
    });
    return made;
}

// See part_fuzz.cpp.
void make_part(const std::string& folder, const std::string& name, const std::vector<Row>& of) {
    fuzz::MemoryFiles files;
    const auto batch = std::make_shared<event::Batch>(storage::testing::batch_of(of));
    const base::StringSet ids = {"trace_id"};
    storage::engine::PartOptions options;
    options.id = 7;
    options.index = "shop-prod";
    options.id_fields = &ids;
    if (!storage::engine::write_part(
            files, "part", options,
            {std::make_shared<storage::engine::BatchSource>(batch, nullptr)})) {
        return;
    }
    std::string meta = *files.files["part/meta"];
    meta.resize(meta.size() - 8);
    save(folder + "/part/" + name, length_of(meta) + meta + *files.files["part/data"]);
}

// See log_fuzz.cpp.
std::string record(const event::Append& append, std::uint64_t first, char form = 0) {
    auto content = storage::engine::LogRecord::encode_request(append);
    storage::engine::LogRecord::append_decision(first, 20'000, 23'000, {{0, 1}}, content);
    content.erase(0, storage::engine::Log::header_bytes);
    return form + length_of(content) + content;
}

event::Append append_of(std::uint64_t seed, std::size_t count) {
    event::Append append;
    append.batches.push_back({"shop-prod", storage::testing::batch_of(rows(seed, count, 2)), {}});
    append.batches[0].batch.sequence.clear();
    if (seed % 2 == 0) {
        append.batches[0].operations.assign(count, event::RowOperation::create);
        append.deletions.push_back({"shop-prod", "client-3"});
    }
    return append;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::string folder = arguments[1];
    make_part(folder, "few", rows(1, 3, 0));
    make_part(folder, "shapes", rows(2, 40, 3));
    make_part(folder, "listed", rows(3, 40, 0));
    make_part(folder, "many_shapes", rows(4, 200, 100));
    const std::string end(3, '\0');
    save(folder + "/log/two_segments",
         record(append_of(1, 3), 1) + end + record(append_of(2, 4), 4) + end);
    save(folder + "/log/damaged",
         record(append_of(1, 2), 1, '\xfe') + record(append_of(2, 2), 3) + end);
    save(folder + "/log/length",
         record(append_of(3, 2), 1) + record(append_of(2, 2), 3, '\xfd') + end);
    save(folder + "/log/torn", record(append_of(4, 2), 1) + "\xff" + length_of("torn") + "torn");
    return 0;
}
