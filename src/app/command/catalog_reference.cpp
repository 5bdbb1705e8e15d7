#include "app/command/catalog_reference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace app {

namespace {

constexpr std::string_view introduction =
    "Made from the catalog by `ordertrail check-config --catalog-reference`; do not edit. What the "
    "words mean: [catalog.md](catalog.md).\n";

// Text inside a table's cell.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '|' || c == '\\') escaped.push_back('\\');
        escaped.push_back(c == '\n' ? ' ' : c);
    }
    return escaped;
}

std::string code(std::string_view name) {
    return name.empty() ? "" : fmt::format("`{}`", cell(name));
}

std::string codes(const std::vector<std::string>& names) {
    std::vector<std::string> written;
    for (const auto& name : names) written.push_back(code(name));
    return fmt::format("{}", fmt::join(written, ", "));
}

std::string titles(const event::Title& title) {
    return fmt::format("{} | {}", cell(title.en), cell(title.ru));
}

std::string days_hours_minutes(base::Nanos duration) {
    if (duration == 0) return "";
    if (duration % base::day == 0) return fmt::format("{} d", duration / base::day);
    if (duration % base::hour == 0) return fmt::format("{} h", duration / base::hour);
    if (duration % base::minute == 0) return fmt::format("{} min", duration / base::minute);
    return fmt::format("{} s", duration / base::second);
}

// The state an event leads to; broker traffic leads to one by its queue.
std::string leads_to(const event::EventType& type) {
    std::string text = code(type.state);
    for (const auto& [queue, state] : type.state_by_queue) {
        text += fmt::format("{}`{}` in `{}`", text.empty() ? "" : ", ", cell(state), cell(queue));
    }
    return text;
}

std::string treatment(const event::CatalogField& field) {
    using event::PersonalData;
    const auto named = [&](std::string_view name) {
        return fmt::format("{}: {}", name, cell(field.personal_class));
    };
    switch (field.personal) {
        case PersonalData::none:
            return "";
        case PersonalData::keep:
            return named("keep");
        case PersonalData::pseudonym:
            return named("pseudonym");
        case PersonalData::mask:
            return named("mask");
        case PersonalData::drop:
            return named("drop");
    }
    return "";
}

std::string_view kind_name(event::FieldKind kind) {
    switch (kind) {
        case event::FieldKind::plain:
            return "";
        case event::FieldKind::id:
            return "id";
        case event::FieldKind::enumeration:
            return "enumeration";
        case event::FieldKind::text:
            return "text";
    }
    return "";
}

void add_systems(const event::Catalog& catalog, std::string& page) {
    page += "\n## Systems\n\n| system | | | services |\n|---|---|---|---|\n";
    for (const auto& system : catalog.systems()) {
        page += fmt::format("| {} | {} | {} |\n", code(system.name), titles(system.title),
                            cell(fmt::format("{}", fmt::join(system.services, ", "))));
    }
}

void add_states(const event::Catalog& catalog, std::string& page) {
    page +=
        "\n## States of an order\n\nIn the order of the usual way. An order that stays longer than "
        "the deadline may be stuck.\n\n"
        "| state | | | waits for | who acts | may follow | deadline "
        "|\n|---|---|---|---|---|---|---|\n";
    for (const auto& state : catalog.states()) {
        page +=
            fmt::format("| {} | {} | {} | {} | {} | {} |\n", code(state.id), titles(state.title),
                        cell(state.waits_for.en), cell(state.waits_for_service),
                        codes(state.successors), days_hours_minutes(state.deadline_floor));
    }
}

// Services in the order in which the catalog first names them.
std::vector<std::string> services_of(const event::Catalog& catalog) {
    std::vector<std::string> services;
    for (const auto& type : catalog.event_types()) {
        if (std::find(services.begin(), services.end(), type.service_name) == services.end())
            services.push_back(type.service_name);
    }
    return services;
}

void add_events(const event::Catalog& catalog, std::string& page) {
    page += "\n## Events\n";
    for (const auto& service : services_of(catalog)) {
        page += fmt::format("\n### {}\n\n", service == "*" ? "Any service" : service);
        page +=
            "| event_type | | | level | leads to | required fields | optional fields |\n"
            "|---|---|---|---|---|---|---|\n";
        for (const auto& type : catalog.event_types()) {
            if (type.service_name != service) continue;
            page += fmt::format("| {} | {} | {} | {} | {} | {} |\n", code(type.event_type),
                                titles(type.title), cell(type.level), leads_to(type),
                                codes(type.required), codes(type.optional));
        }
    }
}

void add_fields(const event::Catalog& catalog, std::string& page) {
    page +=
        "\n## Fields\n\n| field | | | type | kind | personal data |\n|---|---|---|---|---|---|\n";
    for (const auto& field : catalog.fields()) {
        page += fmt::format("| {} | {} | {} | {} | {} |\n", code(field.name), titles(field.title),
                            event::name_of(field.type), kind_name(field.kind), treatment(field));
    }
}

}  // namespace

std::string catalog_reference(const event::Catalog& catalog) {
    std::string page = fmt::format("# Events of {}\n\n{}", catalog.name(), introduction);
    add_systems(catalog, page);
    add_states(catalog, page);
    add_events(catalog, page);
    add_fields(catalog, page);
    return page;
}

}  // namespace app
