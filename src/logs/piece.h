#pragma once

#include <re2/stringpiece.h>

#include <string_view>

namespace logs {

// What RE2 found, in the text that it looked at.
inline std::string_view view(const re2::StringPiece& piece) { return {piece.data(), piece.size()}; }

}  // namespace logs
