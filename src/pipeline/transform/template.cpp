#include "pipeline/transform/template.h"

#include <fmt/format.h>

namespace pipeline {

base::Result<Template> Template::parse(std::string_view text) {
    Template made;
    while (!text.empty()) {
        const std::size_t open = text.find("%{");
        if (open != 0) {
            made.pieces_.push_back({std::string(text.substr(0, open)), {}});
            if (open == std::string_view::npos) break;
            text.remove_prefix(open);
        }
        const std::size_t close = text.find('}');
        if (close == std::string_view::npos)
            return base::invalid(fmt::format("'{}' is not closed: expected %{{field}}", text));
        const std::string_view name = text.substr(2, close - 2);
        if (name.starts_with('+')) {
            return base::invalid(fmt::format(
                "'%{{{}}}': times cannot be written this way; write the field that holds it",
                name));
        }
        TRY(std::string path, field_path(name));
        made.pieces_.push_back({std::string(text.substr(0, close + 1)), std::move(path)});
        text.remove_prefix(close + 1);
    }
    return made;
}

void Template::append(const Draft& draft, std::string& out) const {
    for (const Piece& piece : pieces_) {
        const auto value = piece.field.empty() ? std::nullopt : draft.text_of(piece.field);
        out += value ? *value : std::string_view(piece.text);
    }
}

bool Template::complete(const Draft& draft) const {
    for (const Piece& piece : pieces_) {
        if (!piece.field.empty() && !draft.text_of(piece.field)) return false;
    }
    return true;
}

}  // namespace pipeline
