// SPDX-License-Identifier: GPL-3.0-or-later
// Statements.
#include "services/language/impl/jinja/renderer.h"

#include <fmt/format.h>

#include "base/json.h"
#include "services/language/impl/jinja/operations.h"

namespace entente::language::jinja {
namespace {

constexpr std::size_t output_limit = 16 * 1024;
constexpr std::size_t scope_cost = 4;

// The functions of `loop`.
class Cycle : public Function {
 public:
  explicit Cycle(std::size_t index) : index_(index) {}
  Value call(const Arguments& arguments, Workspace&) const override {
    if (arguments.items.empty()) fail("'cycle' of nothing");
    return arguments.items[index_ % arguments.items.size()];
  }

 private:
  std::size_t index_;
};

class Changed : public Function {
 public:
  explicit Changed(std::vector<Values>& last) : last_(last) {}
  Value call(const Arguments& arguments, Workspace&) const override {
    bool changed = last_.empty() || last_[0].size() != arguments.items.size();
    for (std::size_t i = 0; !changed && i < arguments.items.size(); ++i) {
      changed = !same(last_[0][i], arguments.items[i]);
    }
    last_.assign(1, arguments.items);
    return changed;
  }

 private:
  std::vector<Values>& last_;
};

Expression name(std::string text) {
  Expression made;
  made.kind = Expression::Kind::name;
  made.text = std::move(text);
  return made;
}

}  // namespace

class Macro : public Function {
 public:
  Macro(Renderer& renderer, const Node& node, Scope* around, bool is_caller)
      : renderer_(renderer), node_(node), around_(around), is_caller_(is_caller) {}
  Value call(const Arguments& arguments, Workspace&) const override {
    return renderer_.call_macro(node_, around_, arguments, is_caller_);
  }

 private:
  Renderer& renderer_;
  const Node& node_;
  Scope* around_;
  bool is_caller_;
};

Renderer::Inside::Inside(Renderer& renderer, Scope* around) : renderer_(renderer), before_(renderer.scope_) {
  renderer.workspace_.spend(scope_cost);
  renderer.scope_ = &renderer.scopes_.emplace_back();
  renderer.scope_->around = around;
}

Renderer::Renderer(const Json& variables) : variables_(variables) { scope_ = &scopes_.emplace_back(); }

std::string Renderer::run(const std::vector<Node>& nodes) {
  if (render(nodes) != Flow::on) fail("'break' or 'continue' outside a loop");
  return std::move(output_);
}

void Renderer::append(const std::string& text) {
  if (output_.size() + text.size() > output_limit) fail_exhausted("the reply is too long");
  workspace_.spend(text.size() / 32);
  output_ += text;
}

// NOLINTBEGIN(misc-no-recursion): every way round passes a Level.
Renderer::Flow Renderer::render(const std::vector<Node>& nodes) {
  const Workspace::Level level(workspace_);
  for (const Node& node : nodes) {
    workspace_.spend(1);
    if (const auto flow = render(node); flow != Flow::on) return flow;
  }
  return Flow::on;
}

Renderer::Flow Renderer::render(const Node& node) try {
  switch (node.kind) {
    case Node::Kind::text: append(node.text); break;
    case Node::Kind::output: append(shown(evaluate(node.expression))); break;
    case Node::Kind::choice: return choose(node);
    case Node::Kind::loop: return loop(node);
    case Node::Kind::set: assign(node.target, evaluate_defined(node.expression)); break;
    case Node::Kind::set_block: assign(node.target, filtered_block(node)); break;
    case Node::Kind::macro: define(node); break;
    case Node::Kind::call: call_block(node); break;
    case Node::Kind::filter: append(shown(filtered_block(node))); break;
    case Node::Kind::scope: return scoped(node);
    case Node::Kind::action: evaluate(node.expression); break;
    case Node::Kind::next: return Flow::next;
    case Node::Kind::stop: return Flow::stop;
  }
  return Flow::on;
} catch (const Failure& failure) {
  if (failure.error.message.starts_with("line ")) throw;  // the innermost line is the one to name
  fail_at(node.line, failure);
}

Renderer::Flow Renderer::choose(const Node& node) {
  for (const auto& branch : node.branches) {
    if (truth(evaluate(branch.condition))) return render(branch.body);
  }
  return Flow::on;
}

Renderer::Flow Renderer::loop(const Node& node) {
  Values items;
  for (auto& item : workspace_.items_of(evaluate_defined(node.expression))) {
    const Inside inside(*this, scope_);
    assign(node.target, item);
    if (truth(evaluate(node.condition))) items.push_back(std::move(item));
  }
  if (items.empty()) return node.branches.size() > 1 ? render(node.branches[1].body) : Flow::on;
  return loop_over(node, items);
}

Renderer::Flow Renderer::loop_over(const Node& node, const Values& items) {
  const auto count = items.size();
  std::vector<Values> last;
  const auto changed = workspace_.keep(std::make_unique<Changed>(last));
  for (std::size_t i = 0; i < count; ++i) {
    const Inside inside(*this, scope_);
    assign(node.target, items[i]);
    std::vector<std::pair<Value, Value>> loop;
    const auto put = [&loop](const char* key, Value value) {
      loop.emplace_back(Value(std::string(key)), std::move(value));
    };
    put("index", Value::size(i + 1));
    put("index0", Value::size(i));
    put("revindex", Value::size(count - i));
    put("revindex0", Value::size(count - i - 1));
    put("first", i == 0);
    put("last", i + 1 == count);
    put("length", Value::size(count));
    put("depth", std::int64_t{1});
    put("depth0", std::int64_t{0});
    put("cycle", workspace_.keep(std::make_unique<Cycle>(i)));
    put("changed", changed);
    if (i > 0) put("previtem", items[i - 1]);
    if (i + 1 < count) put("nextitem", items[i + 1]);
    scope_->names["loop"] = workspace_.dictionary(std::move(loop));
    if (render(node.branches[0].body) == Flow::stop) break;
  }
  return Flow::on;
}

Renderer::Flow Renderer::scoped(const Node& node) {
  auto values = evaluate_all(node.expression.items);
  const Inside inside(*this, scope_);
  for (std::size_t i = 0; i < values.size(); ++i) assign(node.target.items[i], values[i]);
  return render(node.branches[0].body);
}

std::string Renderer::block_text(const Node& node) {
  Capture capture(*this);
  const Inside inside(*this, scope_);
  if (render(node.branches[0].body) != Flow::on) fail("'break' or 'continue' outside a loop");
  return capture.take();
}

Value Renderer::filtered_block(const Node& node) {
  auto text = workspace_.text(block_text(node));
  const Inside inside(*this, scope_);
  scope_->names[std::string(block_subject)] = std::move(text);
  return evaluate(node.expression);
}

void Renderer::define(const Node& node) {
  assign(name(node.text), workspace_.keep(std::make_unique<Macro>(*this, node, scope_, false)));
}

void Renderer::call_block(const Node& node) {
  const auto caller = workspace_.keep(std::make_unique<Macro>(*this, node, scope_, true));
  append(shown(call(node.expression, &caller)));
}

Value Renderer::call_macro(const Node& node, Scope* around, const Arguments& arguments, bool is_caller) {
  const Workspace::Level level(workspace_);
  const Inside inside(*this, around);
  auto& names = scope_->names;
  for (std::size_t i = 0; i < node.parameters.size(); ++i) {
    const auto& parameter = node.parameters[i];
    const auto* given = arguments.at(i, parameter.name);
    names[parameter.name] = given != nullptr     ? *given
                            : parameter.optional ? evaluate(parameter.fallback)
                                                 : Value::undefined(parameter.name);
  }
  Values more;
  for (auto i = node.parameters.size(); i < arguments.items.size(); ++i) more.push_back(arguments.items[i]);
  names["varargs"] = workspace_.tuple(std::move(more));
  if (const auto* caller = arguments.named_only("caller"); caller != nullptr && !is_caller) names["caller"] = *caller;
  auto made = workspace_.text(block_text(node));
  return made;
}

void Renderer::assign(const Expression& target, const Value& value) {
  if (target.kind == Expression::Kind::name) {
    scope_->names[target.text] = value;
  } else if (target.kind == Expression::Kind::attribute) {
    const auto object = variable(target.items[0].text);
    if (object.dictionary() == nullptr || !object.dictionary()->name_space) {
      fail(fmt::format("'{}' is no namespace, so '{}.{}' cannot be set", target.items[0].text, target.items[0].text,
                       target.text));
    }
    workspace_.spend(1 + object.dictionary()->items.size() / 8);
    object.dictionary()->put(Value(target.text), value);
  } else {
    const auto parts = workspace_.items_of(value);
    if (parts.size() != target.items.size()) {
      fail(fmt::format("{} values for {} names", parts.size(), target.items.size()));
    }
    for (std::size_t i = 0; i < parts.size(); ++i) assign(target.items[i], parts[i]);
  }
}
// NOLINTEND(misc-no-recursion)

}  // namespace entente::language::jinja
