#include "input/forward/forward_input.h"

#include <atomic>

#include "input/forward/handshake.h"
#include "input/forward/message_reader.h"
#include "input/forward/msgpack_writer.h"

namespace input {

struct ForwardInput::Budget {
    explicit Budget(std::size_t most_bytes) : most(most_bytes) {}

    bool take(std::size_t bytes) {
        if (used.fetch_add(bytes) + bytes <= most) return true;
        used.fetch_sub(bytes);
        return false;
    }

    const std::size_t most;
    std::atomic<std::size_t> used = 0;
};

class ForwardInput::Parser final : public StreamParser {
  public:
    Parser(const ForwardOptions& options, std::shared_ptr<Budget> budget)
        : options_(options), budget_(std::move(budget)), handshake_(options.shared_key) {}
    ~Parser() override { release(); }

    std::string greeting() override { return handshake_.helo(); }

    base::Status read(std::string_view bytes, JsonEvents& to, std::string& answer) override {
        buffer_ += bytes;
        std::size_t begin = 0;
        base::Status status = base::ok();
        while (status && begin < buffer_.size()) {
            const auto left = std::string_view(buffer_).substr(begin);
            const auto size = extent_.find(left, most_bytes());
            if (!size) {
                status = size.error();
            } else if (size.value() == 0) {
                break;
            } else {
                status = take(left.substr(0, size.value()), to, answer);
                begin += size.value();
                extent_.reset();
            }
        }
        buffer_.erase(0, begin);
        if (buffer_.empty() && buffer_.capacity() > largest_kept) std::string().swap(buffer_);
        return status;
    }

    base::Status end(JsonEvents&) override {
        return buffer_.empty() ? base::ok()
                               : base::Status(base::invalid("the last message breaks off"));
    }

    JsonEvents::Hold hold() override {
        return [this](std::size_t bytes) {
            if (!budget_->take(bytes)) return false;
            taken_ += bytes;
            return true;
        };
    }
    void stored() override { release(); }
    std::size_t take_refused() override { return std::exchange(refused_, 0); }
    std::size_t held() const override { return buffer_.capacity(); }
    bool is_midway() const override { return !buffer_.empty() || !handshake_.is_open(); }

  private:
    static constexpr std::size_t largest_kept = 64 << 10;
    // Who has not shown the key yet has to be short.
    static constexpr std::size_t most_of_ping = 16 << 10;

    std::size_t most_bytes() const {
        return handshake_.is_open() ? options_.message_bytes : most_of_ping;
    }

    base::Status take(std::string_view message, JsonEvents& to, std::string& answer) {
        if (!handshake_.is_open()) return handshake_.take_ping(message, answer);
        // Some clients keep a connection alive with it.
        if (message.size() == 1 && static_cast<unsigned char>(message[0]) == 0xc0) {
            return base::ok();
        }
        forward::MessageReader reader(options_.message_bytes, to);
        auto chunk = reader.read(message);
        refused_ += reader.refused();
        if (!chunk) return chunk.error();
        if (chunk.value().empty()) return base::ok();
        forward::MsgpackWriter writer;
        writer.map(1);
        writer.text("ack");
        writer.text(chunk.value());
        answer += std::move(writer).take();
        return base::ok();
    }

    void release() { budget_->used.fetch_sub(std::exchange(taken_, 0)); }

    const ForwardOptions& options_;
    const std::shared_ptr<Budget> budget_;
    forward::Handshake handshake_;
    forward::MsgpackExtent extent_;
    std::string buffer_;
    std::size_t taken_ = 0;  // of the budget
    std::size_t refused_ = 0;
};

ForwardInput::ForwardInput(Intakes intakes, ForwardOptions options)
    : options_(std::move(options)),
      budget_(std::make_shared<Budget>(options_.inflight_bytes)),
      delivery_(intakes, options_.origin) {}

ForwardInput::~ForwardInput() = default;

net::Task<void> ForwardInput::handle(std::shared_ptr<net::Stream> stream) {
    std::unique_ptr<StreamParser> parser = std::make_unique<Parser>(options_, budget_);
    co_await serve_stream(delivery_, std::move(stream), std::move(parser), options_.times);
}

}  // namespace input
