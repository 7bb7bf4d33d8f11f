// SPDX-License-Identifier: GPL-3.0-or-later
//
// The templates of a table compile into one automaton over words and calls. A call is a class of numbers or names, each
// of which adds something to a code; expanding walks the automaton with the code so far and puts every word of a class
// in the call's place, so that at the end the code is known and with it the value. Codes of times hold the hour, the
// minutes before or after it, and the part of the day.
#include "services/language/impl/quantities.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <tuple>

#include "services/language/impl/phrase_trie.h"
#include "services/language/impl/quantities_tables.h"
#include "services/language/impl/template.h"
#include "services/language/impl/template_graph.h"

namespace entente::language {
namespace {

constexpr std::size_t unite_budget = 500'000;
constexpr int a_minute = 60, an_hour = 3600, a_day = 24 * an_hour, a_week = 7 * a_day;
constexpr int code_of_hour = 1'000, code_of_part = 100'000;  // of times; minutes are ones
constexpr int code_of_month = 100;                           // of dates; days are ones

// Words with a number each: what a {list} of a saying stands for.
struct Class {
  std::uint32_t root = 0;  // finals are indices of `adds`
  std::vector<int> adds;
};

class QuantityMaker {
 public:
  QuantityMaker(Quantity quantity, std::string_view language, const ScanRules& rules, Symbols& symbols,
                NumberWords& numbers, AutomatonBuilder& builder)
      : quantity_(quantity),
        language_(language),
        rules_(rules),
        symbols_(symbols),
        numbers_(numbers),
        builder_(builder),
        tools_{rules, symbols, calls_, numbers, builder} {
    if (const auto* held = saying_table(language)) {
      table_ = *held;
    } else {
      table_ = made_table(language);
    }
  }

  QuantityWords run() {
    std::vector<std::uint32_t> roots;
    const auto& sayings = quantity_ == Quantity::time   ? table_.times
                          : quantity_ == Quantity::date ? table_.dates
                                                        : table_.durations;
    for (const auto& saying : sayings) {
      const auto root = compiled(saying.pattern, static_cast<std::uint32_t>(sayings_.size()));
      sayings_.push_back(&saying);
      if (root) roots.push_back(*root);
    }
    const auto root = builder_.unite(std::move(roots), unite_budget);
    const auto made = root ? expand(*root, 0) : std::nullopt;
    words_.root = made ? *made : builder_.state({}, {});
    return std::move(words_);
  }

 private:
  // The {lists} of a saying by name; classes are made when they are first asked for.
  class Scope : public TemplateScope {
   public:
    explicit Scope(QuantityMaker& maker) : maker_(maker) {}
    Result<const Expression*> rule(const std::string& name) override {
      return Error{ErrorCode::not_found, fmt::format("there is no rule <{}>", name)};
    }
    Result<std::uint32_t> list(const std::string& name) override { return maker_.class_named(name); }
    std::uint32_t range(std::int64_t, std::int64_t, std::int64_t) override { return 0; }

   private:
    QuantityMaker& maker_;
  };

  std::optional<std::uint32_t> compiled(const std::string& pattern, std::uint32_t final) {
    auto parsed = parse_template(pattern);
    if (!parsed.ok()) return std::nullopt;
    Scope scope(*this);
    auto made = compile_template(*parsed, final, scope, tools_);
    if (!made.ok()) return std::nullopt;
    return *made;
  }

  // ---- classes

  Result<std::uint32_t> class_named(const std::string& name) {
    if (const auto known = class_names_.find(name); known != class_names_.end()) return known->second;
    auto made = make_class(name);
    if (!made) return Error{ErrorCode::not_found, fmt::format("there is no {{{}}}", name)};
    classes_.push_back(std::move(*made));
    return class_names_[name] = static_cast<std::uint32_t>(classes_.size() - 1);
  }

  std::optional<Class> make_class(const std::string& name) {
    struct Numbers {
      std::string_view name;
      int from, to, add;
    };
    static constexpr Numbers numbers[] = {
        {"few_minutes", 1, 59, a_minute},
        {"few_hours", 1, 24, an_hour},
        {"few_days", 1, 14, a_day},
        {"less_seconds", 1, 59, 1},
        {"less_minutes", 1, 59, a_minute},
        {"less_hours", 1, 23, an_hour},
        {"hours", 1, 99, an_hour},
        {"days", 1, 99, a_day},
        {"weeks", 1, 52, a_week},
        {"past", 1, 29, 1},
        {"to", 1, 29, -1},
        {"number", 1, 60, 1},
        {"number_of_weeks", 1, 8, 7},
    };
    for (const auto& known : numbers) {
      if (known.name == name) return plain_numbers(known.from, known.to, known.add);
    }
    if (name == "seconds") return long_numbers(1);
    if (name == "minutes") return long_numbers(a_minute);
    if (name == "half_minutes") return halves(60, a_minute);
    if (name == "half_hours") return halves(24, an_hour);
    if (name == "half_days") return halves(7, a_day);
    if (name == "hour") return hours();
    if (name == "minute") return minutes();
    if (name == "clock") return clocks();
    if (name == "part") return parts();
    if (name == "day") return days(true);
    if (name == "ordinal") return days(false);
    if (name == "dotted_day") return dotted_days();
    if (name == "month") return names(month_names(language_), code_of_month);
    if (name == "weekday") return names(weekday_names(language_), 1);
    return std::nullopt;
  }

  // What is put together for one class: phrases with numbers.
  class Draft {
   public:
    explicit Draft(QuantityMaker& maker) : maker_(maker), trie_(maker.rules_, maker.symbols_) {}

    void number(double value, int add) {
      spoken(maker_.numbers_.spell(value), add);
      typed(fmt::format("{}", value), add);
    }
    void spoken(const std::vector<std::string>& phrases, int add) {
      for (const auto& phrase : phrases) trie_.add(phrase, final(add), Symbols::Use::spoken);
    }
    void spoken(const std::string& phrase, int add) { trie_.add(phrase, final(add), Symbols::Use::spoken); }
    void typed(const std::string& phrase, int add) { trie_.add(phrase, final(add), Symbols::Use::typed); }
    Class finish() {
      made_.root = trie_.build(maker_.builder_);
      return std::move(made_);
    }

   private:
    std::uint32_t final(int add) {
      if (made_.adds.empty() || made_.adds.back() != add) made_.adds.push_back(add);
      return static_cast<std::uint32_t>(made_.adds.size() - 1);
    }

    QuantityMaker& maker_;
    PhraseTrie trie_;
    Class made_;
  };

  Class plain_numbers(int from, int to, int add) {
    Draft draft(*this);
    for (int i = from; i <= to; ++i) draft.number(i, i * add);
    return draft.finish();
  }

  // Every number to 199, and then those that people set.
  Class long_numbers(int add) {
    Draft draft(*this);
    for (int i = 1; i <= 900; i += i < 200 ? 1 : 10) draft.number(i, i * add);
    return draft.finish();
  }

  Class halves(int below, int add) {
    Draft draft(*this);
    for (int i = 0; i < below; ++i) draft.number(i + 0.5, i * add + add / 2);
    return draft.finish();
  }

  Class hours() {
    Draft draft(*this);
    for (int i = 0; i <= 24; ++i) {
      draft.number(i, i * code_of_hour);
      draft.typed(fmt::format("{:02}", i), i * code_of_hour);
    }
    return draft.finish();
  }

  Class minutes() {
    Draft draft(*this);
    for (int i = 0; i < 60; ++i) {
      draft.typed(fmt::format("{:02}", i), i);
      if (i >= 10 || table_.leading_zero.empty()) draft.number(i, i);
      if (i >= 10 || i == 0) continue;
      for (const auto& zero : table_.leading_zero) {
        for (const auto& said : numbers_.spell(i)) draft.spoken(fmt::format("{} {}", zero, said), i);
      }
    }
    return draft.finish();
  }

  Class clocks() {
    Draft draft(*this);
    for (int i = 0; i < 24; ++i) {
      for (int m = 0; m < 60; ++m) {
        draft.typed(fmt::format("{}.{:02}", i, m), i * code_of_hour + m);
        if (i < 10) draft.typed(fmt::format("{:02}.{:02}", i, m), i * code_of_hour + m);
      }
    }
    return draft.finish();
  }

  Class parts() {
    Class made;
    std::vector<std::uint32_t> roots;
    for (const auto& part : table_.parts) {
      const auto root = compiled(part.pattern, static_cast<std::uint32_t>(made.adds.size()));
      made.adds.push_back((static_cast<int>(part.half) + 1) * code_of_part);
      if (root) roots.push_back(*root);
    }
    made.root = builder_.unite(std::move(roots), unite_budget).value_or(0);
    return made;
  }

  Class days(bool cardinal) {
    static constexpr std::array<std::string_view, 4> endings = {"th", "st", "nd", "rd"};
    Draft draft(*this);
    for (int i = 1; i <= 31; ++i) {
      if (cardinal) draft.number(i, i);
      if (table_.ordinal_days || !cardinal) draft.spoken(numbers_.spell_ordinal(i), i);
      if (!language_.starts_with("en")) continue;
      const auto ending = i % 10 > 3 || i / 10 == 1 ? 0 : i % 10;
      draft.typed(fmt::format("{} {}", i, endings[static_cast<std::size_t>(ending)]), i);
    }
    return draft.finish();
  }

  Class dotted_days() {
    Draft draft(*this);
    for (int m = 1; m <= 12; ++m) {
      for (int d = 1; d <= 31; ++d) {
        draft.typed(fmt::format("{}.{}", d, m), m * code_of_month + d);
        if (m < 10) draft.typed(fmt::format("{}.{:02}", d, m), m * code_of_month + d);
      }
    }
    return draft.finish();
  }

  Class names(const std::vector<std::vector<std::string>>& names, int add) {
    Draft draft(*this);
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (const auto& name : names[i]) {
        const bool digits = name.find_first_of("0123456789") != std::string::npos;
        digits ? draft.typed(name, static_cast<int>(i + 1) * add) : draft.spoken(name, static_cast<int>(i + 1) * add);
      }
    }
    return draft.finish();
  }

  // ---- expansion

  // What is left to say when `code` has been added up, from a state of the sayings; nothing where it leads to no value.
  // NOLINTBEGIN(misc-no-recursion): as deep as the longest saying with its numbers.
  std::optional<std::uint32_t> expand(std::uint32_t state, int code) {
    const auto key = std::make_pair(state, code);
    if (const auto known = expanded_.find(key); known != expanded_.end()) return known->second;
    std::vector<std::uint32_t> parts;
    std::vector<Arc> arcs;
    const auto arcs_before = builder_.arcs(state);  // a copy: the builder grows
    for (const auto& arc : arcs_before) {
      if (is_call(arc.label)) {
        const auto& called = classes_[calls_[call_of(arc.label)].list];
        if (const auto made = put_in(called, called.root, arc.target, code)) parts.push_back(*made);
      } else if (const auto target = expand(arc.target, code)) {
        arcs.push_back(Arc{arc.label, *target});
      }
    }
    auto finals = finals_of(state, code);
    if (!arcs.empty() || !finals.empty()) parts.push_back(builder_.state(std::move(finals), arcs));
    std::optional<std::uint32_t> made;
    if (!parts.empty()) made = builder_.unite(std::move(parts), unite_budget);
    expanded_.emplace(key, made);
    return made;
  }

  // The words of a class from one of its states on; behind each of its ends, `after` with what that end adds.
  std::optional<std::uint32_t> put_in(const Class& called, std::uint32_t state, std::uint32_t after, int code) {
    std::vector<std::uint32_t> parts;
    std::vector<Arc> arcs;
    const auto arcs_before = builder_.arcs(state);
    const auto finals = builder_.finals(state);
    for (const auto& arc : arcs_before) {
      if (const auto target = put_in(called, arc.target, after, code)) arcs.push_back(Arc{arc.label, *target});
    }
    if (!arcs.empty()) parts.push_back(builder_.state({}, arcs));
    for (const auto final : finals) {
      if (const auto target = expand(after, code + called.adds[final])) parts.push_back(*target);
    }
    return parts.empty() ? std::nullopt : builder_.unite(std::move(parts), unite_budget);
  }
  // NOLINTEND(misc-no-recursion)

  std::vector<std::uint32_t> finals_of(std::uint32_t state, int code) {
    std::vector<std::uint32_t> finals;
    const auto sayings = builder_.finals(state);
    for (const auto index : sayings) {
      const auto& saying = *sayings_[index];
      if (auto value = value_of(saying, code + saying.add)) finals.push_back(index_of(std::move(*value)));
    }
    std::sort(finals.begin(), finals.end());
    finals.erase(std::unique(finals.begin(), finals.end()), finals.end());
    return finals;
  }

  std::uint32_t index_of(model::Value value) {
    const auto [at, fresh] = known_values_.emplace(std::move(value), static_cast<std::uint32_t>(words_.values.size()));
    if (fresh) words_.values.push_back(at->first);
    return at->second;
  }

  // ---- values

  std::optional<model::Value> value_of(const Saying& saying, int code) const {
    if (quantity_ == Quantity::duration)
      return code > 0 ? std::optional<model::Value>(std::int64_t{code}) : std::nullopt;
    return quantity_ == Quantity::time ? time_of(code) : date_of(saying, code);
  }

  static std::optional<model::Value> time_of(int code) {
    const int part = (code + code_of_hour / 2) / code_of_part;
    const int rest = code - part * code_of_part;
    const int said = (rest + code_of_hour / 2) / code_of_hour;
    const auto hour = part == 0 ? said : hour_in(static_cast<DayPart::Half>(part - 1), said);
    if (!hour) return std::nullopt;
    const int minutes = (*hour * 60 + (rest - said * code_of_hour) + 24 * 60) % (24 * 60);
    if (*hour == 24 && minutes != 0) return std::nullopt;
    return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
  }

  // The hour of the day for an hour of the clock: "seven in the evening".
  static std::optional<int> hour_in(DayPart::Half half, int said) {
    struct Span {
      int first, last;  // of the hours from 0 to 23, or to 28 beyond midnight
    };
    static constexpr std::array<Span, 7> spans = {Span{0, 12}, {11, 14}, {12, 20}, {16, 24},
                                                  {20, 29},    {0, 11},  {12, 23}};
    const auto span = spans[static_cast<std::size_t>(half)];
    if (half == DayPart::Half::am && said == 0) return std::nullopt;
    for (const int hour : {said, said + 12, said + 24}) {
      const bool noon_as_twelve = said == 12 && hour == 12;
      if (noon_as_twelve && (half == DayPart::Half::morning || half == DayPart::Half::am)) return 0;
      if (noon_as_twelve && (half == DayPart::Half::evening || half == DayPart::Half::night)) continue;
      if (hour >= span.first && hour <= span.last) return hour % 24;
    }
    return std::nullopt;
  }

  static std::optional<model::Value> date_of(const Saying& saying, int code) {
    static constexpr std::array<int, 12> lengths = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    switch (saying.kind) {
      case Saying::Kind::plain: return fmt::format("{:+}", code);
      case Saying::Kind::past: return fmt::format("{:+}", -code);
      case Saying::Kind::weekday: return fmt::format("W{}", code);
      case Saying::Kind::next_weekday: return fmt::format("W{}+1", code);
      case Saying::Kind::day_of_month: return fmt::format("---{:02}", code);
      case Saying::Kind::month_day: break;
    }
    const int month = code / code_of_month, of_month = code % code_of_month;
    if (month < 1 || month > 12 || of_month < 1 || of_month > lengths[static_cast<std::size_t>(month - 1)]) {
      return std::nullopt;
    }
    return fmt::format("--{:02}-{:02}", month, of_month);
  }

  Quantity quantity_;
  std::string language_;
  const ScanRules& rules_;
  Symbols& symbols_;
  NumberWords& numbers_;
  AutomatonBuilder& builder_;
  Calls calls_;
  TemplateTools tools_;
  SayingTable table_;
  std::vector<Class> classes_;
  std::map<std::string, std::uint32_t> class_names_;
  std::vector<const Saying*> sayings_;
  std::map<std::pair<std::uint32_t, int>, std::optional<std::uint32_t>> expanded_;
  std::map<model::Value, std::uint32_t> known_values_;
  QuantityWords words_;
};

}  // namespace

QuantityWords compile_quantity(Quantity quantity, std::string_view language, const ScanRules& rules, Symbols& symbols,
                               NumberWords& numbers, AutomatonBuilder& builder) {
  return QuantityMaker(quantity, language, rules, symbols, numbers, builder).run();
}

std::string_view unit_of(Quantity quantity) {
  if (quantity == Quantity::duration) return "s";
  return quantity == Quantity::time ? "time" : "date";
}

}  // namespace entente::language
