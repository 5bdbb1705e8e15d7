#pragma once

#include <random>
#include <set>
#include <string>
#include <vector>

#include "storage/testing/rows.h"

// Random rows and random conditions that have a fair chance to fit them. For tests only.

namespace storage::testing {

class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
    bool chance(unsigned percent) { return below(100) < percent; }
    template <typename Item>
    const Item& one_of(const std::vector<Item>& items) {
        return items[below(items.size())];
    }

    std::string text() {
        static const std::vector<std::string> pieces = {
            "order",   "Order",        "ORDER", "created", "ЗАКАЗ",  "заказ", "Создан",   "a.stl",
            "MES API", "timeout",      "42",    "ORD-17",  "ord_17", "\xff",  "é",        "É",
            "ſ",       "\xe2\x84\xaa", "x",     "*",       "?",      "日本",  "\xcc\x86", ""};
        static const std::vector<std::string> glue = {" ", "-", "", ": ", "_", "\n"};
        std::string text = one_of(pieces);
        for (std::size_t more = below(5); more > 0; --more) text += one_of(glue) + one_of(pieces);
        return text;
    }

    Value value() {
        switch (below(9)) {
            case 0:
                return chance(50);
            case 1:
            case 2:
                return integer();
            case 3:
                return number();
            case 4:
                return Stamp{static_cast<base::Nanos>(below(8)) * base::hour};
            case 5:
                return ip();
            default:
                return text();
        }
    }

    std::string field() {
        static const std::vector<std::string> fields = {"level",    "message",    "status", "price",
                                                        "order_id", "client.id",  "tags",   "peer",
                                                        "at",       "_violations"};
        return one_of(fields);
    }

    Row row(std::uint64_t sequence) {
        Row row;
        row.sequence = sequence;
        row.time =
            static_cast<base::Nanos>(below(6)) * base::hour + static_cast<base::Nanos>(below(3));
        row.index = chance(50) ? "shop-prod" : "mes-prod";
        row.with("area",
                 one_of(std::vector<std::string>{"Shop API", "MES API", "CRM API"}).c_str());
        for (std::size_t count = below(5); count > 0; --count) row.with(field(), value());
        if (chance(30)) row.with("_id", Value("client-" + std::to_string(sequence % 7)));
        return row;
    }

    std::vector<Row> rows(std::size_t count, std::uint64_t first_sequence = 1) {
        std::vector<Row> rows;
        rows.reserve(count);
        for (std::size_t at = 0; at < count; ++at) rows.push_back(row(first_sequence + at));
        return rows;
    }

    Predicate predicate(int depth = 3) {
        if (depth > 0 && chance(60)) {
            Predicate made;
            made.kind = one_of(std::vector<Predicate::Kind>{
                Predicate::Kind::all_of, Predicate::Kind::any_of, Predicate::Kind::none_of});
            for (std::size_t count = 1 + below(4); count > 0; --count)
                made.children.push_back(predicate(depth - 1));
            return made;
        }
        if (chance(3)) return chance(50) ? Predicate() : Predicate::nothing_fits();
        return leaf();
    }

    Predicate leaf() {
        using Kind = Predicate::Kind;
        static const std::vector<Kind> kinds = {
            Kind::exists, Kind::equals, Kind::equals,   Kind::words,  Kind::phrase,
            Kind::range,  Kind::range,  Kind::wildcard, Kind::prefix, Kind::regexp};
        static const std::vector<std::string> others = {"timestamp", "_id", "_index",  "*",
                                                        "client*",   "*e*", "nothing", "area"};
        Predicate made;
        made.kind = one_of(kinds);
        made.field = chance(40) ? one_of(others) : field();
        made.literal = literal();
        made.ignore_case = chance(30) && (made.kind != Kind::range);
        if (made.kind == Kind::words || made.kind == Kind::phrase) {
            made.words = words_of(text());
            made.all_words = chance(50);
            made.last_is_prefix = made.kind == Kind::phrase && chance(30);
            const std::set<std::string> unlike(made.words.begin(), made.words.end());
            if (made.kind == Kind::phrase && !made.last_is_prefix && made.words.size() > 1 &&
                unlike.size() == made.words.size() && made.words.size() <= 4 && chance(30))
                made.slop = 1 + static_cast<std::uint32_t>(one_of(std::vector<int>{0, 1, 2, 4}));
        }
        if (made.kind == Kind::wildcard) {
            made.with_words = chance(50);
            made.literal.text = pattern();
        }
        if (made.kind == Kind::regexp)
            made.literal.text =
                one_of(std::vector<std::string>{".*", "o.der.*", "(?:a|b).*", "[A-Z].*"});
        if (made.kind == Kind::wildcard || made.kind == Kind::prefix || made.kind == Kind::regexp)
            made.only_words = chance(30);
        if (made.kind == Kind::range) {
            if (chance(70)) made.lower = Bound{literal(), chance(50)};
            if (chance(70)) made.upper = Bound{literal(), chance(50)};
        }
        return made;
    }

  private:
    std::int64_t integer() {
        static const std::vector<std::int64_t> odd = {0,   42,        -1,        200,
                                                      500, INT64_MAX, INT64_MIN, (1LL << 53) + 1};
        return chance(60) ? one_of(odd) : static_cast<std::int64_t>(below(10));
    }
    double number() {
        static const std::vector<double> odd = {
            0.0, -0.0, 42, 1.5, -1.5, 200, 1e300, -1e300, 9007199254740993.0};
        return chance(60) ? one_of(odd) : static_cast<double>(below(20)) / 2;
    }
    event::Ip ip() { return ip_of("10.0.0." + std::to_string(below(4))); }

    std::string pattern() {
        std::string made = chance(50) ? "*" : "";
        const std::string piece = text();
        // Cut between characters: patterns are valid UTF-8 but for bytes that are none anywhere.
        std::size_t end = below(piece.size() + 1);
        while (end < piece.size() && (static_cast<unsigned char>(piece[end]) & 0xc0) == 0x80) ++end;
        made += piece.substr(0, end);
        if (chance(60)) made += chance(70) ? "*" : "?";
        if (chance(20)) made += text() + "*";
        if (chance(10)) made += "\\*";
        return made;
    }

    Literal literal() {
        Literal made;
        made.text = text();
        if (chance(40)) made.integer = integer();
        if (chance(40)) made.number = number();
        if (chance(40)) made.boolean = chance(50);
        if (chance(40)) {
            made.time_begin = static_cast<base::Nanos>(below(8)) * base::hour;
            if (chance(50))
                made.time_end =
                    *made.time_begin + static_cast<base::Nanos>(1 + below(3)) * base::hour;
        }
        if (chance(40)) {
            made.ip_first = ip();
            if (chance(30)) made.ip_last = std::max(ip(), *made.ip_first);
        }
        return made;
    }

    std::mt19937_64 engine_;
};

}  // namespace storage::testing
