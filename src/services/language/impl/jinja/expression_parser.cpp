// SPDX-License-Identifier: GPL-3.0-or-later
//
// What binds how strongly is Jinja2's own, and at times not Python's: "-3 | abs" is 3, "1 + 2 is odd" is "1 + (2 is
// odd)", "a ~ b + c" is "(a ~ b) + c", and "2 ** 3 ** 2" is 64.
//
//   expression = or ['if' or ['else' expression]]
//   or = and {'or' and}          and = not {'and' not}          not = 'not' not | compare
//   compare = sum {('=='|'!='|'<'|'<='|'>'|'>='|'in'|'not in') sum}
//   sum = concat {('+'|'-') concat}         concat = product {'~' product}
//   product = power {('*'|'/'|'//'|'%') power}                  power = unary {'**' unary}
//   unary = (('-'|'+') unary-without-filters | primary) {'.' name | '[' … ']' | call} {'|' filter | 'is' test | call}
#include "services/language/impl/jinja/expression_parser.h"

#include <fmt/format.h>

#include "base/text.h"

namespace entente::language::jinja {
namespace {

using Kind = Expression::Kind;

Expression make(Kind kind, std::string text = {}) {
  Expression made;
  made.kind = kind;
  made.text = std::move(text);
  return made;
}
Expression wrap(Kind kind, std::string text, Expression inside) {
  auto made = make(kind, std::move(text));
  made.items.push_back(std::move(inside));
  return made;
}

// Counts a level while it lives.
class Depth {
 public:
  explicit Depth(int& depth) : depth_(depth) {
    if (depth >= depth_limit) fail_exhausted("the expression is nested too deeply");
    ++depth;
  }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
  ~Depth() { --depth_; }

 private:
  int& depth_;
};

}  // namespace

void ExpressionParser::count_link(int& links) {
  if (++links > chain_limit || ++links_ > link_limit) fail_exhausted("too many operators in one expression");
}

const Token& ExpressionParser::ahead(std::size_t by) const {
  static const Token end;
  return at_ + by < tokens_.size() ? tokens_[at_ + by] : end;
}
const Token& ExpressionParser::here() const { return ahead(0); }

bool ExpressionParser::is(std::string_view text) const {
  return (here().kind == Token::Kind::symbol || here().kind == Token::Kind::name) && here().text == text;
}
bool ExpressionParser::accept(std::string_view text) {
  if (!is(text)) return false;
  ++at_;
  return true;
}
void ExpressionParser::unexpected() const {
  if (here().kind == Token::Kind::end) fail("the expression ends too early");
  fail(fmt::format("unexpected '{}'", text::shorten(here().text, 40)));
}
void ExpressionParser::expect(std::string_view text) {
  if (!accept(text)) fail(fmt::format("'{}' is missing before '{}'", text, text::shorten(here().text, 40)));
}
std::string ExpressionParser::expect_name() {
  if (here().kind != Token::Kind::name) unexpected();
  return tokens_[at_++].text;
}
void ExpressionParser::expect_nothing() {
  if (!at_end()) unexpected();
}
void ExpressionParser::expect_end() {
  accept(":");
  expect_nothing();
}

// NOLINTBEGIN(misc-no-recursion): every way round passes a Depth.
Expression ExpressionParser::expression() {
  const Depth depth(depth_);
  return conditional();
}

Expression ExpressionParser::expression_or_tuple() {
  auto first = expression();
  if (!is(",")) return first;
  auto made = wrap(Kind::tuple, {}, std::move(first));
  while (accept(",")) {
    if (at_end() || is(":")) break;
    made.items.push_back(expression());
  }
  return made;
}

Expression ExpressionParser::without_condition() {
  auto first = disjunction();
  if (!is(",")) return first;
  auto made = wrap(Kind::tuple, {}, std::move(first));
  while (accept(",")) made.items.push_back(disjunction());
  return made;
}

Expression ExpressionParser::conditional() {
  auto value = disjunction();
  int links = 0;
  while (accept("if")) {
    count_link(links);
    auto made = wrap(Kind::conditional, {}, std::move(value));
    made.items.push_back(disjunction());
    if (accept("else")) made.items.push_back(expression());
    value = std::move(made);
  }
  return value;
}

// Left to right: each link is one more level of the tree.
Expression ExpressionParser::chain(Rule part, std::initializer_list<std::string_view> operations) {
  auto left = (this->*part)();
  int links = 0;
  for (;;) {
    std::string_view found;
    for (const auto operation : operations) {
      if (is(operation)) found = operation;
    }
    if (found.empty()) return left;
    count_link(links);
    ++at_;
    left = wrap(Kind::binary, std::string(found), std::move(left));
    left.items.push_back((this->*part)());
  }
}

Expression ExpressionParser::row(Kind kind, Rule part, std::string_view operation) {
  auto first = (this->*part)();
  if (!is(operation)) return first;
  auto made = wrap(kind, {}, std::move(first));
  while (accept(operation)) made.items.push_back((this->*part)());
  return made;
}

Expression ExpressionParser::disjunction() { return row(Kind::disjunction, &ExpressionParser::conjunction, "or"); }
Expression ExpressionParser::conjunction() { return row(Kind::conjunction, &ExpressionParser::negation, "and"); }

Expression ExpressionParser::negation() {
  if (!accept("not")) return comparison();
  const Depth depth(depth_);
  return wrap(Kind::unary, "not", negation());
}

Expression ExpressionParser::comparison() {
  auto first = sum();
  auto made = make(Kind::comparison);
  for (;;) {
    std::string operation;
    for (const std::string_view one : {"==", "!=", "<=", ">=", "<", ">", "in"}) {
      if (operation.empty() && accept(one)) operation = std::string(one);
    }
    if (operation.empty() && is("not") && ahead(1).text == "in") {
      at_ += 2;
      operation = "not in";
    }
    if (operation.empty()) break;
    if (made.items.empty()) made.items.push_back(std::move(first));
    made.names.push_back(std::move(operation));
    made.items.push_back(sum());
  }
  return made.items.empty() ? first : made;
}

Expression ExpressionParser::sum() { return chain(&ExpressionParser::concatenation, {"+", "-"}); }
Expression ExpressionParser::concatenation() { return row(Kind::concatenation, &ExpressionParser::product, "~"); }
Expression ExpressionParser::product() { return chain(&ExpressionParser::power, {"*", "/", "//", "%"}); }
Expression ExpressionParser::power() { return chain(&ExpressionParser::sign, {"**"}); }
Expression ExpressionParser::sign() { return sign(true); }

Expression ExpressionParser::sign(bool with_filters) {
  Expression value;
  if (is("-") || is("+")) {
    const Depth depth(depth_);
    const auto operation = tokens_[at_++].text;
    value = wrap(Kind::unary, operation, sign(false));
  } else {
    value = primary();
  }
  postfix(value);
  if (with_filters) filters_and_tests(value);
  return value;
}

void ExpressionParser::postfix(Expression& value) {
  for (int links = 0;; count_link(links)) {
    if (accept(".")) {
      value = member(std::move(value));
    } else if (accept("[")) {
      value = subscript(std::move(value));
    } else if (is("(")) {
      value = wrap(Kind::call, {}, std::move(value));
      arguments(value);
    } else {
      return;
    }
  }
}

void ExpressionParser::filters_and_tests(Expression& value) {
  for (int links = 0;; count_link(links)) {
    if (accept("|")) {
      value = filter(std::move(value));
    } else if (accept("is")) {
      value = test(std::move(value));
    } else if (is("(")) {
      value = wrap(Kind::call, {}, std::move(value));
      arguments(value);
    } else {
      return;
    }
  }
}

void ExpressionParser::filters(Expression& subject) {
  for (int links = 0; accept("|"); count_link(links)) subject = filter(std::move(subject));
}

Expression ExpressionParser::filter_chain(Expression subject) {
  subject = filter(std::move(subject));
  filters(subject);
  return subject;
}

Expression ExpressionParser::member(Expression object) {
  if (here().kind == Token::Kind::number) {
    auto made = wrap(Kind::index, {}, std::move(object));
    made.items.emplace_back().value = tokens_[at_++].value;
    return made;
  }
  return wrap(Kind::attribute, expect_name(), std::move(object));
}

Expression ExpressionParser::subscript(Expression object) {
  auto made = wrap(Kind::index, {}, std::move(object));
  for (;;) {
    made.items.emplace_back();
    if (!is(":") && !is("]")) made.items.back() = expression();
    if (!accept(":")) break;
    if (made.items.size() > 3) unexpected();
    made.kind = Kind::slice;
  }
  expect("]");
  if (made.kind == Kind::slice) made.items.resize(4);
  return made;
}

Expression ExpressionParser::filter(Expression subject) {
  auto made = wrap(Kind::filter, expect_name(), std::move(subject));
  while (accept(".")) made.text += "." + expect_name();
  if (is("(")) arguments(made);
  return made;
}

Expression ExpressionParser::test(Expression subject) {
  const bool negated = accept("not");
  auto made = wrap(Kind::test, expect_name(), std::move(subject));
  const auto kind = here().kind;
  const bool word = kind == Token::Kind::name && !is("else") && !is("or") && !is("and") && !is("if") && !is("is") &&
                    !is("in") && !is("not");
  if (is("(")) {
    arguments(made);
  } else if (word || kind == Token::Kind::number || kind == Token::Kind::text || is("[") || is("{")) {
    auto argument = primary();
    postfix(argument);
    made.items.push_back(std::move(argument));
  }
  return negated ? wrap(Kind::unary, "not", std::move(made)) : std::move(made);
}

// "(a, *b, c=d, **e)"
void ExpressionParser::arguments(Expression& call) {
  expect("(");
  while (!accept(")")) {
    if (accept("*")) {
      call.spread.push_back(expression());
    } else if (accept("**")) {
      call.spread_named.push_back(expression());
    } else if (here().kind == Token::Kind::name && ahead(1).kind == Token::Kind::symbol && ahead(1).text == "=") {
      call.names.push_back(here().text);
      at_ += 2;
      call.named_items.push_back(expression());
    } else {
      call.items.push_back(expression());
    }
    if (!is(")")) expect(",");
  }
}

Expression ExpressionParser::primary() {
  const Token token = here();
  if (token.kind == Token::Kind::end) unexpected();
  ++at_;
  if (token.kind == Token::Kind::name) return name(token.text);
  if (token.kind == Token::Kind::number) {
    Expression made;
    made.value = token.value;
    return made;
  }
  if (token.kind == Token::Kind::text) {  // texts side by side are one
    auto text = token.text;
    while (here().kind == Token::Kind::text) text += tokens_[at_++].text;
    Expression made;
    made.value = Value(std::move(text));
    return made;
  }
  const Depth depth(depth_);
  if (token.text == "(") return parenthesis();
  if (token.text == "[") return sequence(Kind::list, "]");
  if (token.text == "{") return dictionary();
  --at_;
  unexpected();
}

Expression ExpressionParser::name(const std::string& text) {
  Expression made;
  if (text == "true" || text == "True") return made.value = true, made;
  if (text == "false" || text == "False") return made.value = false, made;
  if (text == "none" || text == "None") return made;
  return make(Kind::name, text);
}

Expression ExpressionParser::parenthesis() {
  if (accept(")")) return make(Kind::tuple);
  auto inside = expression();
  if (accept(")")) return inside;
  expect(",");
  auto rest = sequence(Kind::tuple, ")");
  rest.items.insert(rest.items.begin(), std::move(inside));
  return rest;
}

Expression ExpressionParser::sequence(Kind kind, std::string_view close) {
  auto made = make(kind);
  while (!accept(close)) {
    made.items.push_back(expression());
    if (!is(close)) expect(",");
  }
  return made;
}

Expression ExpressionParser::dictionary() {
  auto made = make(Kind::dictionary);
  while (!accept("}")) {
    made.items.push_back(expression());
    expect(":");
    made.items.push_back(expression());
    if (!is("}")) expect(",");
  }
  return made;
}

Expression ExpressionParser::single_target() {
  const Depth depth(depth_);
  if (accept("(")) {
    auto inside = target();
    expect(")");
    return inside;
  }
  auto made = make(Kind::name, expect_name());
  if (accept(".")) return wrap(Kind::attribute, expect_name(), std::move(made));
  return made;
}

Expression ExpressionParser::target() {
  auto first = single_target();
  if (!is(",")) return first;
  auto made = wrap(Kind::tuple, {}, std::move(first));
  while (accept(",")) {
    if (here().kind != Token::Kind::name && !is("(")) break;
    made.items.push_back(single_target());
  }
  return made;
}

std::vector<Node::Parameter> ExpressionParser::parameters() {
  std::vector<Node::Parameter> made;
  expect("(");
  while (!accept(")")) {
    Node::Parameter parameter;
    parameter.name = expect_name();
    parameter.optional = accept("=");
    if (parameter.optional) parameter.fallback = expression();
    made.push_back(std::move(parameter));
    if (!is(")")) expect(",");
  }
  return made;
}
// NOLINTEND(misc-no-recursion)

}  // namespace entente::language::jinja
