#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "event/intake.h"

namespace input::testing {

// Stands in for pipeline and store in tests: keeps what it is given, and answers as they would,
// from another thread. Documents that are no JSON object are rejected, those with "DEBUG" filtered.
class RecordingIntake : public event::Intake {
  public:
    ~RecordingIntake() override {
        for (auto& thread : threads_) thread.join();
    }

    void accept(event::Records records, event::RecordsDone done) override {
        const std::lock_guard lock(mutex);
        base::Result<event::RecordsOutcome> outcome = failure_of_next(records);
        if (outcome) {
            calls.emplace_back();
            for (const auto& record : records.items)
                outcome.value().items.push_back(take(record, records.format, outcome.value()));
        }
        threads_.emplace_back([done = std::move(done), outcome = std::move(outcome),
                               owner = records.owner]() mutable { done(std::move(outcome)); });
    }

    struct Taken {
        std::string text;
        std::string index;
        std::string id;
        event::RowOperation operation;
    };

    std::mutex mutex;
    std::vector<std::vector<Taken>> calls;                                 // one per accept
    std::map<std::pair<std::string, std::string>, std::string> documents;  // by index and id
    std::map<int, base::Error> failures;  // by number of the call, from 0
    std::vector<event::Format> formats;
    std::string environment;
    int called = 0;

  private:
    base::Result<event::RecordsOutcome> failure_of_next(const event::Records& records) {
        formats.push_back(records.format);
        environment = records.origin->environment;
        const auto found = failures.find(called++);
        if (found != failures.end()) return found->second;
        return event::RecordsOutcome{};
    }

    static bool is_good(const event::Record& record, event::Format format) {
        if (format != event::Format::json) return true;
        simdjson::dom::parser parser;
        simdjson::dom::element element;
        const simdjson::padded_string text(record.text);
        return parser.parse(text).get(element) == simdjson::SUCCESS && element.is_object();
    }

    event::RecordOutcome take(const event::Record& record, event::Format format,
                              event::RecordsOutcome& outcome) {
        using Status = event::RecordOutcome::Status;
        calls.back().push_back({std::string(record.text), std::string(record.index),
                                std::string(record.id), record.operation});
        event::RecordOutcome item;
        const std::string index(record.index.empty() ? "routed-prod" : record.index);
        const auto place = std::find(outcome.indices.begin(), outcome.indices.end(), index);
        item.index = static_cast<std::uint32_t>(place - outcome.indices.begin());
        if (place == outcome.indices.end()) outcome.indices.push_back(index);
        const std::pair key{index, std::string(record.id)};
        if (record.operation == event::RowOperation::remove) {
            item.status = documents.erase(key) != 0 ? Status::deleted : Status::missing;
            item.sequence = ++sequence_;
            return item;
        }
        if (!is_good(record, format)) {
            item.status = Status::rejected;
            item.error = static_cast<std::int32_t>(outcome.errors.size());
            outcome.errors.push_back(base::invalid("expected a JSON object"));
            return item;
        }
        if (record.text.find("DEBUG") != std::string_view::npos) {
            item.status = Status::filtered;
            return item;
        }
        const bool there = !record.id.empty() && documents.count(key) != 0;
        if (there && record.operation == event::RowOperation::create) {
            item.status = Status::duplicate;
            return item;
        }
        item.status = there ? Status::updated : Status::created;
        item.sequence = ++sequence_;
        if (!record.id.empty()) documents[key] = record.text;
        return item;
    }

    std::uint64_t sequence_ = 0;
    std::vector<std::thread> threads_;
};

}  // namespace input::testing
