// SPDX-License-Identifier: GPL-3.0-or-later
// Lists as automata: what can be said for {name}, {area}, {brightness}, and what each means. Immutable once compiled;
// shared between a SentenceSet and its Grammars.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/language/impl/automaton.h"
#include "services/language/impl/source.h"
#include "services/language/impl/template_graph.h"

namespace entente::language {

struct ListEntry {
  std::string text;  // canonical words where `in` was no template
  model::Value out;
  std::map<std::string, model::Value> context;
  std::map<std::string, model::Value> metadata;
};

struct ListNetwork {
  enum class Kind : std::uint8_t { missing, values, range, wildcard };
  Kind kind = Kind::missing;
  std::string name;                            // for messages
  std::shared_ptr<const Automaton> automaton;  // finals index entries, or numbers
  std::uint32_t root = 0;
  std::vector<ListEntry> entries;  // of values
  RangeSource range;
  std::vector<double> numbers;  // of a range, those that have words
};
using SharedList = std::shared_ptr<const ListNetwork>;

// Whether a list, or the slot of its name, is of what a home has: devices, rooms, floors.
constexpr bool is_of_home(std::string_view list) { return list == "name" || list == "area" || list == "floor"; }

// Makes lists one by one and then freezes them into one automaton. One thread.
class ListCompiler {
 public:
  // `rules` are those that values may use, or null. Calls and symbols are the sentence set's, or the grammar's.
  ListCompiler(ScanRules rules, std::string language, Symbols& symbols,
               const std::map<std::string, PlacedText>* rules_of_set, std::vector<Problem>& problems);

  void add_values(std::size_t list, const std::string& name, const std::vector<ListValueSource>& values);
  void add_range(std::size_t list, const std::string& name, const RangeSource& range);
  void add_wildcard(std::size_t list, const std::string& name);
  void add_quantity(std::size_t list, const std::string& name, Quantity quantity);

  // Puts each list into `lists` at the index it was added with.
  void finish(std::vector<SharedList>& lists);

 private:
  std::optional<std::uint32_t> compile_value(const PlacedText& in, std::uint32_t final, const std::string& list);

  ScanRules rules_;
  std::string language_;
  Symbols& symbols_;
  const std::map<std::string, PlacedText>* rules_of_set_;
  std::vector<Problem>& problems_;
  Calls no_calls_;
  AutomatonBuilder builder_;
  std::map<std::string, std::unique_ptr<NumberWords>> numbers_;  // by language
  std::vector<std::pair<std::size_t, std::shared_ptr<ListNetwork>>> made_;

  std::map<Quantity, std::shared_ptr<ListNetwork>> quantities_;

  NumberWords& numbers(const std::string& language);
  std::shared_ptr<ListNetwork> quantity_network(const std::string& name, Quantity quantity);
};

// Whether `number` is in the range and on its steps.
bool in_range(const RangeSource& range, double number);
// The number that digits stand for in the list, where it is a range that takes them.
std::optional<double> typed_number(const ListNetwork& list, const Piece& token);
// What the slot holds: the number times the multiplier, whole where it is whole.
model::Value range_value(const RangeSource& range, double number);

}  // namespace entente::language
