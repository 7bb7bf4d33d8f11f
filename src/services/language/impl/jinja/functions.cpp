// SPDX-License-Identifier: GPL-3.0-or-later
// Jinja2's global functions.
#include <algorithm>

#include "services/language/impl/jinja/operations.h"

namespace entente::language::jinja {
namespace {

constexpr std::int64_t range_limit = 10'000;

class Range : public Function {
 public:
  Value call(const Arguments& arguments, Workspace& workspace) const override {
    const auto count = arguments.items.size();
    if (count == 0 || count > 3) fail("'range' takes one to three numbers");
    const auto from = count == 1 ? 0 : integer_of(arguments.items[0]);
    const auto to = integer_of(arguments.items[count == 1 ? 0 : 1]);
    const auto step = count == 3 ? integer_of(arguments.items[2]) : 1;
    if (step == 0) fail("'range' in steps of zero");
    Values made;
    for (auto at = from; step > 0 ? at < to : at > to;) {
      if (static_cast<std::int64_t>(made.size()) >= range_limit) fail_exhausted("a range that is too long");
      made.emplace_back(at);
      if (__builtin_add_overflow(at, step, &at)) break;
    }
    return workspace.list(std::move(made));
  }
};

std::vector<std::pair<Value, Value>> pairs_of(const Arguments& arguments, Workspace& workspace) {
  std::vector<std::pair<Value, Value>> made;
  for (const auto& argument : arguments.items) {
    if (const auto* dictionary = argument.dictionary()) {
      made = dictionary->items;
      continue;
    }
    for (const auto& item : workspace.items_of(argument)) {
      const auto pair = workspace.items_of(item);
      if (pair.size() != 2) fail("a dictionary is made of pairs");
      made.emplace_back(pair[0], pair[1]);
    }
  }
  for (const auto& [name, value] : arguments.named) made.emplace_back(Value(name), value);
  return made;
}

class MakeDictionary : public Function {
 public:
  Value call(const Arguments& arguments, Workspace& workspace) const override {
    return workspace.dictionary(pairs_of(arguments, workspace));
  }
};
class MakeNamespace : public Function {
 public:
  Value call(const Arguments& arguments, Workspace& workspace) const override {
    return workspace.name_space(pairs_of(arguments, workspace));
  }
};

// Nothing at the first call, the separator at all others.
class Joiner : public Function {
 public:
  explicit Joiner(Value separator) : separator_(std::move(separator)) {}
  Value call(const Arguments&, Workspace&) const override {
    if (used_) return separator_;
    used_ = true;
    return Value(std::string());
  }

 private:
  Value separator_;
  mutable bool used_ = false;
};
class MakeJoiner : public Function {
 public:
  Value call(const Arguments& arguments, Workspace& workspace) const override {
    const auto* separator = arguments.at(0, "sep");
    return workspace.keep(std::make_unique<Joiner>(separator == nullptr ? Value(std::string(", ")) : *separator));
  }
};

}  // namespace

const Function* global_function(std::string_view name) {
  static const Range range;
  static const MakeDictionary dictionary;
  static const MakeNamespace name_space;
  static const MakeJoiner joiner;
  if (name == "range") return &range;
  if (name == "dict") return &dictionary;
  if (name == "namespace") return &name_space;
  return name == "joiner" ? &joiner : nullptr;
}

}  // namespace entente::language::jinja
