#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <cstring>

#include "net/body_decoder.h"
#include "net/http.h"
#include "net/http_message.h"

namespace net {

namespace http = boost::beast::http;

namespace {

using Clock = std::chrono::steady_clock;

// An answer beyond this is no answer of ours.
constexpr std::uint64_t answer_limit = 4ULL << 30;

struct Url {
    std::string host;
    std::string port = "80";
    std::string target = "/";
};

base::Result<Url> parse_url(std::string_view text) {
    const auto refuse = [text] {
        return base::invalid(fmt::format("[{}] is no URL of the form http://host:port/path", text));
    };
    static constexpr std::string_view scheme = "http://";
    if (text.substr(0, scheme.size()) != scheme) return refuse();
    auto rest = text.substr(scheme.size());
    Url url;
    const std::size_t slash = rest.find_first_of("/?#");
    auto authority = rest.substr(0, slash);
    if (slash != std::string_view::npos) {
        const auto target = rest.substr(slash, rest.find('#') - slash);
        url.target =
            target.empty() || target[0] != '/' ? "/" + std::string(target) : std::string(target);
    }
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) authority.remove_prefix(at + 1);
    const std::size_t bracket = authority.find(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        url.port = authority.substr(colon + 1);
        authority = authority.substr(0, colon);
    }
    if (authority.size() > 1 && authority.front() == '[' && authority.back() == ']') {
        authority = authority.substr(1, authority.size() - 2);
    }
    url.host = authority;
    const auto unfit = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
    if (url.host.empty() || url.port.empty() || std::any_of(text.begin(), text.end(), unfit)) {
        return refuse();
    }
    return url;
}

class BlockingHttpClient final : public HttpClient {
  public:
    ~BlockingHttpClient() override { hang_up(); }

    base::Result<HttpClientResponse> send(const HttpClientRequest& request) override {
        TRY(const auto url, parse_url(request.url));
        deadline_ = Clock::now() + request.timeout;
        request_ = &request;
        const bool reused = may_reuse(url);
        if (!reused) {
            TRY(dial(url));
        }
        auto answer = exchange(request, url);
        // The server may close a kept connection just when it is used again; nothing of an answer
        // had come then.
        const bool repeatable = request.method != "POST" && request.method != "PATCH";
        if (!answer && reused && silent_ && repeatable && answer.error().code == base::Code::io) {
            TRY(dial(url));
            answer = exchange(request, url);
        }
        if (!answer) hang_up();
        return answer;
    }

  private:
    void hang_up() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

    // The kept connection, when it goes to the same server and the server has not closed it.
    bool may_reuse(const Url& url) const {
        if (socket_ < 0 || url.host != host_ || url.port != port_) return false;
        pollfd watch{socket_, POLLIN, 0};
        return ::poll(&watch, 1, 0) == 0;
    }

    base::Error failure(const char* doing, int number) const {
        return {base::Code::io,
                fmt::format("{} {}:{} failed: {}", doing, host_, port_, std::strerror(number))};
    }
    base::Error timed_out() const {
        return {base::Code::timeout, fmt::format("{}:{} did not answer in time", host_, port_)};
    }

    base::Status wait_for(short events) const {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
        if (left <= 0) return timed_out();
        pollfd watch{socket_, events, 0};
        const int ready =
            ::poll(&watch, 1, static_cast<int>(std::min<long long>(left + 1, 1 << 30)));
        if (ready == 0) return timed_out();
        if (ready < 0 && errno != EINTR) return failure("waiting for", errno);
        return base::ok();
    }

    base::Status dial(const Url& url) {
        hang_up();
        host_ = url.host;
        port_ = url.port;
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        const int code = ::getaddrinfo(host_.c_str(), port_.c_str(), &hints, &found);
        if (code != 0) {
            return base::Error{base::Code::io, fmt::format("cannot resolve {}:{}: {}", host_, port_,
                                                           ::gai_strerror(code))};
        }
        base::Status last = failure("connecting to", EADDRNOTAVAIL);
        for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
            last = dial_one(*one);
            if (last || last.error().code == base::Code::timeout) break;
        }
        ::freeaddrinfo(found);
        if (!last) hang_up();
        return last;
    }

    base::Status dial_one(const addrinfo& address) {
        hang_up();
        socket_ = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (socket_ < 0) return failure("connecting to", errno);
        const int yes = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
        if (::connect(socket_, address.ai_addr, address.ai_addrlen) == 0) return base::ok();
        if (errno != EINPROGRESS) return failure("connecting to", errno);
        TRY(wait_for(POLLOUT));
        int error = 0;
        socklen_t size = sizeof(error);
        ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return failure("connecting to", error);
        return base::ok();
    }

    base::Status write(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else if (errno == EAGAIN) {
                TRY(wait_for(POLLOUT));
            } else if (errno != EINTR) {
                return failure("sending to", errno);
            }
        }
        return base::ok();
    }

    base::Result<HttpClientResponse> exchange(const HttpClientRequest& request, const Url& url) {
        silent_ = true;
        const auto written = write(head_of(request, url));
        const auto body_written = written ? write(request.body) : written;
        // A server that refuses a request may answer and close before it has read it: its answer
        // counts.
        auto answer = read_answer(request.method == "HEAD");
        if (!answer && !body_written) return body_written.error();
        return answer;
    }

    static std::string head_of(const HttpClientRequest& request, const Url& url) {
        std::string head = fmt::format("{} {} HTTP/1.1\r\n", request.method, url.target);
        const bool v6 = url.host.find(':') != std::string::npos;
        head +=
            fmt::format("Host: {}{}{}:{}\r\n", v6 ? "[" : "", url.host, v6 ? "]" : "", url.port);
        if (header(request.headers, "accept-encoding").empty() && !request.on_body)
            head += "Accept-Encoding: gzip\r\n";
        for (const auto& [name, value] : request.headers) {
            head += fmt::format("{}: {}\r\n", name, value);
        }
        if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
            head += fmt::format("Content-Length: {}\r\n", request.body.size());
        }
        return head + "\r\n";
    }

    using Parser = http::response_parser<http::string_body>;

    base::Result<HttpClientResponse> read_answer(bool head_only) {
        boost::beast::flat_buffer buffer;
        for (;;) {
            Parser parser;
            if (request_->on_body) {
                parser.body_limit(boost::none);
            } else {
                parser.body_limit(answer_limit);
            }
            parser.header_limit(1 << 20);
            parser.eager(true);
            parser.skip(head_only);
            TRY(read_message(parser, buffer));
            // "100 Continue" and its like come before the answer.
            if (parser.get().result_int() >= 200) return finish(parser);
        }
    }

    base::Status read_message(Parser& parser, boost::beast::flat_buffer& buffer) {
        while (!parser.is_done()) {
            boost::system::error_code error = http::error::need_more;
            if (buffer.size() > 0) buffer.consume(parser.put(buffer.cdata(), error));
            TRY(hand_over(parser));
            if (!error) continue;
            if (error != http::error::need_more) {
                return base::Error{base::Code::io, fmt::format("{}:{} answered no valid HTTP: {}",
                                                               host_, port_, error.message())};
            }
            TRY(const bool more, read_more(buffer));
            if (more) continue;
            parser.put_eof(error);
            if (error || !parser.is_done()) {
                return base::Error{base::Code::io,
                                   fmt::format("{}:{} broke off its answer", host_, port_)};
            }
        }
        return base::ok();
    }

    // What came of a streamed body goes to who wants it.
    base::Status hand_over(Parser& parser) {
        if (!request_->on_body || !parser.is_header_done()) return base::ok();
        if (parser.get().result_int() != 200 || parser.get().body().empty()) return base::ok();
        deadline_ = Clock::now() + request_->timeout;
        const bool more = request_->on_body(parser.get().body());
        parser.get().body().clear();
        if (!more) return base::Error{base::Code::cancelled, "the answer is not wanted any more"};
        return base::ok();
    }

    // False at the end of the stream.
    base::Result<bool> read_more(boost::beast::flat_buffer& buffer) {
        for (;;) {
            const auto space = buffer.prepare(64 << 10);
            const auto got = ::recv(socket_, space.data(), space.size(), 0);
            if (got > 0) {
                silent_ = false;
                buffer.commit(static_cast<std::size_t>(got));
                return true;
            }
            if (got == 0) {
                if (silent_) {
                    return base::Error{
                        base::Code::io,
                        fmt::format("{}:{} closed the connection without an answer", host_, port_)};
                }
                return false;
            }
            if (errno == EAGAIN) {
                TRY(wait_for(POLLIN));
            } else if (errno != EINTR) {
                return failure("receiving from", errno);
            }
        }
    }

    base::Result<HttpClientResponse> finish(Parser& parser) {
        if (!parser.keep_alive()) hang_up();
        HttpClientResponse response;
        auto& message = parser.get();
        response.status = static_cast<int>(message.result_int());
        for (const auto& field : message) {
            response.headers.emplace_back(field.name_string(), field.value());
        }
        response.body = std::move(message.body());
        const auto encoding = encoding_named(header(response.headers, "content-encoding"));
        if (encoding && *encoding != Encoding::identity && !response.body.empty()) {
            const auto decoder = BodyDecoder::create(*encoding, answer_limit);
            TRY(decoder->write(response.body));
            TRY(decoder->finish());
            response.body = decoder->take();
        }
        return response;
    }

    int socket_ = -1;
    std::string host_;
    std::string port_;
    Clock::time_point deadline_;
    const HttpClientRequest* request_ = nullptr;  // of the present exchange
    bool silent_ = true;                          // nothing of the present answer has come yet
};

}  // namespace

std::unique_ptr<HttpClient> HttpClient::create() { return std::make_unique<BlockingHttpClient>(); }

}  // namespace net
