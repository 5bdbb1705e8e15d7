#include "storage/predicate.h"

#include <utility>

namespace storage {

namespace {

Predicate leaf(Predicate::Kind kind, std::string field) {
    Predicate made;
    made.kind = kind;
    made.field = std::move(field);
    return made;
}

// Children of the same kind are taken in, `neutral` ones left out, and one `final` one decides.
Predicate combine(Predicate::Kind kind, std::vector<Predicate> children, Predicate::Kind neutral,
                  Predicate::Kind final) {
    Predicate made;
    made.kind = kind;
    for (Predicate& child : children) {
        if (child.kind == final) return std::move(child);
        if (child.kind == neutral) continue;
        if (child.kind == kind) {
            for (Predicate& grandchild : child.children)
                made.children.push_back(std::move(grandchild));
        } else {
            made.children.push_back(std::move(child));
        }
    }
    if (made.children.empty()) {
        made.kind = neutral;
    } else if (made.children.size() == 1) {
        Predicate only = std::move(made.children.front());
        return only;
    }
    return made;
}

}  // namespace

Predicate Predicate::nothing_fits() {
    Predicate made;
    made.kind = Kind::nothing;
    return made;
}

Predicate Predicate::all_of(std::vector<Predicate> children) {
    return combine(Kind::all_of, std::move(children), Kind::everything, Kind::nothing);
}

Predicate Predicate::any_of(std::vector<Predicate> children) {
    return combine(Kind::any_of, std::move(children), Kind::nothing, Kind::everything);
}

Predicate Predicate::none_of(Predicate child) {
    Predicate made;
    if (child.kind == Kind::everything) return nothing_fits();
    if (child.kind == Kind::nothing) return made;
    made.kind = Kind::none_of;
    if (child.kind == Kind::any_of) {
        made.children = std::move(child.children);
    } else {
        made.children.push_back(std::move(child));
    }
    return made;
}

Predicate Predicate::exists(std::string field) { return leaf(Kind::exists, std::move(field)); }

Predicate Predicate::equals(std::string field, Literal literal) {
    Predicate made = leaf(Kind::equals, std::move(field));
    made.literal = std::move(literal);
    return made;
}

Predicate Predicate::equals_text(std::string field, std::string text) {
    Predicate made = leaf(Kind::equals, std::move(field));
    made.literal.text = std::move(text);
    return made;
}

Predicate Predicate::one_of(std::string_view field, const std::vector<std::string>& texts) {
    std::vector<Predicate> any;
    any.reserve(texts.size());
    for (const std::string& text : texts) any.push_back(equals_text(std::string(field), text));
    return any_of(std::move(any));
}

Predicate Predicate::any_word(std::string field, std::vector<std::string> words) {
    Predicate made = leaf(Kind::words, std::move(field));
    made.words = std::move(words);
    return made;
}

Predicate Predicate::phrase_of(std::string field, std::vector<std::string> words) {
    Predicate made = leaf(Kind::phrase, std::move(field));
    made.words = std::move(words);
    return made;
}

Predicate Predicate::wildcard_of(std::string field, std::string pattern) {
    Predicate made = leaf(Kind::wildcard, std::move(field));
    made.literal.text = std::move(pattern);
    return made;
}

Predicate Predicate::between(std::string field, std::optional<Bound> lower,
                             std::optional<Bound> upper) {
    Predicate made = leaf(Kind::range, std::move(field));
    made.lower = std::move(lower);
    made.upper = std::move(upper);
    return made;
}

}  // namespace storage
