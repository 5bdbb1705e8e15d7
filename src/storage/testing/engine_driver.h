#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "event/schema.h"
#include "event/shape.h"
#include "storage/engine/engine_store.h"

namespace storage::testing {

// An engine in a directory of its own, used from one thread: every call waits for its answer. For
// tests only.
class EngineDriver {
  public:
    explicit EngineDriver(const std::string& name)
        : directory_(std::filesystem::temp_directory_path() /
                     ("ordertrail-" + name + "-" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(directory_);
        options.directory = directory_;
    }
    ~EngineDriver() {
        store.reset();
        std::filesystem::remove_all(directory_);
    }
    EngineDriver(const EngineDriver&) = delete;
    EngineDriver& operator=(const EngineDriver&) = delete;

    // Closes it first when it is open.
    base::Status open() {
        store.reset();
        engine::EngineOptions copy = options;
        TRY(store, engine::EngineStore::open(std::move(copy)));
        return base::ok();
    }

    base::Result<event::AppendOutcome> append(event::Append request) {
        std::promise<base::Result<event::AppendOutcome>> promise;
        auto future = promise.get_future();
        store->append(std::move(request), [&promise](base::Result<event::AppendOutcome> outcome) {
            promise.set_value(std::move(outcome));
        });
        return future.get();
    }

    base::Result<event::AppendOutcome> append(std::string index, event::Batch batch) {
        event::Append request;
        request.batches.push_back({std::move(index), std::move(batch), {}});
        return append(std::move(request));
    }

    // All rows in one batch.
    base::Result<event::Batch> scan(const ScanRequest& request = {}) const {
        event::Batch all;
        TRY(store->snapshot()->scan(request, [&all](const event::Batch& batch) {
            all.append(batch);
            return true;
        }));
        return all;
    }

    const std::string& directory() const { return directory_; }

    engine::EngineOptions options;
    std::unique_ptr<engine::EngineStore> store;

  private:
    std::string directory_;
};

}  // namespace storage::testing
