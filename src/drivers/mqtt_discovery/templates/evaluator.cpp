// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "drivers/mqtt_discovery/templates/filters.h"
#include "drivers/mqtt_discovery/templates/syntax.h"
#include "drivers/mqtt_discovery/templates/template.h"
#include "drivers/mqtt_discovery/templates/values.h"

namespace entente::mqtt_discovery {
namespace templates {
namespace {

constexpr int most_steps = 5'000;

Error wrong(std::string_view reason) { return Error{ErrorCode::invalid, fmt::format("template: {}", reason)}; }
Error exhausted(std::string_view what) { return Error{ErrorCode::exhausted, fmt::format("template: {}", what)}; }

class Evaluator {
 public:
  explicit Evaluator(const Variables& variables) : given_(variables) {}

  Result<void> run(const Block& block) {
    for (const auto& statement : block) {
      if (++steps_ > most_steps) return exhausted("it takes too long");
      ENTENTE_TRY_VOID(run(statement));
      if (output_.size() > longest_text) return exhausted("its text grows too long");
    }
    return {};
  }
  std::string output() { return std::string(text::trim(output_)); }

 private:
  Result<void> run(const Statement& statement) {
    switch (statement.kind) {
      case Statement::Kind::text: output_ += statement.text; return {};
      case Statement::Kind::output: {
        ENTENTE_TRY(const Json value, evaluate(*statement.expression));
        output_ += printed(value);
        return {};
      }
      case Statement::Kind::choice: return choose(statement);
      case Statement::Kind::loop: return loop(statement);
      case Statement::Kind::assignment: return assign(statement);
    }
    return {};
  }

  Result<void> choose(const Statement& statement) {
    for (const auto& branch : statement.branches) {
      if (branch.condition) {
        ENTENTE_TRY(const Json condition, evaluate(*branch.condition));
        if (!truth(condition)) continue;
      }
      return run(branch.body);
    }
    return {};
  }

  Result<void> loop(const Statement& statement) {
    ENTENTE_TRY(Json list, evaluate(*statement.expression));
    if (list.is_object()) {
      ENTENTE_TRY(list, apply_filter("list", list, {}));
    }
    const bool empty = !list.is_array() || list.empty();
    if (empty) return statement.branches.size() > 1 ? run(statement.branches[1].body) : Result<void>();
    const auto before = own_;
    for (const Json& item : list) {
      if (statement.second_name.empty()) {
        own_[statement.text] = item;
      } else if (item.is_array() && item.size() == 2) {
        own_[statement.text] = item[0];
        own_[statement.second_name] = item[1];
      } else {
        return wrong("a loop over pairs over what are none");
      }
      ENTENTE_TRY_VOID(run(statement.branches[0].body));
    }
    // What a loop sets ends with it, but for members of a namespace.
    auto inside = std::exchange(own_, before);
    for (auto& [name, value] : own_) {
      if (value.is_object()) value = std::move(inside[name]);
    }
    return {};
  }

  Result<void> assign(const Statement& statement) {
    ENTENTE_TRY(Json value, evaluate(*statement.expression));
    if (own_.size() > 100) return exhausted("too many names");
    Json& target = own_[statement.text];
    if (statement.member.empty()) {
      target = std::move(value);
    } else if (target.is_object()) {
      target[statement.member] = std::move(value);
    } else {
      return wrong(fmt::format("'{}' is no namespace", statement.text));
    }
    return {};
  }

  const Json* named(const std::string& name) const {
    if (const auto own = own_.find(name); own != own_.end()) return &own->second;
    for (const auto& [key, value] : given_) {
      if (key == name) return value;
    }
    return nullptr;
  }

  // The value where it lies, for paths into what may be a large message; null where it has to be computed.
  Result<const Json*> look_up(const Expression& expression) {
    static const Json nothing = undefined();
    if (expression.kind == Kind::literal) return &expression.value;
    if (expression.kind == Kind::name) {
      const Json* found = named(expression.text);
      return found == nullptr ? &nothing : found;
    }
    if (expression.kind != Kind::attribute && expression.kind != Kind::index) return static_cast<const Json*>(nullptr);
    ENTENTE_TRY(const Json* object, look_up(*expression.parts[0]));
    if (object == nullptr) return object;
    const Json* found = nullptr;
    if (expression.kind == Kind::attribute) {
      found = find(*object, expression.text);
    } else {
      ENTENTE_TRY(const Json key, evaluate(*expression.parts[1]));
      if (object->is_string()) return static_cast<const Json*>(nullptr);
      found = member(*object, key);
    }
    return found == nullptr ? &nothing : found;
  }

  Result<Json> evaluate(const Expression& expression) {
    if (++steps_ > most_steps) return exhausted("it takes too long");
    ENTENTE_TRY(const Json* found, look_up(expression));
    if (found != nullptr) return *found;
    switch (expression.kind) {
      case Kind::attribute: return attribute(expression);
      case Kind::index: return index(expression);
      case Kind::slice: return sliced(expression);
      case Kind::call: return call(expression);
      case Kind::method: return method(expression);
      case Kind::filter: return filtered(expression);
      case Kind::test: return tested(expression);
      case Kind::list: return list(expression);
      case Kind::dictionary: return dictionary(expression);
      case Kind::negative: return negative(expression);
      case Kind::negation: return negation(expression);
      case Kind::binary: return binary(expression);
      case Kind::conditional: return conditional(expression);
      case Kind::literal:
      case Kind::name: break;
    }
    return undefined();
  }

  Result<Json> attribute(const Expression& expression) {
    ENTENTE_TRY(const Json object, evaluate(*expression.parts[0]));
    const Json* found = find(object, expression.text);
    return found == nullptr ? undefined() : *found;
  }
  Result<Json> index(const Expression& expression) {
    ENTENTE_TRY(const Json object, evaluate(*expression.parts[0]));
    ENTENTE_TRY(const Json key, evaluate(*expression.parts[1]));
    if (object.is_string() && key.is_number_integer()) {
      const auto at = key.get<std::int64_t>();
      return slice(object, at, at == -1 ? std::nullopt : std::optional(at + 1));
    }
    const Json* found = member(object, key);
    return found == nullptr ? undefined() : *found;
  }
  Result<Json> sliced(const Expression& expression) {
    ENTENTE_TRY(const Json object, evaluate(*expression.parts[0]));
    std::optional<std::int64_t> ends[2];
    for (std::size_t i = 0; i < 2; ++i) {
      if (!expression.parts[i + 1]) continue;
      ENTENTE_TRY(const Json end, evaluate(*expression.parts[i + 1]));
      if (!end.is_number_integer()) return wrong("a slice ends at what is no whole number");
      ends[i] = end.get<std::int64_t>();
    }
    return slice(object, ends[0], ends[1]);
  }

  Result<Given> given(const Expression& expression) {
    Given given;
    for (const auto& argument : expression.arguments) {
      ENTENTE_TRY(Json value, evaluate(*argument.value));
      if (argument.name.empty()) {
        given.values.push_back(std::move(value));
      } else {
        given.named.emplace_back(argument.name, std::move(value));
      }
    }
    return given;
  }
  Result<Json> call(const Expression& expression) {
    ENTENTE_TRY(const Given arguments, given(expression));
    return call_function(expression.text, arguments);
  }
  Result<Json> method(const Expression& expression) {
    ENTENTE_TRY(const Json object, evaluate(*expression.parts[0]));
    ENTENTE_TRY(const Given arguments, given(expression));
    return call_method(expression.text, object, arguments);
  }
  Result<Json> filtered(const Expression& expression) {
    ENTENTE_TRY(const Json input, evaluate(*expression.parts[0]));
    ENTENTE_TRY(const Given arguments, given(expression));
    return apply_filter(expression.text, input, arguments);
  }
  Result<Json> tested(const Expression& expression) {
    ENTENTE_TRY(const Json input, evaluate(*expression.parts[0]));
    ENTENTE_TRY(const Given arguments, given(expression));
    return Json(apply_test(expression.text, input, arguments));
  }

  Result<Json> list(const Expression& expression) {
    Json made = Json::array();
    for (const auto& part : expression.parts) {
      ENTENTE_TRY(Json item, evaluate(*part));
      made.push_back(std::move(item));
    }
    return made;
  }
  Result<Json> dictionary(const Expression& expression) {
    Json made = Json::object();
    for (std::size_t i = 0; i + 1 < expression.parts.size(); i += 2) {
      ENTENTE_TRY(const Json key, evaluate(*expression.parts[i]));
      ENTENTE_TRY(Json value, evaluate(*expression.parts[i + 1]));
      made[printed(key)] = std::move(value);
    }
    return made;
  }

  Result<Json> negative(const Expression& expression) {
    ENTENTE_TRY(const Json value, evaluate(*expression.parts[0]));
    return calculate("-", Json(0), value);
  }
  Result<Json> negation(const Expression& expression) {
    ENTENTE_TRY(const Json value, evaluate(*expression.parts[0]));
    return Json(!truth(value));
  }

  Result<Json> binary(const Expression& expression) {
    const auto& symbol = expression.text;
    ENTENTE_TRY(Json left, evaluate(*expression.parts[0]));
    if (symbol == "and") return truth(left) ? evaluate(*expression.parts[1]) : Result<Json>(std::move(left));
    if (symbol == "or") return truth(left) ? Result<Json>(std::move(left)) : evaluate(*expression.parts[1]);
    ENTENTE_TRY(const Json right, evaluate(*expression.parts[1]));
    if (symbol == "==") return Json(equal(left, right));
    if (symbol == "!=") return Json(!equal(left, right));
    if (symbol == "in" || symbol == "not in") {
      Given container;
      container.values.push_back(right);
      return Json(apply_test("in", left, container) == (symbol == "in"));
    }
    if (symbol == "~") return joined(left, right);
    if (symbol == "<" || symbol == ">" || symbol == "<=" || symbol == ">=") return compared(symbol, left, right);
    return bounded(calculate(symbol, left, right));
  }

  static Result<Json> joined(const Json& left, const Json& right) {
    auto words = printed(left) + printed(right);
    if (words.size() > longest_text) return exhausted("its text grows too long");
    return Json(std::move(words));
  }
  static Result<Json> bounded(Result<Json> value) {
    const bool long_text =
        value.ok() && value->is_string() && value->get_ref<const std::string&>().size() > longest_text;
    const bool long_list = value.ok() && value->is_array() && value->size() > most_steps;
    if (long_text || long_list) return exhausted("its text grows too long");
    return value;
  }
  static Result<Json> compared(const std::string& symbol, const Json& left, const Json& right) {
    const auto order_found = order(left, right);
    if (!order_found) {
      const bool absent = is_undefined(left) || is_undefined(right);
      return Error{absent ? ErrorCode::not_found : ErrorCode::invalid,
                   fmt::format("template: '{}' {} '{}' cannot be compared", text::shorten(printed(left), 40), symbol,
                               text::shorten(printed(right), 40))};
    }
    if (symbol == "<") return Json(*order_found < 0);
    if (symbol == ">") return Json(*order_found > 0);
    return Json(symbol == "<=" ? *order_found <= 0 : *order_found >= 0);
  }

  Result<Json> conditional(const Expression& expression) {
    ENTENTE_TRY(const Json condition, evaluate(*expression.parts[0]));
    if (truth(condition)) return evaluate(*expression.parts[1]);
    if (!expression.parts[2]) return undefined();
    return evaluate(*expression.parts[2]);
  }

  const Variables& given_;
  std::map<std::string, Json> own_;  // what the template sets
  std::string output_;
  int steps_ = 0;
};

}  // namespace
}  // namespace templates

Template::Template(std::shared_ptr<const templates::Syntax> syntax) : syntax_(std::move(syntax)) {}

Result<Template> Template::parse(std::string_view source) {
  ENTENTE_TRY(auto block, templates::parse(source));
  auto syntax = std::make_shared<templates::Syntax>();
  syntax->block = std::move(block);
  return Template(std::move(syntax));
}

Result<std::string> Template::render(const Variables& variables) const {
  templates::Evaluator evaluator(variables);
  ENTENTE_TRY_VOID(evaluator.run(syntax_->block));
  return evaluator.output();
}

}  // namespace entente::mqtt_discovery
