#include "storage/text_condition.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "base/string_map.h"
#include "storage/text_finder.h"
#include "storage/wildcard.h"
#include "storage/words.h"

namespace storage {

namespace {

using event::StringPool;
using Fits = std::vector<std::uint8_t>;

class AnyText final : public TextCondition {
  public:
    bool fits(std::string_view) override { return true; }
};

class NoText final : public TextCondition {
  public:
    bool fits(std::string_view) override { return false; }
};

class EqualText final : public TextCondition {
  public:
    explicit EqualText(std::string text) : text_(std::move(text)) {}
    bool fits(std::string_view text) override { return text == text_; }

  private:
    std::string text_;
};

class OneOfTexts final : public TextCondition {
  public:
    explicit OneOfTexts(std::vector<std::string> texts) {
        for (std::string& text : texts) texts_.insert(std::move(text));
    }
    bool fits(std::string_view text) override { return texts_.find(text) != texts_.end(); }

  private:
    base::StringSet texts_;
};

// Another condition on the folded text.
class FoldedText final : public TextCondition {
  public:
    explicit FoldedText(std::unique_ptr<TextCondition> inner) : inner_(std::move(inner)) {}
    bool fits(std::string_view text) override {
        buffer_.clear();
        fold_case(text, buffer_);
        return inner_->fits(buffer_);
    }

  private:
    std::unique_ptr<TextCondition> inner_;
    std::string buffer_;
};

class PrefixText final : public TextCondition {
  public:
    explicit PrefixText(std::string prefix) : prefix_(std::move(prefix)) {}
    bool fits(std::string_view text) override { return text.starts_with(prefix_); }

  private:
    std::string prefix_;
};

class TextRange final : public TextCondition {
  public:
    explicit TextRange(const Predicate& leaf) : leaf_(leaf) {}
    bool fits(std::string_view text) override {
        if (leaf_.lower) {
            const int order = text.compare(leaf_.lower->value.text);
            if (order < 0 || (order == 0 && !leaf_.lower->inclusive)) return false;
        }
        if (leaf_.upper) {
            const int order = text.compare(leaf_.upper->value.text);
            if (order > 0 || (order == 0 && !leaf_.upper->inclusive)) return false;
        }
        return true;
    }

  private:
    const Predicate& leaf_;
};

class RegexpText final : public TextCondition {
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
    RegexpText(const std::string& text, const RE2::Options& options) : expression_(text, options) {}
    bool fits(std::string_view text) override {
        return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), expression_);
    }

  private:
    RE2 expression_;
};

// A condition that only texts with a certain piece can fit: the whole dictionary is searched for
// the piece at once, and the condition asked where it lies.
class SearchedText : public TextCondition {
  public:
    void fits_all(const StringPool& pool, Fits& marks) override {
        if (finders_.empty() || !search(pool, marks)) TextCondition::fits_all(pool, marks);
    }

  protected:
    void search_for(std::string_view folded) { finders_.emplace_back(folded); }
    // Whether the piece of finder `which` at `place` makes the text fit, without looking closer.
    enum class Sight : std::uint8_t { fits, fits_not, unclear };
    virtual Sight sight(std::size_t, std::string_view, std::size_t) { return Sight::unclear; }

  private:
    bool search(const StringPool& pool, Fits& marks) {
        for (const TextFinder& finder : finders_) {
            if (!finder.usable() || finder.may_miss(pool.bytes())) return false;
        }
        for (std::size_t which = 0; which < finders_.size(); ++which) search(pool, which, marks);
        return true;
    }

    void search(const StringPool& pool, std::size_t which, Fits& marks) {
        const TextFinder& finder = finders_[which];
        const std::string& bytes = pool.bytes();
        const std::vector<std::uint32_t>& ends = pool.ends();
        std::size_t entry = 0;
        for (std::size_t at = finder.find(bytes, 0); at != TextFinder::npos;
             at = finder.find(bytes, at)) {
            entry = static_cast<std::size_t>(
                std::upper_bound(ends.begin() + static_cast<std::ptrdiff_t>(entry), ends.end(),
                                 at) -
                ends.begin());
            const std::size_t begin = entry == 0 ? 0 : ends[entry - 1];
            const std::size_t end = ends[entry];
            if (marks[entry] != 0) {
                at = end;
                continue;
            }
            if (at + finder.size() > end) {
                ++at;  // reaches into the next entry
                continue;
            }
            const std::string_view text(bytes.data() + begin, end - begin);
            Sight seen = sight(which, text, at - begin);
            if (seen == Sight::fits_not) {
                ++at;
                continue;
            }
            if (seen == Sight::unclear) seen = fits(text) ? Sight::fits : Sight::fits_not;
            if (seen == Sight::fits) marks[entry] = 1;
            at = end;
        }
    }

    std::vector<TextFinder> finders_;
};

class WordsText final : public SearchedText {
  public:
    explicit WordsText(const Predicate& leaf)
        : words_(leaf.words), all_(leaf.all_words && words_.size() > 1) {
        std::sort(words_.begin(), words_.end());
        words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
        if (all_) {
            search_for(*std::max_element(
                words_.begin(), words_.end(),
                [](const auto& a, const auto& b) { return a.size() < b.size(); }));
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
        // Words end at other bytes; what is not ASCII is looked at by the reader.
        const std::size_t end = at + words_[which].size();
        if (at > 0) {
            if ((text[at - 1] & 0x80) != 0) return Sight::unclear;
            if (is_word_byte(text[at - 1])) return Sight::fits_not;
        }
        if (end < text.size()) {
            if ((text[end] & 0x80) != 0) return Sight::unclear;
            if (is_word_byte(text[end])) return Sight::fits_not;
        }
        // The finder may mix bytes of different letters only outside ASCII.
        for (const char c : words_[which]) {
            if ((c & 0x80) != 0) return Sight::unclear;
        }
        return Sight::fits;
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

class PhraseText final : public SearchedText {
  public:
    explicit PhraseText(const Predicate& leaf) : words_(leaf.words) {
        // Where a match that breaks after i words may go on (Knuth, Morris, Pratt).
        fallback_.assign(words_.size() + 1, 0);
        std::size_t held = 0;
        for (std::size_t at = 1; at < words_.size(); ++at) {
            while (held > 0 && words_[at] != words_[held]) held = fallback_[held];
            if (words_[at] == words_[held]) ++held;
            fallback_[at + 1] = held;
        }
        search_for(
            *std::max_element(words_.begin(), words_.end(),
                              [](const auto& a, const auto& b) { return a.size() < b.size(); }));
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

  private:
    const std::vector<std::string>& words_;
    std::vector<std::size_t> fallback_;
    std::string buffer_;
};

class WildcardText final : public SearchedText {
  public:
    explicit WildcardText(const Predicate& leaf)
        : whole_(leaf.ignore_case ? folded(leaf.literal.text) : leaf.literal.text),
          word_(folded(leaf.literal.text)),
          fold_(leaf.ignore_case),
          with_words_(leaf.with_words) {
        // Short pieces are everywhere: searching for them costs more than it saves.
        if (word_.longest_literal().size() >= 2) search_for(word_.longest_literal());
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

std::unique_ptr<TextCondition> folding(const Predicate& leaf,
                                       std::unique_ptr<TextCondition> condition) {
    if (!leaf.ignore_case) return condition;
    return std::make_unique<FoldedText>(std::move(condition));
}

std::string needle_of(const Predicate& leaf) {
    if (!leaf.ignore_case) return leaf.literal.text;
    std::string folded;
    fold_case(leaf.literal.text, folded);
    return folded;
}

}  // namespace

void TextCondition::fits_all(const StringPool& pool, Fits& marks) {
    for (std::uint32_t entry = 0; entry < pool.size(); ++entry)
        marks[entry] = fits(pool[entry]) ? 1 : 0;
}

std::unique_ptr<TextCondition> TextCondition::one_of(std::vector<std::string> texts) {
    return std::make_unique<OneOfTexts>(std::move(texts));
}

base::Result<std::unique_ptr<TextCondition>> TextCondition::create(const Predicate& leaf) {
    using Kind = Predicate::Kind;
    std::unique_ptr<TextCondition> made;
    switch (leaf.kind) {
        case Kind::exists:
            made = std::make_unique<AnyText>();
            break;
        case Kind::equals:
            made = folding(leaf, std::make_unique<EqualText>(needle_of(leaf)));
            break;
        case Kind::prefix:
            made = folding(leaf, std::make_unique<PrefixText>(needle_of(leaf)));
            break;
        case Kind::range:
            made = std::make_unique<TextRange>(leaf);
            break;
        case Kind::wildcard:
            made = std::make_unique<WildcardText>(leaf);
            break;
        case Kind::regexp:
            return RegexpText::create(leaf);
        case Kind::words:
        case Kind::phrase:
            if (leaf.words.empty()) {
                made = std::make_unique<NoText>();
            } else if (leaf.kind == Kind::words || leaf.words.size() == 1) {
                made = std::make_unique<WordsText>(leaf);
            } else {
                made = std::make_unique<PhraseText>(leaf);
            }
            break;
        default:
            made = std::make_unique<NoText>();
    }
    return made;
}

}  // namespace storage
