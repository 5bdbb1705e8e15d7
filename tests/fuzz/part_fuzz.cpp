// Parts that were damaged with all checksums right: everything a reader does is done, and what it
// is given holds.

#include "base/bytes.h"
#include "base/hash.h"
#include "fuzz/checked_batch.h"
#include "fuzz/fuzz.h"
#include "fuzz/memory_files.h"
#include "storage/engine/dictionary.h"
#include "storage/engine/part.h"
#include "storage/engine/part_writer.h"
#include "storage/engine/pruning.h"
#include "storage/evaluate.h"
#include "storage/words.h"

namespace fuzz {
namespace {

using namespace storage::engine;
using storage::Predicate;

bool lies_in(const Region& region, const std::string& data) {
    return region.offset <= data.size() && region.length <= data.size() - region.offset;
}

void mend(Region& region, const std::string& data) {
    if (lies_in(region, data))
        region.checksum = checksum_of(std::string_view(data).substr(region.offset, region.length));
}

// A dictionary's directory holds the checksums of its pages.
void mend_pages(const Region& directory, std::string& data) {
    if (!lies_in(directory, data)) return;
    const std::string copy = data.substr(directory.offset, directory.length);
    base::ByteReader in(copy);
    Region page{directory.offset + directory.length};
    for (std::uint64_t left = in.count(7); left > 0 && !in.failed(); --left) {
        in.varint();
        page.length = in.varint();
        const std::size_t place = directory.offset + in.position();
        in.fixed<std::uint32_t>();
        in.string();
        if (in.failed() || !lies_in(page, data)) return;
        mend(page, data);
        std::memcpy(data.data() + place, &page.checksum, sizeof(page.checksum));
        page.offset += page.length;
    }
}

// The input is the meta file without its checksum, behind its length (2 bytes), and the data file.
bool mend_part(Pieces& pieces, MemoryFiles& files) {
    std::string meta_file(pieces.bytes(pieces.number()));
    std::string data(pieces.rest());
    const std::uint64_t hash = base::hash_of(meta_file);
    meta_file.append(reinterpret_cast<const char*>(&hash), sizeof(hash));
    auto decoded = decode_meta(meta_file);
    if (!decoded) return false;
    auto& meta = decoded.value();
    meta.data_bytes = data.size();
    for (auto& column : meta.columns) mend_pages(column.dictionary, data);
    for (auto& column : meta.columns) {
        for (Region* region :
             {&column.dictionary, &column.postings, &column.filter, &column.shape_counts}) {
            mend(*region, data);
        }
        for (auto& chunk : column.chunks) mend(chunk.region, data);
    }
    files.put("part/meta", encode_meta(meta));
    files.put("part/data", std::move(data));
    return true;
}

void read_dictionary(const Part& part, std::size_t at) {
    for (const std::string_view text : {"", "INFO", "ORD-3", "\xff\xff"})
        (void)part.entry_of(at, text);
    (void)part.region(part.meta().columns[at].postings);
    (void)part.region(part.meta().columns[at].filter);
    const auto directory = part.directory(at);
    if (!directory) return;
    for (std::size_t page = 0; page < directory.value()->pages(); ++page) {
        const auto texts = part.dictionary_page(at, *directory.value(), page);
        if (texts) {
            FUZZ_REQUIRE(texts.value()->size() == directory.value()->count_of(page),
                         "a page has its entries");
        }
    }
    const auto whole = part.dictionary(at);
    if (whole) {
        FUZZ_REQUIRE(whole.value()->size() == part.meta().columns[at].entries,
                     "a dictionary has its entries");
    }
}

void read_columns(const Part& part) {
    for (std::size_t at = 0; at < part.meta().columns.size(); ++at) {
        const bool coded = part.meta().columns[at].encoding == Encoding::dictionary;
        if (coded) read_dictionary(part, at);
        for (std::size_t block = 0; block < part.meta().blocks.size(); ++block) {
            const std::uint32_t rows = part.meta().blocks[block].rows;
            const auto column = part.column(at, block);
            if (column) {
                FUZZ_REQUIRE(column.value()->size() == part.meta().columns[at].chunks[block].values,
                             "all its values");
                check_column(*column.value(), rows);
            }
            const auto places = part.rows(at, block);
            if (places) {
                for (const std::uint32_t row : places.value())
                    FUZZ_REQUIRE(row < rows, "rows are the block's");
            }
            if (coded) (void)part.codes(at, block);
        }
    }
}

std::vector<Predicate> questions() {
    Predicate words;
    words.kind = Predicate::Kind::words;
    words.field = "*";
    words.words = storage::words_of("timeout created");
    Predicate range;
    range.kind = Predicate::Kind::range;
    range.field = "status";
    range.lower = storage::Bound{{.integer = 3}, true};
    return {Predicate::equals_text("level", "INFO"), Predicate::equals_text("order_id", "ORD-3"),
            words, range};
}

void ask(const std::shared_ptr<Part>& part) {
    for (const auto& predicate : questions()) {
        const auto blocks = candidate_blocks(predicate, *part);
        if (!blocks) continue;
        auto evaluator = storage::Evaluator::create(predicate);
        blocks.value().for_each([&](std::uint32_t block) {
            FUZZ_REQUIRE(block < part->meta().blocks.size(), "blocks are the part's");
            PartBlock opened(part, block);
            const auto rows = evaluator.value()->select(opened);
            if (rows)
                rows.value().for_each(
                    [&](std::uint32_t row) { FUZZ_REQUIRE(row < opened.rows(), "rows exist"); });
        });
    }
}

}  // namespace

FUZZ_TARGET(part) {
    Pieces pieces(input);
    MemoryFiles files;
    if (!mend_part(pieces, files)) return;
    const auto opened = Part::open(files, "part", std::make_shared<BlockCache>(1 << 20));
    if (!opened) return;
    read_columns(*opened.value());
    ask(opened.value());
    // As a merge reads it. What could be written whole can be read whole.
    PartOptions options;
    options.id = 2;
    options.index = "fuzz-test";
    const auto written = write_part(files, "merged", options,
                                    {std::make_shared<PartSource>(opened.value(), nullptr)});
    if (!written) return;
    const auto merged = Part::open(files, "merged", std::make_shared<BlockCache>(1 << 20));
    FUZZ_REQUIRE(merged, "a part that was written is opened");
    read_columns(*merged.value());
}

}  // namespace fuzz
