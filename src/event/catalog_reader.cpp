#include "event/catalog_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/index_name.h"
#include "event/schema.h"

namespace event {

namespace {

// What every event has: never listed as an event type's own fields.
constexpr std::string_view schema_fields[] = {field::timestamp, field::level, field::service_name,
                                              field::event_type};

bool is_schema_field(std::string_view name) {
    return std::find(std::begin(schema_fields), std::end(schema_fields), name) !=
           std::end(schema_fields);
}

}  // namespace

base::Result<Catalog> CatalogReader::read(const YamlNode& root) {
    if (!in_.is_map(root, "the catalog",
                    {"catalog", "format", "systems", "lanes", "fields", "states", "events", "facts",
                     "agreements"})) {
        return in_.report();
    }
    if (const auto* name = in_.required(root, "catalog", "the catalog")) {
        catalog_.name_ = in_.name(*name, "catalog");
    }
    if (const auto* format = in_.required(root, "format", "the catalog")) {
        in_.choice(*format, "format", {"1"});
    }
    collect_names(root);
    if (const auto* node = in_.required(root, "systems", "the catalog")) read_systems(*node);
    if (const auto* node = in_.required(root, "lanes", "the catalog")) read_lanes(*node);
    if (const auto* node = in_.required(root, "fields", "the catalog")) read_fields(*node);
    if (const auto* node = in_.required(root, "states", "the catalog")) read_states(*node);
    if (const auto* node = in_.required(root, "events", "the catalog")) read_events(*node);
    if (const auto* node = root.find("facts")) read_facts(*node);
    if (const auto* node = root.find("agreements")) read_agreements(*node);
    if (const auto* node = root.find("states")) check_states(*node);
    if (in_.failed()) return in_.report();
    catalog_.index();
    return std::move(catalog_);
}

void CatalogReader::collect_names(const YamlNode& root) {
    const auto keys = [&](std::string_view section, base::StringSet& into) {
        const YamlNode* node = root.find(section);
        if (node == nullptr) return;
        for (const YamlNode& key : node->keys) into.insert(key.text);
    };
    keys("fields", field_names_);
    keys("states", state_ids_);
    keys("facts", fact_names_);
    if (const YamlNode* systems = root.find("systems")) {
        for (const YamlNode& system : systems->items) {
            const YamlNode* services = system.find("services");
            if (services == nullptr) continue;
            for (const YamlNode& service : services->items) services_.insert(service.text);
        }
    }
    if (const YamlNode* events = root.find("events")) {
        for (const YamlNode& event : events->items) {
            if (const YamlNode* name = event.find("event")) event_names_.insert(name->text);
        }
    }
}

void CatalogReader::read_systems(const YamlNode& node) {
    if (!in_.is_map(node, "systems")) return;
    base::StringSet taken;
    for (std::size_t at = 0; at < node.items.size(); ++at) {
        const YamlNode& key = node.keys[at];
        const YamlNode& value = node.items[at];
        const std::string what = "system " + quoted(key.text);
        System system;
        system.name = key.text;
        if (const auto checked = check_index_name(key.text); !checked) {
            in_.problem(key.line, what + ": " + checked.error().message);
        }
        if (!in_.is_map(value, what, {"title", "services"})) continue;
        system.title = title(value, "title", what);
        if (const auto* services = in_.required(value, "services", what)) {
            for (auto& [service, line] : in_.names(*services, what + ", services")) {
                if (!taken.insert(service).second) {
                    in_.problem(
                        line,
                        fmt::format("{}: service {} is in another system too, expected it in one",
                                    what, quoted(service)));
                }
                system.services.push_back(std::move(service));
            }
            if (services->kind == YamlNode::Kind::sequence && services->items.empty()) {
                in_.problem(services->line, what + ": expected at least one service");
            }
        }
        catalog_.systems_.push_back(std::move(system));
    }
}

void CatalogReader::read_lanes(const YamlNode& node) {
    for (auto& [lane, line] : in_.names(node, "lanes")) catalog_.lanes_.push_back(std::move(lane));
}

void CatalogReader::read_fields(const YamlNode& node) {
    if (!in_.is_map(node, "fields")) return;
    for (std::size_t at = 0; at < node.items.size(); ++at) {
        catalog_.fields_.push_back(field_of(node.keys[at], node.items[at]));
    }
    for (const std::string_view name : schema_fields) {
        if (field_names_.contains(name)) continue;
        in_.problem(node.line, fmt::format("fields: '{}' is missing, every event has it", name));
    }
}

CatalogField CatalogReader::field_of(const YamlNode& key, const YamlNode& node) {
    const std::string what = "field " + quoted(key.text);
    CatalogField field;
    field.name = in_.name(key, "field");
    if (key.text.starts_with('_')) {
        in_.problem(key.line,
                    what + ": names that begin with _ are Ordertrail's own, expected another");
    } else if (const auto unified = unified_name(key.text); unified != key.text) {
        in_.problem(key.line,
                    fmt::format("{}: is another spelling of '{}', expected that", what, unified));
    }
    if (!in_.is_map(node, what, {"type", "kind", "personal", "title"})) return field;
    field.title = title(node, "title", what);
    if (const auto* type = in_.required(node, "type", what)) {
        in_.choice(*type, what + ", type",
                   {"string", "integer", "number", "boolean", "timestamp", "ip"});
        field.type = type_named(type->text).value_or(Type::string);
    }
    if (const auto* kind = node.find("kind")) {
        constexpr FieldKind kinds[] = {FieldKind::id, FieldKind::enumeration, FieldKind::text,
                                       FieldKind::plain};
        field.kind = kinds[std::min<std::size_t>(
            in_.choice(*kind, what + ", kind", {"id", "enumeration", "text"}), 3)];
        if (field.kind == FieldKind::text && field.type != Type::string) {
            in_.problem(kind->line, what + ": kind text is for strings, expected type string");
        }
    }
    if (const auto* personal = node.find("personal"))
        read_personal(*personal, what + ", personal", field);
    return field;
}

void CatalogReader::read_personal(const YamlNode& node, const std::string& what,
                                  CatalogField& field) {
    if (!in_.is_map(node, what, {"class", "treatment"})) return;
    if (const auto* entry = in_.required(node, "class", what))
        field.personal_class = in_.name(*entry, what);
    if (const auto* treatment = in_.required(node, "treatment", what)) {
        constexpr PersonalData treatments[] = {PersonalData::keep, PersonalData::pseudonym,
                                               PersonalData::mask, PersonalData::drop,
                                               PersonalData::none};
        field.personal = treatments[in_.choice(*treatment, what + ", treatment",
                                               {"keep", "pseudonym", "mask", "drop"})];
    }
    const bool replaces =
        field.personal == PersonalData::pseudonym || field.personal == PersonalData::mask;
    if (replaces && field.type != Type::string && field.type != Type::ip) {
        in_.problem(node.line, what +
                                   ": only strings and addresses can be masked or get pseudonyms, "
                                   "expected treatment drop or type string");
    }
}

void CatalogReader::read_events(const YamlNode& node) {
    if (!in_.is_list(node, "events")) return;
    base::StringMap<int> seen;
    for (const YamlNode& item : node.items) {
        EventType type = event_of(item);
        if (type.event_type.empty() || type.service_name.empty()) continue;
        const auto [known, fresh] =
            seen.emplace(type.service_name + "\n" + type.event_type, item.line);
        if (!fresh) {
            in_.problem(
                item.line,
                fmt::format("event {} of service {} is in line {} already, expected it once",
                            quoted(type.event_type), quoted(type.service_name), known->second));
            continue;
        }
        catalog_.event_types_.push_back(std::move(type));
    }
}

EventType CatalogReader::event_of(const YamlNode& node) {
    EventType type;
    const YamlNode* event = node.find("event");
    const std::string what =
        "event " + (event == nullptr ? std::string("without a name") : quoted(event->text));
    if (!in_.is_map(node, what,
                    {"service", "event", "level", "title", "sentence", "required", "optional",
                     "lane", "state", "state_by_queue"})) {
        return type;
    }
    if (in_.required(node, "event", what) != nullptr) type.event_type = in_.name(*event, "event");
    if (const auto* service = in_.required(node, "service", what)) {
        type.service_name = in_.name(*service, what + ", service");
        if (!type.service_name.empty() && type.service_name != "*" &&
            !services_.contains(type.service_name)) {
            in_.problem(
                service->line,
                fmt::format("{}: service {} is in no system, expected one of 'systems' or \"*\"",
                            what, quoted(type.service_name)));
        }
    }
    if (const auto* level = in_.required(node, "level", what)) {
        in_.choice(*level, what + ", level", {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"});
        type.level = level->text;
    }
    type.title = title(node, "title", what);
    type.sentence = title(node, "sentence", what);
    read_event_fields(node, what, type);
    read_event_state(node, what, type);
    if (const auto* lane = node.find("lane")) {
        type.lane = in_.name(*lane, what + ", lane");
        const auto& lanes = catalog_.lanes_;
        if (!type.lane.empty() && std::find(lanes.begin(), lanes.end(), type.lane) == lanes.end()) {
            in_.problem(lane->line,
                        fmt::format("{}: lane {} is not among 'lanes'", what, quoted(type.lane)));
        }
    }
    if (const auto* sentence = node.find("sentence")) {
        check_sentence(sentence->line, what + ", sentence, en", type.sentence.en, type);
        check_sentence(sentence->line, what + ", sentence, ru", type.sentence.ru, type);
    }
    return type;
}

void CatalogReader::read_event_fields(const YamlNode& node, const std::string& what,
                                      EventType& type) {
    const auto read_list = [&](std::string_view key) {
        const YamlNode* list = node.find(key);
        if (list == nullptr) return std::vector<std::string>();
        const std::string where = fmt::format("{}, {}", what, key);
        auto found = known_names(*list, where, field_names_, "fields");
        for (const std::string& name : found) {
            if (is_schema_field(name)) {
                in_.problem(list->line,
                            fmt::format("{}: every event has '{}', do not list it", where, name));
            }
        }
        return found;
    };
    type.required = read_list("required");
    type.optional = read_list("optional");
    for (const std::string& name : type.optional) {
        if (std::find(type.required.begin(), type.required.end(), name) != type.required.end()) {
            in_.problem(node.line,
                        fmt::format("{}: {} is both required and optional, expected it in one list",
                                    what, quoted(name)));
        }
    }
}

void CatalogReader::read_event_state(const YamlNode& node, const std::string& what,
                                     EventType& type) {
    const YamlNode* state = node.find("state");
    const YamlNode* by_queue = node.find("state_by_queue");
    if (state != nullptr) type.state = known_name(*state, what + ", state", state_ids_, "states");
    if (by_queue != nullptr && in_.is_map(*by_queue, what + ", state_by_queue")) {
        for (std::size_t at = 0; at < by_queue->items.size(); ++at) {
            const std::string queue = in_.name(by_queue->keys[at], what + ", state_by_queue");
            type.state_by_queue[queue] =
                known_name(by_queue->items[at], fmt::format("{}, queue {}", what, quoted(queue)),
                           state_ids_, "states");
        }
        const auto& needed = type.required;
        if (std::find(needed.begin(), needed.end(), field::queue_name) == needed.end()) {
            in_.problem(by_queue->line,
                        what + ": state_by_queue needs 'queue_name' among the required fields");
        }
    }
    if (state != nullptr && by_queue != nullptr) {
        in_.problem(by_queue->line, what + ": expected state or state_by_queue, found both");
    }
}

void CatalogReader::check_sentence(int line, const std::string& what, const std::string& sentence,
                                   const EventType& type) {
    const auto listed = [&](const std::vector<std::string>& fields, std::string_view name) {
        return std::find(fields.begin(), fields.end(), name) != fields.end();
    };
    for (std::size_t open = sentence.find_first_of("{}"); open != std::string::npos;) {
        const std::size_t close = sentence.find_first_of("{}", open + 1);
        if (sentence[open] != '{' || close == std::string::npos || sentence[close] != '}') {
            in_.problem(line, what + ": braces do not match, expected {field_name}");
            return;
        }
        const std::string name = sentence.substr(open + 1, close - open - 1);
        if (!is_schema_field(name) && !listed(type.required, name) &&
            !listed(type.optional, name)) {
            in_.problem(
                line,
                fmt::format("{}: {} is neither among the event's required nor its optional fields",
                            what, quoted(name)));
        }
        open = sentence.find_first_of("{}", close + 1);
    }
}

Title CatalogReader::title(const YamlNode& map, std::string_view key, const std::string& what) {
    Title title;
    const YamlNode* node = in_.required(map, key, what);
    const std::string where = fmt::format("{}, {}", what, key);
    if (node == nullptr || !in_.is_map(*node, where, {"en", "ru"})) return title;
    if (const auto* en = in_.required(*node, "en", where)) title.en = in_.text(*en, where + ", en");
    if (const auto* ru = in_.required(*node, "ru", where)) title.ru = in_.text(*ru, where + ", ru");
    return title;
}

std::string CatalogReader::known_name(const YamlNode& node, const std::string& what,
                                      const base::StringSet& known, std::string_view section) {
    std::string name = in_.name(node, what);
    if (!name.empty() && !known.contains(name)) {
        in_.problem(node.line,
                    fmt::format("{}: {} is not among '{}'", what, quoted(name), section));
    }
    return name;
}

std::vector<std::string> CatalogReader::known_names(const YamlNode& node, const std::string& what,
                                                    const base::StringSet& known,
                                                    std::string_view section) {
    std::vector<std::string> found;
    for (auto& [name, line] : in_.names(node, what)) {
        if (!known.contains(name)) {
            in_.problem(line, fmt::format("{}: {} is not among '{}'", what, quoted(name), section));
        }
        found.push_back(std::move(name));
    }
    return found;
}

}  // namespace event
