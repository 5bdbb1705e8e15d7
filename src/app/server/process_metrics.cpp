#include "app/server/process_metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "app/version.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/process.h"

namespace app {

namespace {

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
    metrics.gauge("process_resident_memory_bytes", "Resident memory.", {},
                  [] { return static_cast<double>(base::resident_bytes()); });
    metrics.gauge("process_cpu_seconds_total", "User and system processor time.", {}, cpu_seconds);
    metrics.gauge("process_open_fds", "Open file descriptors.", {}, open_files);
}

}  // namespace app
