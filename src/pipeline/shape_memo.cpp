#include "pipeline/shape_memo.h"

#include <algorithm>

#include "event/shape.h"

namespace pipeline {

namespace leaf = event::leaf;

namespace {

constexpr std::size_t block_bytes = 64 << 10;

// A token's bytes: kind, then up to six of arguments.
unsigned byte_of(Token token, unsigned at) {
    return static_cast<unsigned>(token >> (8 * at)) & 0xFF;
}

Token with_byte(Token token, unsigned at, unsigned value) {
    return token | (static_cast<Token>(value & 0xFF) << (8 * at));
}

void append_two(unsigned value, std::string& out) {
    out.push_back(static_cast<char>('0' + value / 10));
    out.push_back(static_cast<char>('0' + value % 10));
}

// Arguments of a leaf; the token's bytes hold them so that they are text as far as possible.
void append_arguments(Token token, std::string& out) {
    switch (static_cast<char>(byte_of(token, 0))) {
        case leaf::decimal:
        case leaf::passed_over:
            out.push_back(static_cast<char>(byte_of(token, 2)));
            break;
        case leaf::row_epoch:
        case leaf::epoch:
        case leaf::scientific:
            out.push_back(static_cast<char>(byte_of(token, 2)));
            out.push_back(static_cast<char>(byte_of(token, 3)));
            break;
        case leaf::row_time:
        case leaf::timestamp: {
            out.push_back(static_cast<char>(byte_of(token, 2)));
            out.push_back(static_cast<char>(byte_of(token, 3)));
            const char zone = static_cast<char>(byte_of(token, 4));
            if (zone != 'o') out.push_back(zone);
            if (zone == 'Z' || zone == 'z') break;
            const unsigned minutes = byte_of(token, 5) | (byte_of(token, 6) << 8);
            out.push_back((minutes & 0x8000) != 0 ? '-' : '+');
            append_two((minutes & 0x7FFF) / 60, out);
            out.push_back(':');
            append_two((minutes & 0x7FFF) % 60, out);
            break;
        }
        default:
            break;
    }
}

bool is_leaf(Token token) { return byte_of(token, 1) == 0; }

bool has_column(Token token) {
    if (!is_leaf(token)) return token == token::open_array;
    const char kind = static_cast<char>(byte_of(token, 0));
    return kind != leaf::row_time && kind != leaf::row_epoch;
}

}  // namespace

namespace token {

Token plain(char kind) { return static_cast<unsigned char>(kind); }

Token decimal(std::uint32_t decimals) { return with_byte(plain(leaf::decimal), 2, '0' + decimals); }

Token scientific(const event::ExponentForm& form) {
    const unsigned decimals = form.decimals < 0 ? '*' : '0' + static_cast<unsigned>(form.decimals);
    const unsigned bits =
        '0' + (form.upper ? 1U : 0U) + (form.plus ? 2U : 0U) + (form.two_digits ? 4U : 0U);
    return with_byte(with_byte(plain(leaf::scientific), 2, decimals), 3, bits);
}

Token time(char kind, const event::TimeForm& form) {
    Token made = with_byte(plain(kind), 2, static_cast<unsigned char>(form.separator));
    made = with_byte(made, 3, '0' + unsigned{form.decimals});
    made = with_byte(made, 4, static_cast<unsigned char>(form.zone));
    const unsigned minutes = form.minutes | (form.negative ? 0x8000U : 0U);
    return with_byte(with_byte(made, 5, minutes), 6, minutes >> 8);
}

Token epoch(char kind, const event::EpochForm& form) {
    const Token made = with_byte(plain(kind), 2, static_cast<unsigned char>(form.unit));
    return with_byte(made, 3, '0' + unsigned{form.decimals});
}

Token passed_over(event::Type type) {
    return with_byte(plain(leaf::passed_over), 2,
                     static_cast<unsigned char>(event::letter_of(type)));
}

}  // namespace token

void append_piece(Token token, std::string_view text, bool comma, const Field* field,
                  std::string& out) {
    if (comma && token != token::close_object && token != token::close_array) out.push_back(',');
    if (field != nullptr && has_column(token)) out.append(field->marker);
    switch (token) {
        case token::key:
            out.push_back('"');
            out.append(text);
            out.append("\":");
            return;
        case token::literal:
            out.append(text);
            return;
        case token::open_object:
            out.push_back('{');
            return;
        case token::close_object:
            out.push_back('}');
            return;
        case token::open_array:
            out.push_back('[');
            return;
        case token::close_array:
            out.push_back(']');
            return;
        case token::null:
            out.append("null");
            return;
        default:
            break;
    }
    const bool quoted = (token & token::quoted) != 0;
    if (quoted) out.push_back('"');
    out.push_back(static_cast<char>(byte_of(token, 0)));
    append_arguments(token, out);
    if (quoted) out.push_back('"');
}

bool comma_after(Token token) {
    if (token == token::key || token == token::open_object || token == token::open_array)
        return false;
    return !is_leaf(token) || static_cast<char>(byte_of(token, 0)) != leaf::passed_over;
}

ShapeMemo::ShapeMemo() { states_.emplace_back(); }

void ShapeMemo::clear() {
    states_.clear();
    states_.emplace_back();
    children_.clear();
    blocks_.clear();
    block_used_ = block_size_ = bytes_ = 0;
}

std::string_view ShapeMemo::keep(std::string_view text) {
    if (text.empty()) return "";
    if (block_size_ - block_used_ < text.size()) {
        block_size_ = std::max(block_bytes, text.size());
        block_used_ = 0;
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_size_));
    }
    char* const place = blocks_.back().get() + block_used_;
    std::memcpy(place, text.data(), text.size());
    block_used_ += text.size();
    bytes_ += text.size();
    return {place, text.size()};
}

std::string_view ShapeMemo::map_key(const State* state, Token token, std::string_view text) {
    scratch_.assign(reinterpret_cast<const char*>(&state), sizeof(const State*));
    scratch_.append(reinterpret_cast<const char*>(&token), sizeof(token));
    scratch_.append(text);
    return scratch_;
}

ShapeMemo::State* ShapeMemo::find(State* state, Token token, std::string_view text) {
    for (State* child = state->child; child != nullptr; child = child->sibling) {
        if (child->token == token && child->text == text) {
            state->likely = child;
            return child;
        }
    }
    if (state->children <= few_children) return nullptr;
    const auto found = children_.find(map_key(state, token, text));
    if (found == children_.end()) return nullptr;
    state->likely = found->second;
    return found->second;
}

ShapeMemo::State* ShapeMemo::make(State* state, Token token, std::string_view text, Field* field) {
    if (full()) return nullptr;
    const Field* const of_value = state->token == token::key ? state->field : nullptr;
    scratch_.clear();
    append_piece(token, text, state->comma, of_value, scratch_);
    State& made = states_.emplace_back();
    made.piece = keep(scratch_);
    made.text = keep(text);
    made.token = token;
    made.parent = state;
    made.field = field;
    made.length = state->length + static_cast<std::uint32_t>(made.piece.size());
    made.comma = comma_after(token);
    if (++state->children <= few_children) {
        made.sibling = state->child;
        state->child = &made;
    } else {
        children_.emplace(map_key(state, token, text), &made);
    }
    state->likely = &made;
    return &made;
}

void ShapeMemo::text_of(const State* state, std::string& out) const {
    way_.clear();
    for (; state != nullptr; state = state->parent) way_.push_back(state);
    for (auto at = way_.rbegin(); at != way_.rend(); ++at) out.append((*at)->piece);
}

}  // namespace pipeline
