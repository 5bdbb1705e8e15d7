#include "input/syslog/syslog_input.h"

#include "base/clock.h"
#include "base/log.h"
#include "input/syslog/frame_reader.h"
#include "input/syslog/message.h"

namespace input {

namespace {

class Parser final : public StreamParser {
  public:
    Parser(std::size_t message_bytes, std::string peer)
        : reader_(message_bytes), peer_(std::move(peer)) {}

    base::Status read(std::string_view bytes, JsonEvents& to, std::string&) override {
        syslog::MessageWriter writer(to);
        const base::Nanos received = base::now();
        reader_.feed(bytes);
        for (;;) {
            std::string_view message;
            TRY(const bool found, reader_.next(message));
            if (!found) return base::ok();
            TRY(writer.write(message, peer_, received));
        }
    }

    base::Status end(JsonEvents& to) override {
        const auto message = reader_.last();
        if (message.empty()) return base::ok();
        return syslog::MessageWriter(to).write(message, peer_, base::now());
    }

    std::size_t take_refused() override { return reader_.take_too_long(); }
    std::size_t held() const override { return reader_.held(); }
    bool is_midway() const override { return reader_.is_midway(); }

  private:
    syslog::FrameReader reader_;
    const std::string peer_;
};

// Of "192.0.2.1:514" or "[2001:db8::1]:514".
std::string without_port(std::string peer) {
    const auto colon = peer.rfind(':');
    if (colon != std::string::npos) peer.resize(colon);
    if (peer.starts_with('[') && peer.ends_with(']')) peer = peer.substr(1, peer.size() - 2);
    return peer;
}

}  // namespace

SyslogInput::SyslogInput(Intakes intakes, SyslogOptions options)
    : options_(std::move(options)), delivery_(intakes, options_.origin) {}

net::Task<void> SyslogInput::handle(std::shared_ptr<net::Stream> stream) {
    std::unique_ptr<StreamParser> parser =
        std::make_unique<Parser>(options_.message_bytes, without_port(stream->peer()));
    co_await serve_stream(delivery_, std::move(stream), std::move(parser), options_.times);
}

net::Task<void> SyslogInput::take(std::shared_ptr<const net::Datagrams> datagrams) {
    const auto events = std::make_shared<JsonEvents>();
    auto work = [datagrams, events] {
        syslog::MessageWriter writer(*events);
        const base::Nanos received = base::now();
        base::Status status = base::ok();
        for (std::size_t at = 0; at < datagrams->size() && status; ++at) {
            const auto text = datagrams->text(at);
            if (!text.empty()) status = writer.write(text, datagrams->peer(at), received);
        }
        return status;
    };
    // A batch of datagrams is far from the limits, on which alone writing fails.
    base::Status written = co_await net::run_on(delivery_.intakes().runtime.ingest(), work);
    const std::size_t count = events->size();
    std::string from = datagrams->size() > 0 ? datagrams->peer(0) : std::string();
    std::function<bool()> give_up = [this] { return stopping_.load(); };
    if (written) {
        written = co_await delivery_.deliver(events, from, std::move(give_up));
    }
    if (!written) delivery_.refuse(count, from, written.error().message);
}

}  // namespace input
