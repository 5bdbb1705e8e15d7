#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/string_map.h"
#include "event/json_text.h"
#include "event/value.h"
#include "pipeline/field_table.h"

namespace pipeline {

// What a shape is made of, as a number: a leaf with its arguments, a bracket, or one of those that
// carry a text.
using Token = std::uint64_t;

namespace token {
inline constexpr Token key = 0x100;
inline constexpr Token literal = 0x200;
inline constexpr Token open_object = 0x300;
inline constexpr Token close_object = 0x400;
inline constexpr Token open_array = 0x500;
inline constexpr Token close_array = 0x600;
inline constexpr Token null = 0x700;
inline constexpr Token quoted = Token{1} << 63;  // a leaf between quotes

// Leaves (event/shape.h).
Token plain(char kind);
Token decimal(std::uint32_t decimals);
Token scientific(const event::ExponentForm& form);
Token time(char kind, const event::TimeForm& form);
Token epoch(char kind, const event::EpochForm& form);
Token passed_over(event::Type type);
}  // namespace token

// Appends what a token adds to a shape. `text` is the spelling of a key or a literal. `field` is
// the key's field when the token is a key's value.
void append_piece(Token token, std::string_view text, bool comma, const Field* field,
                  std::string& out);
// Whether a comma comes before what follows this token in the same array or object.
bool comma_after(Token token);

// The beginnings of shapes that were seen, as a tree: an event whose shape is known is followed
// along it, each step guessed from the event before, so that its shape costs no work. Bounded. One
// thread at a time.
class ShapeMemo {
  public:
    struct State {
        State* likely = nullptr;  // the child that was taken last
        State* parent = nullptr;
        State* child = nullptr;
        State* sibling = nullptr;
        Token token = 0;
        std::string_view text;     // of a key or literal
        std::string_view piece;    // what the token added to the shape
        Field* field = nullptr;    // of a key
        std::uint32_t length = 0;  // of the shape so far
        std::uint32_t children = 0;
        std::uint32_t generation = 0;  // `code` is of this one
        std::uint32_t code = 0;        // of the whole shape in a batch's dictionary
        bool comma = false;
    };

    ShapeMemo();

    State* root() { return &states_.front(); }

    // The key at `at` (behind its quote, `end` behind the record) if it is the one that came last.
    static State* likely_key(State* state, const char* at, const char* end) {
        State* const next = state->likely;
        if (next == nullptr || next->token != token::key) return nullptr;
        const std::size_t size = next->text.size();
        if (static_cast<std::size_t>(end - at) <= size || at[size] != '"' ||
            std::memcmp(at, next->text.data(), size) != 0) {
            return nullptr;
        }
        return next;
    }

    // The child of this token and text, nullptr when there is none yet.
    State* find(State* state, Token token, std::string_view text);
    // REQUIRES: find() found nothing. nullptr when the memo is full.
    State* make(State* state, Token token, std::string_view text, Field* field);

    // The shape that ends in a state.
    void text_of(const State* state, std::string& out) const;

    bool full() const { return states_.size() >= most_states || bytes_ >= most_bytes; }
    void clear();

  private:
    static constexpr std::size_t most_states = 1 << 16;
    static constexpr std::size_t most_bytes = 16 << 20;
    static constexpr std::uint32_t few_children = 16;  // are searched one by one

    std::string_view keep(std::string_view text);
    std::string_view map_key(const State* state, Token token, std::string_view text);

    std::deque<State> states_;
    base::StringMap<State*> children_;  // of states with more than few_children
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t block_used_ = 0;
    std::size_t block_size_ = 0;
    std::size_t bytes_ = 0;
    std::string scratch_;
    mutable std::vector<const State*> way_;
};

}  // namespace pipeline
