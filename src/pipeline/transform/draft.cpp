#include "pipeline/transform/draft.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "event/json_string.h"
#include "event/json_text.h"
#include "pipeline/number_text.h"

namespace pipeline {

namespace {

// Buffers of an unusual event are given back.
constexpr std::size_t usual_bytes = 1 << 20;

}  // namespace

void Draft::clear() {
    if (text_.capacity() > usual_bytes) text_ = std::string();
    text_.clear();
    nodes_.clear();
    open_.clear();
    key_ = {};
}

// --- told

Draft::Span Draft::keep(std::string_view text) {
    const Span span{text_.size(), text.size()};
    // What is kept may come from here, and the buffer may move.
    if (text.data() >= text_.data() && text.data() < text_.data() + text_.size()) {
        const auto from = static_cast<std::size_t>(text.data() - text_.data());
        text_.resize(span.at + span.size);
        std::memmove(text_.data() + span.at, text_.data() + from, span.size);
    } else {
        text_.append(text);
    }
    return span;
}

Draft::Id Draft::make(Kind kind, Span text, std::int64_t value) {
    Node node;
    node.kind = kind;
    node.text = text;
    node.value = value;
    nodes_.push_back(node);
    return static_cast<Id>(nodes_.size() - 1);
}

Draft::Id Draft::add(Kind kind, Span text, std::int64_t value) {
    const Id node = make(kind, text, value);
    if (open_.empty()) return node;
    nodes_[node].key = key_;
    link(open_.back(), node);
    return node;
}

bool Draft::open_object() {
    if (open_.size() >= most_depth) return false;
    open_.push_back(add(Kind::object, {}));
    return true;
}

bool Draft::open_array() {
    if (open_.size() >= most_depth) return false;
    open_.push_back(add(Kind::array, {}));
    return true;
}

bool Draft::key(const char* at, const char* end) {
    const char* quote = at;
    while (quote < end && *quote != '"') quote += *quote == '\\' ? 2 : 1;
    if (quote >= end) return false;
    const std::string_view spelled(at, static_cast<std::size_t>(quote - at));
    if (spelled.find('\\') == std::string_view::npos) {
        plain_key(spelled);
        return true;
    }
    if (event::unescape(spelled, unescaped_) == event::Unescaped::broken) return false;
    plain_key(unescaped_);
    return true;
}

bool Draft::number(std::string_view token) {
    if (number_text(token).kind == NumberText::Kind::none) return false;
    add(Kind::number, keep(token));
    return true;
}

void Draft::integer(std::int64_t value) {
    const std::size_t at = text_.size();
    event::append_integer(value, text_);
    add(Kind::number, {at, text_.size() - at});
}

void Draft::real(double value) {
    const std::size_t at = text_.size();
    event::append_number(value, text_);
    // It stays a number that is no integer.
    if (std::trunc(value) == value && text_.find_first_of(".e", at) == std::string::npos)
        text_ += ".0";
    add(Kind::number, {at, text_.size() - at});
}

void Draft::time(base::Nanos value) {
    const Span text = keep(event::rfc3339(value));
    add(Kind::time, text, value);
}

void Draft::boolean(bool value) {
    add(Kind::boolean, keep(value ? "true" : "false"), value ? 1 : 0);
}

// --- links

void Draft::link(Id parent, Id node) {
    Node& to = nodes_[parent];
    nodes_[node].parent = parent;
    nodes_[node].previous = to.last;
    nodes_[node].next = none;
    if (to.last == none)
        to.first = node;
    else
        nodes_[to.last].next = node;
    to.last = node;
}

void Draft::unlink(Id id) {
    const Node& node = nodes_[id];
    if (node.previous != none)
        nodes_[node.previous].next = node.next;
    else if (node.parent != none)
        nodes_[node.parent].first = node.next;
    if (node.next != none)
        nodes_[node.next].previous = node.previous;
    else if (node.parent != none)
        nodes_[node.parent].last = node.previous;
    nodes_[id].parent = nodes_[id].next = nodes_[id].previous = none;
}

// --- asked

Draft::Id Draft::member(Id object, std::string_view name) const {
    for (Id each = nodes_[object].first; each != none; each = nodes_[each].next) {
        if (view(nodes_[each].key) == name) return each;
    }
    return none;
}

Draft::Id Draft::find_in(Id object, std::string_view path) const {
    if (nodes_[object].kind != Kind::object) return none;
    if (const Id whole = member(object, path); whole != none) return whole;
    for (std::size_t dot = path.rfind('.'); dot != std::string_view::npos && dot > 0;
         dot = path.rfind('.', dot - 1)) {
        const Id outer = member(object, path.substr(0, dot));
        if (outer == none) continue;
        if (const Id inner = find_in(outer, path.substr(dot + 1)); inner != none) return inner;
    }
    return none;
}

Draft::Id Draft::find(std::string_view path) const {
    return root() == none ? none : find_in(root(), path);
}

std::optional<std::string_view> Draft::text_of(std::string_view path) const {
    return text_of(find(path));
}

std::optional<std::string_view> Draft::text_of(Id id) const {
    while (id != none && nodes_[id].kind == Kind::array) id = nodes_[id].first;
    if (id == none || nodes_[id].kind == Kind::object) return std::nullopt;
    return view(nodes_[id].text);
}

// --- changed

// The object that the path's last name lies in.
Draft::Id Draft::object_for(std::string_view path, std::string_view& last) {
    if (root() == none) make(Kind::object, {}, 0);
    Id object = root();
    while (true) {
        const std::size_t dot = path.find('.');
        // A name may begin or end with a dot, but is never empty.
        if (dot == std::string_view::npos || dot == 0 || dot + 1 == path.size()) {
            last = path;
            return object;
        }
        const std::string_view name = path.substr(0, dot);
        Id inner = member(object, name);
        if (inner == none) {
            inner = make(Kind::object, {}, 0);
            nodes_[inner].key = keep(name);
            link(object, inner);
        } else if (nodes_[inner].kind != Kind::object) {
            nodes_[inner].kind = Kind::object;
            nodes_[inner].first = nodes_[inner].last = none;
        }
        object = inner;
        path.remove_prefix(dot + 1);
    }
}

// `node` is linked nowhere.
void Draft::put(std::string_view path, Id node) {
    if (const Id old = find(path); old != none) {
        Node& to = nodes_[old];
        Node& from = nodes_[node];
        to.kind = from.kind;
        to.text = from.text;
        to.value = from.value;
        to.first = from.first;
        to.last = from.last;
        for (Id each = to.first; each != none; each = nodes_[each].next) nodes_[each].parent = old;
        return;
    }
    std::string_view last;
    const Id object = object_for(path, last);
    nodes_[node].key = keep(last);
    link(object, node);
}

void Draft::set_text(std::string_view path, std::string_view value) {
    const Span text = keep(value);
    put(path, make(Kind::text, text, 0));
}

void Draft::set_number(std::string_view path, std::string_view token) {
    const Span text = keep(token);
    put(path, make(Kind::number, text, 0));
}

void Draft::set_boolean(std::string_view path, bool value) {
    const Span text = keep(value ? "true" : "false");
    put(path, make(Kind::boolean, text, value ? 1 : 0));
}

void Draft::set_time(std::string_view path, base::Nanos value) {
    const Span text = keep(event::rfc3339(value));
    put(path, make(Kind::time, text, value));
}

Draft::Id Draft::set_array(std::string_view path) {
    put(path, make(Kind::array, {}, 0));
    return find(path);
}

void Draft::append_text(Id array, std::string_view value) {
    const Span text = keep(value);
    link(array, make(Kind::text, text, 0));
}

void Draft::add_text(std::string_view path, std::string_view value) {
    const Id there = find(path);
    if (there == none || nodes_[there].kind == Kind::null) return set_text(path, value);
    if (nodes_[there].kind != Kind::array) {
        const Id first = make(nodes_[there].kind, nodes_[there].text, nodes_[there].value);
        nodes_[first].first = nodes_[there].first;
        nodes_[first].last = nodes_[there].last;
        for (Id each = nodes_[first].first; each != none; each = nodes_[each].next)
            nodes_[each].parent = first;
        nodes_[there].kind = Kind::array;
        nodes_[there].first = nodes_[there].last = none;
        link(there, first);
    }
    append_text(there, value);
}

bool Draft::remove(std::string_view path) {
    const Id there = find(path);
    if (there == none) return false;
    unlink(there);
    return true;
}

bool Draft::rename(std::string_view from, std::string_view to) {
    const Id there = find(from);
    if (there == none) return false;
    if (from == to) return true;
    // In one object the place stays.
    std::string_view last;
    if (find(to) == none && to.find('.') == std::string_view::npos &&
        nodes_[there].parent == root()) {
        nodes_[there].key = keep(to);
        return true;
    }
    unlink(there);
    if (const Id old = find(to); old != none) unlink(old);
    const Id object = object_for(to, last);
    nodes_[there].key = keep(last);
    link(object, there);
    return true;
}

Draft::Id Draft::clone(const Draft& from, Id id) {
    const Node source = from.nodes_[id];
    const Span text = keep(from.view(source.text));
    const Id made = make(source.kind, text, source.value);
    const Span key = keep(from.view(source.key));
    nodes_[made].key = key;
    for (Id each = source.first; each != none; each = from.nodes_[each].next)
        link(made, clone(from, each));
    return made;
}

bool Draft::copy(std::string_view from, std::string_view to) {
    const Id there = find(from);
    if (there == none) return false;
    const Id made = clone(*this, there);
    put(to, made);
    return true;
}

void Draft::graft(const Draft& other, std::string_view path) {
    if (other.root() == none) return;
    if (!path.empty()) return put(path, clone(other, other.root()));
    for (Id each = other.first(other.root()); each != none; each = other.next(each)) {
        const Id made = clone(other, each);
        const Id old = root() == none ? none : member(root(), other.name(each));
        if (old != none) unlink(old);
        if (root() == none) return;
        link(root(), made);
    }
}

}  // namespace pipeline
