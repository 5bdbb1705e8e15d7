#include "storage/searched_text.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "storage/required_text.h"
#include "storage/wildcard.h"
#include "storage/words.h"

namespace storage {

namespace {

using event::StringPool;

// Shorter pieces are everywhere: searching for them costs more than it saves.
constexpr std::size_t shortest_needle = 2;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool shorter(const std::string& one, const std::string& other) { return one.size() < other.size(); }

// The entry that byte `at` lies in, from `entry` on. The next one is mostly near.
std::size_t entry_at(const std::vector<std::uint32_t>& ends, std::size_t entry, std::size_t at) {
    std::size_t step = 1;
    while (entry + step < ends.size() && ends[entry + step] <= at) {
        entry += step;
        step *= 2;
    }
    const auto first = ends.begin() + static_cast<std::ptrdiff_t>(entry);
    const auto last =
        ends.begin() + static_cast<std::ptrdiff_t>(std::min(entry + step, ends.size() - 1));
    return static_cast<std::size_t>(std::upper_bound(first, last, at) - ends.begin());
}

class WordsText final : public SearchedText {
  public:
    explicit WordsText(const Predicate& leaf)
        : words_(leaf.words), all_(leaf.all_words && words_.size() > 1) {
        std::sort(words_.begin(), words_.end());
        words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
        if (all_) {
            search_for(*std::max_element(words_.begin(), words_.end(), shorter));
        } else if (words_.size() <= 4) {
            for (const std::string& word : words_) search_for(word);
        }
    }

    bool fits(std::string_view text) override {
        WordReader reader(text);
        std::string_view word;
        reader.swap_buffer(buffer_);
        const bool found = all_ ? has_all(reader, word) : has_any(reader, word);
        reader.swap_buffer(buffer_);
        return found;
    }

  protected:
    Sight sight(std::size_t which, std::string_view text, std::size_t at) override {
        if (all_) return Sight::unclear;
        return sight_of_word(text, words_[which], at, at + words_[which].size());
    }

  private:
    bool has_any(WordReader& reader, std::string_view& word) const {
        while (reader.next(word)) {
            if (std::binary_search(words_.begin(), words_.end(), word)) return true;
        }
        return false;
    }

    bool has_all(WordReader& reader, std::string_view& word) {
        seen_.assign(words_.size(), 0);
        std::size_t missing = words_.size();
        while (missing > 0 && reader.next(word)) {
            const auto found = std::lower_bound(words_.begin(), words_.end(), word);
            if (found == words_.end() || *found != word) continue;
            std::uint8_t& seen = seen_[static_cast<std::size_t>(found - words_.begin())];
            missing -= seen == 0 ? 1 : 0;
            seen = 1;
        }
        return missing == 0;
    }

    std::vector<std::string> words_;
    bool all_;
    std::vector<std::uint8_t> seen_;
    std::string buffer_;
};

// Words one behind the other. A dictionary is searched for the longest one, the anchor.
class PhraseText final : public SearchedText {
  public:
    explicit PhraseText(const Predicate& leaf)
        : words_(leaf.words), fallback_(words_.size() + 1, 0) {
        // Where a match that breaks after i words may go on (Knuth, Morris, Pratt).
        std::size_t held = 0;
        for (std::size_t at = 1; at < words_.size(); ++at) {
            while (held > 0 && words_[at] != words_[held]) held = fallback_[held];
            if (words_[at] == words_[held]) ++held;
            fallback_[at + 1] = held;
        }
        const auto longest = std::max_element(words_.begin(), words_.end(), shorter);
        anchor_ = static_cast<std::size_t>(longest - words_.begin());
        search_for(*longest);
    }

    bool fits(std::string_view text) override {
        WordReader reader(text);
        std::string_view word;
        reader.swap_buffer(buffer_);
        std::size_t held = 0;
        while (held < words_.size() && reader.next(word)) {
            while (held > 0 && word != words_[held]) held = fallback_[held];
            if (word == words_[held]) ++held;
        }
        reader.swap_buffer(buffer_);
        return held == words_.size();
    }

  protected:
    // The words before and behind the anchor, as long as all is ASCII.
    Sight sight(std::size_t, std::string_view text, std::size_t at) override {
        std::size_t begin = at;
        std::size_t end = at + words_[anchor_].size();
        Sight seen = sight_of_word(text, words_[anchor_], begin, end);
        for (std::size_t word = anchor_; word-- > 0 && seen == Sight::fits;) {
            while (begin > 0 && is_separator(text[begin - 1])) --begin;
            end = begin;
            if (words_[word].size() > end) return Sight::unclear;
            begin = end - words_[word].size();
            seen = sight_of_word(text, words_[word], begin, end);
        }
        end = at + words_[anchor_].size();
        for (std::size_t word = anchor_ + 1; word < words_.size() && seen == Sight::fits; ++word) {
            while (end < text.size() && is_separator(text[end])) ++end;
            begin = end;
            end = begin + words_[word].size();
            if (end > text.size()) return Sight::unclear;
            seen = sight_of_word(text, words_[word], begin, end);
        }
        return seen;
    }

  private:
    static bool is_separator(char c) { return is_ascii(c) && !is_word_byte(c); }

    const std::vector<std::string>& words_;
    std::vector<std::size_t> fallback_;
    std::size_t anchor_ = 0;
    std::string buffer_;
};

class WildcardText final : public SearchedText {
  public:
    explicit WildcardText(const Predicate& leaf)
        : whole_(leaf.ignore_case ? folded(leaf.literal.text) : leaf.literal.text),
          word_(folded(leaf.literal.text)),
          fold_(leaf.ignore_case),
          with_words_(leaf.with_words) {
        if (word_.longest_literal().size() >= shortest_needle) search_for(word_.longest_literal());
    }

    bool fits(std::string_view text) override {
        if (fold_) {
            buffer_.clear();
            fold_case(text, buffer_);
            if (whole_.fits(buffer_)) return true;
        } else if (whole_.fits(text)) {
            return true;
        }
        if (!with_words_) return false;
        WordReader reader(text);
        std::string_view word;
        while (reader.next(word)) {
            if (word_.fits(word)) return true;
        }
        return false;
    }

  private:
    static std::string folded(std::string_view text) {
        std::string out;
        fold_case(text, out);
        return out;
    }

    Wildcard whole_;
    Wildcard word_;
    bool fold_;
    bool with_words_;
    std::string buffer_;
};

class RegexpText final : public SearchedText {
  public:
    static base::Result<std::unique_ptr<TextCondition>> create(const Predicate& leaf) {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_dot_nl(true);
        options.set_case_sensitive(!leaf.ignore_case);
        options.set_max_mem(8 << 20);
        auto made = std::make_unique<RegexpText>(leaf.literal.text, options);
        if (!made->expression_.ok()) {
            return base::invalid(
                fmt::format("expected a regular expression as RE2 reads it, found '{}': {}",
                            leaf.literal.text.substr(0, 100), made->expression_.error()));
        }
        return std::unique_ptr<TextCondition>(std::move(made));
    }
    RegexpText(const std::string& text, const RE2::Options& options) : expression_(text, options) {
        std::string needed;
        fold_case(required_text(text), needed);
        if (needed.size() >= shortest_needle) search_for(needed);
    }
    bool fits(std::string_view text) override {
        return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), expression_);
    }

  private:
    RE2 expression_;
};

}  // namespace

void SearchedText::fits_all(const StringPool& pool, std::vector<std::uint8_t>& marks) {
    const bool blind =
        std::any_of(finders_.begin(), finders_.end(), [&pool](const TextFinder& finder) {
            return !finder.usable() || finder.may_miss(pool.bytes());
        });
    if (finders_.empty() || blind) {
        TextCondition::fits_all(pool, marks);
        return;
    }
    for (std::size_t which = 0; which < finders_.size(); ++which) search(pool, which, marks);
}

void SearchedText::search(const StringPool& pool, std::size_t which,
                          std::vector<std::uint8_t>& marks) {
    const TextFinder& finder = finders_[which];
    const std::string_view bytes = pool.bytes();
    const std::vector<std::uint32_t>& ends = pool.ends();
    std::size_t entry = 0;
    std::size_t at = finder.find(bytes, 0);
    for (; at != TextFinder::npos; at = finder.find(bytes, at)) {
        entry = entry_at(ends, entry, at);
        const std::size_t begin = entry == 0 ? 0 : ends[entry - 1];
        const std::size_t end = ends[entry];
        if (marks[entry] != 0) {
            at = end;
            continue;
        }
        Sight seen = Sight::fits_not;  // a piece that reaches into the next entry
        if (at + finder.size() <= end)
            seen = sight(which, bytes.substr(begin, end - begin), at - begin);
        if (seen == Sight::fits_not) {
            ++at;
            continue;
        }
        if (seen == Sight::fits || fits(bytes.substr(begin, end - begin))) marks[entry] = 1;
        at = end;
    }
}

SearchedText::Sight SearchedText::sight_of_word(std::string_view text, std::string_view word,
                                                std::size_t begin, std::size_t end) {
    // A neighbour that is no ASCII may be a letter or a mark: the reader of words knows.
    const bool letter_before =
        begin > 0 && (!is_ascii(text[begin - 1]) || is_word_byte(text[begin - 1]));
    const bool letter_behind =
        end < text.size() && (!is_ascii(text[end]) || is_word_byte(text[end]));
    if (letter_before && !is_ascii(text[begin - 1])) return Sight::unclear;
    if (letter_behind && !is_ascii(text[end])) return Sight::unclear;
    bool same = !letter_before && !letter_behind;
    for (std::size_t at = 0; at < word.size(); ++at) {
        if (!is_ascii(text[begin + at]) || !is_ascii(word[at])) return Sight::unclear;
        same = same && ascii_lower(text[begin + at]) == word[at];
    }
    return same ? Sight::fits : Sight::fits_not;
}

std::unique_ptr<TextCondition> words_text(const Predicate& leaf) {
    return std::make_unique<WordsText>(leaf);
}

std::unique_ptr<TextCondition> phrase_text(const Predicate& leaf) {
    return std::make_unique<PhraseText>(leaf);
}

std::unique_ptr<TextCondition> wildcard_text(const Predicate& leaf) {
    return std::make_unique<WildcardText>(leaf);
}

base::Result<std::unique_ptr<TextCondition>> regexp_text(const Predicate& leaf) {
    return RegexpText::create(leaf);
}

}  // namespace storage
