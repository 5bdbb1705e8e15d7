#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "query/esql/function.h"
#include "query/esql/words.h"
#include "storage/percentiles.h"

// MV_…: functions of a row's several values.

namespace query::esql {

namespace {

constexpr std::size_t longest_text = std::size_t{1} << 20;

std::vector<Cell> cells_of(const Vector& values, std::uint32_t row) {
    const auto [first, last] = values.values_of(row);
    std::vector<Cell> cells;
    for (std::uint32_t at = first; at < last; ++at) cells.push_back(values.at(at));
    return cells;
}

// What a function makes of the cells of a row that has some.
template <typename Change>
base::Result<NodePtr> changed(Call& call, Type result, Change change) {
    const Type type = call.type(0);
    return call.whole(
        result, [type, change](const Vectors& given, std::uint32_t rows, Vector& out, Execution&) {
            for (std::uint32_t row = 0; row < rows; ++row) {
                std::vector<Cell> cells = cells_of(*given[0], row);
                if (!cells.empty() && type != Type::null) change(type, cells, out);
                out.end_row();
            }
        });
}

Type kept_type(Type type) { return type == Type::text ? Type::keyword : type; }

base::Result<NodePtr> count(Call& call) {
    return changed(call, Type::integer, [](Type, const std::vector<Cell>& cells, Vector& out) {
        out.add_integer(static_cast<std::int64_t>(cells.size()));
    });
}

base::Result<NodePtr> first(Call& call) {
    return changed(
        call, kept_type(call.type(0)),
        [](Type, const std::vector<Cell>& cells, Vector& out) { out.add(cells.front()); });
}

base::Result<NodePtr> last(Call& call) {
    return changed(
        call, kept_type(call.type(0)),
        [](Type, const std::vector<Cell>& cells, Vector& out) { out.add(cells.back()); });
}

void sort_cells(Type type, std::vector<Cell>& cells) {
    std::stable_sort(cells.begin(), cells.end(), [type](const Cell& one, const Cell& other) {
        return compare(type, one, other) < 0;
    });
}

base::Result<NodePtr> least(Call& call) {
    return changed(call, kept_type(call.type(0)),
                   [](Type type, std::vector<Cell>& cells, Vector& out) {
                       sort_cells(type, cells);
                       out.add(cells.front());
                   });
}

base::Result<NodePtr> greatest(Call& call) {
    return changed(call, kept_type(call.type(0)),
                   [](Type type, std::vector<Cell>& cells, Vector& out) {
                       sort_cells(type, cells);
                       out.add(cells.back());
                   });
}

base::Result<NodePtr> dedupe(Call& call) {
    return changed(call, kept_type(call.type(0)),
                   [](Type type, std::vector<Cell>& cells, Vector& out) {
                       for (auto cell = cells.begin(); cell != cells.end(); ++cell) {
                           if (std::none_of(cells.begin(), cell, [&](const Cell& other) {
                                   return compare(type, *cell, other) == 0;
                               }))
                               out.add(*cell);
                       }
                   });
}

base::Result<NodePtr> sort(Call& call) {
    bool falling = false;
    if (call.count() == 2) {
        TRY(const std::string order, call.constant_text(1));
        falling = lower_of(order) == "desc";
        if (!falling && lower_of(order) != "asc") {
            return refuse(fmt::format("Invalid order value in [{}], expected one of [ASC, DESC] "
                                      "but got [{}]",
                                      call.source(call.place), order.substr(0, 50)),
                          call.arguments[1]->place());
        }
        call.arguments.pop_back();
    }
    return changed(call, kept_type(call.type(0)),
                   [falling](Type type, std::vector<Cell>& cells, Vector& out) {
                       sort_cells(type, cells);
                       if (falling) std::reverse(cells.begin(), cells.end());
                       for (const Cell& cell : cells) out.add(cell);
                   });
}

// Beyond its type: null.
base::Result<NodePtr> sum(Call& call) {
    TRY(call.want_number(0));
    const Place place = call.place;
    return call.whole(call.type(0), [place](const Vectors& given, std::uint32_t rows, Vector& out,
                                            Execution& run) {
        for (std::uint32_t row = 0; row < rows; ++row) {
            const std::vector<Cell> cells = cells_of(*given[0], row);
            Cell total;
            bool overflow = false;
            for (const Cell& cell : cells) {
                overflow =
                    overflow || __builtin_add_overflow(total.integer, cell.integer, &total.integer);
                total.number += cell.number;
            }
            overflow = overflow || (out.type() == Type::integer &&
                                    total.integer != static_cast<std::int32_t>(total.integer));
            if (overflow) {
                run.warn(place, fmt::format("java.lang.ArithmeticException: {} overflow",
                                            name_of(out.type())));
            } else if (!cells.empty()) {
                out.add(total);
            }
            out.end_row();
        }
    });
}

base::Result<NodePtr> average(Call& call) {
    TRY(call.want_number(0));
    call.widen(0, Type::number);
    return changed(call, Type::number, [](Type, const std::vector<Cell>& cells, Vector& out) {
        double total = 0;
        for (const Cell& cell : cells) total += cell.number;
        out.add_number(total / static_cast<double>(cells.size()));
    });
}

// Of whole numbers a whole one.
base::Result<NodePtr> median(Call& call) {
    TRY(call.want_number(0));
    return changed(call, call.type(0), [](Type type, std::vector<Cell>& cells, Vector& out) {
        sort_cells(type, cells);
        const Cell& upper = cells[cells.size() / 2];
        Cell middle = upper;
        if (cells.size() % 2 == 0) {
            const Cell& lower = cells[cells.size() / 2 - 1];
            middle.number = (lower.number + upper.number) / 2;
            middle.integer =
                (lower.integer & upper.integer) + ((lower.integer ^ upper.integer) >> 1);
        }
        out.add(middle);
    });
}

base::Result<NodePtr> percentile(Call& call) {
    TRY(call.want_number(0));
    TRY(call.want_number(1));
    call.widen(0, Type::number);
    call.widen(1, Type::number);
    return call.whole(Type::number,
                      [](const Vectors& given, std::uint32_t rows, Vector& out, Execution&) {
                          for (std::uint32_t row = 0; row < rows; ++row) {
                              const std::vector<Cell> cells = cells_of(*given[0], row);
                              const std::vector<Cell> percent = cells_of(*given[1], row);
                              if (!cells.empty() && percent.size() == 1 && percent[0].number >= 0 &&
                                  percent[0].number <= 100) {
                                  storage::Percentiles all;
                                  for (const Cell& cell : cells) all.add(cell.number);
                                  out.add_number(all.at(percent[0].number));
                              }
                              out.end_row();
                          }
                      });
}

base::Result<NodePtr> concat(Call& call) {
    TRY(call.want_text(0));
    TRY(call.want_text(1));
    return call.whole(Type::keyword,
                      [](const Vectors& given, std::uint32_t rows, Vector& out, Execution& run) {
                          for (std::uint32_t row = 0; row < rows; ++row) {
                              const std::vector<Cell> cells = cells_of(*given[0], row);
                              const std::vector<Cell> between = cells_of(*given[1], row);
                              if (!cells.empty() && between.size() == 1 && run.has_room(out)) {
                                  std::string text;
                                  for (const Cell& cell : cells) {
                                      if (&cell != &cells.front()) text += between[0].text;
                                      text += cell.text;
                                      if (text.size() > longest_text) break;
                                  }
                                  if (text.size() <= longest_text) out.add_text(text);
                              }
                              out.end_row();
                          }
                      });
}

// From `start` to `end`, both from 0 and counted; negative ones from the end.
base::Result<NodePtr> slice(Call& call) {
    for (std::size_t at = 1; at < call.count(); ++at) {
        TRY(call.want(at, Type::integer));
    }
    return call.whole(kept_type(call.type(0)), [](const Vectors& given, std::uint32_t rows,
                                                  Vector& out, Execution&) {
        for (std::uint32_t row = 0; row < rows; ++row) {
            const std::vector<Cell> cells = cells_of(*given[0], row);
            const std::vector<Cell> from = cells_of(*given[1], row);
            const std::vector<Cell> to = cells_of(*given.back(), row);
            if (from.size() == 1 && to.size() == 1 && out.type() != Type::null) {
                const auto size = static_cast<std::int64_t>(cells.size());
                const auto place = [size](std::int64_t at) { return at < 0 ? at + size : at; };
                for (std::int64_t at = std::max<std::int64_t>(place(from[0].integer), 0);
                     at <= place(to[0].integer) && at < size; ++at)
                    out.add(cells[static_cast<std::size_t>(at)]);
            }
            out.end_row();
        }
    });
}

base::Result<NodePtr> append(Call& call) {
    const Type one = call.type(0);
    const Type other = call.type(1);
    if (one != other && one != Type::null && other != Type::null &&
        !(is_text(one) && is_text(other)))
        return call.wrong(1, name_of(one));
    return call.whole(kept_type(wider(one, other)),
                      [](const Vectors& given, std::uint32_t rows, Vector& out, Execution&) {
                          for (std::uint32_t row = 0; row < rows; ++row) {
                              if (!given[0]->is_null(row) && !given[1]->is_null(row)) {
                                  for (const Vector* each : given) {
                                      const auto [first, last] = each->values_of(row);
                                      for (std::uint32_t at = first; at < last; ++at)
                                          out.add_from(*each, at);
                                  }
                              }
                              out.end_row();
                          }
                      });
}

constexpr Function functions[] = {
    {"mv_append", 2, 2, append},
    {"mv_avg", 1, 1, average},
    {"mv_concat", 2, 2, concat},
    {"mv_count", 1, 1, count},
    {"mv_dedupe", 1, 1, dedupe},
    {"mv_first", 1, 1, first},
    {"mv_last", 1, 1, last},
    {"mv_max", 1, 1, greatest},
    {"mv_median", 1, 1, median},
    {"mv_min", 1, 1, least},
    {"mv_percentile", 2, 2, percentile},
    {"mv_slice", 2, 3, slice},
    {"mv_sort", 1, 2, sort},
    {"mv_sum", 1, 1, sum},
};

}  // namespace

std::span<const Function> several_functions() { return functions; }

}  // namespace query::esql
