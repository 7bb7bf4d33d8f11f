// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/jinja/workspace.h"

#include "base/json.h"
#include "services/language/impl/letters.h"

namespace entente::language::jinja {
namespace {

constexpr int depth_limit = 200;
constexpr std::size_t bytes_of_a_unit = 32;

// Finds its arguments in a JSON object, one in the other.
class Lookup : public Function {
 public:
  explicit Lookup(const Json& table) : table_(table) {}

  Value call(const Arguments& arguments, Workspace& workspace) const override {
    const Json* at = &table_;
    for (const auto& argument : arguments.items) {
      const auto* key = argument.text();
      const auto found = key != nullptr && at->is_object() ? at->find(*key) : at->end();
      if (key == nullptr || !at->is_object() || found == at->end()) return {};
      at = &*found;
    }
    return workspace.from_json(*at);
  }

 private:
  const Json& table_;
};

}  // namespace

Value Workspace::list(Values items) {
  spend(1 + items.size());
  return &lists_.emplace_back(List{std::move(items), false});
}
Value Workspace::tuple(Values items) {
  spend(1 + items.size());
  return &lists_.emplace_back(List{std::move(items), true});
}

Dictionary* Workspace::make_dictionary(std::vector<std::pair<Value, Value>> items) {
  spend(1 + items.size() + items.size() * items.size() / 64);
  auto& made = dictionaries_.emplace_back();
  for (auto& [key, value] : items) made.put(std::move(key), std::move(value));
  return &made;
}
Value Workspace::dictionary(std::vector<std::pair<Value, Value>> items) { return make_dictionary(std::move(items)); }
Value Workspace::name_space(std::vector<std::pair<Value, Value>> items) {
  auto* made = make_dictionary(std::move(items));
  made->name_space = true;
  return made;
}

Value Workspace::keep(std::unique_ptr<Function> function) {
  spend(1);
  functions_.push_back(std::move(function));
  return static_cast<const Function*>(functions_.back().get());
}

Value Workspace::text(std::string text) {
  if (text.size() > text_limit) fail_exhausted("a text in the reply is too long");
  spend(1 + text.size() / bytes_of_a_unit);
  return Value(std::move(text));
}

void Workspace::spend(std::size_t units) {
  if (units > left_) fail_exhausted("the reply takes too many steps");
  left_ -= units;
}

Workspace::Level::Level(Workspace& workspace) : workspace_(workspace) {
  if (workspace.depth_ >= depth_limit) fail_exhausted("the reply is nested too deeply");
  ++workspace.depth_;
}

Values Workspace::items_of(const Value& value) {
  Values items;
  if (const auto* list = value.list()) {
    items = list->items;
  } else if (const auto* dictionary = value.dictionary()) {
    for (const auto& [key, held] : dictionary->items) items.push_back(key);
  } else if (const auto* text = value.text()) {
    spend(text->size());
    for (auto& letter : characters(*text)) items.emplace_back(std::move(letter));
  } else if (!value.defined()) {
    fail(brief(value) + " is not known");
  } else {
    fail(brief(value) + " is no list");
  }
  spend(items.size());
  return items;
}

std::size_t Workspace::length_of(const Value& value) {
  if (const auto* list = value.list()) return list->items.size();
  if (const auto* dictionary = value.dictionary()) return dictionary->items.size();
  return items_of(value).size();
}

bool Workspace::holds(const Value& box, const Value& wanted) {
  if (const auto* dictionary = box.dictionary()) {
    spend(dictionary->items.size());
    return dictionary->find(wanted) != nullptr;
  }
  if (const auto* text = box.text()) {
    spend(text->size() / bytes_of_a_unit);
    return text->find(text_of(wanted)) != std::string::npos;
  }
  for (const auto& item : items_of(box)) {
    if (same(item, wanted)) return true;
  }
  return false;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the variables are, which Level bounds.
Value Workspace::from_json(const Json& json) {
  const Level level(*this);
  switch (json.type()) {
    case Json::value_t::boolean: return json.get<bool>();
    case Json::value_t::number_integer: return json.get<std::int64_t>();
    case Json::value_t::number_unsigned: {
      const auto value = json.get<std::uint64_t>();
      return value > INT64_MAX ? Value(static_cast<double>(value)) : Value(static_cast<std::int64_t>(value));
    }
    case Json::value_t::number_float: return json.get<double>();
    case Json::value_t::string: return json.get<std::string>();
    case Json::value_t::array: {
      Values items;
      for (const auto& item : json) items.push_back(from_json(item));
      return list(std::move(items));
    }
    case Json::value_t::object: break;
    default: return {};
  }
  if (json.size() == 1) {
    const auto only = json.begin();
    const auto& key = only.key();
    const Json& held = only.value();
    if (key == "__lookup__" && held.is_object()) return keep(std::make_unique<Lookup>(held));
    if ((key == "__date__" || key == "__time__" || key == "__datetime__") && held.is_string()) {
      const auto moment = read_moment(held.get_ref<const std::string&>());
      if (!moment) fail("'" + held.get<std::string>().substr(0, 40) + "' is no date or time");
      return *moment;
    }
  }
  std::vector<std::pair<Value, Value>> items;
  for (const auto& [key, held] : json.items()) items.emplace_back(Value(key), from_json(held));
  return dictionary(std::move(items));
}

}  // namespace entente::language::jinja
