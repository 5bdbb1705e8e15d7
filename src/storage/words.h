#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

// Cuts text into words as searches see them: runs of Unicode letters, digits and '_', lower-cased (simple case folding);
// everything else separates. "Заказ ORD-17: OK" → "заказ", "ord", "17", "ok". The rule is part of the format: word
// filters on disk depend on it.
std::vector<std::string> words_of(std::string_view text);

// The same without the copies: calls `use` per word until it returns false. `scratch` is reused between calls.
void for_each_word(std::string_view text, std::string& scratch,
                   const std::function<bool(std::string_view)>& use);

}  // namespace storage
