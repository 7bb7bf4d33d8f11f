// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/jinja.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "services/language/impl/jinja_syntax.h"
#include "services/language/impl/jinja_values.h"
#include "services/language/impl/scan.h"

namespace entente::language {
namespace {

using jinja::Arguments;
using jinja::Expression;
using jinja::Node;
using jinja::Value;

constexpr std::size_t template_size_limit = 64 * 1024;
constexpr std::size_t output_limit = 16 * 1024;
constexpr int step_limit = 50'000;
constexpr int evaluation_depth = 300;

Error at_line(int line, const Error& error) { return error.within(fmt::format("line {}", line)); }

// Text, {{ … }}, {% … %}; comments are gone and '-' has eaten its white space.
struct Part {
  enum class Kind { text, output, block } kind = Kind::text;
  std::string text;
  int line = 1;
};

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  Result<std::vector<Part>> run() {
    while (at_ < text_.size()) {
      auto open = text_.find('{', at_);
      while (open != std::string_view::npos && (open + 1 >= text_.size() || !opens(text_[open + 1]))) {
        open = text_.find('{', open + 1);
      }
      plain(text_.substr(at_, open == std::string_view::npos ? open : open - at_));
      if (open == std::string_view::npos) break;
      at_ = open;
      ENTENTE_TRY_VOID(bracket());
    }
    return std::move(parts_);
  }

 private:
  static bool opens(char c) { return c == '{' || c == '%' || c == '#'; }

  void plain(std::string_view text) {
    if (eat_) text = text::trim(text).empty() ? std::string_view() : text.substr(text.find_first_not_of(" \t\r\n"));
    if (!text.empty()) parts_.push_back(Part{Part::Kind::text, std::string(text), line_});
  }

  Result<void> bracket() {
    const char kind = text_[at_ + 1];
    const std::string close{kind == '{' ? '}' : kind, '}'};
    const auto end = closing(kind, close);
    if (end == std::string_view::npos) {
      return at_line(line_of(at_), Error{ErrorCode::invalid, fmt::format("'{{{}' is never closed", kind)});
    }
    line_ = line_of(at_);
    auto inside = text_.substr(at_ + 2, end - at_ - 2);
    if (inside.starts_with('-')) {
      inside.remove_prefix(1);
      eat_before();
    }
    eat_ = inside.ends_with('-');
    if (eat_) inside.remove_suffix(1);
    const auto what = std::string(text::trim(inside));
    if (kind == '{') parts_.push_back(Part{Part::Kind::output, what, line_});
    if (kind == '%') parts_.push_back(Part{Part::Kind::block, what, line_});
    at_ = end + 2;
    return {};
  }

  // Brackets in quotes close nothing.
  std::size_t closing(char kind, std::string_view close) const {
    char quote = '\0';
    for (auto i = at_ + 2; i + 1 < text_.size(); ++i) {
      const char c = text_[i];
      if (quote != '\0') {
        if (c == '\\') ++i;
        if (c == quote) quote = '\0';
      } else if (kind != '#' && (c == '\'' || c == '"')) {
        quote = c;
      } else if (text_.substr(i, 2) == close) {
        return i;
      }
    }
    return std::string_view::npos;
  }

  void eat_before() {
    if (parts_.empty() || parts_.back().kind != Part::Kind::text) return;
    auto& text = parts_.back().text;
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
  }

  int line_of(std::size_t at) {
    counted_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_to_),
                                            text_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted_to_ = at;
    return counted_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Part> parts_;
  bool eat_ = false;
  int line_ = 1;
  int counted_ = 1;
  std::size_t counted_to_ = 0;
};

class DocumentParser {
 public:
  explicit DocumentParser(std::vector<Part> parts) : parts_(std::move(parts)) {}

  Result<std::vector<Node>> run() {
    ENTENTE_TRY(auto nodes, nodes_until_block(0));
    if (at_ < parts_.size()) {
      return at_line(parts_[at_].line, Error{ErrorCode::invalid, fmt::format("'{}' belongs to no block",
                                                                             text::shorten(parts_[at_].text, 40))});
    }
    return nodes;
  }

 private:
  static std::string_view first_word(std::string_view text) {
    auto word = text.substr(0, text.find_first_of(" \t\r\n"));
    if (word.ends_with(':')) word.remove_suffix(1);
    return word;
  }
  static std::string_view rest(std::string_view text) { return text::trim(text.substr(first_word(text).size())); }

  static Result<Expression> expression(std::string_view text, int line) {
    auto parsed = jinja::parse_expression(text);
    if (!parsed.ok()) return at_line(line, parsed.error());
    return parsed;
  }

  // Stops at a block that it does not know: elif, else, endif …
  // NOLINTNEXTLINE(misc-no-recursion): depth is counted.
  Result<std::vector<Node>> nodes_until_block(int depth) {
    std::vector<Node> nodes;
    for (; at_ < parts_.size(); ++at_) {
      const Part& part = parts_[at_];
      Node node;
      node.line = part.line;
      if (part.kind == Part::Kind::text) {
        node.text = part.text;
      } else if (part.kind == Part::Kind::output) {
        node.kind = Node::Kind::output;
        ENTENTE_TRY(node.expression, expression(part.text, part.line));
      } else {
        const auto word = first_word(part.text);
        if (word != "if" && word != "for" && word != "set") return nodes;
        if (depth > jinja::depth_limit)
          return at_line(part.line, Error{ErrorCode::exhausted, "blocks are nested too deeply"});
        ENTENTE_TRY(node, word == "if" ? choice(depth) : word == "for" ? loop(depth) : set());
      }
      nodes.push_back(std::move(node));
    }
    return nodes;
  }

  Error never_closed(int line, std::string_view what) const {
    return at_line(line, Error{ErrorCode::invalid, fmt::format("'{{% {} %}}' is never closed", what)});
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  Result<Node> choice(int depth) {
    Node node;
    node.kind = Node::Kind::choice;
    node.line = parts_[at_].line;
    bool otherwise = false;
    while (at_ < parts_.size()) {
      const auto word = first_word(parts_[at_].text);
      if (word == "endif") return node;
      Node::Branch branch;
      const bool conditional = word == "if" || word == "elif";
      if ((!conditional && word != "else") || otherwise) break;
      otherwise = !conditional;
      branch.condition.value = true;
      if (conditional) {
        ENTENTE_TRY(branch.condition, expression(rest(parts_[at_].text), parts_[at_].line));
      }
      ++at_;
      ENTENTE_TRY(branch.body, nodes_until_block(depth + 1));
      node.branches.push_back(std::move(branch));
    }
    return never_closed(node.line, "if");
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  Result<Node> loop(int depth) {
    Node node;
    node.kind = Node::Kind::loop;
    node.line = parts_[at_].line;
    const auto head = std::string(rest(parts_[at_].text));
    const auto in = head.find(" in ");
    if (in == std::string::npos) return at_line(node.line, Error{ErrorCode::invalid, "'for' without 'in'"});
    for (const auto name : text::split(std::string_view(head).substr(0, in), ',')) {
      node.names.emplace_back(text::trim(name));
    }
    ENTENTE_TRY(node.expression, expression(std::string_view(head).substr(in + 4), node.line));
    ++at_;
    Node::Branch body;
    ENTENTE_TRY(body.body, nodes_until_block(depth + 1));
    node.branches.push_back(std::move(body));
    if (at_ < parts_.size() && first_word(parts_[at_].text) == "else") {
      ++at_;
      Node::Branch otherwise;
      ENTENTE_TRY(otherwise.body, nodes_until_block(depth + 1));
      node.branches.push_back(std::move(otherwise));
    }
    if (at_ >= parts_.size() || first_word(parts_[at_].text) != "endfor") return never_closed(node.line, "for");
    return node;
  }

  Result<Node> set() {
    Node node;
    node.kind = Node::Kind::set;
    node.line = parts_[at_].line;
    const auto head = std::string(rest(parts_[at_].text));
    const auto equals = head.find('=');
    node.text = std::string(text::trim(std::string_view(head).substr(0, equals)));
    if (equals == std::string::npos || node.text.empty() || node.text.find_first_of(" .[(,") != std::string::npos) {
      return at_line(node.line, Error{ErrorCode::invalid, "'set' is {% set name = value %}"});
    }
    ENTENTE_TRY(node.expression, expression(std::string_view(head).substr(equals + 1), node.line));
    return node;
  }

  std::vector<Part> parts_;
  std::size_t at_ = 0;
};

class Renderer {
 public:
  explicit Renderer(const Json& variables) : variables_(variables) {}

  Result<std::string> run(const std::vector<Node>& nodes) {
    ENTENTE_TRY_VOID(render(nodes));
    return collapse_spaces(output_);
  }

 private:
  // NOLINTBEGIN(misc-no-recursion): as deep as the parsed template; evaluate() counts.
  Result<void> render(const std::vector<Node>& nodes) {
    for (const Node& node : nodes) {
      auto done = render(node);
      if (!done.ok()) return done;
    }
    return {};
  }

  Result<void> render(const Node& node) {
    if (output_.size() > output_limit) return Error{ErrorCode::exhausted, "the reply is too long"};
    switch (node.kind) {
      case Node::Kind::text: output_ += node.text; return {};
      case Node::Kind::output: return show(node);
      case Node::Kind::choice: return choose(node);
      case Node::Kind::loop: return loop(node);
      case Node::Kind::set: {
        auto value = evaluate(node.expression);
        if (!value.ok()) return at_line(node.line, value.error());
        locals_[node.text] = std::move(value).value();
        return {};
      }
    }
    return {};
  }

  Result<void> show(const Node& node) {
    auto value = evaluate(node.expression);
    if (!value.ok()) return at_line(node.line, value.error());
    if (!value->defined)
      return at_line(node.line, Error{ErrorCode::invalid, fmt::format("{} is not known", name_of(node.expression))});
    output_ += jinja::shown(value->json);
    return {};
  }

  static std::string name_of(const Expression& expression) {
    if (expression.kind == Expression::Kind::name) return fmt::format("'{}'", expression.text);
    if (expression.kind == Expression::Kind::attribute) return fmt::format("'.{}'", expression.text);
    return "what is to be shown";
  }

  Result<void> choose(const Node& node) {
    for (const auto& branch : node.branches) {
      auto condition = evaluate(branch.condition);
      if (!condition.ok()) return at_line(node.line, condition.error());
      if (jinja::truth(*condition)) return render(branch.body);
    }
    return {};
  }

  Result<void> loop(const Node& node) {
    auto over = evaluate(node.expression);
    if (!over.ok()) return at_line(node.line, over.error());
    auto list = jinja::apply_filter("list", *over, {});
    if (!list.ok()) return at_line(node.line, list.error());
    const auto count = list->json.size();
    if (count == 0 && node.branches.size() > 1) return render(node.branches[1].body);
    const auto outer = locals_;
    for (std::size_t i = 0; i < count; ++i) {
      const Json& item = list->json[i];
      if (node.names.size() == 1) {
        locals_[node.names[0]] = Value{item, true};
      } else {
        for (std::size_t n = 0; n < node.names.size(); ++n) {
          locals_[node.names[n]] = jinja::member(Value{item, true}, Json(static_cast<std::int64_t>(n)));
        }
      }
      locals_["loop"] = Value{
          Json{{"first", i == 0}, {"last", i + 1 == count}, {"index", i + 1}, {"index0", i}, {"length", count}}, true};
      ENTENTE_TRY_VOID(render(node.branches[0].body));
    }
    locals_ = outer;
    return {};
  }

  Result<Value> evaluate(const Expression& expression) {
    if (++steps_ > step_limit) return Error{ErrorCode::exhausted, "the reply takes too many steps"};
    if (depth_ >= evaluation_depth) return Error{ErrorCode::exhausted, "the expression is nested too deeply"};
    ++depth_;
    auto value = evaluate_inside(expression);
    --depth_;
    return value;
  }

  Result<Value> evaluate_inside(const Expression& expression) {
    switch (expression.kind) {
      case Expression::Kind::literal: return Value{expression.value, true};
      case Expression::Kind::name: return variable(expression.text);
      case Expression::Kind::list: return list(expression);
      case Expression::Kind::dictionary: return dictionary(expression);
      case Expression::Kind::attribute: {
        ENTENTE_TRY(const auto object, evaluate(expression.items[0]));
        return jinja::member(object, Json(expression.text));
      }
      case Expression::Kind::index: {
        ENTENTE_TRY(const auto object, evaluate(expression.items[0]));
        ENTENTE_TRY(const auto key, evaluate(expression.items[1]));
        return jinja::member(object, key.json);
      }
      case Expression::Kind::slice: {
        ENTENTE_TRY(const auto object, evaluate(expression.items[0]));
        ENTENTE_TRY(const auto from, evaluate(expression.items[1]));
        ENTENTE_TRY(const auto to, evaluate(expression.items[2]));
        return jinja::slice(object, from.json, to.json);
      }
      case Expression::Kind::unary: return unary(expression);
      case Expression::Kind::binary: return binary(expression);
      case Expression::Kind::conditional: {
        ENTENTE_TRY(const auto condition, evaluate(expression.items[1]));
        return evaluate(expression.items[jinja::truth(condition) ? 0 : 2]);
      }
      case Expression::Kind::function:
        return Error{ErrorCode::invalid, fmt::format("there is no function '{}'", text::shorten(expression.text, 40))};
      case Expression::Kind::method:
      case Expression::Kind::filter:
      case Expression::Kind::test: return applied(expression);
    }
    return Value{};
  }

  Result<Value> variable(const std::string& name) const {
    if (const auto local = locals_.find(name); local != locals_.end()) return local->second;
    return jinja::member(Value{variables_, true}, Json(name));
  }

  Result<Value> list(const Expression& expression) {
    Json made = Json::array();
    for (const auto& item : expression.items) {
      ENTENTE_TRY(auto value, evaluate(item));
      made.push_back(std::move(value.json));
    }
    return Value{std::move(made), true};
  }

  Result<Value> dictionary(const Expression& expression) {
    Json made = Json::object();
    for (std::size_t i = 0; i + 1 < expression.items.size(); i += 2) {
      ENTENTE_TRY(const auto key, evaluate(expression.items[i]));
      ENTENTE_TRY(auto value, evaluate(expression.items[i + 1]));
      made[jinja::shown(key.json)] = std::move(value.json);
    }
    return Value{std::move(made), true};
  }

  Result<Value> unary(const Expression& expression) {
    ENTENTE_TRY(const auto inside, evaluate(expression.items[0]));
    if (expression.text == "not") return Value{Json(!jinja::truth(inside)), true};
    const Value zero{Json(std::int64_t{0}), true};
    return jinja::apply_binary(expression.text, zero, inside);
  }

  Result<Value> binary(const Expression& expression) {
    ENTENTE_TRY(auto left, evaluate(expression.items[0]));
    if (expression.text == "and" && !jinja::truth(left)) return left;
    if (expression.text == "or" && jinja::truth(left)) return left;
    ENTENTE_TRY(auto right, evaluate(expression.items[1]));
    if (expression.text == "and" || expression.text == "or") return right;
    return jinja::apply_binary(expression.text, left, right);
  }

  Result<Value> applied(const Expression& expression) {
    ENTENTE_TRY(const auto subject, evaluate(expression.items[0]));
    Arguments arguments;
    for (std::size_t i = 1; i < expression.items.size(); ++i) {
      ENTENTE_TRY(auto value, evaluate(expression.items[i]));
      arguments.items.push_back(std::move(value));
    }
    for (std::size_t i = 0; i < expression.names.size(); ++i) {
      ENTENTE_TRY(auto value, evaluate(expression.named_items[i]));
      arguments.named.emplace_back(expression.names[i], std::move(value));
    }
    if (expression.kind == Expression::Kind::method) return jinja::apply_method(expression.text, subject, arguments);
    if (expression.kind == Expression::Kind::filter) return jinja::apply_filter(expression.text, subject, arguments);
    ENTENTE_TRY(const auto yes, jinja::apply_test(expression.text, subject, arguments));
    return Value{Json(yes), true};
  }
  // NOLINTEND(misc-no-recursion)

  const Json& variables_;
  std::map<std::string, Value> locals_;
  std::string output_;
  int steps_ = 0;
  int depth_ = 0;
};

}  // namespace

struct Jinja::Impl {
  std::vector<Node> nodes;
};

Result<Jinja> Jinja::parse(std::string_view text) {
  if (text.size() > template_size_limit) {
    return Error{ErrorCode::exhausted,
                 fmt::format("a reply of {} bytes; {} are the limit", text.size(), template_size_limit)};
  }
  ENTENTE_TRY(auto parts, Splitter(text).run());
  ENTENTE_TRY(auto nodes, DocumentParser(std::move(parts)).run());
  auto impl = std::make_shared<Impl>();
  impl->nodes = std::move(nodes);
  return Jinja(std::move(impl));
}

Result<std::string> Jinja::render(const Json& variables) const { return Renderer(variables).run(impl_->nodes); }

}  // namespace entente::language
