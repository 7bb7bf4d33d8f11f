// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/lists.h"

#include <cmath>

#include "base/text.h"
#include "services/language/impl/phrase_trie.h"
#include "services/language/impl/quantities.h"

namespace entente::language {
namespace {

constexpr std::size_t spoken_numbers_limit = 10'000;  // of one range; beyond, small and round ones only
constexpr std::int64_t small_number_limit = 1'000, round_number_limit = 100'000;
constexpr std::size_t union_budget = 2'000'000;  // states; a list is a trie, so it is linear
constexpr std::size_t values_limit = 100'000;    // of one list

// List values may use rules, but no lists.
class ValueScope : public TemplateScope {
 public:
  explicit ValueScope(const std::map<std::string, PlacedText>* rules) : rules_(rules) {}

  Result<const Expression*> rule(const std::string& name) override {
    const auto known = parsed_.find(name);
    if (known != parsed_.end()) return &known->second;
    const auto* found = rules_ == nullptr ? nullptr : find(name);
    if (found == nullptr) return Error{ErrorCode::not_found, fmt::format("there is no rule <{}>", name)};
    ENTENTE_TRY(auto parsed, parse_template(found->text));
    return &parsed_.emplace(name, std::move(parsed)).first->second;
  }
  Result<std::uint32_t> list(const std::string& name) override {
    return Error{ErrorCode::invalid, fmt::format("the list {{{}}} inside the value of a list", name)};
  }
  std::uint32_t range(std::int64_t, std::int64_t, std::int64_t) override { return 0; }

 private:
  const PlacedText* find(const std::string& name) const {
    const auto at = rules_->find(name);
    return at == rules_->end() ? nullptr : &at->second;
  }
  const std::map<std::string, PlacedText>* rules_;
  std::map<std::string, Expression> parsed_;
};

std::vector<double> round_numbers(const RangeSource& range) {
  std::vector<double> numbers;
  for (std::int64_t number = -round_number_limit; number <= round_number_limit;
       number += std::abs(number) < small_number_limit ? 1 : 100) {
    const auto said = static_cast<double>(number);
    if (in_range(range, said)) numbers.push_back(said);
  }
  return numbers;
}

// Every number of the range that people say, fractions included. Of a range with too many numbers to spell them all out
// that is the small and the round ones.
std::vector<double> spoken_numbers(const RangeSource& range) {
  std::vector<double> numbers;
  if (!range.words) return numbers;
  const auto count = static_cast<std::uint64_t>(range.to - range.from) / static_cast<std::uint64_t>(range.step) + 1;
  if (count > spoken_numbers_limit) return round_numbers(range);
  for (auto number = range.from; number <= range.to; number += range.step) {
    const auto whole = static_cast<double>(number);
    numbers.push_back(whole);
    if (number == range.to) break;
    if (range.fractions == RangeSource::Fractions::halves) numbers.push_back(whole + 0.5);
    if (range.fractions == RangeSource::Fractions::tenths && count * 10 <= spoken_numbers_limit) {
      for (int tenth = 1; tenth < 10; ++tenth) numbers.push_back(whole + tenth / 10.0);
    }
  }
  return numbers;
}

}  // namespace

ListCompiler::ListCompiler(ScanRules rules, std::string language, Symbols& symbols,
                           const std::map<std::string, PlacedText>* rules_of_set, std::vector<Problem>& problems)
    : rules_(rules),
      language_(std::move(language)),
      symbols_(symbols),
      rules_of_set_(rules_of_set),
      problems_(problems) {}

NumberWords& ListCompiler::numbers(const std::string& language) {
  auto& held = numbers_[language];
  if (!held) held = std::make_unique<NumberWords>(language);
  return *held;
}

std::optional<std::uint32_t> ListCompiler::compile_value(const PlacedText& in, std::uint32_t final,
                                                         const std::string& list) {
  TemplateTools tools{rules_, symbols_, no_calls_, numbers(language_), builder_};
  if (!is_template(in.text) && text::is_valid_utf8(in.text)) {
    if (const auto made = compile_text(in.text, final, tools)) return made;
  }
  const auto attempt = [&]() -> Result<std::uint32_t> {
    ENTENTE_TRY(const auto parsed, parse_template(in.text));
    ValueScope scope(rules_of_set_);
    return compile_template(parsed, final, scope, tools);
  };
  auto made = attempt();
  if (made.ok()) return std::move(made).value();
  const bool of_home = in.place.file.empty();  // a device may be called "Lamp (old" and must still be found
  if (of_home && text::is_valid_utf8(in.text)) {
    if (const auto plain = compile_text(in.text, final, tools)) return plain;
  }
  problems_.push_back({in.place.file, in.place.line,
                       fmt::format("a value of {{{}}}, '{}', is left out: {}", list,
                                   text::shorten(text::to_valid_utf8(in.text), 80), made.error().message)});
  return std::nullopt;
}

void ListCompiler::add_values(std::size_t list, const std::string& name, const std::vector<ListValueSource>& values) {
  auto network = std::make_shared<ListNetwork>();
  network->kind = ListNetwork::Kind::values;
  network->name = name;
  std::vector<std::uint32_t> states;
  for (const auto& value : values) {
    if (network->entries.size() >= values_limit) {
      problems_.push_back({value.in.place.file, value.in.place.line,
                           fmt::format("{{{}}} has more than {} values; the rest is left out", name, values_limit)});
      break;
    }
    const auto final = static_cast<std::uint32_t>(network->entries.size());
    const auto state = compile_value(value.in, final, name);
    if (!state) continue;
    const auto& arcs = builder_.arcs(*state);
    if (arcs.empty()) {
      problems_.push_back(
          {value.in.place.file, value.in.place.line,
           fmt::format("a value of {{{}}}, '{}', has no words", name, text::shorten(value.in.text, 80))});
      continue;
    }
    states.push_back(*state);
    auto canonical = is_template(value.in.text) ? std::string() : collapse_spaces(value.in.text);
    network->entries.push_back(ListEntry{std::move(canonical), value.out, value.context, value.metadata});
  }
  const auto root = builder_.unite(std::move(states), union_budget);
  network->root = root ? *root : builder_.state({}, {});
  if (!root) problems_.push_back({{}, 0, fmt::format("the list {{{}}} is too large and left out", name)});
  made_.emplace_back(list, std::move(network));
}

void ListCompiler::add_range(std::size_t list, const std::string& name, const RangeSource& range) {
  auto network = std::make_shared<ListNetwork>();
  network->kind = ListNetwork::Kind::range;
  network->name = name;
  network->range = range;
  network->numbers = spoken_numbers(range);
  auto& words = numbers(range.words_language.empty() ? language_ : range.words_language);
  PhraseTrie trie(rules_, symbols_);
  for (std::uint32_t i = 0; i < network->numbers.size(); ++i) {
    for (const auto& spelling : words.spell(network->numbers[i])) trie.add(spelling, i, Symbols::Use::spoken);
  }
  network->root = trie.build(builder_);
  made_.emplace_back(list, std::move(network));
}

void ListCompiler::add_quantity(std::size_t list, const std::string& name, Quantity quantity) {
  auto& network = quantities_[quantity];  // the same for all lists of it
  if (!network) network = quantity_network(name, quantity);
  made_.emplace_back(list, network);
}

std::shared_ptr<ListNetwork> ListCompiler::quantity_network(const std::string& name, Quantity quantity) {
  auto network = std::make_shared<ListNetwork>();
  network->kind = ListNetwork::Kind::values;
  network->name = name;
  auto words = compile_quantity(quantity, language_, rules_, symbols_, numbers(language_), builder_);
  network->root = words.root;
  for (auto& value : words.values) {
    ListEntry entry;
    entry.out = std::move(value);
    entry.metadata.emplace("unit", std::string(unit_of(quantity)));
    network->entries.push_back(std::move(entry));
  }
  return network;
}

void ListCompiler::add_wildcard(std::size_t list, const std::string& name) {
  auto network = std::make_shared<ListNetwork>();
  network->kind = ListNetwork::Kind::wildcard;
  network->name = name;
  network->root = builder_.state({}, {});
  made_.emplace_back(list, std::move(network));
}

void ListCompiler::finish(std::vector<SharedList>& lists) {
  std::vector<std::uint32_t> roots;
  for (const auto& [list, network] : made_) roots.push_back(network->root);
  const auto automaton = std::make_shared<const Automaton>(builder_.freeze(roots));
  for (std::size_t i = 0; i < made_.size(); ++i) {
    auto& [list, network] = made_[i];
    network->automaton = automaton;
    network->root = automaton->roots()[i];
    if (lists.size() <= list) lists.resize(list + 1);
    lists[list] = network;
  }
  made_.clear();
  quantities_.clear();
}

std::optional<double> typed_number(const ListNetwork& list, const Piece& token) {
  const auto& range = list.range;
  if (list.kind != ListNetwork::Kind::range || !range.digits || token.kind != Piece::Kind::number) return std::nullopt;
  if (in_range(range, token.value)) return token.value;
  if (in_range(range, token.grouped)) return token.grouped;
  return std::nullopt;
}

bool in_range(const RangeSource& range, double number) {
  if (number < static_cast<double>(range.from) || number > static_cast<double>(range.to)) return false;
  const double parts = range.fractions == RangeSource::Fractions::none     ? 1
                       : range.fractions == RangeSource::Fractions::halves ? 2
                                                                           : 10;
  const double scaled = (number - static_cast<double>(range.from)) * parts;
  if (std::abs(scaled - std::round(scaled)) > 1e-6) return false;
  return range.step == 1 ||
         std::abs(std::remainder(number - static_cast<double>(range.from), static_cast<double>(range.step))) < 1e-6;
}

model::Value range_value(const RangeSource& range, double number) {
  const double value = number * range.multiplier;
  const auto whole = static_cast<std::int64_t>(std::llround(value));
  if (std::abs(value - static_cast<double>(whole)) < 1e-9) return whole;
  return value;
}

}  // namespace entente::language
