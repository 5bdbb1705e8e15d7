#include "input/files/checkpoints.h"

#include <fmt/format.h>

#include <array>

#include "base/file.h"
#include "base/hash.h"
#include "base/parse_number.h"

namespace input::files {

namespace {

constexpr std::string_view header = "ordertrail files 1";

std::string_view take_until(std::string_view& rest, char end) {
    const auto at = std::min(rest.find(end), rest.size());
    const auto word = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return word;
}

base::Error damaged(const std::string& path) {
    return {base::Code::corrupt,
            fmt::format("{} is damaged: it says how far files were read; remove it to read them "
                        "from their beginnings",
                        path)};
}

bool read_state(std::string_view line, FileState& state) {
    std::array<std::uint64_t, 7> numbers{};
    for (auto& number : numbers) {
        const auto read = base::parse_number<std::uint64_t>(take_until(line, ' '));
        if (!read) return false;
        number = *read;
    }
    state = {numbers[0],
             numbers[1],
             numbers[2],
             numbers[3],
             static_cast<std::uint32_t>(numbers[4]),
             numbers[5],
             static_cast<base::Nanos>(numbers[6]),
             std::string(line)};
    return !state.path.empty();
}

}  // namespace

base::Result<std::vector<FileState>> load_checkpoints(const std::string& path) {
    std::vector<FileState> states;
    if (!base::system_files().exists(path)) return states;
    TRY(const auto text, base::system_files().read_file(path));
    std::string_view rest = text;
    const auto first = take_until(rest, '\n');
    // Behind the header the hash of all that follows.
    const auto hash = first.starts_with(header)
                          ? base::parse_number<std::uint64_t>(first.substr(header.size() + 1))
                          : std::nullopt;
    if (!hash || *hash != base::hash_of(rest)) return damaged(path);
    while (!rest.empty()) {
        FileState state;
        if (!read_state(take_until(rest, '\n'), state)) return damaged(path);
        states.push_back(std::move(state));
    }
    return states;
}

base::Status save_checkpoints(const std::string& path, const std::vector<FileState>& states) {
    std::string body;
    for (const auto& state : states) {
        body +=
            fmt::format("{} {} {} {} {} {} {} {}\n", state.device, state.inode, state.identity,
                        state.offset, state.prefix_size, state.prefix_hash, state.seen, state.path);
    }
    return base::system_files().replace_file(
        path, fmt::format("{} {}\n{}", header, base::hash_of(body), body));
}

}  // namespace input::files
