// Steps that change fields one by one.

#include <fmt/format.h>
#include <re2/re2.h>
#include <unicode/unistr.h>

#include <charconv>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "event/index_name.h"
#include "pipeline/number_text.h"
#include "pipeline/transform/step.h"
#include "pipeline/transform/template.h"

namespace pipeline {

namespace {

using event::YamlNode;
using event::YamlReader;

// --- maps of a field to something

template <class Value>
using Pairs = std::vector<std::pair<std::string, Value>>;

// A step that does one thing for each of its fields, in their order.
template <class Value>
class EachField final : public Step {
  public:
    using Do = bool (*)(Subject& subject, const std::string& field, const Value& value);
    EachField(Do what, Pairs<Value> fields) : what_(what), fields_(std::move(fields)) {}

    bool run(Subject& subject) const override {
        bool good = true;
        for (const auto& [field, value] : fields_) good &= what_(subject, field, value);
        return good;
    }

  private:
    Do what_;
    Pairs<Value> fields_;
};

template <class Value, class Read>
std::unique_ptr<Step> read_map(const YamlNode& node, YamlReader& reader, const std::string& what,
                               typename EachField<Value>::Do act, const Read& read) {
    if (!reader.is_map(node, what)) return nullptr;
    Pairs<Value> fields;
    for (std::size_t at = 0; at < node.items.size(); ++at) {
        auto path = field_path(node.keys[at].text);
        if (!path) {
            reader.problem(node.keys[at].line, path.error().message);
            continue;
        }
        if (node.items[at].kind != YamlNode::Kind::scalar) {
            reader.problem(node.items[at].line, fmt::format("{}: expected a value", what));
            continue;
        }
        base::Result<Value> value = read(node.items[at].text);
        if (value)
            fields.emplace_back(std::move(path.value()), std::move(value.value()));
        else
            reader.problem(node.items[at].line, fmt::format("{}: {}", what, value.error().message));
    }
    if (node.items.empty()) reader.problem(node.line, what + " is empty");
    return std::make_unique<EachField<Value>>(act, std::move(fields));
}

base::Result<std::string> as_path(const std::string& text) { return field_path(text); }
base::Result<std::string> as_text(const std::string& text) { return text; }
base::Result<Template> as_template(const std::string& text) { return Template::parse(text); }

bool do_set(Subject& subject, const std::string& field, const Template& value) {
    std::string text;
    value.append(subject.draft, text);
    subject.draft.set_text(field, text);
    return true;
}

bool do_add(Subject& subject, const std::string& field, const Template& value) {
    std::string text;
    value.append(subject.draft, text);
    subject.draft.add_text(field, text);
    return true;
}

// What is not there is not renamed; that is no failure, as in Logstash.
bool do_rename(Subject& subject, const std::string& from, const std::string& to) {
    subject.draft.rename(from, to);
    return true;
}

bool do_copy(Subject& subject, const std::string& from, const std::string& to) {
    subject.draft.copy(from, to);
    return true;
}

bool do_split(Subject& subject, const std::string& field, const std::string& separator) {
    const auto text = subject.draft.text_of(field);
    if (!text || separator.empty()) return true;
    const std::string held(*text);
    const Draft::Id array = subject.draft.set_array(field);
    std::size_t from = 0;
    while (true) {
        const std::size_t to = held.find(separator, from);
        subject.draft.append_text(array, std::string_view(held).substr(from, to - from));
        if (to == std::string::npos) return true;
        from = to + separator.size();
    }
}

bool do_join(Subject& subject, const std::string& field, const std::string& separator) {
    Draft& draft = subject.draft;
    const Draft::Id array = draft.find(field);
    if (array == Draft::none || draft.kind(array) != Draft::Kind::array) return true;
    std::string joined;
    for (Draft::Id each = draft.first(array); each != Draft::none; each = draft.next(each)) {
        if (each != draft.first(array)) joined += separator;
        joined += draft.text_of(each).value_or(std::string_view());
    }
    draft.set_text(field, joined);
    return true;
}

// --- convert

enum class Target { text, integer, real, boolean };

base::Result<Target> as_target(const std::string& text) {
    if (text == "string") return Target::text;
    if (text == "integer") return Target::integer;
    if (text == "float") return Target::real;
    if (text == "boolean") return Target::boolean;
    return base::invalid(
        fmt::format("expected string, integer, float or boolean, found '{}'", text));
}

bool to_boolean(Draft& draft, const std::string& field, std::string_view text) {
    for (const std::string_view word : {"true", "t", "yes", "y", "1", "1.0", "on"}) {
        if (text == word) {
            draft.set_boolean(field, true);
            return true;
        }
    }
    for (const std::string_view word : {"false", "f", "no", "n", "0", "0.0", "off"}) {
        if (text == word) {
            draft.set_boolean(field, false);
            return true;
        }
    }
    return false;
}

bool do_convert(Subject& subject, const std::string& field, const Target& target) {
    Draft& draft = subject.draft;
    const auto found = draft.text_of(field);
    if (!found) return true;
    std::string text(*found);
    switch (target) {
        case Target::text:
            draft.set_text(field, text);
            return true;
        case Target::boolean:
            return to_boolean(draft, field, text);
        case Target::integer:
        case Target::real:
            break;
    }
    std::erase(text, ',');  // thousands
    if (text.starts_with('+')) text.erase(0, 1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return false;
    if (target == Target::integer) {
        const auto whole = text.substr(0, text.find('.'));
        if (number_text(whole).kind != NumberText::Kind::integer) return false;
        draft.set_number(field, whole);
        return true;
    }
    if (number_text(text).kind == NumberText::Kind::none) return false;
    if (text.find_first_of(".eE") == std::string::npos) text += ".0";
    draft.set_number(field, text);
    return true;
}

// --- lists of fields

using Change = std::string (*)(std::string_view text);

std::string lower(std::string_view text) {
    std::string out;
    icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())))
        .toLower()
        .toUTF8String(out);
    return out;
}

std::string upper(std::string_view text) {
    std::string out;
    icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())))
        .toUpper()
        .toUTF8String(out);
    return out;
}

std::string strip(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

class ChangeText final : public Step {
  public:
    ChangeText(Change change, std::vector<std::string> fields)
        : change_(change), fields_(std::move(fields)) {}

    bool run(Subject& subject) const override {
        for (const auto& field : fields_) {
            const Draft::Id there = subject.draft.find(field);
            if (there == Draft::none || subject.draft.kind(there) != Draft::Kind::text) continue;
            subject.draft.set_text(field, change_(*subject.draft.text_of(there)));
        }
        return true;
    }

  private:
    Change change_;
    std::vector<std::string> fields_;
};

class Remove final : public Step {
  public:
    explicit Remove(std::vector<std::string> fields) : fields_(std::move(fields)) {}
    bool run(Subject& subject) const override {
        for (const auto& field : fields_) subject.draft.remove(field);
        return true;
    }

  private:
    std::vector<std::string> fields_;
};

std::vector<std::string> read_fields(const YamlNode& node, YamlReader& reader,
                                     const std::string& what) {
    std::vector<std::string> fields;
    for (const auto& [name, line] : reader.names(node, what)) {
        auto path = field_path(name);
        if (path)
            fields.push_back(std::move(path.value()));
        else
            reader.problem(line, path.error().message);
    }
    return fields;
}

template <std::string (*change)(std::string_view)>
std::unique_ptr<Step> read_change(const YamlNode& node, YamlReader& reader) {
    return std::make_unique<ChangeText>(change, read_fields(node, reader, "the list of fields"));
}

// --- gsub

class Gsub final : public Step {
  public:
    Gsub(std::string field, std::unique_ptr<RE2> pattern, std::string with)
        : field_(std::move(field)), pattern_(std::move(pattern)), with_(std::move(with)) {}

    bool run(Subject& subject) const override {
        const auto found = subject.draft.text_of(field_);
        if (!found) return true;
        std::string text(*found);
        if (RE2::GlobalReplace(&text, *pattern_, with_) > 0) subject.draft.set_text(field_, text);
        return true;
    }

  private:
    std::string field_;
    std::unique_ptr<RE2> pattern_;
    std::string with_;
};

std::unique_ptr<Step> read_gsub(const YamlNode& node, YamlReader& reader) {
    if (!reader.is_map(node, "'gsub'", {"field", "pattern", "with"})) return nullptr;
    std::string field = read_field(node, "field", "", reader);
    const auto* pattern = reader.required(node, "pattern", "'gsub'");
    if (pattern == nullptr || field.empty()) return nullptr;
    auto expression = std::make_unique<RE2>(pattern->text, RE2::Quiet);
    if (!expression->ok()) {
        reader.problem(pattern->line, fmt::format("'pattern': {}", expression->error()));
        return nullptr;
    }
    const auto* with = node.find("with");
    const std::string text = with == nullptr ? std::string() : with->text;
    std::string why;
    if (!expression->CheckRewriteString(text, &why)) {
        reader.problem(with->line, fmt::format("'with': {}", why));
        return nullptr;
    }
    return std::make_unique<Gsub>(std::move(field), std::move(expression), text);
}

// --- tags, index, drop

class Tag final : public Step {
  public:
    explicit Tag(std::vector<std::string> tags) : tags_(std::move(tags)) {}
    bool run(Subject& subject) const override {
        for (const auto& tag : tags_) add_tag(subject.draft, tag);
        return true;
    }

  private:
    std::vector<std::string> tags_;
};

class ToIndex final : public Step {
  public:
    explicit ToIndex(Template name) : name_(std::move(name)) {}
    bool run(Subject& subject) const override {
        if (!name_.complete(subject.draft)) return false;
        std::string name;
        name_.append(subject.draft, name);
        name = lower(name);
        if (!event::check_index_name(name)) return false;
        subject.index = std::move(name);
        return true;
    }

  private:
    Template name_;
};

class Drop final : public Step {
  public:
    bool run(Subject& subject) const override {
        subject.dropped = true;
        return true;
    }
};

std::unique_ptr<Step> read_tag(const YamlNode& node, YamlReader& reader) {
    std::vector<std::string> tags;
    for (auto& [name, line] : reader.names(node, "'tag'")) tags.push_back(std::move(name));
    return std::make_unique<Tag>(std::move(tags));
}

std::unique_ptr<Step> read_index(const YamlNode& node, YamlReader& reader) {
    auto name = Template::parse(node.text);
    if (node.kind == YamlNode::Kind::scalar && !node.text.empty() && name)
        return std::make_unique<ToIndex>(std::move(name.value()));
    reader.problem(node.line, "'index': expected a name, such as nginx-%{environment}");
    return nullptr;
}

std::unique_ptr<Step> read_drop(const YamlNode& node, YamlReader& reader) {
    if (reader.choice(node, "'drop'", {"true"}) != 0) return nullptr;
    return std::make_unique<Drop>();
}

struct NamedReader {
    std::string_view name;
    StepReader read;
};

constexpr NamedReader readers[] = {
    {"add",
     [](const YamlNode& node, YamlReader& reader) {
         return read_map<Template>(node, reader, "'add'", do_add, as_template);
     }},
    {"convert",
     [](const YamlNode& node, YamlReader& reader) {
         return read_map<Target>(node, reader, "'convert'", do_convert, as_target);
     }},
    {"copy",
     [](const YamlNode& node, YamlReader& reader) {
         return read_map<std::string>(node, reader, "'copy'", do_copy, as_path);
     }},
    {"date", read_date},
    {"dissect", read_dissect},
    {"drop", read_drop},
    {"grok", read_grok},
    {"gsub", read_gsub},
    {"index", read_index},
    {"join",
     [](const YamlNode& node, YamlReader& reader) {
         return read_map<std::string>(node, reader, "'join'", do_join, as_text);
     }},
    {"json", read_json},
    {"kv", read_kv},
    {"log", read_log},
    {"lowercase", read_change<lower>},
    {"remove",
     [](const YamlNode& node, YamlReader& reader) -> std::unique_ptr<Step> {
         return std::make_unique<Remove>(read_fields(node, reader, "'remove'"));
     }},
    {"rename",
     [](const YamlNode& node, YamlReader& reader) {
         return read_map<std::string>(node, reader, "'rename'", do_rename, as_path);
     }},
    {"set",
     [](const YamlNode& node, YamlReader& reader) {
         return read_map<Template>(node, reader, "'set'", do_set, as_template);
     }},
    {"split",
     [](const YamlNode& node, YamlReader& reader) {
         return read_map<std::string>(node, reader, "'split'", do_split, as_text);
     }},
    {"strip", read_change<strip>},
    {"tag", read_tag},
    {"uppercase", read_change<upper>},
};

}  // namespace

void add_tag(Draft& draft, std::string_view tag) {
    const Draft::Id tags = draft.find("tags");
    if (tags != Draft::none && draft.kind(tags) == Draft::Kind::array) {
        for (Draft::Id each = draft.first(tags); each != Draft::none; each = draft.next(each)) {
            if (draft.text_of(each) == tag) return;
        }
        return draft.append_text(tags, tag);
    }
    if (tags != Draft::none) {
        if (draft.text_of(tags) != tag) draft.add_text("tags", tag);
        return;
    }
    draft.append_text(draft.set_array("tags"), tag);
}

StepReader step_reader(std::string_view name) {
    for (const auto& reader : readers) {
        if (reader.name == name) return reader.read;
    }
    return nullptr;
}

std::string step_names() {
    std::string names;
    for (const auto& reader : readers) {
        if (!names.empty()) names += ", ";
        names += reader.name;
    }
    return names;
}

std::string read_field(const YamlNode& map, std::string_view key, std::string_view fallback,
                       YamlReader& reader) {
    const auto* node = map.find(key);
    if (node == nullptr && !fallback.empty()) return std::string(fallback);
    if (node == nullptr) {
        reader.problem(map.line, fmt::format("expected '{}', the name of a field", key));
        return {};
    }
    auto path = field_path(node->text);
    if (path) return std::move(path.value());
    reader.problem(node->line, path.error().message);
    return {};
}

}  // namespace pipeline
