#include "storage/evaluate.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "storage/field_condition.h"

namespace storage {

namespace {

using Kind = Predicate::Kind;

// Roughly how long a leaf takes over a block; only the order counts.
int cost_of(const Predicate& leaf) {
    int cost = 0;
    switch (leaf.kind) {
        case Kind::exists:
            cost = 1;
            break;
        case Kind::equals:
        case Kind::range:
            cost = leaf.field == "timestamp" ? 1 : 2;
            break;
        case Kind::prefix:
            cost = 3;
            break;
        case Kind::words:
        case Kind::phrase:
            cost = 8;
            break;
        case Kind::wildcard:
            cost = 12;
            break;
        case Kind::regexp:
            cost = 20;
            break;
        default:
            break;
    }
    return leaf.field.find('*') == std::string::npos ? cost : cost * 20;
}

bool only_text(const Literal& literal) {
    return !literal.integer && !literal.number && !literal.boolean && !literal.time_begin &&
           !literal.ip_first;
}

bool plain_equals(const Predicate& child) {
    return child.kind == Kind::equals && !child.ignore_case && only_text(child.literal);
}

}  // namespace

struct Evaluator::Node {
    Kind kind = Kind::everything;
    std::vector<Node> children;
    std::unique_ptr<FieldCondition> leaf;
    int cost = 0;

    base::Status compile(const Predicate& predicate);
    base::Status narrow(Block& block, RowSet& rows);

  private:
    base::Status compile_children(const Predicate& predicate);
    base::Status narrow_to_any(Block& block, RowSet& rows);
};

base::Status Evaluator::Node::compile(const Predicate& predicate) {
    kind = predicate.kind;
    switch (kind) {
        case Kind::everything:
        case Kind::nothing:
            return base::ok();
        case Kind::all_of:
        case Kind::any_of:
        case Kind::none_of: {
            TRY(compile_children(predicate));
            for (const Node& child : children) cost += child.cost;
            // Cheap conditions first: what they take out, the others need not look at.
            std::stable_sort(children.begin(), children.end(),
                             [](const Node& a, const Node& b) { return a.cost < b.cost; });
            return base::ok();
        }
        default: {
            TRY(auto made, FieldCondition::create(predicate));
            leaf = std::move(made);
            cost = cost_of(predicate);
            return base::ok();
        }
    }
}

base::Status Evaluator::Node::compile_children(const Predicate& predicate) {
    // Many exact strings for one field ("any of these ids") are one condition.
    std::map<std::string_view, std::vector<std::string>> exact;
    if (kind != Kind::all_of) {
        for (const Predicate& child : predicate.children) {
            if (plain_equals(child)) exact[child.field].push_back(child.literal.text);
        }
    }
    const auto merged = [&](const Predicate& child) {
        if (!plain_equals(child)) return false;
        const auto found = exact.find(child.field);
        return found != exact.end() && found->second.size() > 1;
    };
    for (const Predicate& child : predicate.children) {
        if (merged(child)) continue;
        Node node;
        TRY(node.compile(child));
        children.push_back(std::move(node));
    }
    for (auto& [field, texts] : exact) {
        if (texts.size() < 2) continue;
        Node node;
        node.kind = Kind::equals;
        node.cost = 3;
        node.leaf = FieldCondition::one_of(std::string(field), std::move(texts));
        children.push_back(std::move(node));
    }
    return base::ok();
}

// Takes the rows out that do not fit.
base::Status Evaluator::Node::narrow(Block& block, RowSet& rows) {
    switch (kind) {
        case Kind::everything:
            return base::ok();
        case Kind::nothing:
            rows = RowSet(rows.rows());
            return base::ok();
        case Kind::all_of:
            for (Node& child : children) {
                if (rows.none()) break;
                TRY(child.narrow(block, rows));
            }
            return base::ok();
        case Kind::any_of:
            return narrow_to_any(block, rows);
        case Kind::none_of: {
            RowSet any = rows;
            TRY(narrow_to_any(block, any));
            rows -= any;
            return base::ok();
        }
        default:
            return leaf->narrow(block, rows);
    }
}

base::Status Evaluator::Node::narrow_to_any(Block& block, RowSet& rows) {
    RowSet found(rows.rows());
    for (Node& child : children) {
        if (rows.none()) break;
        RowSet fits = rows;
        TRY(child.narrow(block, fits));
        found |= fits;
        rows -= fits;
    }
    rows = std::move(found);
    return base::ok();
}

Evaluator::Evaluator(std::unique_ptr<Node> root) : root_(std::move(root)) {}
Evaluator::~Evaluator() = default;

base::Result<std::unique_ptr<Evaluator>> Evaluator::create(const Predicate& predicate) {
    auto root = std::make_unique<Node>();
    TRY(root->compile(predicate));
    return std::unique_ptr<Evaluator>(new Evaluator(std::move(root)));
}

base::Result<RowSet> Evaluator::select(Block& block) {
    RowSet rows(block.rows(), true);
    TRY(root_->narrow(block, rows));
    return rows;
}

base::Status Evaluator::narrow(Block& block, RowSet& rows) { return root_->narrow(block, rows); }

}  // namespace storage
