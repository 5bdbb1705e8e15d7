#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/log_throttle.h"
#include "input/delivery.h"
#include "input/files/tailed_file.h"

namespace input {

struct PathRule {
    std::string pattern;
    std::string value;
};

struct FilesOptions {
    event::Origin origin{"files"};
    std::vector<std::string> paths;  // with wildcards, as glob(7)
    std::string checkpoints;         // file that keeps how far each file was read
    std::string begins;              // pattern of lines that begin an event; see files::LineRule
    // By patterns of paths, as fnmatch(3); the first that fits counts.
    std::vector<PathRule> kinds;     // names of logs::make_log_kind
    std::vector<PathRule> services;  // names of services; of other files by their own name
    logs::LogKindOptions kind_options;
    files::TailedFile::Limits limits;
    std::size_t most_files = 1000;          // held open
    std::size_t round_bytes = 4 << 20;      // read before they are stored
    base::Nanos search = base::second;      // between looks for new files
    base::Nanos forgotten = base::day * 7;  // what is known of a file that nobody sees any more
    base::Nanos idle = base::minute;        // until a file that was renamed out of sight is closed
};

// Follows log files: from their beginnings, over renaming, truncation and copying with truncation.
// How far a file was read is written down after its events are durable; what is read again after a
// crash has the same ids, so that it is stored once. A thread of its own reads, stores, and reads
// on. Owned by app. Thread-safe.
class FilesInput {
  public:
    // InvalidArgument for a kind of log that is none, or a pattern that cannot be read, Corrupt for
    // checkpoints that cannot.
    static base::Result<std::unique_ptr<FilesInput>> create(Intakes intakes, FilesOptions options);
    ~FilesInput();

    void start();
    // Ends when what was read is stored, or refused by a busy store.
    void stop();

    // One round of start(); for tests. True when there may be more to read at once.
    bool round(base::Nanos now);

  private:
    using Key = std::pair<std::uint64_t, std::uint64_t>;  // device, inode

    FilesInput(Intakes intakes, FilesOptions options);

    base::Status prepare();
    files::Reading reading_of(const std::string& path) const;

    void run();
    bool read(files::TailedFile& file, base::Nanos now, JsonEvents& to);
    void search(base::Nanos now);
    void take(const std::string& path, base::Nanos now);
    void close_ended(base::Nanos now);
    bool store(std::shared_ptr<JsonEvents> events);
    bool save();
    void start_over();
    base::Status load();

    const FilesOptions options_;
    std::shared_ptr<const files::LineRule> rule_;
    std::map<std::string, std::shared_ptr<const logs::LogKind>, std::less<>> kinds_;  // by name
    Delivery delivery_;
    base::Counter& read_bytes_;
    std::map<Key, files::FileState> known_;  // as it is written down
    std::map<Key, std::unique_ptr<files::TailedFile>> open_;
    std::map<Key, base::Nanos> seen_;  // open ones, by their path
    Key last_;                         // of open_
    base::Nanos searched_ = 0;
    base::LogThrottle log_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace input
