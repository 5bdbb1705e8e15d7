#include "storage/engine/manifest_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <random>
#include <unordered_map>

#include "base/log.h"
#include "storage/engine/part_format.h"
#include "storage/engine/part_list.h"

namespace storage::engine {

namespace {

constexpr std::uint64_t manifest_limit = 1ULL << 30;
constexpr std::uint64_t meta_limit = 1ULL << 30;
// A rebuilt manifest passes over so many sequence numbers: rows that are gone had some of them, and
// those must not come again.
constexpr std::uint64_t sequence_gap = 1 << 20;

std::string random_id() {
    std::random_device random;
    std::string id;
    for (int at = 0; at < 22; ++at) {
        id.push_back(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[random() % 64]);
    }
    return id;
}

// The number behind the last of `before` in a path; nothing when there is none.
std::optional<std::uint64_t> number_behind(std::string_view name, char before) {
    const std::size_t at = name.rfind(before);
    if (at == std::string_view::npos) return std::nullopt;
    std::uint64_t number = 0;
    const char* end = name.data() + name.size();
    const auto [rest, failure] = std::from_chars(name.data() + at + 1, end, number);
    if (failure != std::errc() || rest != end) return std::nullopt;
    return number;
}

// The newest list of deleted rows that can be read.
std::uint64_t newest_deleted(base::FileSystem& files, const std::string& directory,
                             std::uint64_t rows) {
    const auto names = files.list(directory);
    std::uint64_t newest = 0;
    if (!names) return newest;
    for (const std::string& name : names.value()) {
        if (!name.starts_with("deleted.")) continue;
        const auto version = number_behind(name, '.');
        if (version && *version > newest && load_deleted(files, directory, *version, rows)) {
            newest = *version;
        }
    }
    return newest;
}

// A part as its directory tells it.
struct Candidate {
    Manifest::PartEntry entry;
    PartMeta meta;
    bool whole = false;  // its meta can be read and its data has the right size
};

Candidate look_at(base::FileSystem& files, const std::string& data, const std::string& directory,
                  std::uint64_t id) {
    Candidate found;
    found.entry = {id, directory, 0};
    const std::string path = data + "/" + directory;
    const auto read = [&]() -> base::Status {
        TRY(const std::string bytes, files.read_file(path + "/meta", meta_limit));
        TRY(found.meta, decode_meta(bytes));
        TRY(const auto file, files.open(path + "/data", base::OpenMode::read));
        TRY(const auto size, file->size());
        found.whole = size == found.meta.data_bytes && found.meta.id == id;
        return base::ok();
    }();
    if (read && found.whole)
        found.entry.deleted_version = newest_deleted(files, path, found.meta.rows);
    return found;
}

}  // namespace

std::vector<std::string> part_directories(base::FileSystem& files, const std::string& data,
                                          std::vector<std::string>& trouble) {
    std::vector<std::string> level = {"parts"};
    if (!files.exists(data + "/parts")) return {};
    for (int depth = 0; depth < 3; ++depth) {
        std::vector<std::string> below;
        for (const std::string& directory : level) {
            const auto names = files.list(data + "/" + directory);
            if (!names) {
                // A file that somebody put there is nothing to speak of.
                if (files.exists(data + "/" + directory + "/."))
                    trouble.push_back(names.error().message);
                continue;
            }
            for (const std::string& name : names.value()) below.push_back(directory + "/" + name);
        }
        level = std::move(below);
    }
    return level;
}

base::Result<Manifest> ManifestFiles::read(const std::string& path) {
    TRY(const std::string bytes, files_.read_file(path, manifest_limit));
    return Manifest::decode(bytes);
}

base::Result<ManifestFiles::Found> ManifestFiles::load() {
    Found found;
    auto main = read(path());
    if (main) {
        found.manifest = std::move(main.value());
        return found;
    }
    // A busy disk or too few descriptors pass; a newer program's manifest is no damage.
    if (main.error().code == base::Code::busy ||
        main.error().code == base::Code::invalid_argument) {
        return main.error();
    }
    auto copy = read(copy_path());
    const auto is_empty = [this](const char* below) {
        const auto names = files_.list(directory_ + below);
        return names ? names.value().empty() : names.error().code == base::Code::not_found;
    };
    if (main.error().code == base::Code::not_found && !copy &&
        copy.error().code == base::Code::not_found && is_empty("/parts") && is_empty("/log")) {
        return make();
    }
    set_aside(path());
    if (copy) {
        found.manifest = std::move(copy.value());
        found.damage.push_back(
            fmt::format("{} could not be read ({}); its copy was used, nothing "
                        "is lost",
                        path(), main.error().message));
    } else if (copy.error().code == base::Code::busy ||
               copy.error().code == base::Code::invalid_argument) {
        return copy.error();
    } else {
        set_aside(copy_path());
        found = rebuild();
        found.damage.push_back(fmt::format(
            "{} and its copy could not be read ({}; {}); the list of parts was made again from "
            "the {} parts that are there and the log. The cluster's id is a new one",
            path(), main.error().message, copy.error().message, found.manifest.parts.size()));
    }
    return found;
}

base::Result<ManifestFiles::Found> ManifestFiles::make() {
    Found found;
    found.manifest.cluster_id = random_id();
    TRY(write(found.manifest));
    TRY(put());
    return found;
}

// Best effort: what is left of it may help a person.
void ManifestFiles::set_aside(const std::string& path) {
    const auto bytes = files_.read_file(path, manifest_limit);
    if (!bytes) return;
    if (const auto kept = files_.replace_file(path + ".damaged", bytes.value()); !kept) {
        base::log().warn("no copy of the damaged {} could be kept: {}", path, kept.error().message);
    }
}

ManifestFiles::Found ManifestFiles::rebuild() {
    Found found;
    Manifest& manifest = found.manifest;
    manifest.cluster_id = random_id();
    std::vector<Candidate> candidates;
    for (const std::string& directory : part_directories(files_, directory_, found.damage)) {
        const auto id = number_behind(directory, '/');
        if (!id) continue;
        manifest.next_part = std::max(manifest.next_part, *id + 1);
        // Without a meta file it was being written: its rows are in the log.
        if (!files_.exists(directory_ + "/" + directory + "/meta")) continue;
        candidates.push_back(look_at(files_, directory_, directory, *id));
    }
    std::unordered_map<std::uint64_t, std::uint64_t> replaced;  // part → the part it went into
    for (const Candidate& candidate : candidates) {
        if (!candidate.whole) continue;
        manifest.next_sequence =
            std::max(manifest.next_sequence, candidate.meta.greatest_sequence + 1);
        for (const std::uint64_t id : candidate.meta.replaces) {
            // The latest has the rows of all before it.
            std::uint64_t& into = replaced[id];
            into = std::max(into, candidate.entry.id);
        }
    }
    manifest.next_sequence += sequence_gap;
    for (Candidate& candidate : candidates) {
        const auto into = replaced.find(candidate.entry.id);
        if (into == replaced.end()) {
            manifest.parts.push_back(std::move(candidate.entry));
        } else if (candidate.whole) {
            found.replaced.push_back({std::move(candidate.entry), into->second});
        }
    }
    return found;
}

base::Status ManifestFiles::write(const Manifest& manifest) {
    const std::string bytes = manifest.encode();
    TRY(files_.write_replacement(copy_path(), bytes));
    return files_.write_replacement(path(), bytes);
}

base::Status ManifestFiles::put() {
    TRY(files_.rename(path() + ".new", path()));
    TRY(files_.rename(copy_path() + ".new", copy_path()));
    return files_.sync_directory(directory_);
}

}  // namespace storage::engine
