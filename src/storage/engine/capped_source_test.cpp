#include "storage/engine/capped_source.h"

#include <gmock/gmock.h>

#include "event/shape.h"
#include "storage/testing/engine_driver.h"

// Clients that bring ever new field names: a part keeps so many columns and no more, and everything
// is found again.

namespace storage::engine {
namespace {

using event::Type;
using testing::EngineDriver;

constexpr base::Nanos noon = 1'790'000'000 * base::second;
constexpr int requests = 100;
constexpr int fields = 1000;

std::string name_of(int request, int field) {
    return "field_" + std::to_string(request) + "_" + std::to_string(field);
}

// One event of a thousand fields that nobody had before, of every type, and two common ones.
event::Batch event_of(int request, std::string& source) {
    event::Batch batch;
    batch.time.push_back(noon + request);
    std::string shape = "{\"order_id\":\x01";
    source = "{\"order_id\":\"ORD-" + std::to_string(request) + "\"";
    batch.at(batch.column("order_id", Type::string)).add_text(0, "ORD-" + std::to_string(request));
    for (int field = 0; field < fields; ++field) {
        const std::string name = name_of(request, field);
        const int value = request * fields + field;
        shape += ",\"" + name + "\":";
        source += ",\"" + name + "\":";
        switch (field % 4) {
            case 0:
                batch.at(batch.column(name, Type::integer)).add_integer(0, value);
                shape += '\x02';
                source += std::to_string(value);
                break;
            case 1:
                batch.at(batch.column(name, Type::string)).add_text(0, "v" + std::to_string(value));
                shape += '\x01';
                source += "\"v" + std::to_string(value) + "\"";
                break;
            case 2:
                batch.at(batch.column(name, Type::number)).add_number(0, value + 0.5);
                shape += '\x03';
                source += std::to_string(value) + ".5";
                break;
            default:
                batch.at(batch.column(name, Type::boolean)).add_integer(0, field % 8 == 3);
                shape += '\x05';
                source += field % 8 == 3 ? "true" : "false";
        }
    }
    batch.at(batch.column("_shape", Type::string)).add_text(0, shape + "}");
    source += "}";
    return batch;
}

// Whether exactly the given request's event fits.
void expect_only(const EngineDriver& engine, const Predicate& predicate, int request) {
    ScanRequest scan;
    scan.predicate = predicate;
    const auto found = engine.scan(scan);
    ASSERT_TRUE(found);
    ASSERT_EQ(found.value().rows(), 1U) << request;
    EXPECT_EQ(found.value().time[0], noon + request);
}

Predicate equals_integer(const std::string& field, std::int64_t value) {
    Predicate predicate;
    predicate.kind = Predicate::Kind::equals;
    predicate.field = field;
    predicate.literal.text = std::to_string(value);
    predicate.literal.integer = value;
    return predicate;
}

void expect_everything(const EngineDriver& engine, const std::vector<std::string>& sources) {
    ScanRequest all;
    all.order = Order::oldest_first;
    int at = 0;
    ASSERT_TRUE(engine.store->snapshot()->scan(all, [&](const event::Batch& batch) {
        event::SourceWriter writer(batch);
        for (std::uint32_t row = 0; row < batch.rows(); ++row, ++at) {
            std::string source;
            writer.append(row, source);
            EXPECT_EQ(source, sources[static_cast<std::size_t>(at)]);
        }
        return true;
    }));
    EXPECT_EQ(at, requests);
    for (int request = 0; request < requests; request += 9) {
        const int field = (request * 37) % (fields / 4) * 4;
        expect_only(engine, equals_integer(name_of(request, field), request * fields + field),
                    request);
        expect_only(engine, Predicate::exists(name_of(request, field + 3)), request);
        expect_only(engine,
                    Predicate::equals_text(name_of(request, field + 1),
                                           "v" + std::to_string(request * fields + field + 1)),
                    request);
        expect_only(engine, Predicate::equals_text("order_id", "ORD-" + std::to_string(request)),
                    request);
    }
}

std::size_t most_columns(const std::string& directory) {
    std::size_t most = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory + "/parts")) {
        if (entry.path().filename() != "meta") continue;
        const auto meta = decode_meta(base::system_files().read_file(entry.path()).value());
        EXPECT_TRUE(meta);
        most = std::max(most, meta.value().columns.size());
        EXPECT_NE(meta.value().find("order_id", Type::string), nullptr);
    }
    return most;
}

TEST(CappedSourceTest, AHundredThousandNamesAreFoundInPartsOfFewColumns) {
    EngineDriver engine("columns");
    engine.options.id_fields = {"order_id"};
    engine.options.part_columns = 500;
    ASSERT_TRUE(engine.open());
    std::vector<std::string> sources(requests);
    for (int request = 0; request < requests; ++request) {
        auto batch = event_of(request, sources[static_cast<std::size_t>(request)]);
        ASSERT_TRUE(engine.append("shop-prod", std::move(batch)));
        if (request % 25 == 24) {
            ASSERT_TRUE(engine.store->flush());
        }
    }
    // Ordertrail's own: time, sequence number, shape, overflow; and the id.
    EXPECT_LE(most_columns(engine.directory()), 505U);
    expect_everything(engine, sources);
    ASSERT_TRUE(engine.store->merge());
    EXPECT_LE(most_columns(engine.directory()), 505U);
    expect_everything(engine, sources);
    ASSERT_TRUE(engine.open());
    expect_everything(engine, sources);
    const auto names = engine.store->snapshot()->fields({});
    ASSERT_TRUE(names);
    EXPECT_LE(names.value().size(), 502U);
}

TEST(CappedSourceTest, TheMostCommonFieldsStayColumns) {
    EngineDriver engine("common");
    engine.options.part_columns = 2;
    ASSERT_TRUE(engine.open());
    event::Batch batch;
    for (std::uint32_t row = 0; row < 100; ++row) {
        batch.time.push_back(noon + row);
        const auto add = [&](const char* name) {
            batch.at(batch.column(name, Type::integer)).add_integer(row, row);
        };
        add("common");
        if (row % 2 == 0) add("some");
        if (row % 50 == 0) add("rare");
        if (row == 7) batch.at(batch.column("odd", Type::number)).add_number(row, 1e300);
    }
    ASSERT_TRUE(engine.append("shop-prod", std::move(batch)));
    ASSERT_TRUE(engine.store->flush());
    std::vector<std::string> names;
    const auto listed = engine.store->snapshot()->fields({});
    ASSERT_TRUE(listed);
    for (const FieldInfo& field : listed.value()) names.push_back(field.name);
    EXPECT_THAT(names, ::testing::UnorderedElementsAre("common", "some", "timestamp"));
    ScanRequest scan;
    scan.predicate = Predicate::exists("rare");
    EXPECT_EQ(engine.scan(scan).value().rows(), 2U);
    scan.predicate = equals_integer("rare", 50);
    EXPECT_EQ(engine.scan(scan).value().rows(), 1U);
    scan.predicate = Predicate::exists("odd");
    EXPECT_EQ(engine.scan(scan).value().time, std::vector<base::Nanos>{noon + 7});
}

}  // namespace
}  // namespace storage::engine
