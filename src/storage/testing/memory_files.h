#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"

namespace storage::testing {

// A disk in memory whose power can fail: what was not synced is then lost, or not, or in part, as a
// real disk may do it. Writes reach it in pieces and in any order; creations, renames and removals
// are safe when their directory was synced. A sync that failed has dropped what it should have
// written, and a later one does not bring it back. Thread-safe. For tests only.
class MemoryFiles final : public base::FileSystem {
  public:
    enum class Operation {
        open,
        create,
        read,
        write,
        allocate,
        truncate,
        sync,
        rename,
        remove,
        remove_all,
        make_directories,
        sync_directory,
        list
    };
    enum class Fault {
        none,
        io,           // nothing happens, Io
        full,         // nothing happens, Busy
        short_write,  // writes a part, then Io
        power,        // the power fails in it: some of it may have happened, nothing after it does
    };
    // Asked before every operation; called with the disk's lock held.
    std::function<Fault(Operation, const std::string& path)> before;

    // Ends the power failure: the disk has what survived it.
    void power_on(std::uint64_t seed);
    // As if it failed now.
    void power_off() {
        const std::lock_guard lock(mutex_);
        off_ = true;
    }
    std::uint64_t free = 1ULL << 40;

    base::Result<std::unique_ptr<base::File>> open(const std::string& path,
                                                   base::OpenMode mode) override;
    base::Status rename(const std::string& from, const std::string& to) override;
    base::Status remove(const std::string& path) override;
    base::Status remove_all(const std::string& path) override;
    base::Status make_directories(const std::string& path) override;
    base::Status sync_directory(const std::string& path) override;
    base::Result<std::vector<std::string>> list(const std::string& path) override;
    bool exists(const std::string& path) override;
    base::Result<base::Space> space(const std::string&) override { return base::Space{free, free}; }

    // For tests to look at and to damage: all files by path; no operations.
    std::map<std::string, std::string> contents() const;
    void put(const std::string& path, std::string bytes);
    void put_directory(const std::string& path) {
        put(path + "/x", "");
        erase(path + "/x");
    }
    void erase(const std::string& path);
    // As at another time; nothing of it is unsynced.
    void restore(const std::map<std::string, std::string>& files);

  private:
    struct Write {
        std::uint64_t offset = 0;  // or the new size
        std::string bytes;
        bool resizes = false;
        bool lost = false;  // a failed sync dropped it
    };
    struct Node {
        bool is_directory = false;
        std::string now;
        std::string safe;
        std::vector<Write> unsynced;
    };
    using Entries = std::map<std::string, std::shared_ptr<Node>>;
    // A change of a directory that was not synced: entries that come and that go.
    struct Change {
        std::string directory;
        std::vector<std::pair<std::string, std::shared_ptr<Node>>> come;
        std::vector<std::string> go;
    };
    class MemoryFile;

    static std::string parent_of(const std::string& path) {
        return path.substr(0, path.rfind('/'));
    }
    static void apply(const Write& write, std::string& bytes) {
        if (write.resizes) {
            bytes.resize(write.offset, '\0');
            return;
        }
        const std::size_t end = write.offset + write.bytes.size();
        if (bytes.size() < end) bytes.resize(end, '\0');
        std::memcpy(bytes.data() + write.offset, write.bytes.data(), write.bytes.size());
    }
    // The failure to answer with; `cut` of a short write. REQUIRES: the lock is held.
    base::Status ask(Operation operation, const std::string& path, Fault& fault);
    base::Status write(Node& node, const std::string& path, Operation operation, Write write);
    void note(Change change) { changes_.push_back(std::move(change)); }
    static void survive(Node& node, std::mt19937_64& random);

    mutable std::mutex mutex_;
    bool off_ = false;
    Entries now_;
    Entries safe_;
    std::vector<Change> changes_;
};

class MemoryFiles::MemoryFile final : public base::File {
  public:
    MemoryFile(MemoryFiles& disk, std::shared_ptr<Node> node, std::string path)
        : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}

    base::Status pread(std::uint64_t offset, std::size_t size, char* out) const override {
        const std::lock_guard lock(disk_.mutex_);
        Fault fault{};
        TRY(disk_.ask(Operation::read, path_, fault));
        if (offset > node_->now.size() || size > node_->now.size() - offset)
            return base::Error(base::Code::corrupt, path_ + " ends before");
        std::memcpy(out, node_->now.data() + offset, size);
        return base::ok();
    }
    base::Status pwrite(std::uint64_t offset, std::string_view bytes) override {
        const std::lock_guard lock(disk_.mutex_);
        return disk_.write(*node_, path_, Operation::write, {offset, std::string(bytes)});
    }
    base::Status allocate(std::uint64_t size) override {
        const std::lock_guard lock(disk_.mutex_);
        if (size <= node_->now.size()) return base::ok();
        return disk_.write(*node_, path_, Operation::allocate, {size, {}, true});
    }
    base::Status truncate(std::uint64_t size) override {
        const std::lock_guard lock(disk_.mutex_);
        return disk_.write(*node_, path_, Operation::truncate, {size, {}, true});
    }
    base::Status sync() override {
        const std::lock_guard lock(disk_.mutex_);
        Fault fault{};
        const auto asked = disk_.ask(Operation::sync, path_, fault);
        if (!asked) {
            for (Write& write : node_->unsynced) write.lost = true;
            return asked;
        }
        for (const Write& write : node_->unsynced) {
            if (!write.lost) apply(write, node_->safe);
        }
        std::erase_if(node_->unsynced, [](const Write& write) { return !write.lost; });
        return base::ok();
    }
    base::Result<std::uint64_t> size() const override {
        const std::lock_guard lock(disk_.mutex_);
        return node_->now.size();
    }

  private:
    MemoryFiles& disk_;
    std::shared_ptr<Node> node_;
    std::string path_;
};

inline base::Status MemoryFiles::ask(Operation operation, const std::string& path, Fault& fault) {
    if (off_) return base::Error(base::Code::io, path + ": the power is off");
    fault = before ? before(operation, path) : Fault::none;
    const bool writes = operation == Operation::write;
    if (fault == Fault::power) {
        off_ = true;
        if (writes) return base::ok();
        return base::Error(base::Code::io, path + ": the power fails");
    }
    if (fault == Fault::full)
        return base::Error(base::Code::busy, path + ": no space left on device");
    if (fault == Fault::io || (fault == Fault::short_write && !writes))
        return base::Error(base::Code::io, path + ": input/output error");
    return base::ok();
}

inline base::Status MemoryFiles::write(Node& node, const std::string& path, Operation operation,
                                       Write write) {
    Fault fault{};
    TRY(ask(operation, path, fault));
    if (fault == Fault::short_write) write.bytes.resize(write.bytes.size() / 2);
    apply(write, node.now);
    node.unsynced.push_back(std::move(write));
    if (fault == Fault::none) return base::ok();
    return base::Error(base::Code::io, path + ": not all was written");
}

inline base::Result<std::unique_ptr<base::File>> MemoryFiles::open(const std::string& path,
                                                                   base::OpenMode mode) {
    const std::lock_guard lock(mutex_);
    Fault fault{};
    const bool creates = mode == base::OpenMode::create;
    TRY(ask(creates ? Operation::create : Operation::open, path, fault));
    const auto found = now_.find(path);
    if (found != now_.end() && found->second->is_directory)
        return base::Error(base::Code::io, path + " is a directory");
    if (found != now_.end()) {
        if (creates) {
            apply({0, {}, true}, found->second->now);
            found->second->unsynced.push_back({0, {}, true});
        }
        return std::unique_ptr<base::File>(
            std::make_unique<MemoryFile>(*this, found->second, path));
    }
    if (!creates) return base::Error(base::Code::not_found, path + ": no such file");
    if (!now_.contains(parent_of(path)))
        return base::Error(base::Code::not_found, parent_of(path) + ": no such directory");
    auto node = std::make_shared<Node>();
    now_[path] = node;
    note({parent_of(path), {{path, node}}, {}});
    return std::unique_ptr<base::File>(std::make_unique<MemoryFile>(*this, node, path));
}

inline base::Status MemoryFiles::rename(const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex_);
    Fault fault{};
    TRY(ask(Operation::rename, from, fault));
    const auto found = now_.find(from);
    if (found == now_.end()) return base::Error(base::Code::not_found, from + ": no such file");
    const auto node = found->second;
    now_.erase(found);
    now_[to] = node;
    note({parent_of(to), {{to, node}}, {from}});
    return base::ok();
}

inline base::Status MemoryFiles::remove(const std::string& path) {
    const std::lock_guard lock(mutex_);
    Fault fault{};
    TRY(ask(Operation::remove, path, fault));
    if (now_.erase(path) == 0) return base::Error(base::Code::not_found, path + ": no such file");
    note({parent_of(path), {}, {path}});
    return base::ok();
}

inline base::Status MemoryFiles::remove_all(const std::string& path) {
    const std::lock_guard lock(mutex_);
    Fault fault{};
    TRY(ask(Operation::remove_all, path, fault));
    std::vector<std::string> gone;
    for (const auto& [name, node] : now_) {
        if (name == path || name.starts_with(path + "/")) gone.push_back(name);
    }
    for (const std::string& name : gone) {
        now_.erase(name);
        // Each by itself: a power failure in the middle leaves some.
        note({parent_of(name), {}, {name}});
    }
    return base::ok();
}

inline base::Status MemoryFiles::make_directories(const std::string& path) {
    const std::lock_guard lock(mutex_);
    Fault fault{};
    TRY(ask(Operation::make_directories, path, fault));
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string name = path.substr(0, end);
        if (!now_.contains(name)) {
            auto node = std::make_shared<Node>();
            node->is_directory = true;
            now_[name] = node;
            note({parent_of(name), {{name, node}}, {}});
        }
        if (end == std::string::npos) return base::ok();
    }
}

inline base::Status MemoryFiles::sync_directory(const std::string& path) {
    const std::lock_guard lock(mutex_);
    Fault fault{};
    TRY(ask(Operation::sync_directory, path, fault));
    if (!now_.contains(path)) return base::Error(base::Code::not_found, path);
    std::erase_if(changes_, [&](const Change& change) {
        if (change.directory != path) return false;
        for (const std::string& name : change.go) safe_.erase(name);
        for (const auto& [name, node] : change.come) safe_[name] = node;
        return true;
    });
    return base::ok();
}

inline base::Result<std::vector<std::string>> MemoryFiles::list(const std::string& path) {
    const std::lock_guard lock(mutex_);
    Fault fault{};
    TRY(ask(Operation::list, path, fault));
    const auto found = now_.find(path);
    if (found == now_.end()) return base::Error(base::Code::not_found, path);
    if (!found->second->is_directory) return base::Error(base::Code::io, path + " is a file");
    std::vector<std::string> names;
    for (auto at = now_.lower_bound(path + "/"); at != now_.end(); ++at) {
        if (!at->first.starts_with(path + "/")) break;
        const std::string name = at->first.substr(path.size() + 1);
        if (name.find('/') == std::string::npos) names.push_back(name);
    }
    return names;
}

inline bool MemoryFiles::exists(const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (!path.ends_with("/.")) return now_.contains(path);
    const auto found = now_.find(path.substr(0, path.size() - 2));
    return found != now_.end() && found->second->is_directory;
}

// What a file has after the power failed: any of its unsynced writes, the last sectors of one
// perhaps not.
inline void MemoryFiles::survive(Node& node, std::mt19937_64& random) {
    for (Write& write : node.unsynced) {
        if (random() % 2 == 0) continue;
        if (!write.resizes && random() % 2 == 0) {
            const std::size_t sectors = write.bytes.size() / 512 + 1;
            write.bytes.resize(std::min<std::size_t>(write.bytes.size(), random() % sectors * 512));
        }
        apply(write, node.safe);
    }
    node.unsynced.clear();
    node.now = node.safe;
}

inline void MemoryFiles::power_on(std::uint64_t seed) {
    const std::lock_guard lock(mutex_);
    std::mt19937_64 random(seed);
    for (const Change& change : changes_) {
        if (random() % 2 == 0) continue;
        for (const std::string& name : change.go) safe_.erase(name);
        for (const auto& [name, node] : change.come) safe_[name] = node;
    }
    changes_.clear();
    // What hangs in no directory is gone.
    std::erase_if(safe_, [this](const auto& entry) {
        for (std::string up = parent_of(entry.first); !up.empty(); up = parent_of(up)) {
            if (!safe_.contains(up)) return true;
        }
        return false;
    });
    std::set<Node*> seen;
    for (const auto& [name, node] : safe_) {
        if (seen.insert(node.get()).second) survive(*node, random);
    }
    now_ = safe_;
    off_ = false;
}

inline std::map<std::string, std::string> MemoryFiles::contents() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::string> files;
    for (const auto& [name, node] : now_) {
        if (!node->is_directory) files[name] = node->now;
    }
    return files;
}

inline void MemoryFiles::put(const std::string& path, std::string bytes) {
    const std::lock_guard lock(mutex_);
    auto node = std::make_shared<Node>();
    node->now = bytes;
    node->safe = std::move(bytes);
    now_[path] = node;
    safe_[path] = node;
    for (std::string up = parent_of(path); !up.empty(); up = parent_of(up)) {
        if (now_.contains(up)) continue;
        auto directory = std::make_shared<Node>();
        directory->is_directory = true;
        now_[up] = directory;
        safe_[up] = directory;
    }
}

inline void MemoryFiles::erase(const std::string& path) {
    const std::lock_guard lock(mutex_);
    now_.erase(path);
    safe_.erase(path);
}

inline void MemoryFiles::restore(const std::map<std::string, std::string>& files) {
    {
        const std::lock_guard lock(mutex_);
        now_.clear();
        safe_.clear();
        changes_.clear();
        off_ = false;
    }
    for (const auto& [path, bytes] : files) put(path, bytes);
}

}  // namespace storage::testing
