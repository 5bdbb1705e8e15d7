#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace input::rabbitmq {

// Looks for fields in a message's body, which may be anything. One thread at a time.
class BodyFields {
  public:
    BodyFields();
    ~BodyFields();

    // Has its say until the next call. False for what is no JSON object, or too large to look into.
    bool read(std::string_view body);
    // The text or number under one of these names, the first that is there; a point in a name leads
    // into an inner object, unless the whole name is there itself.
    std::optional<std::string> find(const std::vector<std::string>& names) const;

    // Larger bodies are not looked into: parsing takes several times their size.
    static constexpr std::size_t most_bytes = 4 << 20;

  private:
    struct Parsed;
    std::unique_ptr<Parsed> parsed_;
};

}  // namespace input::rabbitmq
