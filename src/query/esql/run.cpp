#include "query/esql/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "event/schema.h"
#include "query/esql/parser.h"
#include "query/esql/planner.h"
#include "query/esql/reader.h"

namespace query::esql {

namespace {

// The end of the way: keeps the columns of the answer.
class Collect final : public Stage {
  public:
    explicit Collect(Table& table, const std::vector<Output>& outputs)
        : table_(table), outputs_(outputs) {
        for (const Output& output : outputs)
            table_.columns.push_back({output.name, output.type, Vector(output.type)});
    }

    base::Result<bool> push(Page page) override {
        TRY(run->hold(page.memory()));
        for (std::size_t at = 0; at < outputs_.size(); ++at) {
            if (outputs_[at].slot == Column::not_used) continue;
            const Vector& from = page.columns[outputs_[at].slot];
            for (std::uint32_t row = 0; row < page.rows; ++row)
                table_.columns[at].values.add_row(from, row);
        }
        table_.rows += page.rows;
        return true;
    }
    base::Status finish() override { return base::ok(); }

  private:
    Table& table_;
    const std::vector<Output>& outputs_;
};

class Runner {
  public:
    Runner(const Request& request, const Searcher& searcher, Program& program)
        : request_(request),
          searcher_(searcher),
          program_(program),
          run_(request.text, request.memory_limit),
          collect_(table_, program.outputs) {
        run_.stop = request.stop;
        Stage* next = &collect_;
        collect_.run = &run_;
        for (auto stage = program_.stages.rbegin(); stage != program_.stages.rend(); ++stage) {
            (*stage)->next = next;
            (*stage)->run = &run_;
            next = stage->get();
        }
    }

    base::Result<Table> table() {
        bool done = false;
        if (program_.store_stats) {
            TRY(done, by_store(*program_.store_stats));
        }
        if (!done) {
            TRY(program_.from_store ? by_pages() : by_row());
        }
        TRY(run_.check());
        table_.warnings = run_.warnings();
        if (program_.default_limit && table_.rows == default_limit) {
            table_.warnings.push_back(
                fmt::format("No limit defined, adding default limit of [{}]", default_limit));
        }
        return std::move(table_);
    }

  private:
    Stage& first() { return program_.stages.empty() ? collect_ : *program_.stages.front(); }

    base::Status by_row() {
        Page page;
        page.rows = 1;
        page.columns.resize(program_.segment->slots);
        TRY(first().push(std::move(page)));
        return first().finish();
    }

    Selection selection() const {
        Selection selection;
        selection.indices = program_.indices;
        selection.range = request_.within.range;
        selection.predicate =
            storage::Predicate::all_of({request_.within.predicate, program_.predicate});
        take_times(selection);
        return selection;
    }

    base::Status by_pages() {
        Selection chosen = selection();
        storage::ScanRequest scan;
        scan.indices = chosen.indices;
        scan.range = chosen.range;
        scan.predicate = std::move(chosen.predicate);
        scan.order = program_.order;
        if (program_.limit) scan.limit = *program_.limit;
        for (const Segment::Field& field : program_.segment->fields)
            scan.columns.push_back(field.name);
        // None at all would mean all of them.
        if (scan.columns.empty()) scan.columns.emplace_back(event::field::index);
        base::Status failed = base::ok();
        if (scan.limit == 0) return first().finish();
        TRY(searcher_.rows(std::move(scan), [&](event::Batch batch) {
            table_.rows_read += batch.rows();
            auto more = first().push(page_of(batch, *program_.segment));
            if (!more) failed = std::move(more).as_failure();
            return failed && more.value();
        }));
        TRY(std::move(failed));
        return first().finish();
    }

    // False: the store cannot tell it exactly, the pages have to.
    base::Result<bool> by_store(const StoreStats& stats) {
        storage::AggregateSpec counts;
        counts.metrics.emplace_back();
        for (const std::string& field : stats.single)
            counts.metrics.push_back({storage::Metric::Operation::count, field, {}});
        TRY(const auto answers, searcher_.groups(selection(), {stats.spec, counts}));
        const event::Batch& groups = answers[0];
        for (std::size_t at = 0; at < stats.single.size(); ++at) {
            if (value_of(answers[1], fmt::format("metric{}", at + 1), 0) !=
                value_of(answers[1], "metric0", 0))
                return false;
        }
        if (const Value rows = value_of(answers[1], "metric0", 0);
            std::holds_alternative<std::int64_t>(rows))
            table_.rows_read += static_cast<std::uint64_t>(std::get<std::int64_t>(rows));
        auto page = page_of_groups(groups, stats);
        if (!page) return false;
        TRY(run_.hold(page->memory()));
        Stage& next = *program_.stages[stats.stage]->next;
        TRY(next.push(std::move(*page)));
        TRY(next.finish());
        return true;
    }

    const Request& request_;
    const Searcher& searcher_;
    Program& program_;
    Execution run_;
    Table table_;
    Collect collect_;
};

}  // namespace

Answered<Table> run(const Request& request, const Searcher& searcher,
                    const event::Catalog& catalog) {
    auto query = parse(request.text, request.parameters);
    if (!query) return Trouble(query.error(), Step::parsing);
    auto program = plan({query.value(), searcher, catalog, request.now, request.index_known});
    if (!program) {
        const bool wrong = program.error().code == base::Code::invalid_argument;
        return Trouble(program.error(), wrong ? Step::verification : Step::run);
    }
    auto table = Runner(request, searcher, program.value()).table();
    if (!table) return Trouble(table.error());
    return std::move(table.value());
}

}  // namespace query::esql
