#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace pipeline {

// One event that can still be changed: told like a RowBuilder, asked and changed by field, then
// told on. Keeps its buffers from event to event: nothing is allocated for one that is no larger
// than the last. One thread at a time.
//
// Fields are named by dotted paths ("http.status"); a member may be spelled with dots, too, and the
// longest such spelling is found first. Values of arrays are not named.
class Draft {
  public:
    enum class Kind : std::uint8_t {
        object,
        array,
        text,
        number,  // as spelled in JSON
        boolean,
        null,
        time
    };
    using Id = std::uint32_t;
    static constexpr Id none = UINT32_MAX;
    static constexpr unsigned most_depth = 64;

    void clear();

    // --- told, as an event is told to a RowBuilder
    [[nodiscard]] bool open_object();
    void close_object() { open_.pop_back(); }
    [[nodiscard]] bool open_array();
    void close_array() { open_.pop_back(); }
    // A key as it is spelled in JSON, without its first quote. False: an escape in it is wrong.
    [[nodiscard]] bool key(const char* at, const char* end);
    void plain_key(std::string_view name) { key_ = keep(name); }
    void text(std::string_view value, std::string_view = {}) { add(Kind::text, keep(value)); }
    void lossy_text(std::string_view value, std::string_view = {}) { text(value); }
    // False: not a JSON number.
    [[nodiscard]] bool number(std::string_view token);
    void integer(std::int64_t value);
    void real(double value);
    void time(base::Nanos value);
    void boolean(bool value);
    void null() { add(Kind::null, {}); }
    static constexpr bool too_large() { return false; }

    // --- asked
    Id root() const { return nodes_.empty() ? none : 0; }
    Kind kind(Id node) const { return nodes_[node].kind; }
    // The value of a field, none when it is not there.
    Id find(std::string_view path) const;
    // A text or a scalar's spelling; empty for null. For an array that of its first value. nullopt:
    // not there, or an object.
    std::optional<std::string_view> text_of(std::string_view path) const;
    std::optional<std::string_view> text_of(Id node) const;
    // Of an object or array.
    Id first(Id node) const { return nodes_[node].first; }
    Id next(Id node) const { return nodes_[node].next; }
    std::string_view name(Id node) const { return view(nodes_[node].key); }
    bool truth(Id node) const { return nodes_[node].value != 0; }
    // What the buffers hold, in bytes.
    std::size_t bytes() const { return text_.size() + nodes_.size() * sizeof(Node); }

    // --- changed
    // Objects on the way are made; what stands in their way is replaced. The new value takes the
    // old one's place. Texts may point into the draft. `token` is a number in JSON.
    void set_text(std::string_view path, std::string_view value);
    void set_number(std::string_view path, std::string_view token);
    void set_boolean(std::string_view path, bool value);
    void set_time(std::string_view path, base::Nanos value);
    // An empty array, to be filled by `append_text`.
    Id set_array(std::string_view path);
    void append_text(Id array, std::string_view value);
    // Adds a text to what is there: one value becomes an array.
    void add_text(std::string_view path, std::string_view value);
    // False: it is not there.
    bool remove(std::string_view path);
    // The value with its name's last part changed, in its old place when both lie in one object.
    // False: `from` is not there.
    bool rename(std::string_view from, std::string_view to);
    // A copy of a value with all it holds. False: `from` is not there.
    bool copy(std::string_view from, std::string_view to);
    // Puts a whole other event at a path; the members of its object at the root for an empty one.
    void graft(const Draft& other, std::string_view path);

    // Tells the event on; `To` is a RowBuilder, or like one.
    template <class To>
    [[nodiscard]] bool tell(To& to) const {
        return root() != none && tell(root(), to);
    }

  private:
    struct Span {
        std::size_t at = 0;
        std::size_t size = 0;
    };
    struct Node {
        Kind kind = Kind::null;
        Span key;
        Span text;
        std::int64_t value = 0;
        Id parent = none;
        Id first = none;
        Id last = none;
        Id next = none;
        Id previous = none;
    };

    Span keep(std::string_view text);
    std::string_view view(Span span) const { return {text_.data() + span.at, span.size}; }
    Id add(Kind kind, Span text, std::int64_t value = 0);
    Id make(Kind kind, Span text, std::int64_t value);
    void link(Id parent, Id node);
    void unlink(Id node);
    Id member(Id object, std::string_view name) const;
    Id find_in(Id object, std::string_view path) const;
    Id object_for(std::string_view path, std::string_view& last);
    void put(std::string_view path, Id node);
    Id clone(const Draft& from, Id node);

    template <class To>
    bool tell(Id id, To& to) const;
    template <class To>
    bool tell_members(Id id, To& to) const;

    std::vector<Node> nodes_;
    std::string text_;
    std::string unescaped_;
    std::vector<Id> open_;
    Span key_;
};

template <class To>
bool Draft::tell(Id id, To& to) const {
    const Node& node = nodes_[id];
    switch (node.kind) {
        case Kind::object:
            if (!to.open_object() || !tell_members(id, to)) return false;
            to.close_object();
            return true;
        case Kind::array:
            if (!to.open_array() || !tell_members(id, to)) return false;
            to.close_array();
            return true;
        case Kind::text:
            to.text(view(node.text), {});
            return true;
        case Kind::number:
            return to.number(view(node.text));
        case Kind::boolean:
            to.boolean(node.value != 0);
            return true;
        case Kind::null:
            to.null();
            return true;
        case Kind::time:
            to.time(node.value);
            return true;
    }
    return true;
}

template <class To>
bool Draft::tell_members(Id id, To& to) const {
    const bool named = nodes_[id].kind == Kind::object;
    for (Id each = nodes_[id].first; each != none; each = nodes_[each].next) {
        if (named) to.plain_key(view(nodes_[each].key));
        if (!tell(each, to)) return false;
    }
    return true;
}

}  // namespace pipeline
