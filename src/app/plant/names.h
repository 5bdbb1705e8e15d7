#pragma once

#include <array>
#include <string_view>

#include "app/plant/order.h"
#include "app/plant/random.h"

namespace plant {

inline constexpr std::array<std::string_view, 6> materials = {"PLA",        "PETG",  "ABS",
                                                              "Nylon PA12", "Resin", "Steel 316L"};
inline constexpr std::array<std::string_view, 10> cities = {
    "Москва",          "Санкт-Петербург", "Казань",    "Новосибирск", "Екатеринбург",
    "Нижний Новгород", "Самара",          "Краснодар", "Пермь",       "Калининград"};
inline constexpr std::array<std::string_view, 5> calculation_steps = {
    "load_model", "repair_mesh", "slice", "estimate_material", "estimate_time"};

// One of the values, the first ones more often.
template <std::size_t N>
std::uint8_t pick_skewed(const std::array<std::string_view, N>&, Random& random) {
    const double place = random.unit();
    return static_cast<std::uint8_t>(place * place * (static_cast<double>(N) - 1e-9));
}

// Names the order's file: nearly always one that no other order has, now and then "model.stl" and
// the like. `version` above 1 is part of the name; version 0 is an old file of the same customer.
void name_file(Order& order, int version);

}  // namespace plant
