#include "input/files/files_input.h"

#include <fmt/format.h>
#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/log.h"
#include "net/wait.h"

namespace input {

using files::FileState;
using files::TailedFile;

namespace {

// Between two looks whether files have grown.
constexpr std::chrono::milliseconds pause{200};
// After a failure of the store.
constexpr std::chrono::milliseconds long_pause{2000};

std::vector<std::string> found_by(const std::string& pattern) {
    std::vector<std::string> paths;
    glob_t found{};
    if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
        for (std::size_t at = 0; at < found.gl_pathc; ++at) paths.emplace_back(found.gl_pathv[at]);
    }
    ::globfree(&found);
    return paths;
}

}  // namespace

base::Result<std::unique_ptr<FilesInput>> FilesInput::create(Intakes intakes,
                                                             FilesOptions options) {
    std::unique_ptr<FilesInput> input(new FilesInput(intakes, std::move(options)));
    TRY(input->prepare());
    TRY(input->load());
    return input;
}

FilesInput::FilesInput(Intakes intakes, FilesOptions options)
    : options_(std::move(options)),
      delivery_(intakes, options_.origin),
      read_bytes_(base::metrics().counter("ordertrail_files_read_bytes_total",
                                          "Bytes read of log files")) {}

FilesInput::~FilesInput() { stop(); }

base::Status FilesInput::prepare() {
    TRY(rule_, files::LineRule::create(options_.begins));
    for (const auto& rule : options_.kinds) {
        // Of PostgreSQL's logs it is a file's ending that says which it is.
        const bool is_any = rule.value == "postgresql";
        for (const auto* ending : {"", ".csv", ".json"}) {
            const auto name = logs::kind_of_file(rule.value, ending);
            TRY(kinds_[std::string(name)], logs::make_log_kind(name, options_.kind_options));
            if (!is_any) break;
        }
    }
    return base::ok();
}

files::Reading FilesInput::reading_of(const std::string& path) const {
    const auto value = [&](const std::vector<PathRule>& rules) {
        const auto rule = std::find_if(rules.begin(), rules.end(), [&](const PathRule& one) {
            return ::fnmatch(one.pattern.c_str(), path.c_str(), 0) == 0;
        });
        return rule == rules.end() ? std::string_view() : std::string_view(rule->value);
    };
    const auto kind = kinds_.find(logs::kind_of_file(value(options_.kinds), path));
    return {rule_, kind == kinds_.end() ? nullptr : kind->second,
            std::string(value(options_.services))};
}

base::Status FilesInput::load() {
    TRY(auto states, files::load_checkpoints(options_.checkpoints));
    known_.clear();
    for (auto& state : states) known_[{state.device, state.inode}] = std::move(state);
    return base::ok();
}

void FilesInput::start() {
    thread_ = std::thread([this] { run(); });
}

void FilesInput::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void FilesInput::run() {
    while (!stopping_) {
        const bool more = round(base::now());
        if (more) continue;
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, pause, [this] { return stopping_.load(); });
    }
}

bool FilesInput::round(base::Nanos now) {
    if (now - searched_ >= options_.search) search(now);
    const auto events = std::make_shared<JsonEvents>();
    bool more = false;
    // From behind the file that was read last, so that each has its turn.
    auto one = open_.upper_bound(last_);
    for (std::size_t count = 0; count < open_.size(); ++count, ++one) {
        if (one == open_.end()) one = open_.begin();
        last_ = one->first;
        more = read(*one->second, now, *events) || more;
        if (events->bytes() > options_.round_bytes) {
            more = true;
            break;
        }
    }
    if (!store(events)) return false;
    close_ended(now);
    return more;
}

bool FilesInput::read(TailedFile& file, base::Nanos now, JsonEvents& to) {
    const std::uint64_t before = file.state().offset;
    const auto more = file.read(options_.round_bytes, now, to);
    if (!more) {
        if (log_.pass()) {
            base::log().warn("files: {}: {}", file.state().path, more.error().message);
        }
        return false;
    }
    if (file.state().offset > before) read_bytes_.add(file.state().offset - before);
    if (const std::size_t cut = file.take_cut(); cut > 0 && log_.pass()) {
        base::log().warn("files: {} lines of {} are cut (limits.record_bytes)", cut,
                         file.state().path);
    }
    return more.value();
}

void FilesInput::search(base::Nanos now) {
    searched_ = now;
    for (const auto& pattern : options_.paths) {
        for (const auto& path : found_by(pattern)) take(path, now);
    }
}

void FilesInput::take(const std::string& path, base::Nanos now) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    // The checkpoints' lines end there.
    if (path.find('\n') != std::string::npos) return;
    const Key key{status.st_dev, status.st_ino};
    if (open_.contains(key)) {
        seen_[key] = now;
        open_[key]->state().path = path;
        return;
    }
    if (const auto known = known_.find(key); known != known_.end()) {
        known->second.seen = now;
        // Read to its end, and not grown since.
        if (known->second.offset == static_cast<std::uint64_t>(status.st_size) &&
            open_.size() >= options_.most_files) {
            return;
        }
    }
    if (open_.size() >= options_.most_files) {
        if (log_.pass()) {
            base::log().warn("files: {} waits: {} files are open already", path, open_.size());
        }
        return;
    }
    auto opened = TailedFile::open(path, reading_of(path), options_.limits);
    if (!opened) {
        if (opened.error().code != base::Code::not_found && log_.pass()) {
            base::log().warn("files: {}", opened.error().message);
        }
        return;
    }
    auto& file = *opened.value();
    const Key real{file.state().device, file.state().inode};
    const auto known = known_.find(real);
    if (known != known_.end() && file.is(known->second)) {
        file.resume(known->second);
    } else {
        file.begin_anew();
    }
    file.state().seen = now;
    seen_[real] = now;
    open_[real] = std::move(opened.value());
}

// Files that were removed, or renamed to where nobody looks, once they do not grow any more.
void FilesInput::close_ended(base::Nanos now) {
    for (auto one = open_.begin(); one != open_.end();) {
        const auto& file = *one->second;
        const bool out_of_sight = searched_ - seen_[one->first] > options_.search;
        const bool rests = now - file.grew() > options_.idle;
        const bool removed = file.is_removed();
        const bool at_end = file.safe_offset() == file.state().offset;
        if (at_end && ((out_of_sight && rests) || (removed && now - file.grew() > base::second))) {
            if (removed) known_.erase(one->first);
            seen_.erase(one->first);
            one = open_.erase(one);
        } else {
            ++one;
        }
    }
}

bool FilesInput::store(std::shared_ptr<JsonEvents> events) {
    // Identities are durable before the first event that has one in its id.
    bool is_new = false;
    for (const auto& [key, file] : open_) {
        const auto known = known_.find(key);
        if (known == known_.end() || known->second.identity != file->state().identity) {
            is_new = true;
            known_[key] = file->state();
            known_[key].offset = 0;
        }
    }
    if (is_new && !save()) return false;
    if (events->size() > 0) {
        std::function<bool()> give_up = [this] { return stopping_.load(); };
        auto delivered = delivery_.deliver(events, "log files", std::move(give_up));
        const auto stored = net::wait_on(delivery_.intakes().runtime, std::move(delivered));
        if (!stored) {
            if (!stopping_ && log_.pass()) {
                base::log().error("files: what was read cannot be stored, it is read again: {}",
                                  stored.error().message);
            }
            start_over();
            return false;
        }
    }
    bool changed = events->size() > 0;
    for (const auto& [key, file] : open_) {
        auto& known = known_[key];
        const auto offset = file->safe_offset();
        changed = changed || known.offset != offset;
        known = file->state();
        known.offset = offset;
        known.seen = seen_[key];
    }
    return !changed || save();
}

bool FilesInput::save() {
    std::vector<FileState> states;
    for (auto one = known_.begin(); one != known_.end();) {
        if (!open_.contains(one->first) && searched_ - one->second.seen > options_.forgotten) {
            one = known_.erase(one);
        } else {
            states.push_back(one->second);
            ++one;
        }
    }
    const auto saved = files::save_checkpoints(options_.checkpoints, states);
    if (saved) return true;
    if (log_.pass()) {
        base::log().error("files: cannot write down how far files were read: {}",
                          saved.error().message);
    }
    start_over();
    return false;
}

// From what is written down; what was stored meanwhile has the same ids.
void FilesInput::start_over() {
    open_.clear();
    seen_.clear();
    searched_ = 0;
    if (const auto loaded = load(); !loaded) {
        base::log().error("files: {}", loaded.error().message);
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, long_pause, [this] { return stopping_.load(); });
}

}  // namespace input
