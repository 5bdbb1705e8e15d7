#include <gtest/gtest.h>

#include <functional>

#include "query/search.h"
#include "storage/testing/memory_snapshot.h"
#include "storage/testing/random_rows.h"
#include "storage/words.h"

// Random queries are written as KQL and go the whole way: parser, planner, store. Beside it their
// meaning is worked out from the same random choices, row by row, without any of that code.

namespace query::kql {
namespace {

using storage::testing::Row;
using storage::testing::Stamp;
using storage::testing::Value;

constexpr base::Nanos now = 1'795'515'330'000'000'000;  // 2026-11-24T10:15:30Z

const event::Catalog& catalog() {
    static const event::Catalog loaded =
        event::Catalog::load(ORDERTRAIL_SOURCE_DIR "/catalog/made-to-order.yaml").value();
    return loaded;
}

struct Query {
    std::string text;
    std::function<bool(const Row&)> fits;
};

const std::vector<Value>& values(const Row& row, const std::string& field) {
    static const std::vector<Value> none;
    const auto found = row.fields.find(field);
    return found == row.fields.end() ? none : found->second;
}

template <typename Test>
std::function<bool(const Row&)> any_text(const std::string& field, const Test& test) {
    return [field, test](const Row& row) {
        for (const Value& value : values(row, field)) {
            if (const auto* text = std::get_if<std::string>(&value)) {
                if (test(*text)) return true;
            }
        }
        return false;
    };
}

bool has_words(const std::string& text, const std::vector<std::string>& wanted) {
    const auto words = storage::words_of(text);
    return std::search(words.begin(), words.end(), wanted.begin(), wanted.end()) != words.end();
}

class Writer {
  public:
    explicit Writer(std::uint64_t seed) : random_(seed) {}

    Row row(std::uint64_t sequence) {
        Row row;
        row.sequence = sequence;
        row.time = now - static_cast<base::Nanos>(random_.below(48)) * base::hour;
        row.with("level", pick({"INFO", "WARN", "ERROR"}).c_str());
        if (random_.chance(70)) row.with("order_id", order().c_str());
        if (random_.chance(70)) row.with("message", message().c_str());
        if (random_.chance(50)) row.with("amount", amount());
        if (random_.chance(30)) row.with("amount", amount());
        return row;
    }

    Query query(int depth) {
        if (depth == 0 || random_.chance(35)) return leaf();
        Query one = query(depth - 1);
        if (random_.chance(25)) {
            return {pick({"not ", "NOT ", "Not  "}) + "(" + one.text + ")",
                    [inner = one.fits](const Row& row) { return !inner(row); }};
        }
        const Query other = query(depth - 1);
        const bool both = random_.chance(50);
        const std::string word =
            both ? pick({" and ", " AND ", "\nand\t"}) : pick({" or ", " OR ", " Or "});
        return {"(" + one.text + ")" + word + "(" + other.text + ")",
                [both, a = one.fits, b = other.fits](const Row& row) {
                    return both ? a(row) && b(row) : a(row) || b(row);
                }};
    }

  private:
    std::string pick(const std::vector<std::string>& items) { return random_.one_of(items); }
    std::string order() { return "ORD-" + std::to_string(random_.below(12)); }
    std::string message() {
        std::string text = pick({"Order", "price", "Заказ"});
        for (std::size_t more = random_.below(4); more > 0; --more) {
            text += pick({" ", "-", ": "}) +
                    pick({"order", "PRICE", "created", "создан", "slow", "and", "x*y", "(a)"});
        }
        return text;
    }
    Value amount() {
        const auto number = static_cast<std::int64_t>(random_.below(6));
        if (random_.chance(40)) return number;
        if (random_.chance(50))
            return static_cast<double>(number) + (random_.chance(50) ? 0.5 : 0.0);
        return std::to_string(number);
    }

    // As a value without quotes is written: what has a meaning, escaped.
    std::string plain(const std::string& text) {
        std::string out;
        for (const char c : text) {
            if (std::string_view("\\():<>\"*{}").find(c) != std::string_view::npos) out += '\\';
            out += c;
        }
        for (const std::string_view word : {"and", "or", "not"}) {
            if (out == word) out.insert(0, "\\");
        }
        return out;
    }
    std::string quoted(const std::string& text) {
        std::string out = "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        return out + "\"";
    }
    std::string colon() { return pick({":", ": ", " : "}); }

    Query leaf() {
        switch (random_.below(9)) {
            case 0:
                return keyword();
            case 1:
                return keyword_prefix();
            case 2:
                return level();
            case 3:
                return words();
            case 4:
                return phrase();
            case 5:
                return number();
            case 6:
                return number_range();
            case 7:
                return time();
            default:
                return existence();
        }
    }

    Query keyword() {
        const std::string id = order();
        return {pick({"order_id", "orderId", "additional_data.order_id", "\"order_id\""}) +
                    colon() + (random_.chance(50) ? quoted(id) : plain(id)),
                any_text("order_id", [id](const std::string& text) { return text == id; })};
    }
    Query keyword_prefix() {
        const std::string begin = "ORD-" + std::to_string(random_.below(2));
        return {"order_id" + colon() + begin + "*",
                any_text("order_id",
                         [begin](const std::string& text) { return text.starts_with(begin); })};
    }
    Query level() {
        const bool list = random_.chance(50);
        return {"level" + colon() + (list ? "(warning or Error)" : "info"),
                any_text("level", [list](const std::string& text) {
                    return list ? text != "INFO" : text == "INFO";
                })};
    }
    Query words() {
        const std::string one = pick({"order", "Created", "СОЗДАН", "slow"});
        const std::string other = pick({"price", "nowhere", "x*y"});
        return {"message" + colon() + plain(one) + " " + plain(other),
                any_text("message", [one = storage::words_of(one),
                                     other = storage::words_of(other)](const std::string& text) {
                    return has_words(text, one) || has_words(text, other);
                })};
    }
    Query phrase() {
        const std::string wanted = message();
        return {"message" + colon() + quoted(wanted),
                any_text("message", [wanted = storage::words_of(wanted)](const std::string& text) {
                    return has_words(text, wanted);
                })};
    }
    Query number() {
        const auto wanted = static_cast<std::int64_t>(random_.below(6));
        return {"amount" + colon() + std::to_string(wanted), [wanted](const Row& row) {
                    return std::any_of(values(row, "amount").begin(), values(row, "amount").end(),
                                       [wanted](const Value& value) {
                                           if (const auto* text = std::get_if<std::string>(&value))
                                               return *text == std::to_string(wanted);
                                           if (const auto* number = std::get_if<double>(&value))
                                               return *number == static_cast<double>(wanted);
                                           return std::get<std::int64_t>(value) == wanted;
                                       });
                }};
    }
    Query number_range() {
        const auto wanted = static_cast<std::int64_t>(random_.below(6));
        const bool above = random_.chance(50);
        return {"amount " +
                    pick(above ? std::vector<std::string>{"> ", ">"}
                               : std::vector<std::string>{"<= ", "<="}) +
                    std::to_string(wanted),
                [wanted, above](const Row& row) {
                    return std::any_of(
                        values(row, "amount").begin(), values(row, "amount").end(),
                        [=](const Value& value) {
                            if (const auto* text = std::get_if<std::string>(&value)) {
                                return above == (*text > std::to_string(wanted));
                            }
                            const double number =
                                std::holds_alternative<double>(value)
                                    ? std::get<double>(value)
                                    : static_cast<double>(std::get<std::int64_t>(value));
                            return above == (number > static_cast<double>(wanted));
                        });
                }};
    }
    Query time() {
        const auto hours = static_cast<base::Nanos>(random_.below(48));
        return {pick({"timestamp", "@timestamp"}) + " >= now-" + std::to_string(hours) + "h",
                [hours](const Row& row) { return row.time >= now - hours * base::hour; }};
    }
    Query existence() {
        const std::string field = pick({"order_id", "message", "amount", "nothing"});
        return {field + colon() + "*",
                [field](const Row& row) { return !values(row, field).empty(); }};
    }

    storage::testing::Random random_;
};

TEST(RandomQuery, MeansWhatItSays) {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        Writer writer(seed);
        std::vector<Row> rows;
        for (std::uint64_t at = 1; at <= 60; ++at) rows.push_back(writer.row(at));
        auto snapshot = std::make_shared<storage::testing::MemorySnapshot>();
        snapshot->add(rows);
        const Searcher searcher(snapshot, catalog(), Scope::everything());
        for (int round = 0; round < 10; ++round) {
            const Query query = writer.query(4);
            Question question;
            question.query = query.text;
            const auto selection = select(question, catalog(), now);
            ASSERT_TRUE(selection) << query.text << ": " << selection.error().message;
            SearchRequest request;
            request.selection = selection.value();
            request.order = storage::Order::oldest_first;
            auto found = searcher.search(request).value().rows.sequence;
            std::vector<std::uint64_t> expected;
            for (const Row& row : rows) {
                if (query.fits(row)) expected.push_back(row.sequence);
            }
            std::sort(found.begin(), found.end());
            ASSERT_EQ(found, expected) << "seed " << seed << ": " << query.text;
        }
    }
}

}  // namespace
}  // namespace query::kql
