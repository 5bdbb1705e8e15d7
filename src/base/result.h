#pragma once

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/try.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace base {

// The closed set of failures. Mapped to HTTP, bulk items and exit codes in one place each.
enum class Code {
    invalid_argument,  // the caller's input is wrong; the message says where and what was expected
    not_found,
    conflict,   // exists already, or changed meanwhile
    denied,     // the caller may not
    too_large,  // a limit was passed; the message names the setting
    busy,       // try again later
    timeout,
    cancelled,
    corrupt,  // stored bytes fail their checksum or their format
    io,       // the operating system refused
    internal,
};

// The code's name as APIs print it, e.g. "invalid_argument".
std::string_view name_of(Code code);

struct Error {
    Code code = Code::internal;
    std::string message;

    Error() = default;
    Error(Code error_code, std::string text) : code(error_code), message(std::move(text)) {}

    // Where in the input the error is, in bytes; length 0 when it points at nothing.
    std::size_t offset = 0;
    std::size_t length = 0;
};

namespace outcome = BOOST_OUTCOME_V2_NAMESPACE;

// A value or an Error. Looking at the wrong one is a bug of ours and terminates.
template <typename T>
using Result = outcome::basic_result<T, Error, outcome::policy::terminate>;
using Status = Result<void>;

inline Status ok() { return outcome::success(); }

inline Error invalid(std::string message) { return {Code::invalid_argument, std::move(message)}; }

}  // namespace base

// TRY(expression) returns the failure of a Status or Result; one statement, so it may stand alone
// behind an `if`. TRY(auto value, expression) unpacks a Result, as does TRY(variable, expression):
// several statements, so not there.
#define TRY(...) BASE_TRY_PICK(__VA_ARGS__, V, V, V, V, V, V, V, S)(__VA_ARGS__)
#define BASE_TRY_PICK(a1, a2, a3, a4, a5, a6, a7, a8, kind, ...) BASE_TRY_##kind
#define BASE_TRY_V(...) BOOST_OUTCOME_TRY(__VA_ARGS__)
#define BASE_TRY_S(...)                                                                      \
    do {                                                                                     \
        auto&& base_tried = __VA_ARGS__;                                                     \
        if (!base_tried) return std::forward<decltype(base_tried)>(base_tried).as_failure(); \
    } while (false)
#define CO_TRY(...) BOOST_OUTCOME_CO_TRY(__VA_ARGS__)
