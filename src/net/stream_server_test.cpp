#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <future>

#include "net/http_test_server.h"
#include "net/stream.h"
#include "net/testing/certificates.h"

namespace net {
namespace {

using namespace std::chrono_literals;
using testing::RawClient;

// Gives back what it is sent, until the client ends.
Task<void> echo(std::shared_ptr<Stream> stream) {
    std::string buffer(1 << 16, '\0');
    for (;;) {
        const auto got = co_await stream->read_some(buffer.data(), buffer.size());
        if (!got || got.value() == 0) co_return;
        const auto sent = co_await stream->write(std::string_view(buffer.data(), got.value()));
        if (!sent) co_return;
    }
}

class StreamServerTest : public ::testing::Test {
  protected:
    ~StreamServerTest() override {
        server_.reset();
        runtime_.stop();
    }

    void start(StreamServer::Handler handler = echo) {
        options_.name = "test";
        auto made = StreamServer::create(runtime_, options_, std::move(handler));
        ASSERT_TRUE(made) << made.error().message;
        server_ = std::move(made.value());
    }

    Runtime runtime_{2, 1, 1};
    StreamServerOptions options_;
    std::unique_ptr<StreamServer> server_;
};

TEST_F(StreamServerTest, CarriesBytesBothWays) {
    start();
    RawClient client(server_->port());
    const std::string sent(3 << 20, 'x');
    auto sending = std::async([&] {
        EXPECT_TRUE(client.send(sent));
        client.end_sending();
    });
    EXPECT_EQ(client.read_to_close(), sent);
    sending.get();
}

TEST_F(StreamServerTest, TurnsFurtherConnectionsAway) {
    options_.max_connections = 1;
    start();
    RawClient first(server_->port());
    ASSERT_TRUE(first.send("x"));
    RawClient second(server_->port());
    EXPECT_EQ(second.read_to_close(), "");
    first.end_sending();
    EXPECT_EQ(first.read_to_close(), "x");
}

TEST_F(StreamServerTest, ReadsInTimeOrNotAtAll) {
    std::promise<base::Error> failure;
    start([&](std::shared_ptr<Stream> stream) -> Task<void> {
        char byte = 0;
        // Moved further away, then nearer.
        stream->read_within(1h);
        stream->read_within(Stream::forever);
        const auto first = co_await stream->read_some(&byte, 1);
        EXPECT_TRUE(first);
        stream->read_within(50ms);
        const auto second = co_await stream->read_some(&byte, 1);
        EXPECT_FALSE(second);
        // The connection is still there.
        const auto sent = co_await stream->write("late");
        EXPECT_TRUE(sent);
        failure.set_value(second.error());
    });
    RawClient client(server_->port());
    ASSERT_TRUE(client.send("x"));
    EXPECT_EQ(client.read_to_close(), "late");
    EXPECT_EQ(failure.get_future().get().code, base::Code::timeout);
}

TEST_F(StreamServerTest, GivesUpAClientThatTakesNothing) {
    options_.write = 100ms;
    std::promise<base::Error> failure;
    start([&](std::shared_ptr<Stream> stream) -> Task<void> {
        const std::string much(64 << 20, 'x');
        const auto sent = co_await stream->write(much);
        EXPECT_FALSE(sent);
        failure.set_value(sent.error());
    });
    RawClient client(server_->port(), 4096);
    EXPECT_EQ(failure.get_future().get().code, base::Code::timeout);
}

TEST_F(StreamServerTest, SharesItsBytesAmongItsConnections) {
    options_.max_held_bytes = 100;
    std::promise<void> holds;
    std::promise<void> release;
    auto released = release.get_future();
    std::atomic<bool> first_comes{true};
    start([&](std::shared_ptr<Stream> stream) -> Task<void> {
        if (first_comes.exchange(false)) {
            EXPECT_TRUE(stream->hold(60));
            EXPECT_TRUE(stream->hold(50));
            holds.set_value();
            char byte = 0;
            co_await stream->read_some(&byte, 1);
        } else {
            EXPECT_TRUE(stream->hold(50));
            EXPECT_FALSE(stream->hold(51));
            EXPECT_TRUE(stream->hold(10));
            EXPECT_TRUE(stream->hold(50));
            const auto sent = co_await stream->write("done");
            EXPECT_TRUE(sent);
        }
    });
    RawClient first(server_->port());
    holds.get_future().get();
    {
        RawClient second(server_->port());
        EXPECT_EQ(second.read_to_close(), "done");
    }
}

TEST_F(StreamServerTest, LetsOneConnectionAtATimeHoldMore) {
    options_.max_held_bytes = 100;
    std::promise<void> holds;
    std::atomic<int> come{0};
    start([&](std::shared_ptr<Stream> stream) -> Task<void> {
        const int number = come++;
        if (number == 0) {
            EXPECT_TRUE(stream->hold(60));
            EXPECT_TRUE(stream->hold_beyond(150));
            holds.set_value();
            char byte = 0;
            co_await stream->read_some(&byte, 1);
            EXPECT_FALSE(stream->hold(160));  // the next one may
            co_await stream->read_some(&byte, 1);
        } else {
            EXPECT_EQ(stream->hold_beyond(50), number == 2);
            EXPECT_TRUE(stream->hold(0));
            const auto sent = co_await stream->write("done");
            EXPECT_TRUE(sent);
        }
    });
    RawClient first(server_->port());
    holds.get_future().get();
    EXPECT_EQ(RawClient(server_->port()).read_to_close(), "done");
    ASSERT_TRUE(first.send("x"));
    first.end_sending();
    EXPECT_EQ(first.read_to_close(), "");
    EXPECT_EQ(RawClient(server_->port()).read_to_close(), "done");
}

TEST_F(StreamServerTest, LetsHandlersFinishWhenItStops) {
    std::promise<void> reads;
    start([&](std::shared_ptr<Stream> stream) -> Task<void> {
        char byte = 0;
        const auto first = co_await stream->read_some(&byte, 1);
        EXPECT_TRUE(first);
        reads.set_value();
        const auto got = co_await stream->read_some(&byte, 1);
        EXPECT_TRUE(got && got.value() == 0);
        EXPECT_TRUE(stream->is_stopping());
        const auto sent = co_await stream->write("finished");
        EXPECT_TRUE(sent);
    });
    RawClient client(server_->port());
    ASSERT_TRUE(client.send("x"));
    reads.get_future().get();
    auto stopped = std::async([&] { server_->stop(10s); });
    EXPECT_EQ(client.read_to_close(), "finished");
    client.close();
    stopped.get();
}

TEST_F(StreamServerTest, BreaksOffHandlersThatDoNotFinish) {
    std::promise<void> waits;
    start([&](std::shared_ptr<Stream> stream) -> Task<void> {
        Signal never(*stream);
        waits.set_value();
        // Waits on although the server stops, until the connection is broken off.
        for (bool there = true; there;) {
            co_await never.wait_for(5ms);
            const auto sent = co_await stream->write("x");
            there = static_cast<bool>(sent);
        }
    });
    RawClient client(server_->port());
    waits.get_future().get();
    server_->stop(20ms);
}

TEST_F(StreamServerTest, OneCoroutineWakesAnother) {
    start([](std::shared_ptr<Stream> stream) -> Task<void> {
        const auto signal = std::make_shared<Signal>(*stream);
        auto other = [](std::shared_ptr<Signal> wakes) -> Task<void> {
            wakes->notify();
            co_return;
        };
        const bool early = co_await signal->wait_for(1ms);
        EXPECT_FALSE(early);
        stream->spawn(other(signal));
        co_await signal->wait();
        signal->notify();
        const bool kept = co_await signal->wait_for(1h);
        EXPECT_TRUE(kept);
        co_await stream->write("woken");
    });
    RawClient client(server_->port());
    EXPECT_EQ(client.read_to_close(), "woken");
}

// --- TLS

namespace ssl = asio::ssl;

class TlsServerTest : public StreamServerTest {
  protected:
    TlsServerTest() {
        certificates_.issue("server");
        certificates_.issue("client");
        certificates_.issue_foreign("stranger");
        tls_.certificate = certificates_.path("server.pem");
        tls_.key = certificates_.path("server.key");
    }

    void start_tls(StreamServer::Handler handler = echo) {
        auto context = TlsContext::create(tls_);
        ASSERT_TRUE(context) << context.error().message;
        options_.tls = context.value();
        start(std::move(handler));
    }

    // What comes back of "hello"; empty when the connection is refused.
    std::string hello(const std::string& certificate, int version = TLS1_3_VERSION) {
        asio::io_context io;
        ssl::context context(ssl::context::tls_client);
        context.load_verify_file(certificates_.path("ca.pem"));
        context.set_verify_mode(ssl::verify_peer);
        SSL_CTX_set_max_proto_version(context.native_handle(), version);
        if (!certificate.empty()) {
            context.use_certificate_chain_file(certificates_.path(certificate + ".pem"));
            context.use_private_key_file(certificates_.path(certificate + ".key"),
                                         ssl::context::pem);
        }
        ssl::stream<asio::ip::tcp::socket> stream(io, context);
        stream.next_layer().connect({asio::ip::address_v4::loopback(), server_->port()});
        boost::system::error_code error;
        stream.handshake(ssl::stream_base::client, error);
        if (!error) asio::write(stream, asio::buffer("hello", 5), error);
        std::string back(5, '\0');
        if (!error) asio::read(stream, asio::buffer(back), error);
        if (error) return "";
        stream.shutdown(error);
        return back;
    }

    testing::Certificates certificates_;
    TlsOptions tls_;
};

TEST_F(TlsServerTest, SpeaksBothVersions) {
    start_tls();
    EXPECT_EQ(hello("", TLS1_3_VERSION), "hello");
    EXPECT_EQ(hello("", TLS1_2_VERSION), "hello");
    EXPECT_EQ(hello("", TLS1_1_VERSION), "");
}

TEST_F(TlsServerTest, TakesOnlyClientsWithACertificateOfItsCa) {
    tls_.client_ca = certificates_.path("ca.pem");
    tls_.client_certificates = ClientCertificates::required;
    start_tls();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        EXPECT_EQ(hello("client", version), "hello");
        EXPECT_EQ(hello("", version), "");
        EXPECT_EQ(hello("stranger", version), "");
    }
}

TEST_F(TlsServerTest, ChecksAClientsCertificateWhereItNeedsNone) {
    tls_.client_ca = certificates_.path("ca.pem");
    tls_.client_certificates = ClientCertificates::optional;
    start_tls();
    EXPECT_EQ(hello("client"), "hello");
    EXPECT_EQ(hello(""), "hello");
    EXPECT_EQ(hello("stranger"), "");
}

TEST_F(TlsServerTest, ClosesOnThoseWhoDoNotSpeakTls) {
    options_.handshake = 100ms;
    std::atomic<int> served{0};
    start_tls([&](std::shared_ptr<Stream>) -> Task<void> {
        ++served;
        co_return;
    });
    RawClient plain(server_->port());
    ASSERT_TRUE(
        plain.send("2W\0\0\0\x01"
                   "2J and no TLS at all"));
    plain.read_to_close();
    RawClient silent(server_->port());
    silent.read_to_close();
    EXPECT_EQ(served, 0);
}

TEST_F(TlsServerTest, ReadsAndWritesAtOnce) {
    start_tls([](std::shared_ptr<Stream> stream) -> Task<void> {
        auto chatter = [](std::shared_ptr<Stream> to) -> Task<void> {
            const std::string piece(1000, 'y');
            for (int i = 0; i < 1000; ++i) {
                const auto sent = co_await to->write(piece);
                EXPECT_TRUE(sent);
            }
        };
        stream->spawn(chatter(stream));
        std::string buffer(1 << 16, '\0');
        std::size_t left = 1'000'000;
        while (left > 0) {
            const auto got = co_await stream->read_some(buffer.data(), buffer.size());
            EXPECT_TRUE(got && got.value() > 0);
            if (!got || got.value() == 0) co_return;
            left -= got.value();
        }
        // Nothing more is written by the other one when the client has it all.
        co_await stream->read_some(buffer.data(), 1);
    });
    asio::io_context io;
    ssl::context context(ssl::context::tls_client);
    ssl::stream<asio::ip::tcp::socket> stream(io, context);
    stream.next_layer().connect({asio::ip::address_v4::loopback(), server_->port()});
    stream.handshake(ssl::stream_base::client);
    std::string sent(1'000'000, 'x');
    std::string back(1'000'000, '\0');
    // One thread: a TLS stream of a client is not for two.
    for (std::size_t at = 0; at < sent.size(); at += 10'000) {
        asio::write(stream, asio::buffer(sent.data() + at, 10'000));
        asio::read(stream, asio::buffer(back.data() + at, 10'000));
    }
    EXPECT_EQ(back, std::string(1'000'000, 'y'));
    // Until the server has read all, too: who goes at once may cut off what is still on its way.
    boost::system::error_code ended;
    stream.shutdown(ended);
}

TEST_F(TlsServerTest, StopsInTheMiddleOfAConversation) {
    start_tls();
    asio::io_context io;
    ssl::context context(ssl::context::tls_client);
    ssl::stream<asio::ip::tcp::socket> stream(io, context);
    stream.next_layer().connect({asio::ip::address_v4::loopback(), server_->port()});
    stream.handshake(ssl::stream_base::client);
    asio::write(stream, asio::buffer("hello", 5));
    std::string back(5, '\0');
    asio::read(stream, asio::buffer(back));
    auto stopped = std::async([&] { server_->stop(10s); });
    boost::system::error_code error;
    char byte = 0;
    asio::read(stream, asio::buffer(&byte, 1), error);
    EXPECT_EQ(error, asio::error::eof);  // said goodbye as TLS wants it
    stream.next_layer().close();
    stopped.get();
}

}  // namespace
}  // namespace net
