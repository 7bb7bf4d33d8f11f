// SPDX-License-Identifier: GPL-3.0-or-later
// Reads expressions out of the tokens of one block, as Jinja2 reads them. Owned by the parser of documents; throws
// Failure. One thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "services/language/impl/jinja/syntax.h"
#include "services/language/impl/jinja/tokens.h"

namespace entente::language::jinja {

class ExpressionParser {
 public:
  explicit ExpressionParser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& here() const;
  bool is(std::string_view text) const;  // a name or a symbol
  bool accept(std::string_view text);
  void expect(std::string_view text);
  std::string expect_name();
  bool at_end() const { return at_ >= tokens_.size(); }
  void expect_nothing();
  void expect_end();  // a stray ':' is taken, as Jinja2 takes it

  Expression expression();  // with "a if b else c"
  Expression expression_or_tuple();
  Expression without_condition();               // "a or b"
  Expression target();                          // a name, a.b, or names with commas between: what can be set
  void filters(Expression& subject);            // {'|' filter}
  Expression filter_chain(Expression subject);  // filter {'|' filter}: what {% filter … %} has
  std::vector<Node::Parameter> parameters();    // "(a, b=1)"

 private:
  using Rule = Expression (ExpressionParser::*)();

  [[noreturn]] void unexpected() const;
  const Token& ahead(std::size_t by) const;
  void count_link(int& links);

  Expression conditional();
  Expression chain(Rule part, std::initializer_list<std::string_view> operations);
  Expression row(Expression::Kind kind, Rule part, std::string_view operation);
  Expression disjunction();
  Expression conjunction();
  Expression negation();
  Expression comparison();
  Expression sum();
  Expression concatenation();
  Expression product();
  Expression power();
  Expression sign();
  Expression sign(bool with_filters);
  void postfix(Expression& value);
  void filters_and_tests(Expression& value);
  Expression member(Expression object);
  Expression subscript(Expression object);
  Expression filter(Expression subject);
  Expression test(Expression subject);
  void arguments(Expression& call);
  Expression primary();
  Expression name(const std::string& text);
  Expression parenthesis();
  Expression sequence(Expression::Kind kind, std::string_view close);
  Expression dictionary();
  Expression single_target();

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int links_ = 0;
};

}  // namespace entente::language::jinja
