// SPDX-License-Identifier: GPL-3.0-or-later
// Expressions.
#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "services/language/impl/jinja/operations.h"
#include "services/language/impl/jinja/renderer.h"

namespace entente::language::jinja {

// NOLINTBEGIN(misc-no-recursion): every way round passes a Level.
Value Renderer::evaluate(const Expression& expression) {
  workspace_.spend(1);
  if (expression.kind == Expression::Kind::literal) return expression.value;
  if (expression.kind == Expression::Kind::name) return variable(expression.text);
  const Workspace::Level level(workspace_);
  return evaluate_inside(expression);
}

Value Renderer::evaluate_defined(const Expression& expression) {
  auto value = evaluate(expression);
  if (!value.defined()) fail(brief(value) + " is not known");
  return value;
}

Values Renderer::evaluate_all(const std::vector<Expression>& expressions) {
  Values values;
  for (const auto& one : expressions) values.push_back(evaluate(one));
  return values;
}

Value Renderer::evaluate_inside(const Expression& expression) {
  const auto& items = expression.items;
  switch (expression.kind) {
    case Expression::Kind::literal: return expression.value;
    case Expression::Kind::name: return variable(expression.text);
    case Expression::Kind::list: return workspace_.list(evaluate_all(items));
    case Expression::Kind::tuple: return workspace_.tuple(evaluate_all(items));
    case Expression::Kind::dictionary: return dictionary(expression);
    case Expression::Kind::attribute: return member(evaluate(items[0]), std::string_view(expression.text));
    case Expression::Kind::index: {
      const auto object = evaluate(items[0]);
      return member(object, evaluate(items[1]), workspace_);
    }
    case Expression::Kind::slice: {
      const auto parts = evaluate_all(items);
      return slice(parts[0], parts[1], parts[2], parts[3], workspace_);
    }
    case Expression::Kind::call: return call(expression, nullptr);
    case Expression::Kind::filter: {
      const auto subject = evaluate(items[0]);
      return apply_filter(expression.text, subject, arguments_of(expression, 1), workspace_);
    }
    case Expression::Kind::test: {
      const auto subject = evaluate(items[0]);
      return apply_test(expression.text, subject, arguments_of(expression, 1), workspace_);
    }
    case Expression::Kind::unary: return apply_unary(expression.text, evaluate(items[0]));
    case Expression::Kind::binary: {
      const auto left = evaluate(items[0]);
      return apply_binary(expression.text, left, evaluate(items[1]), workspace_);
    }
    case Expression::Kind::comparison: return comparison(expression);
    case Expression::Kind::concatenation: {
      std::string made;
      for (const auto& item : items) made += shown(evaluate(item));
      return workspace_.text(std::move(made));
    }
    case Expression::Kind::conjunction:
    case Expression::Kind::disjunction: {
      Value value;
      for (const auto& item : items) {
        value = evaluate(item);
        if (truth(value) == (expression.kind == Expression::Kind::disjunction)) break;
      }
      return value;
    }
    case Expression::Kind::conditional:
      if (truth(evaluate(items[1]))) return evaluate(items[0]);
      return items.size() > 2 ? evaluate(items[2]) : Value::undefined({});
  }
  return {};
}

Value Renderer::variable(const std::string& name) {
  for (const auto* scope = scope_; scope != nullptr; scope = scope->around) {
    if (const auto found = scope->names.find(name); found != scope->names.end()) return found->second;
  }
  if (variables_.is_object()) {
    if (const auto found = variables_.find(name); found != variables_.end()) {
      return scopes_.front().names[name] = workspace_.from_json(*found);
    }
  }
  if (const auto* function = global_function(name)) return function;
  return Value::undefined(name);
}

Value Renderer::dictionary(const Expression& expression) {
  std::vector<std::pair<Value, Value>> items;
  for (std::size_t i = 0; i + 1 < expression.items.size(); i += 2) {
    auto key = evaluate_defined(expression.items[i]);
    items.emplace_back(std::move(key), evaluate(expression.items[i + 1]));
  }
  return workspace_.dictionary(std::move(items));
}

// "1 < a <= 3": each operand is evaluated once.
bool Renderer::comparison(const Expression& expression) {
  auto left = evaluate(expression.items[0]);
  for (std::size_t i = 0; i < expression.names.size(); ++i) {
    auto right = evaluate(expression.items[i + 1]);
    if (!apply_comparison(expression.names[i], left, right, workspace_)) return false;
    left = std::move(right);
  }
  return true;
}

Value Renderer::call(const Expression& expression, const Value* caller) {
  const auto& callee = expression.items[0];
  const bool method = callee.kind == Expression::Kind::attribute;
  const auto object = evaluate(method ? callee.items[0] : callee);
  auto arguments = arguments_of(expression, 1);
  if (caller != nullptr) arguments.named.emplace_back("caller", *caller);
  if (method) return apply_method(callee.text, object, arguments, workspace_);
  if (object.function() == nullptr) {
    if (callee.kind == Expression::Kind::name && !object.defined()) {
      fail(fmt::format("there is no function '{}'", text::shorten(callee.text, 40)));
    }
    fail(fmt::format("{} cannot be called", brief(object)));
  }
  return object.function()->call(arguments, workspace_);
}

Arguments Renderer::arguments_of(const Expression& expression, std::size_t first) {
  Arguments made;
  for (auto i = first; i < expression.items.size(); ++i) made.items.push_back(evaluate(expression.items[i]));
  for (const auto& spread : expression.spread) {
    for (auto& item : workspace_.items_of(evaluate(spread))) made.items.push_back(std::move(item));
  }
  for (std::size_t i = 0; i < expression.names.size(); ++i) {
    made.named.emplace_back(expression.names[i], evaluate(expression.named_items[i]));
  }
  for (const auto& spread : expression.spread_named) {
    const auto held = evaluate(spread);
    if (held.dictionary() == nullptr) fail(fmt::format("{} is no dictionary", brief(held)));
    for (const auto& [key, value] : held.dictionary()->items) made.named.emplace_back(text_of(key), value);
  }
  return made;
}
// NOLINTEND(misc-no-recursion)

}  // namespace entente::language::jinja
