#include "event/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "base/string_map.h"

namespace event {

namespace {

constexpr std::size_t most_bytes = 1 << 20;
constexpr std::size_t most_nodes = 100'000;
constexpr std::size_t most_levels = 32;

// Stops yaml-cpp's parser; never leaves parse_yaml.
struct Refusal {
    int line;
    std::string message;
};

class TreeBuilder final : public YAML::EventHandler {
  public:
    YamlNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
        throw Refusal{mark.line + 1,
                      "anchor '&" + name.substr(0, 40) +
                          "': anchors and aliases are not supported, write the value out"};
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw Refusal{mark.line + 1,
                      "alias: anchors and aliases are not supported, write the value out"};
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        begin(mark, YamlNode::Kind::null);
        end();
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  const std::string& value) override {
        check_tag(mark, tag);
        const bool plain = tag != "!";
        const bool null = plain && (value.empty() || value == "~" || value == "null");
        begin(mark, null ? YamlNode::Kind::null : YamlNode::Kind::scalar);
        if (!null) open_.back().text = value;
        end();
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        check_tag(mark, tag);
        begin(mark, YamlNode::Kind::sequence);
    }
    void OnSequenceEnd() override { end(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        check_tag(mark, tag);
        begin(mark, YamlNode::Kind::map);
    }
    void OnMapEnd() override {
        // keys and values came in turn; they are told apart here.
        YamlNode& map = open_.back();
        std::vector<YamlNode> values;
        base::StringSet seen;
        for (std::size_t at = 0; at + 1 < map.items.size(); at += 2) {
            YamlNode& key = map.items[at];
            if (key.kind != YamlNode::Kind::scalar) {
                throw Refusal{key.line, fmt::format("expected a name before ':', found {}",
                                                    name_of(key.kind))};
            }
            if (!seen.insert(key.text).second) {
                throw Refusal{key.line,
                              fmt::format("'{}' is there twice in one map, expected it once",
                                          key.text.substr(0, 100))};
            }
            map.keys.push_back(std::move(key));
            values.push_back(std::move(map.items[at + 1]));
        }
        map.items = std::move(values);
        end();
    }

  private:
    static void check_tag(const YAML::Mark& mark, const std::string& tag) {
        if (tag.empty() || tag == "?" || tag == "!") return;
        throw Refusal{mark.line + 1,
                      fmt::format("tag '{}': tags are not supported", tag.substr(0, 40))};
    }

    void begin(const YAML::Mark& mark, YamlNode::Kind kind) {
        if (++nodes_ > most_nodes) {
            throw Refusal{mark.line + 1,
                          fmt::format("more than {} values, expected fewer", most_nodes)};
        }
        if (open_.size() >= most_levels) {
            throw Refusal{mark.line + 1,
                          fmt::format("nested more than {} levels deep", most_levels)};
        }
        YamlNode& node = open_.emplace_back();
        node.kind = kind;
        node.line = mark.line + 1;
    }

    void end() {
        YamlNode node = std::move(open_.back());
        open_.pop_back();
        (open_.empty() ? root_ : open_.back().items.emplace_back()) = std::move(node);
    }

    YamlNode root_;
    std::vector<YamlNode> open_;
    std::size_t nodes_ = 0;
};

int line_of(std::string_view text, std::size_t offset) {
    return static_cast<int>(
               std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n')) +
           1;
}

// The length of the UTF-8 character at `at`; 0 when there is none (overlong forms and surrogates
// included).
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t offset) {
        return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
    };
    const auto follows = [&](std::size_t offset) { return (byte(offset) & 0xc0) == 0x80; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first < 0xe0 && follows(1)) return 2;
    if (first >= 0xe0 && first < 0xf0 && follows(1) && follows(2)) {
        const bool overlong = first == 0xe0 && byte(1) < 0xa0;
        const bool surrogate = first == 0xed && byte(1) >= 0xa0;
        return overlong || surrogate ? 0 : 3;
    }
    if (first >= 0xf0 && first < 0xf5 && follows(1) && follows(2) && follows(3)) {
        const bool overlong = first == 0xf0 && byte(1) < 0x90;
        const bool beyond = first == 0xf4 && byte(1) >= 0x90;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

base::Status check_text(std::string_view text, const std::string& file) {
    if (text.size() > most_bytes) {
        return base::Error(base::Code::too_large, fmt::format("{}: {} bytes, expected at most {}",
                                                              file, text.size(), most_bytes));
    }
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) {
            return base::invalid(
                fmt::format("{}:{}: byte 0x{:02x} is no UTF-8; save the file as UTF-8", file,
                            line_of(text, at), static_cast<unsigned char>(text[at])));
        }
        const auto byte = static_cast<unsigned char>(text[at]);
        if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7f) {
            return base::invalid(
                fmt::format("{}:{}: control character 0x{:02x}, expected printable text", file,
                            line_of(text, at), byte));
        }
        at += length;
    }
    return base::ok();
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
    for (std::size_t at = 0; at < keys.size(); ++at) {
        if (keys[at].text == key) return &items[at];
    }
    return nullptr;
}

std::string_view name_of(YamlNode::Kind kind) {
    switch (kind) {
        case YamlNode::Kind::null:
            return "nothing";
        case YamlNode::Kind::scalar:
            return "text";
        case YamlNode::Kind::sequence:
            return "a list";
        case YamlNode::Kind::map:
            return "a map";
    }
    return "";
}

base::Result<YamlNode> parse_yaml(std::string_view text, const std::string& file) {
    TRY(check_text(text, file));
    const auto refuse = [&](int line, const std::string& message) {
        return base::invalid(fmt::format("{}:{}: {}", file, std::max(line, 1), message));
    };
    TreeBuilder builder;
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) {
            return base::invalid(file + ":1: the file is empty, expected a YAML document");
        }
        YamlNode root = builder.take();
        TreeBuilder second;
        if (parser.HandleNextDocument(second)) {
            return refuse(second.take().line, "a second document, expected one per file");
        }
        return root;
    } catch (const Refusal& refusal) {
        return refuse(refusal.line, refusal.message);
    } catch (const YAML::Exception& problem) {
        return refuse(problem.mark.line + 1, "not YAML: " + problem.msg);
    } catch (const std::exception& problem) {
        return base::invalid(fmt::format("{}: cannot be read as YAML: {}", file, problem.what()));
    }
}

}  // namespace event
