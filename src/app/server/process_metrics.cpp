#include "app/server/process_metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "app/version.h"
#include "base/clock.h"
#include "base/metrics.h"

namespace app {

namespace {

double resident_bytes() {
    long total = 0;
    long resident = 0;
    std::FILE* file = std::fopen("/proc/self/statm", "re");
    if (file == nullptr) return 0;
    if (std::fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
    std::fclose(file);
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double open_files() {
    DIR* directory = ::opendir("/proc/self/fd");
    if (directory == nullptr) return 0;
    double count = -3;  // ".", ".." and the one that is being read
    while (::readdir(directory) != nullptr) ++count;
    ::closedir(directory);
    return count;
}

}  // namespace

void register_process_metrics() {
    auto& metrics = base::metrics();
    const double started = static_cast<double>(base::now()) / base::second;
    metrics.gauge("ordertrail_build_info", "1, labelled with the version.",
                  {{"version", std::string(version)}}, [] { return 1.0; });
    metrics.gauge("process_start_time_seconds", "When the process started, in seconds since 1970.",
                  {}, [started] { return started; });
    metrics.gauge("process_resident_memory_bytes", "Resident memory.", {}, resident_bytes);
    metrics.gauge("process_cpu_seconds_total", "User and system processor time.", {}, cpu_seconds);
    metrics.gauge("process_open_fds", "Open file descriptors.", {}, open_files);
}

}  // namespace app
