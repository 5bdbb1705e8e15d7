#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "event/catalog.h"
#include "event/schema.h"
#include "event/shape.h"
#include "pipeline/pipeline.h"

// For tests: a pipeline over the built-in catalog that ends in memory.

namespace pipeline {

// Keeps what it gets; answers as a store would, or with `failure`.
class MemorySink : public event::Sink {
  public:
    void append(event::Append request, event::AppendDone done) override {
        if (failure) {
            done(*failure);
            return;
        }
        event::AppendOutcome outcome;
        outcome.first_sequence = next_sequence;
        for (const auto& part : request.batches) next_sequence += part.batch.rows();
        outcome.deletions.resize(request.deletions.size(), event::RowOutcome::deleted);
        outcome.rows = std::move(answer);
        appends.push_back(std::move(request));
        done(std::move(outcome));
    }

    std::vector<event::Append> appends;
    std::optional<base::Error> failure;
    std::vector<std::vector<event::RowOutcome>> answer;
    std::uint64_t next_sequence = 1;
};

class PipelineTest : public testing::Test {
  protected:
    static constexpr base::Nanos received = 1'800'000'000'000'000'000;

    void restart(Settings settings = {}) {
        pipeline_ =
            std::make_unique<Pipeline>(event::Catalog::built_in(), sink_, std::move(settings));
    }

    event::Record record(std::string text, std::string_view index = {}) {
        texts_.push_back(std::move(text));
        return {.text = texts_.back(), .index = index};
    }

    base::Result<event::RecordsOutcome> send(std::vector<event::Record> items,
                                             event::Format format = event::Format::json) {
        if (pipeline_ == nullptr) restart();
        event::Records records;
        records.items = std::move(items);
        records.format = format;
        records.origin = &origin_;
        records.received = received;
        std::optional<base::Result<event::RecordsOutcome>> result;
        pipeline_->accept(std::move(records),
                          [&result](base::Result<event::RecordsOutcome> outcome) {
                              EXPECT_FALSE(result) << "called twice";
                              result.emplace(std::move(outcome));
                          });
        if (!result) return base::Error(base::Code::internal, "not called");
        return std::move(*result);
    }

    // Sends one event to the index "test"; its batch, or an empty one when it was not kept.
    const event::Batch& take(std::string text, event::Format format = event::Format::json) {
        static const event::Batch none;
        sink_.appends.clear();
        outcome_ = {};
        auto result = send({record(std::move(text), "test")}, format);
        EXPECT_TRUE(result);
        if (!result) return none;
        outcome_ = std::move(result).value();
        return sink_.appends.empty() ? none : sink_.appends.back().batches.at(0).batch;
    }

    // The message with which an event is refused; empty when it is not.
    std::string refusal(std::string text, event::Format format = event::Format::json) {
        take(std::move(text), format);
        return outcome_.errors.empty() ? "" : outcome_.errors.front().message;
    }

    // The texts of a string column's values in a row.
    static std::vector<std::string> texts(const event::Batch& batch, std::string_view name,
                                          std::uint32_t row = 0) {
        std::vector<std::string> values;
        if (const event::Column* column = batch.find(name, event::Type::string)) {
            const auto [first, last] = column->values_of(row);
            for (std::size_t at = first; at < last; ++at) values.emplace_back(column->text(at));
        }
        return values;
    }
    static std::vector<std::int64_t> integers(const event::Batch& batch, std::string_view name,
                                              event::Type type = event::Type::integer) {
        const event::Column* column = batch.find(name, type);
        return column == nullptr ? std::vector<std::int64_t>() : column->integers;
    }
    static std::vector<double> numbers(const event::Batch& batch, std::string_view name) {
        const event::Column* column = batch.find(name, event::Type::number);
        return column == nullptr ? std::vector<double>() : column->numbers;
    }
    static std::string source(const event::Batch& batch, std::uint32_t row = 0) {
        std::string text;
        if (row < batch.rows()) event::SourceWriter(batch).append(row, text);
        return text;
    }

    static std::uint64_t counted(std::string_view name, const base::Labels& labels) {
        return base::metrics().counter(name, "", labels).value();
    }

    MemorySink sink_;
    event::Origin origin_{.name = "test"};
    std::unique_ptr<Pipeline> pipeline_;
    std::deque<std::string> texts_;
    event::RecordsOutcome outcome_;
};

using Texts = std::vector<std::string>;

}  // namespace pipeline
