// SPDX-License-Identifier: GPL-3.0-or-later
// What expressions of reply templates evaluate to: Python's values as far as replies need them. Texts are shared and
// never change. Lists, dictionaries and functions live in the Workspace of one rendering, as Python's live on its heap,
// so that two names may mean the same list; a Value must not outlive it. One thread.
//
// What cannot go on throws Failure, which Jinja::parse and Jinja::render catch: it ends there, as an Error.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "services/language/impl/jinja/moment_value.h"

namespace entente::language::jinja {

struct Failure {
  Error error;
};
[[noreturn]] void fail(std::string reason);            // the template asks for the impossible
[[noreturn]] void fail_exhausted(std::string reason);  // it asks for too much

struct List;
struct Dictionary;
class Function;

struct Undefined {
  std::string name;  // for messages: "x", ".x"; empty for the missing else of "a if b", which may be shown as nothing
};
struct None {};

class Value {
 public:
  using Text = std::shared_ptr<const std::string>;
  using Held =
      std::variant<None, Undefined, bool, std::int64_t, double, Text, List*, Dictionary*, const Function*, Moment>;

  Value() = default;                                    // None
  Value(bool value) : held_(value) {}                   // NOLINT(google-explicit-constructor)
  Value(std::int64_t value) : held_(value) {}           // NOLINT(google-explicit-constructor)
  Value(double value) : held_(value) {}                 // NOLINT(google-explicit-constructor)
  Value(std::string text);                              // NOLINT(google-explicit-constructor)
  Value(const char*) = delete;                          // would be a bool
  Value(List* list) : held_(list) {}                    // NOLINT(google-explicit-constructor)
  Value(Dictionary* dictionary) : held_(dictionary) {}  // NOLINT(google-explicit-constructor)
  Value(const Function* function) : held_(function) {}  // NOLINT(google-explicit-constructor)
  Value(Moment moment) : held_(moment) {}               // NOLINT(google-explicit-constructor)
  static Value undefined(std::string name);
  static Value size(std::size_t count) { return static_cast<std::int64_t>(count); }

  template <class T>
  const T* get() const {
    return std::get_if<T>(&held_);
  }
  bool defined() const { return get<Undefined>() == nullptr; }
  bool is_none() const { return get<None>() != nullptr; }
  const std::string* text() const { return get<Text>() == nullptr ? nullptr : get<Text>()->get(); }
  List* list() const { return get<List*>() == nullptr ? nullptr : *get<List*>(); }
  Dictionary* dictionary() const { return get<Dictionary*>() == nullptr ? nullptr : *get<Dictionary*>(); }
  const Function* function() const { return get<const Function*>() == nullptr ? nullptr : *get<const Function*>(); }
  const Moment* moment() const { return get<Moment>(); }

 private:
  Held held_;
};
using Values = std::vector<Value>;

struct List {
  Values items;
  bool tuple = false;
};

// In the order of insertion.
struct Dictionary {
  std::vector<std::pair<Value, Value>> items;
  bool name_space = false;  // of namespace(): the only thing whose members {% set x.y = … %} may set

  const Value* find(const Value& key) const;
  const Value* find(std::string_view key) const;
  void put(Value key, Value value);
};

struct Arguments {
  Values items;
  std::vector<std::pair<std::string, Value>> named;

  const Value* at(std::size_t index, std::string_view name) const;  // by position or name, or null
  const Value* named_only(std::string_view name) const;
};

class Workspace;

class Function {
 public:
  Function() = default;
  Function(const Function&) = delete;
  Function& operator=(const Function&) = delete;
  virtual ~Function() = default;
  virtual Value call(const Arguments& arguments, Workspace& workspace) const = 0;
};

bool truth(const Value& value);                      // nothing that is undefined is true
std::string shown(const Value& value);               // as Python's str(); fails for what is undefined
std::string represented(const Value& value);         // as Python's repr()
std::string brief(const Value& value);               // for messages; never fails
bool same(const Value& left, const Value& right);    // ==
int compare(const Value& left, const Value& right);  // below, at or above 0; fails where there is no order
bool whole(const Value& value);                      // an integer, or a bool
bool numeric(const Value& value);                    // or a float
std::int64_t integer_of(const Value& value);         // of a whole value; else fails
double real_of(const Value& value);                  // of a numeric value; else fails
const std::string& text_of(const Value& value);      // of a text; else fails

}  // namespace entente::language::jinja
