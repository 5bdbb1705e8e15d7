#include "input/gelf/gelf_input.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "input/gelf/message.h"

namespace input {

namespace {

// What simdjson may read behind a text.
constexpr std::size_t padding = 64;
// Of the events of datagrams that were read together.
constexpr std::size_t most_batch_bytes = 64 << 20;

// One message from its own text, which is padded. What is no GELF counts as refused.
base::Status write(std::string& text, gelf::MessageWriter& writer, std::size_t& refused,
                   std::string& why) {
    if (text.empty()) return base::ok();
    if (text.capacity() < text.size() + padding) text.reserve(text.size() + padding);
    auto status = writer.write(text);
    if (status || status.error().code != base::Code::invalid_argument) return status;
    ++refused;
    why = status.error().message;
    return base::ok();
}

}  // namespace

class GelfInput::Parser final : public StreamParser {
  public:
    explicit Parser(std::size_t message_bytes) : most_bytes_(message_bytes) {}

    base::Status read(std::string_view bytes, JsonEvents& to, std::string&) override {
        gelf::MessageWriter writer(to);
        while (!bytes.empty()) {
            const auto end = std::min(bytes.find('\0'), bytes.size());
            message_ += bytes.substr(0, end);
            const bool whole = end < bytes.size();
            bytes.remove_prefix(std::min(end + 1, bytes.size()));
            if (message_.size() > most_bytes_) {
                return base::Error{base::Code::too_large,
                                   fmt::format("expected a zero byte behind at most {} bytes "
                                               "(limits.record_bytes), found more",
                                               most_bytes_)};
            }
            if (!whole) break;
            TRY(write(message_, writer, refused_, why_));
            message_.clear();
        }
        if (message_.empty() && message_.capacity() > largest_kept) std::string().swap(message_);
        return base::ok();
    }

    // Some clients leave the last zero byte out.
    base::Status end(JsonEvents& to) override {
        gelf::MessageWriter writer(to);
        while (message_.ends_with('\n') || message_.ends_with('\r')) message_.pop_back();
        return write(message_, writer, refused_, why_);
    }

    std::size_t take_refused() override { return std::exchange(refused_, 0); }
    std::size_t held() const override { return message_.capacity(); }
    bool is_midway() const override { return !message_.empty(); }

  private:
    static constexpr std::size_t largest_kept = 64 << 10;

    const std::size_t most_bytes_;
    std::string message_;
    std::size_t refused_ = 0;
    std::string why_;
};

GelfInput::GelfInput(Intakes intakes, GelfOptions options)
    : options_(std::move(options)), delivery_(intakes, options_.origin) {}

net::Task<void> GelfInput::handle(std::shared_ptr<net::Stream> stream) {
    std::unique_ptr<StreamParser> parser = std::make_unique<Parser>(options_.message_bytes);
    co_await serve_stream(delivery_, std::move(stream), std::move(parser), options_.times);
}

void GelfInput::tell(const net::Datagrams& datagrams, JsonEvents& to, std::size_t& refused,
                     std::string& why) {
    gelf::MessageWriter writer(to);
    const base::Nanos now = base::steady_now();
    std::string whole;
    std::string text;
    for (std::size_t at = 0; at < datagrams.size(); ++at) {
        std::string_view datagram = datagrams.text(at);
        if (gelf::Assembly::is_chunk(datagram)) {
            if (!assembly_.add(datagram, datagrams.peer(at), now, whole)) continue;
            datagram = whole;
        }
        if (auto unpacked = gelf::decompress(datagram, options_.message_bytes, text); !unpacked) {
            ++refused;
            why = unpacked.error().message;
            continue;
        }
        while (text.ends_with('\0') || text.ends_with('\n')) text.pop_back();
        if (auto written = write(text, writer, refused, why); !written) {
            // Bombs: what they hold together is limited.
            refused += datagrams.size() - at;
            why = written.error().message;
            break;
        }
    }
    if (const std::size_t given_up = assembly_.take_given_up(now); given_up > 0) {
        refused += given_up;
        why = "not all chunks of it came within five seconds";
    }
}

net::Task<void> GelfInput::take(std::shared_ptr<const net::Datagrams> datagrams) {
    const auto events = std::make_shared<JsonEvents>(EventLimits{.most_bytes = most_batch_bytes});
    std::size_t refused = 0;
    std::string why;
    auto work = [&] { tell(*datagrams, *events, refused, why); };
    co_await net::run_on(delivery_.intakes().runtime.ingest(), work);
    std::string from = datagrams->size() > 0 ? datagrams->peer(0) : std::string();
    if (refused > 0) delivery_.refuse(refused, from, why);
    const std::size_t count = events->size();
    std::function<bool()> give_up = [this] { return stopping_.load(); };
    const auto stored = co_await delivery_.deliver(events, from, std::move(give_up));
    if (!stored) delivery_.refuse(count, from, stored.error().message);
}

}  // namespace input
