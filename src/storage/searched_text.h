#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/text_condition.h"
#include "storage/text_finder.h"

namespace storage {

// A condition that only texts with a certain piece can fit: the whole dictionary is searched for
// the piece at once, and the condition asked where it lies. One thread at a time.
class SearchedText : public TextCondition {
  public:
    void fits_all(const event::StringPool& pool, std::vector<std::uint8_t>& marks) override;

  protected:
    // Without it, every entry is looked at. With several, a text with any of the pieces may fit.
    void search_for(std::string_view folded) { finders_.emplace_back(folded); }

    // Whether piece `which`, which lies at `at`, makes the text fit; fits_not: not because of this
    // place.
    enum class Sight : std::uint8_t { fits, fits_not, unclear };
    virtual Sight sight(std::size_t, std::string_view, std::size_t) { return Sight::unclear; }

    // Whether text[begin, end) is this word, its borders included. Unclear where something is not
    // ASCII.
    static Sight sight_of_word(std::string_view text, std::string_view word, std::size_t begin,
                               std::size_t end);

  private:
    void search(const event::StringPool& pool, std::size_t which, std::vector<std::uint8_t>& marks);

    std::vector<TextFinder> finders_;
};

// The kinds of the same names. REQUIRES: the leaf outlives the condition; it has words where it
// needs them.
std::unique_ptr<TextCondition> words_text(const Predicate& leaf);
std::unique_ptr<TextCondition> phrase_text(const Predicate& leaf);
std::unique_ptr<TextCondition> wildcard_text(const Predicate& leaf);
// InvalidArgument when RE2 refuses the expression.
base::Result<std::unique_ptr<TextCondition>> regexp_text(const Predicate& leaf);

}  // namespace storage
