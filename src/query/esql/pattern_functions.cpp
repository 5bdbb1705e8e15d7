#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "event/value.h"
#include "query/dsl/lucene_regexp.h"
#include "query/esql/function.h"
#include "storage/wildcard.h"

// LIKE, RLIKE, REPLACE and CIDR_MATCH.

namespace query::esql {

namespace {

constexpr std::int64_t expression_memory = 8 << 20;
constexpr std::size_t longest_text = std::size_t{1} << 20;

base::Result<std::shared_ptr<RE2>> compiled(const std::string& expression, Place place) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(expression_memory);
    options.set_dot_nl(true);
    auto made = std::make_shared<RE2>(expression, options);
    if (!made->ok()) {
        return refuse(
            fmt::format("Invalid regex pattern [{}]: {}", expression.substr(0, 100), made->error()),
            place);
    }
    return made;
}

// Any of the patterns, all of them constants.
base::Result<NodePtr> like(Call& call) {
    TRY(call.want_text(0));
    auto patterns = std::make_shared<std::vector<storage::Wildcard>>();
    for (std::size_t at = 1; at < call.count(); ++at) {
        TRY(const std::string pattern, call.constant_text(at));
        patterns->emplace_back(pattern);
    }
    call.arguments.resize(1);
    return call.scalar(Type::boolean, [patterns](const Cell* given, Outcome& out) {
        out.cell.integer =
            std::any_of(patterns->begin(), patterns->end(),
                        [&](const storage::Wildcard& one) { return one.fits(given[0].text); })
                ? 1
                : 0;
        return true;
    });
}

base::Result<NodePtr> rlike(Call& call) {
    TRY(call.want_text(0));
    auto patterns = std::make_shared<std::vector<std::shared_ptr<RE2>>>();
    for (std::size_t at = 1; at < call.count(); ++at) {
        TRY(const std::string pattern, call.constant_text(at));
        const auto expression = dsl::re2_of(pattern);
        if (!expression) return refuse(expression.error().reason, call.arguments[at]->place());
        TRY(auto made, compiled(expression.value(), call.arguments[at]->place()));
        patterns->push_back(std::move(made));
    }
    call.arguments.resize(1);
    return call.scalar(Type::boolean, [patterns](const Cell* given, Outcome& out) {
        const std::string_view text = given[0].text;
        out.cell.integer = std::any_of(patterns->begin(), patterns->end(),
                                       [&](const auto& one) {
                                           return RE2::FullMatch({text.data(), text.size()}, *one);
                                       })
                               ? 1
                               : 0;
        return true;
    });
}

// Java's $1 as RE2's \1.
std::string replacement_of(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char following = at + 1 < text.size() ? text[at + 1] : '\0';
        if (text[at] == '$' && following >= '0' && following <= '9') {
            out += {'\\', following};
            ++at;
        } else if (text[at] == '\\' && following != '\0') {
            if (following == '\\') out += '\\';
            out += following;
            ++at;
        } else {
            if (text[at] == '\\') out += '\\';
            out += text[at];
        }
    }
    return out;
}

base::Result<NodePtr> replace(Call& call) {
    for (std::size_t at = 0; at < 3; ++at) {
        TRY(call.want_text(at));
    }
    // The expression is mostly a constant; else it is made anew for each other one.
    struct Memory {
        std::string pattern;
        std::shared_ptr<RE2> expression;
    };
    auto memory = std::make_shared<Memory>();
    const Vector* constant = call.arguments[1]->constant();
    if (constant != nullptr && constant->size() == 1) {
        memory->pattern = constant->text(0);
        TRY(memory->expression, compiled(memory->pattern, call.arguments[1]->place()));
    }
    return call.scalar(Type::keyword, [memory](const Cell* given, Outcome& out) {
        if (memory->expression == nullptr || memory->pattern != given[1].text) {
            memory->pattern = given[1].text;
            auto made = compiled(memory->pattern, {});
            memory->expression = made ? made.value() : nullptr;
        }
        if (memory->expression == nullptr)
            return out.fail("java.util.regex.PatternSyntaxException: an invalid pattern");
        out.buffer = given[0].text;
        const std::string replacement = replacement_of(given[2].text);
        std::string trouble;
        if (!memory->expression->CheckRewriteString(replacement, &trouble))
            return out.fail("java.lang.IndexOutOfBoundsException: No such group");
        if (given[0].text.size() * (replacement.size() + 1) > 16 * longest_text)
            return out.fail("java.lang.IllegalArgumentException: the text would be too long");
        RE2::GlobalReplace(&out.buffer, *memory->expression, replacement);
        out.cell.text = out.buffer;
        return true;
    });
}

struct Network {
    event::Ip address;
    int bits = 128;

    static std::optional<Network> parse(std::string_view text) {
        Network made;
        const std::size_t slash = text.find('/');
        const auto address = event::Ip::parse(text.substr(0, slash));
        if (!address) return std::nullopt;
        made.address = *address;
        if (slash == std::string_view::npos) return made;
        const std::string_view digits = text.substr(slash + 1);
        if (digits.empty() || digits.size() > 3 ||
            digits.find_first_not_of("0123456789") != std::string_view::npos)
            return std::nullopt;
        made.bits = std::stoi(std::string(digits));
        const bool old = text.find(':') == std::string_view::npos;
        if (made.bits > (old ? 32 : 128)) return std::nullopt;
        if (old) made.bits += 96;
        return made;
    }
    bool holds(const event::Ip& other) const {
        for (int at = 0; at < bits; at += 8) {
            const auto byte = static_cast<std::size_t>(at / 8);
            const int kept = std::min(bits - at, 8);
            const auto mask = static_cast<std::uint8_t>(0xff << (8 - kept));
            if (((address.bytes[byte] ^ other.bytes[byte]) & mask) != 0) return false;
        }
        return true;
    }
};

base::Result<NodePtr> cidr_match(Call& call) {
    TRY(call.want(0, Type::ip));
    auto networks = std::make_shared<std::vector<Network>>();
    for (std::size_t at = 1; at < call.count(); ++at) {
        TRY(const std::string text, call.constant_text(at));
        const auto network = Network::parse(text);
        if (!network) {
            return refuse(fmt::format("'{}' is not an IP string literal.", text.substr(0, 100)),
                          call.arguments[at]->place());
        }
        networks->push_back(*network);
    }
    call.arguments.resize(1);
    return call.scalar(Type::boolean, [networks](const Cell* given, Outcome& out) {
        out.cell.integer = std::any_of(networks->begin(), networks->end(),
                                       [&](const Network& one) { return one.holds(given[0].ip); })
                               ? 1
                               : 0;
        return true;
    });
}

constexpr Function functions[] = {
    {"like", 2, any_number, like},
    {"rlike", 2, any_number, rlike},
    {"replace", 3, 3, replace},
    {"cidr_match", 2, any_number, cidr_match},
};

}  // namespace

std::span<const Function> pattern_functions() { return functions; }

}  // namespace query::esql
