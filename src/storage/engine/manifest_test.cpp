#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <map>

#include "event/schema.h"
#include "storage/engine/engine_store.h"
#include "storage/testing/memory_files.h"

// A start over a damaged, cut or missing manifest.

namespace storage::engine {
namespace {

using event::Type;

constexpr base::Nanos noon = 1'790'000'000 * base::second;

class ManifestTest : public ::testing::Test {
  protected:
    ManifestTest() {
        // The store's lock is a real file.
        std::filesystem::create_directories(directory_);
        files_.put_directory(directory_);
    }
    ~ManifestTest() override {
        store_.reset();
        std::filesystem::remove_all(directory_);
    }

    void open() {
        store_.reset();
        EngineOptions options;
        options.directory = directory_;
        options.files = &files_;
        options.log_segment_bytes = 4096;
        auto opened = EngineStore::open(std::move(options));
        ASSERT_TRUE(opened) << opened.error().message;
        store_ = std::move(opened.value());
    }

    // `id` → `order`; an empty order deletes.
    void put(const std::map<std::string, std::string>& rows, base::Nanos time = noon) {
        event::Append append;
        event::IndexBatch batch;
        batch.index = "shop-prod";
        for (const auto& [id, order] : rows) {
            if (order.empty()) {
                append.deletions.push_back({batch.index, id});
                expected_.erase(id);
                continue;
            }
            const std::uint32_t row = batch.batch.rows();
            batch.batch.time.push_back(time);
            batch.batch.at(batch.batch.column("_id", Type::string)).add_text(row, id);
            batch.batch.at(batch.batch.column("order_id", Type::string)).add_text(row, order);
            expected_[id] = order;
        }
        if (batch.batch.rows() > 0) append.batches.push_back(std::move(batch));
        std::promise<bool> done;
        store_->append(std::move(append), [&done](const auto& outcome) {
            done.set_value(static_cast<bool>(outcome));
        });
        ASSERT_TRUE(done.get_future().get());
    }

    void expect_all_rows(const std::string& when) {
        std::map<std::string, std::string> found;
        std::size_t rows = 0;
        ASSERT_TRUE(store_->snapshot()->scan({}, [&](const event::Batch& batch) {
            for (std::uint32_t row = 0; row < batch.rows(); ++row, ++rows) {
                found[std::string(batch.find("_id", Type::string)->text(row))] =
                    batch.find("order_id", Type::string)->text(row);
            }
            return true;
        })) << when;
        EXPECT_EQ(found, expected_) << when;
        EXPECT_EQ(rows, expected_.size()) << when;
    }

    // Rows in merged parts, in a fresh part, and in the log; some replaced and deleted in each.
    void fill() {
        open();
        for (int part = 0; part < 4; ++part) {
            const std::string n = std::to_string(part);
            put({{"a" + n, "first"}, {"b" + n, "first"}, {"c" + n, "first"}});
            put({{"a" + n, "changed in memory"}});
            ASSERT_TRUE(store_->flush());
        }
        put({{"b1", ""}, {"b2", "changed over parts"}});
        ASSERT_TRUE(store_->flush());
        ASSERT_TRUE(store_->merge());
        put({{"c1", ""}, {"c2", "changed after the merge"}});
        put({{"next day", "x"}}, noon + base::day);
        ASSERT_TRUE(store_->flush());
        put({{"c3", ""}, {"a0", "changed in the log"}, {"new", "in the log"}});
        expect_all_rows("as written");
        store_.reset();
        original_ = files_.contents();
    }

    void restore() {
        store_.reset();
        files_.restore(original_);
    }

    void write(const std::string& name, const std::string& bytes) {
        files_.put(directory_ + "/" + name, bytes);
    }
    std::string bytes_of(const std::string& name) const {
        return original_.at(directory_ + "/" + name);
    }

    // Opens, looks at the rows, writes, opens again.
    void expect_recovery(const std::string& when) {
        open();
        EXPECT_FALSE(store_->damage().empty()) << when;
        EXPECT_EQ(store_->trouble(), "") << when;
        expect_all_rows(when);
        const auto before = expected_;
        put({{"after", when}, {"a1", "changed after " + when}, {"a2", ""}});
        open();
        EXPECT_TRUE(store_->damage().empty()) << when;
        expect_all_rows(when + ", then opened again");
        ASSERT_TRUE(store_->flush());
        open();
        expect_all_rows(when + ", then flushed and opened again");
        expected_ = before;
    }

    std::map<std::string, std::string> original_;
    storage::testing::MemoryFiles files_;
    const std::string directory_ = std::filesystem::temp_directory_path() /
                                   ("ordertrail-manifest-" + std::to_string(::getpid()));
    std::map<std::string, std::string> expected_;
    std::unique_ptr<EngineStore> store_;
};

TEST_F(ManifestTest, AFlippedByteOfItIsGoneRoundByItsCopy) {
    fill();
    const std::string whole = bytes_of("manifest");
    ASSERT_EQ(whole, bytes_of("manifest.copy"));
    for (std::size_t at = 0; at < whole.size(); ++at) {
        restore();
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
        write("manifest", damaged);
        const std::string when = "byte " + std::to_string(at);
        open();
        EXPECT_EQ(store_->damage().size(), 1U) << when;
        expect_all_rows(when);
        EXPECT_EQ(files_.read_file(directory_ + "/manifest.damaged").value(), damaged);
        EXPECT_EQ(files_.read_file(directory_ + "/manifest").value(), whole);
    }
    restore();
    open();
    EXPECT_TRUE(store_->damage().empty());
}

TEST_F(ManifestTest, BothDamagedAreMadeAgainFromThePartsAndTheLog) {
    fill();
    const std::string whole = bytes_of("manifest");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        restore();
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        write("manifest", damaged);
        write("manifest.copy", damaged);
        expect_recovery("byte " + std::to_string(at) + " of both");
    }
}

TEST_F(ManifestTest, CutAndMissingOnesAreMadeAgain) {
    fill();
    const std::string whole = bytes_of("manifest");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        restore();
        write("manifest", whole.substr(0, size));
        if (size % 2 == 0) write("manifest.copy", "");
        expect_recovery("cut to " + std::to_string(size));
    }
    restore();
    files_.erase(directory_ + "/manifest");
    expect_recovery("without it");
    restore();
    files_.erase(directory_ + "/manifest");
    files_.erase(directory_ + "/manifest.copy");
    expect_recovery("without both");
}

TEST_F(ManifestTest, PartsThatWereMergedButNotRemovedAreNotCountedTwice) {
    open();
    for (int part = 0; part < 3; ++part) {
        const std::string n = std::to_string(part);
        put({{"a" + n, "first"}, {"b" + n, "first"}});
        ASSERT_TRUE(store_->flush());
    }
    put({{"a0", ""}, {"b1", "changed"}, {"a3", "last"}});
    // A query that goes on holds the parts that are merged now, and the next merge too.
    const auto holder = store_->snapshot();
    ASSERT_TRUE(store_->flush());
    const auto second = store_->snapshot();
    ASSERT_TRUE(store_->merge());
    original_ = files_.contents();
    restore();
    files_.erase(directory_ + "/manifest");
    files_.erase(directory_ + "/manifest.copy");
    expect_recovery("with replaced parts");
}

TEST_F(ManifestTest, ANewerVersionIsNoDamage) {
    fill();
    restore();
    Manifest manifest = Manifest::decode(bytes_of("manifest")).value();
    std::string bytes = manifest.encode();
    bytes[4] = 2;
    bytes.resize(bytes.size() - 8);
    const std::uint64_t sum = base::hash_of(bytes);
    bytes.append(reinterpret_cast<const char*>(&sum), sizeof(sum));
    write("manifest", bytes);
    EngineOptions options;
    options.directory = directory_;
    options.files = &files_;
    const auto opened = EngineStore::open(std::move(options));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, base::Code::invalid_argument);
    EXPECT_THAT(opened.error().message, ::testing::HasSubstr("newer"));
}

}  // namespace
}  // namespace storage::engine
