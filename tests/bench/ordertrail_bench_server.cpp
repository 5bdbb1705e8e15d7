#include "ordertrail_bench_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>
#include <vector>

#include "net/http.h"

namespace bench {

namespace {

constexpr base::Nanos start_limit = 5 * base::minute;
constexpr base::Nanos stop_limit = 2 * base::minute;
constexpr std::chrono::milliseconds poll_interval{2};

base::Error io_error(const std::string& doing) {
    return {base::Code::io, fmt::format("{}: {}", doing, std::strerror(errno))};
}

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// Outside the range that outgoing connections take, so that a client cannot have it.
base::Result<std::uint16_t> free_port() {
    std::random_device random;
    for (int attempt = 0; attempt < 200; ++attempt) {
        const auto port = static_cast<std::uint16_t>(20'000 + random() % 12'000);
        const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int yes = 1;
        ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool bound =
            ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
        ::close(probe);
        if (bound) return port;
    }
    return base::Error(base::Code::io, "no free port between 20000 and 32000");
}

// `Name:  123 kB` of /proc/PID/status, in bytes.
std::uint64_t status_value(std::string_view status, std::string_view name) {
    const std::size_t at = status.find(name);
    if (at == std::string_view::npos) return 0;
    const auto digits = status.find_first_of("0123456789", at);
    std::uint64_t kilobytes = 0;
    std::from_chars(status.data() + digits, status.data() + status.size(), kilobytes);
    return kilobytes * 1024;
}

// In the child, between fork and exec.
[[noreturn]] void become_server(const std::vector<char*>& arguments, int log,
                                std::optional<int> core) {
    if (core) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(*core, &set);
        if (::sched_setaffinity(0, sizeof(set), &set) != 0) ::_exit(126);
    }
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

}  // namespace

Server::Server(ServerOptions options)
    : options_(std::move(options)), log_(options_.data + ".log") {}

base::Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options) {
    std::unique_ptr<Server> server(new Server(options));
    TRY(const auto port, free_port());
    const std::string address = fmt::format("127.0.0.1:{}", port);
    server->url_ = "http://" + address;
    std::vector<std::string> words = {options.binary, "serve",  "--data",
                                      options.data,   "--http", address};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);

    const int log = ::open(server->log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (log < 0) return io_error("cannot write " + server->log_);
    const base::Nanos begin = base::steady_now();
    server->process_ = ::fork();
    if (server->process_ == 0) become_server(arguments, log, options.core);
    ::close(log);
    if (server->process_ < 0) return io_error("cannot start " + options.binary);
    TRY(server->wait_ready());
    server->start_seconds_ = static_cast<double>(base::steady_now() - begin) / base::second;
    return server;
}

Server::~Server() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

base::Error Server::failure(const std::string& what) const {
    std::string log = text_of(log_);
    if (log.size() > 2000) log.erase(0, log.size() - 2000);
    return {base::Code::io,
            fmt::format("{} serve {}; its log ends with:\n{}", options_.binary, what, log)};
}

base::Status Server::wait_ready() {
    const auto client = net::HttpClient::create();
    net::HttpClientRequest request;
    request.url = url_ + "/health";
    const base::Nanos limit = base::steady_now() + start_limit;
    while (base::steady_now() < limit) {
        int status = 0;
        if (::waitpid(process_, &status, WNOHANG) == process_) {
            process_ = -1;
            return failure(fmt::format("ended at its start (wait status {})", status));
        }
        const auto answer = client->send(request);
        if (answer && answer.value().status == 200) return base::ok();
        std::this_thread::sleep_for(poll_interval);
    }
    return failure("was not ready in time");
}

base::Result<Usage> Server::usage() const {
    const std::string folder = fmt::format("/proc/{}/", process_);
    const std::string stat = text_of(folder + "stat");
    // The program's name, in parentheses, may hold spaces; user and system time are the 12th and
    // 13th words behind it.
    std::istringstream words(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
    std::string word;
    for (int skip = 0; skip < 11; ++skip) words >> word;
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    if (!(words >> user >> system)) return failure("has no " + folder + "stat: it has ended");
    Usage usage;
    usage.cpu_seconds =
        static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    const std::string status = text_of(folder + "status");
    usage.resident_bytes = status_value(status, "VmRSS:");
    usage.peak_bytes = status_value(status, "VmHWM:");
    return usage;
}

base::Result<double> Server::metric(const std::string& name, const std::string& label) const {
    net::HttpClientRequest request;
    request.url = url_ + "/metrics";
    TRY(const auto answer, net::HttpClient::create()->send(request));
    std::istringstream lines(answer.body);
    double sum = 0;
    for (std::string line; std::getline(lines, line);) {
        const bool ours = line.starts_with(name) && line.size() > name.size() &&
                          (line[name.size()] == '{' || line[name.size()] == ' ');
        if (!ours || line.find(label) == std::string::npos) continue;
        sum += std::strtod(line.c_str() + line.rfind(' '), nullptr);
    }
    return sum;
}

base::Status Server::settle(base::Nanos at_most) const {
    constexpr base::Nanos quiet = 3 * base::second;
    const base::Nanos limit = base::steady_now() + at_most;
    base::Nanos since = base::steady_now();
    double written = -1;
    while (base::steady_now() < limit) {
        TRY(const double waiting, metric("ordertrail_store", "memtables_waiting"));
        TRY(const double rows, metric("ordertrail_part_rows_written_total"));
        if (waiting > 0 || rows != written) since = base::steady_now();
        written = rows;
        if (base::steady_now() - since >= quiet) return base::ok();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return base::Error(base::Code::timeout, fmt::format("background work still went on after {} s",
                                                        at_most / base::second));
}

base::Status Server::stop() {
    ::kill(process_, SIGTERM);
    const base::Nanos limit = base::steady_now() + stop_limit;
    while (base::steady_now() < limit) {
        int status = 0;
        if (::waitpid(process_, &status, WNOHANG) == process_) {
            process_ = -1;
            if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
                return failure(fmt::format("ended with wait status {} after SIGTERM", status));
            }
            ::unlink(log_.c_str());
            return base::ok();
        }
        std::this_thread::sleep_for(poll_interval);
    }
    return failure("did not end in time after SIGTERM");
}

base::Result<DiskUse> disk_use(const std::string& data) {
    DiskUse use;
    std::error_code error;
    const auto options = std::filesystem::directory_options::skip_permission_denied;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data, options, error)) {
        if (!entry.is_regular_file(error)) continue;
        const std::uint64_t size = entry.file_size(error);
        const auto top = *entry.path().lexically_relative(data).begin();
        (top == "log" ? use.log : top == "parts" ? use.parts : use.other) += size;
    }
    if (error) {
        return base::Error(base::Code::io,
                           fmt::format("cannot read {}: {}", data, error.message()));
    }
    return use;
}

void forget_cached(const std::string& data) {
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data, error)) {
        if (!entry.is_regular_file(error)) continue;
        const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) continue;
        ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
        ::close(file);
    }
}

void stay_off(int core) {
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof(set), &set) != 0) return;
    CPU_CLR(core, &set);
    if (CPU_COUNT(&set) > 0) ::sched_setaffinity(0, sizeof(set), &set);
}

}  // namespace bench
