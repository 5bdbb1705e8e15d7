#include "pipeline/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/metrics.h"
#include "base/string_map.h"
#include "event/schema.h"
#include "pipeline/row_cursor.h"

namespace pipeline {

namespace {

// Which rows have a value in a field.
using Presence = std::vector<std::uint64_t>;

struct Required {
    std::size_t presence;  // of Checker::presences_
    std::string text;      // of the violation
};

// What is looked for in the rows of one service and event type.
struct Rule {
    const event::EventType* type = nullptr;  // nullptr: the catalog does not name it
    std::vector<Required> required;
    std::uint64_t violations = 0;
};

class Checker {
  public:
    Checker(event::Batch& batch, const event::Catalog& catalog)
        : batch_(batch),
          catalog_(catalog),
          services_(batch.find(event::field::service_name, event::Type::string)),
          types_(batch.find(event::field::event_type, event::Type::string)),
          memo_(services_.codes(), types_.codes()) {}

    void check(const std::vector<TypeViolation>& found) {
        auto next = found.begin();
        for (std::uint32_t row = 0; row < batch_.rows(); ++row) {
            Rule& rule = rule_of(row);
            for (; next != found.end() && next->row == row; ++next) {
                note(row, rule,
                     fmt::format("{}: expected {}, found {}", next->column,
                                 event::name_of(next->expected), next->found));
            }
            for (const Required& required : rule.required) {
                const Presence& presence = presences_[required.presence];
                if ((presence[row / 64] >> (row % 64) & 1) == 0) note(row, rule, required.text);
            }
        }
        count();
        if (violations_.empty()) return;
        batch_.add(std::move(violations_));
    }

  private:
    Rule& rule_of(std::uint32_t row) {
        const std::uint32_t service = services_.at(row);
        const std::uint32_t type = types_.at(row);
        std::uint32_t& known = memo_.at(service, type);
        if (known == PairMemo::unknown) {
            known = static_cast<std::uint32_t>(rules_.size());
            make_rule(services_.text(service), types_.text(type));
        }
        return rules_[known];
    }

    void make_rule(std::string_view service, std::string_view type) {
        Rule rule;
        rule.type = type.empty() ? nullptr : catalog_.event_type(service, type);
        if (rule.type != nullptr) {
            for (const std::string& field : rule.type->required) {
                rule.required.push_back({presence_of(field), field + ": required, missing"});
            }
        }
        rules_.push_back(std::move(rule));
    }

    std::size_t presence_of(const std::string& field) {
        const auto [known, added] = presence_by_field_.try_emplace(field, presences_.size());
        if (!added) return known->second;
        Presence presence(batch_.rows() / 64 + 1, 0);
        for (const std::size_t position : batch_.named(field)) {
            const event::Column& column = batch_.columns()[position];
            for (std::size_t value = 0; value < column.size(); ++value) {
                const std::uint32_t row = column.row_of(value);
                presence[row / 64] |= std::uint64_t{1} << (row % 64);
            }
        }
        presences_.push_back(std::move(presence));
        return known->second;
    }

    void note(std::uint32_t row, Rule& rule, std::string_view text) {
        violations_.add_text(row, text);
        ++rule.violations;
    }

    void count() const {
        for (const Rule& rule : rules_) {
            if (rule.violations == 0) continue;
            base::metrics()
                .counter(
                    "ordertrail_catalog_violations_total",
                    "Fields of events that were missing or of another type than the catalog says",
                    {{"service_name", rule.type == nullptr ? "" : rule.type->service_name},
                     {"event_type", rule.type == nullptr ? "" : rule.type->event_type}})
                .add(rule.violations);
        }
    }

    event::Batch& batch_;
    const event::Catalog& catalog_;
    FirstCode services_;
    FirstCode types_;
    PairMemo memo_;
    std::vector<Rule> rules_;
    std::vector<Presence> presences_;
    base::StringMap<std::size_t> presence_by_field_;
    event::Column violations_{std::string(event::field::violations), event::Type::string};
};

}  // namespace

void check(event::Batch& batch, const event::Catalog& catalog,
           const std::vector<TypeViolation>& types) {
    Checker(batch, catalog).check(types);
}

}  // namespace pipeline
