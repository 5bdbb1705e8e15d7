#include <fmt/format.h>

#include <algorithm>

#include "event/catalog_reader.h"

// The sections of the catalog that speak of an order's way: states, facts, agreements.

namespace event {

void CatalogReader::read_states(const YamlNode& node) {
    if (!in_.is_map(node, "states")) return;
    for (std::size_t at = 0; at < node.items.size(); ++at) {
        catalog_.states_.push_back(state_of(node.keys[at], node.items[at]));
    }
    if (node.items.empty()) in_.problem(node.line, "states: expected at least one");
}

CatalogState CatalogReader::state_of(const YamlNode& key, const YamlNode& node) {
    const std::string what = "state " + quoted(key.text);
    CatalogState state;
    state.id = in_.name(key, "state");
    if (!in_.is_map(node, what, {"title", "waits_for", "next", "deadline"})) return state;
    state.title = title(node, "title", what);
    const YamlNode* next = node.find("next");
    const YamlNode* waits_for = node.find("waits_for");
    const YamlNode* deadline = node.find("deadline");
    state.final = next == nullptr;
    if (state.final) {
        if (waits_for != nullptr || deadline != nullptr) {
            in_.problem(
                key.line,
                what +
                    ": has no 'next', so the order ends in it and waits for nothing; expected "
                    "'next', or neither 'waits_for' nor 'deadline'");
        }
        return state;
    }
    state.successors = known_names(*next, what + ", next", state_ids_, "states");
    if (next->kind == YamlNode::Kind::sequence && next->items.empty()) {
        in_.problem(
            next->line,
            what + ", next: expected at least one state; leave 'next' out where the order ends");
    }
    if (deadline != nullptr) state.deadline_floor = in_.duration(*deadline, what + ", deadline");
    if (in_.required(node, "waits_for", what) == nullptr) return state;
    const std::string where = what + ", waits_for";
    if (!in_.is_map(*waits_for, where, {"service", "title"})) return state;
    state.waits_for = title(*waits_for, "title", where);
    if (const auto* service = in_.required(*waits_for, "service", where)) {
        state.waits_for_service = known_name(*service, where + ", service", services_, "systems");
    }
    return state;
}

void CatalogReader::check_states(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::map) return;
    base::StringSet entered;
    for (const EventType& type : catalog_.event_types_) {
        if (!type.state.empty()) entered.insert(type.state);
        for (const auto& [queue, state] : type.state_by_queue) entered.insert(state);
    }
    base::StringSet follows;
    for (const CatalogState& state : catalog_.states_) {
        follows.insert(state.successors.begin(), state.successors.end());
    }
    for (std::size_t at = 0; at < node.keys.size(); ++at) {
        const YamlNode& key = node.keys[at];
        if (!entered.contains(key.text)) {
            in_.problem(
                key.line,
                fmt::format("state {}: no event leads to it, expected one with this 'state'",
                            quoted(key.text)));
        }
        if (at > 0 && !follows.contains(key.text)) {
            in_.problem(
                key.line,
                fmt::format("state {}: follows no other, expected it in the 'next' of one (orders "
                            "begin in the first state)",
                            quoted(key.text)));
        }
    }
}

void CatalogReader::read_facts(const YamlNode& node) {
    if (!in_.is_map(node, "facts")) return;
    for (std::size_t at = 0; at < node.items.size(); ++at) {
        const YamlNode& value = node.items[at];
        const std::string what = "fact " + quoted(node.keys[at].text);
        Fact fact;
        fact.name = in_.name(node.keys[at], "fact");
        if (!in_.is_map(value, what, {"title", "field", "events"})) continue;
        fact.title = title(value, "title", what);
        if (const auto* field = in_.required(value, "field", what)) {
            fact.field = known_name(*field, what + ", field", field_names_, "fields");
        }
        if (const auto* events = value.find("events")) {
            fact.events = known_names(*events, what + ", events", event_names_, "events");
        }
        catalog_.facts_.push_back(std::move(fact));
    }
}

void CatalogReader::read_agreements(const YamlNode& node) {
    if (!in_.is_map(node, "agreements")) return;
    for (std::size_t at = 0; at < node.items.size(); ++at) {
        const YamlNode& value = node.items[at];
        const std::string what = "agreement " + quoted(node.keys[at].text);
        Agreement agreement;
        agreement.name = in_.name(node.keys[at], "agreement");
        if (fact_names_.contains(agreement.name)) {
            in_.problem(node.keys[at].line, what + ": a fact has this name, expected another");
        }
        if (!in_.is_map(value, what, {"title", "facts"})) continue;
        agreement.title = title(value, "title", what);
        if (const auto* facts = in_.required(value, "facts", what)) {
            agreement.facts = known_names(*facts, what + ", facts", fact_names_, "facts");
            if (facts->kind == YamlNode::Kind::sequence && agreement.facts.size() < 2) {
                in_.problem(facts->line, what + ", facts: expected at least two");
            }
        }
        catalog_.agreements_.push_back(std::move(agreement));
    }
}

}  // namespace event
