#include "ordertrail_bench_report.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <ctime>
#include <fstream>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace bench {

namespace {

std::string value_of(const char* path, std::string_view name) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(name)) continue;
        const std::size_t at = line.find_first_not_of(" \t", line.find(':') + 1);
        return at == std::string::npos ? "" : line.substr(at);
    }
    return "unknown";
}

std::string_view file_system_of(const std::string& folder) {
    struct statfs what{};
    if (::statfs(folder.c_str(), &what) != 0) return "an unknown file system";
    switch (what.f_type) {
        case 0xef53:
            return "ext4";
        case 0x01021994:
            return "tmpfs: an fsync costs nothing there";
        case 0x58465342:
            return "xfs";
        case 0x9123683e:
            return "btrfs";
        case 0x794c7630:
            return "overlayfs";
        default:
            return "another file system";
    }
}

// Median of a hundred writes of 4 KiB with fdatasync; 0 when the folder takes no file.
double fsync_milliseconds(const std::string& folder) {
    const std::string path = fmt::format("{}/fsync-probe-{}", folder, ::getpid());
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return 0;
    const std::string page(4096, 'x');
    std::vector<double> took;
    for (int round = 0; round < 100; ++round) {
        const base::Nanos begin = base::steady_now();
        if (::write(file, page.data(), page.size()) != 4096 || ::fdatasync(file) != 0) break;
        took.push_back(static_cast<double>(base::steady_now() - begin) / base::millisecond);
    }
    ::close(file);
    ::unlink(path.c_str());
    if (took.empty()) return 0;
    std::nth_element(took.begin(), took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2),
                     took.end());
    return took[took.size() / 2];
}

}  // namespace

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), 1, ' ');
    }
    return digits;
}

void Report::add(std::string_view key, std::string_view label, boost::json::value value,
                 std::string_view text) {
    fmt::print("{:<36} {}\n", label, text);
    std::fflush(stdout);
    keep(key, std::move(value));
}

void Report::count(std::string_view key, std::string_view label, std::uint64_t value) {
    add(key, label, value, grouped(value));
}

void Report::bytes(std::string_view key, std::string_view label, std::uint64_t value) {
    add(key, label, value, fmt::format("{:.1f} MB", static_cast<double>(value) / 1e6));
}

void Report::number(std::string_view key, std::string_view label, double value,
                    std::string_view unit, int decimals) {
    add(key, label, value, fmt::format("{:.{}f} {}", value, decimals, unit));
}

void Report::keep(std::string_view key, boost::json::value value) {
    values_[key] = std::move(value);
}

void Report::machine(const std::string& folder) {
    struct utsname system{};
    ::uname(&system);
    const std::string processor = value_of("/proc/cpuinfo", "model name");
    const std::string memory = value_of("/proc/meminfo", "MemTotal");
    const std::time_t now = std::time(nullptr);
    const std::string date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(now));
    const double fsync = fsync_milliseconds(folder);
    add("date", "date", boost::json::string(date), date);
    const std::string text =
        fmt::format("{} × {}, {} of memory, Linux {}", std::thread::hardware_concurrency(),
                    processor, memory, system.release);
    add("machine", "machine", boost::json::string(text), text);
    add("fsync_ms", "disk", fsync,
        fmt::format("{}, fsync of 4 KiB: {:.2f} ms", file_system_of(folder), fsync));
}

base::Status Report::write(const std::string& path) const {
    if (path.empty()) return base::ok();
    std::ofstream file(path);
    file << boost::json::serialize(values_) << '\n';
    file.close();
    if (!file) return base::Error(base::Code::io, "cannot write " + path);
    return base::ok();
}

}  // namespace bench
