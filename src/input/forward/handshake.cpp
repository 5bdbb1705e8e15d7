#include "input/forward/handshake.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <span>

#include "input/forward/msgpack.h"
#include "input/forward/msgpack_writer.h"

namespace input::forward {

namespace {

constexpr std::size_t nonce_bytes = 16;
constexpr std::string_view own_name = "ordertrail";

std::string hex_of(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const unsigned char byte : bytes) {
        hex.push_back(digits[byte >> 4]);
        hex.push_back(digits[byte & 0xf]);
    }
    return hex;
}

// In lower-case hexadecimal digits; empty when OpenSSL fails.
std::string sha512(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_sha512(), nullptr) != 1) {
        return {};
    }
    return hex_of(std::span(bytes).first(size));
}

bool same(std::string_view left, std::string_view right) {
    return !left.empty() && left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string pong(bool open, std::string_view reason, std::string_view digest) {
    MsgpackWriter writer;
    writer.array(5);
    writer.text("PONG");
    writer.boolean(open);
    writer.text(reason);
    writer.text(own_name);
    writer.text(digest);
    return std::move(writer).take();
}

}  // namespace

Handshake::Handshake(std::string shared_key)
    : shared_key_(std::move(shared_key)), open_(shared_key_.empty()) {
    if (open_) return;
    std::array<unsigned char, nonce_bytes> bytes{};
    // Without a nonce nobody is let in. In digits: some clients read it as UTF-8.
    if (RAND_bytes(bytes.data(), nonce_bytes) == 1) nonce_ = hex_of(bytes);
}

std::string Handshake::helo() const {
    if (open_) return {};
    MsgpackWriter writer;
    writer.array(2);
    writer.text("HELO");
    writer.map(3);
    writer.text("nonce");
    writer.text(nonce_);
    writer.text("auth");
    writer.text("");
    writer.text("keepalive");
    writer.boolean(true);
    return std::move(writer).take();
}

base::Status Handshake::take_ping(std::string_view message, std::string& answer) {
    MsgpackReader reader(message);
    MsgpackValue outer;
    std::array<MsgpackValue, 4> words;
    bool good = reader.next(outer) == MsgpackReader::Found::value &&
                outer.kind == MsgpackValue::Kind::array && outer.size >= words.size();
    for (auto& word : words) {
        good = good && reader.next(word) == MsgpackReader::Found::value && word.is_text();
    }
    if (!good || words[0].bytes != "PING" || nonce_.empty()) {
        answer += pong(false, "expected a PING with the shared key", "");
        return base::Error{base::Code::denied,
                           "expected a PING with the shared key (forward.shared_key)"};
    }
    const std::string host(words[1].bytes);
    const std::string salt(words[2].bytes);
    if (!same(sha512(salt + host + nonce_ + shared_key_), words[3].bytes)) {
        answer += pong(false, "shared_key mismatch", "");
        return base::Error{base::Code::denied,
                           "the client has another shared key (forward.shared_key)"};
    }
    open_ = true;
    answer += pong(true, "", sha512(salt + std::string(own_name) + nonce_ + shared_key_));
    return base::ok();
}

}  // namespace input::forward
