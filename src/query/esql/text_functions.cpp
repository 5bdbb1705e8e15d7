#include <absl/strings/escaping.h>
#include <fmt/format.h>
#include <unicode/uchar.h>

#include <algorithm>

#include "query/esql/function.h"
#include "storage/utf8.h"

// Functions of texts; positions and lengths are in characters.

namespace query::esql {

namespace {

constexpr std::size_t longest_text = std::size_t{1} << 20;
constexpr std::string_view too_long =
    "java.lang.IllegalArgumentException: the text would be longer than 1048576 bytes";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

// Where the character `position` (from 0) begins; the end behind the last one.
std::size_t offset_of(std::string_view text, std::size_t position) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (is_continuation(text[at])) continue;
        if (position-- == 0) break;
    }
    return at;
}

std::string_view first_of(std::string_view text, std::int64_t count) {
    if (count <= 0) return {};
    return text.substr(0, offset_of(text, static_cast<std::size_t>(count)));
}

using OfText = std::string_view (*)(std::string_view);
template <OfText change>
base::Result<NodePtr> part(Call& call) {
    TRY(call.want_text(0));
    return call.scalar(Type::keyword, [](const Cell* given, Outcome& out) {
        out.cell.text = change(given[0].text);
        return true;
    });
}

constexpr std::string_view blanks(" \t\n\v\f\r\0", 7);
std::string_view without_left(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text;
}
std::string_view without_right(std::string_view text) {
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}
std::string_view trimmed(std::string_view text) { return without_left(without_right(text)); }

base::Result<NodePtr> length(Call& call) {
    TRY(call.want_text(0));
    return call.scalar(Type::integer, [](const Cell* given, Outcome& out) {
        out.cell.integer = static_cast<std::int64_t>(characters(given[0].text));
        return true;
    });
}

template <int unit>
base::Result<NodePtr> byte_length(Call& call) {
    TRY(call.want_text(0));
    return call.scalar(Type::integer, [](const Cell* given, Outcome& out) {
        out.cell.integer = static_cast<std::int64_t>(given[0].text.size()) * unit;
        return true;
    });
}

base::Result<NodePtr> concat(Call& call) {
    for (std::size_t at = 0; at < call.count(); ++at) {
        TRY(call.want_text(at));
    }
    const std::size_t count = call.count();
    return call.scalar(Type::keyword, [count](const Cell* given, Outcome& out) {
        out.buffer.clear();
        for (std::size_t at = 0; at < count; ++at) {
            if (out.buffer.size() + given[at].text.size() > longest_text) return out.fail(too_long);
            out.buffer += given[at].text;
        }
        out.cell.text = out.buffer;
        return true;
    });
}

// The first character is 1; negative positions count from the end.
base::Result<NodePtr> substring(Call& call) {
    TRY(call.want_text(0));
    for (std::size_t at = 1; at < call.count(); ++at) {
        TRY(call.want(at, Type::integer));
    }
    const bool with_length = call.count() == 3;
    return call.scalar(Type::keyword, [with_length](const Cell* given, Outcome& out) {
        const std::string_view text = given[0].text;
        const auto size = static_cast<std::int64_t>(characters(text));
        std::int64_t start = given[1].integer;
        start = start > 0 ? start - 1 : start < 0 ? std::max<std::int64_t>(size + start, 0) : 0;
        if (with_length && given[2].integer < 0)
            return out.fail(
                "java.lang.IllegalArgumentException: Length parameter cannot be negative");
        const std::string_view rest = text.substr(offset_of(text, static_cast<std::size_t>(start)));
        out.cell.text = with_length ? first_of(rest, given[2].integer) : rest;
        return true;
    });
}

base::Result<NodePtr> left(Call& call) {
    TRY(call.want_text(0));
    TRY(call.want(1, Type::integer));
    return call.scalar(Type::keyword, [](const Cell* given, Outcome& out) {
        out.cell.text = first_of(given[0].text, given[1].integer);
        return true;
    });
}

base::Result<NodePtr> right(Call& call) {
    TRY(call.want_text(0));
    TRY(call.want(1, Type::integer));
    return call.scalar(Type::keyword, [](const Cell* given, Outcome& out) {
        const auto size = static_cast<std::int64_t>(characters(given[0].text));
        const std::int64_t skipped =
            std::max<std::int64_t>(size - std::max<std::int64_t>(given[1].integer, 0), 0);
        out.cell.text =
            given[0].text.substr(offset_of(given[0].text, static_cast<std::size_t>(skipped)));
        return true;
    });
}

void change_case(std::string_view text, bool upper, std::string& out) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const std::int32_t character = storage::read_utf8(text, at);
        if (character < 0) {
            out.push_back(text[begin]);
        } else {
            storage::append_utf8(upper ? u_toupper(character) : u_tolower(character), out);
        }
    }
}

template <bool upper>
base::Result<NodePtr> cased(Call& call) {
    TRY(call.want_text(0));
    return call.scalar(Type::keyword, [](const Cell* given, Outcome& out) {
        out.buffer.clear();
        change_case(given[0].text, upper, out.buffer);
        out.cell.text = out.buffer;
        return true;
    });
}

template <bool (*holds)(std::string_view, std::string_view)>
base::Result<NodePtr> question(Call& call) {
    TRY(call.want_text(0));
    TRY(call.want_text(1));
    return call.scalar(Type::boolean, [](const Cell* given, Outcome& out) {
        out.cell.integer = holds(given[0].text, given[1].text) ? 1 : 0;
        return true;
    });
}
bool starts(std::string_view text, std::string_view with) { return text.starts_with(with); }
bool ends(std::string_view text, std::string_view with) { return text.ends_with(with); }
bool contains(std::string_view text, std::string_view inner) {
    return text.find(inner) != std::string_view::npos;
}

// From 1; 0: not there.
base::Result<NodePtr> locate(Call& call) {
    TRY(call.want_text(0));
    TRY(call.want_text(1));
    if (call.count() == 3) {
        TRY(call.want(2, Type::integer));
    }
    const bool with_start = call.count() == 3;
    return call.scalar(Type::integer, [with_start](const Cell* given, Outcome& out) {
        const std::int64_t start = with_start ? std::max<std::int64_t>(given[2].integer - 1, 0) : 0;
        const std::size_t from = offset_of(given[0].text, static_cast<std::size_t>(start));
        const std::size_t at = given[0].text.find(given[1].text, from);
        out.cell.integer =
            at == std::string_view::npos
                ? 0
                : static_cast<std::int64_t>(characters(given[0].text.substr(0, at))) + 1;
        return true;
    });
}

base::Result<NodePtr> split(Call& call) {
    TRY(call.want_text(0));
    TRY(call.want_text(1));
    return call.whole(Type::keyword,
                      [](const Vectors& given, std::uint32_t rows, Vector& out, Execution&) {
                          for (std::uint32_t row = 0; row < rows; ++row) {
                              const auto [first, last] = given[0]->values_of(row);
                              const auto [from, to] = given[1]->values_of(row);
                              if (last - first == 1 && to - from == 1 &&
                                  is_text(given[0]->type()) && is_text(given[1]->type())) {
                                  std::string_view text = given[0]->text(first);
                                  const std::string_view delimiter = given[1]->text(from);
                                  for (std::size_t end = 0; !delimiter.empty();) {
                                      end = text.find(delimiter);
                                      if (end == std::string_view::npos) break;
                                      out.add_text(text.substr(0, end));
                                      text.remove_prefix(end + delimiter.size());
                                  }
                                  out.add_text(text);
                              }
                              out.end_row();
                          }
                      });
}

base::Result<NodePtr> repeat(Call& call) {
    TRY(call.want_text(0));
    TRY(call.want(1, Type::integer));
    return call.scalar(Type::keyword, [](const Cell* given, Outcome& out) {
        if (given[1].integer < 0)
            return out.fail(
                "java.lang.IllegalArgumentException: Number parameter cannot be negative");
        const auto times = static_cast<std::size_t>(given[1].integer);
        if (given[0].text.size() * times > longest_text) return out.fail(too_long);
        out.buffer.clear();
        for (std::size_t at = 0; at < times; ++at) out.buffer += given[0].text;
        out.cell.text = out.buffer;
        return true;
    });
}

base::Result<NodePtr> space(Call& call) {
    TRY(call.want(0, Type::integer));
    return call.scalar(Type::keyword, [](const Cell* given, Outcome& out) {
        if (given[0].integer < 0 || given[0].integer > static_cast<std::int64_t>(longest_text))
            return out.fail(too_long);
        return out.text(std::string(static_cast<std::size_t>(given[0].integer), ' '));
    });
}

base::Result<NodePtr> reverse(Call& call) {
    TRY(call.want_text(0));
    return call.scalar(Type::keyword, [](const Cell* given, Outcome& out) {
        out.buffer.clear();
        std::string_view text = given[0].text;
        while (!text.empty()) {
            std::size_t at = text.size() - 1;
            while (at > 0 && is_continuation(text[at])) --at;
            out.buffer += text.substr(at);
            text.remove_suffix(text.size() - at);
        }
        out.cell.text = out.buffer;
        return true;
    });
}

base::Result<NodePtr> to_base64(Call& call) {
    TRY(call.want_text(0));
    return call.scalar(Type::keyword, [](const Cell* given, Outcome& out) {
        return out.text(absl::Base64Escape({given[0].text.data(), given[0].text.size()}));
    });
}

base::Result<NodePtr> from_base64(Call& call) {
    TRY(call.want_text(0));
    return call.scalar(Type::keyword, [](const Cell* given, Outcome& out) {
        if (!absl::Base64Unescape({given[0].text.data(), given[0].text.size()}, &out.buffer))
            return out.fail("java.lang.IllegalArgumentException: Illegal base64 character");
        out.cell.text = out.buffer;
        return true;
    });
}

constexpr Function functions[] = {
    {"bit_length", 1, 1, byte_length<8>},
    {"byte_length", 1, 1, byte_length<1>},
    {"concat", 2, any_number, concat},
    {"contains", 2, 2, question<contains>},
    {"ends_with", 2, 2, question<ends>},
    {"from_base64", 1, 1, from_base64},
    {"left", 2, 2, left},
    {"length", 1, 1, length},
    {"locate", 2, 3, locate},
    {"ltrim", 1, 1, part<without_left>},
    {"repeat", 2, 2, repeat},
    {"reverse", 1, 1, reverse},
    {"right", 2, 2, right},
    {"rtrim", 1, 1, part<without_right>},
    {"space", 1, 1, space},
    {"split", 2, 2, split},
    {"starts_with", 2, 2, question<starts>},
    {"substring", 2, 3, substring},
    {"to_base64", 1, 1, to_base64},
    {"to_lower", 1, 1, cased<false>},
    {"to_upper", 1, 1, cased<true>},
    {"trim", 1, 1, part<trimmed>},
};

}  // namespace

std::span<const Function> text_functions() { return functions; }

}  // namespace query::esql
