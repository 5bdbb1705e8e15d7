#include "storage/text_condition.h"

#include <algorithm>
#include <utility>

#include "base/string_map.h"
#include "storage/searched_text.h"
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
    std::optional<std::string_view> exact() const override { return text_; }

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

// Another condition on each of the text's words.
class EachWord final : public TextCondition {
  public:
    explicit EachWord(std::unique_ptr<TextCondition> inner) : inner_(std::move(inner)) {}
    bool fits(std::string_view text) override {
        WordReader words(text);
        std::string_view word;
        while (words.next(word)) {
            if (inner_->fits(word)) return true;
        }
        return false;
    }

  private:
    std::unique_ptr<TextCondition> inner_;
};

// Words one behind the other, of the last one its beginning.
class PhrasePrefixText final : public TextCondition {
  public:
    explicit PhrasePrefixText(const Predicate& leaf) : words_(leaf.words) {}
    bool fits(std::string_view text) override {
        const std::vector<std::string> found = words_of(text);
        for (std::size_t at = 0; at + words_.size() <= found.size(); ++at) {
            if (begins(found, at)) return true;
        }
        return false;
    }

  private:
    bool begins(const std::vector<std::string>& found, std::size_t at) const {
        const std::size_t last = words_.size() - 1;
        for (std::size_t word = 0; word < last; ++word) {
            if (found[at + word] != words_[word]) return false;
        }
        return found[at + last].starts_with(words_[last]);
    }

    const std::vector<std::string>& words_;
};

// Words near each other: their places, each less its place in the phrase, differ by no more than
// the slop.
class SloppyPhraseText final : public TextCondition {
  public:
    explicit SloppyPhraseText(const Predicate& leaf) : words_(leaf.words), slop_(leaf.slop) {}
    bool fits(std::string_view text) override {
        places_.clear();
        WordReader reader(text);
        std::string_view word;
        for (std::int64_t at = 0; reader.next(word); ++at) {
            const auto found = std::find(words_.begin(), words_.end(), word);
            if (found == words_.end()) continue;
            const auto number = found - words_.begin();
            places_.emplace_back(at - number, static_cast<std::size_t>(number));
        }
        std::sort(places_.begin(), places_.end());
        return some_are_near();
    }

  private:
    // Whether a run of places has every word, and is no wider than the slop.
    bool some_are_near() {
        counts_.assign(words_.size(), 0);
        std::size_t missing = words_.size();
        std::size_t begin = 0;
        for (const auto& [place, number] : places_) {
            if (counts_[number]++ == 0) --missing;
            for (; place - places_[begin].first > static_cast<std::int64_t>(slop_); ++begin) {
                if (--counts_[places_[begin].second] == 0) ++missing;
            }
            if (missing == 0) return true;
        }
        return false;
    }

    const std::vector<std::string>& words_;
    std::uint32_t slop_;
    // Of one text: each place less the word's place in the phrase, and which word.
    std::vector<std::pair<std::int64_t, std::size_t>> places_;
    std::vector<std::uint32_t> counts_;
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
    TRY(auto made, create_whole(leaf));
    if (!leaf.only_words) return made;
    return std::unique_ptr<TextCondition>(std::make_unique<EachWord>(std::move(made)));
}

base::Result<std::unique_ptr<TextCondition>> TextCondition::create_whole(const Predicate& leaf) {
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
            made = wildcard_text(leaf);
            break;
        case Kind::regexp:
            return regexp_text(leaf);
        case Kind::words:
        case Kind::phrase:
            if (leaf.words.empty()) {
                made = std::make_unique<NoText>();
            } else if (leaf.kind == Kind::phrase && leaf.last_is_prefix) {
                made = std::make_unique<PhrasePrefixText>(leaf);
            } else if (leaf.kind == Kind::phrase && leaf.slop > 0) {
                made = std::make_unique<SloppyPhraseText>(leaf);
            } else if (leaf.kind == Kind::words || leaf.words.size() == 1) {
                made = words_text(leaf);
            } else {
                made = phrase_text(leaf);
            }
            break;
        default:
            made = std::make_unique<NoText>();
    }
    return made;
}

}  // namespace storage
