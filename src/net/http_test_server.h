#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/http.h"

// For tests: a server in this process and a client that sends raw bytes.

namespace net::testing {

class RawClient {
  public:
    explicit RawClient(std::uint16_t port, int receive_buffer = 0) {
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        const timeval limit{20, 0};  // a test that waits longer has failed
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
        if (receive_buffer > 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int code = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
        EXPECT_EQ(code, 0);
    }
    ~RawClient() { close(); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void end_sending() { ::shutdown(socket_, SHUT_WR); }
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

    // All that comes until the server closes.
    std::string read_to_close() {
        while (receive()) {
        }
        return std::exchange(kept_, {});
    }

    // So many bytes; fewer when the server closes before.
    std::string read(std::size_t size) { return take(size); }

    // Head and body of the next answer; both empty when the server closed instead.
    struct Answer {
        int status = 0;
        std::string head;
        std::string body;
        bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
    };
    Answer read_answer(bool with_body = true) {
        Answer answer;
        std::size_t end = 0;
        while ((end = kept_.find("\r\n\r\n")) == std::string::npos) {
            if (!receive()) return answer;
        }
        answer.head = kept_.substr(0, end + 4);
        kept_.erase(0, end + 4);
        answer.status = std::atoi(answer.head.c_str() + 9);
        if (!with_body) return answer;
        if (answer.has("Transfer-Encoding: chunked")) {
            read_chunks(answer.body);
        } else if (const auto at = answer.head.find("Content-Length: "); at != std::string::npos) {
            answer.body = take(std::strtoull(answer.head.c_str() + at + 16, nullptr, 10));
        }
        return answer;
    }

    bool receive() {
        char bytes[16384];
        const auto got = ::recv(socket_, bytes, sizeof(bytes), 0);
        if (got <= 0) return false;
        kept_.append(bytes, static_cast<std::size_t>(got));
        return true;
    }

  private:
    std::string take(std::size_t size) {
        while (kept_.size() < size) {
            if (!receive()) break;
        }
        auto taken = kept_.substr(0, size);
        kept_.erase(0, size);
        return taken;
    }

    void read_chunks(std::string& body) {
        for (;;) {
            std::size_t end = 0;
            while ((end = kept_.find("\r\n")) == std::string::npos) {
                if (!receive()) return;
            }
            const auto size = std::strtoull(take(end + 2).c_str(), nullptr, 16);
            body += take(size);
            take(2);
            if (size == 0) return;
        }
    }

    int socket_ = -1;
    std::string kept_;
};

// Answers with what the request was, unless a test gives another handler.
class HttpServerTest : public ::testing::Test {
  protected:
    static Task<HttpResponse> echo(HttpRequest request) {
        HttpResponse response;
        response.content_type = "text/plain";
        response.body = request.method + " " + request.path + " [" + request.body + "]";
        co_return response;
    }

    void start(HttpServerOptions options = {}, Handler handler = echo) {
        auto made = HttpServer::create(
            runtime_, std::move(options), std::move(handler),
            [](int status, const base::Error& why, const std::string& path, const std::string&) {
                HttpResponse response;
                response.status = status;
                response.content_type = "text/plain";
                response.body = "refused " + path + ": " + why.message;
                return response;
            });
        ASSERT_TRUE(made) << made.error().message;
        server_ = std::move(made).value();
    }

    std::unique_ptr<RawClient> connect() { return std::make_unique<RawClient>(server_->port()); }

    // One request on a connection of its own.
    RawClient::Answer ask(std::string_view bytes) {
        const auto client = connect();
        client->send(bytes);
        return client->read_answer();
    }

    void TearDown() override {
        server_.reset();
        runtime_.stop();
    }

    Runtime runtime_{2, 1, 1};
    std::unique_ptr<HttpServer> server_;
};

}  // namespace net::testing
