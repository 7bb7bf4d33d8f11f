// SPDX-License-Identifier: GPL-3.0-or-later
//
//   conditional = or ['if' or 'else' conditional]        or = and {'or' and}        and = not {'and' not}
//   not = 'not' not | compare         compare = concat {('=='|'!='|'<'|'<='|'>'|'>='|'in'|'not in') concat | is-test}
//   concat = sum {'~' sum}            sum = product {('+'|'-') product}
//   product = unary {('*'|'/'|'//'|'%') unary}           unary = ('-'|'+') unary | power
//   power = postfix ['**' unary]      postfix = primary {'.' name ['(' … ')'] | '[' … ']' | '|' filter}
#include <charconv>
#include <initializer_list>
#include <optional>

#include "base/text.h"
#include "services/language/impl/jinja_syntax.h"

namespace entente::language::jinja {
namespace {

constexpr std::size_t token_limit = 1'000;  // of one expression

struct Token {
  enum class Kind { end, name, number, text, symbol };
  Kind kind = Kind::end;
  std::string text;
  Json value;
};

bool name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    std::vector<Token> tokens;
    for (;;) {
      while (at_ < text_.size() && (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\r'))) ++at_;
      if (at_ >= text_.size()) return tokens;
      if (tokens.size() >= token_limit) return Error{ErrorCode::exhausted, "the expression is too long"};
      ENTENTE_TRY(auto token, next());
      tokens.push_back(std::move(token));
    }
  }

 private:
  Result<Token> next() {
    const char c = text_[at_];
    if (name_start(c)) return name();
    if (digit(c)) return number();
    if (c == '\'' || c == '"') return quoted(c);
    for (const std::string_view symbol : {"==", "!=", "<=", ">=", "//", "**"}) {
      if (text_.substr(at_, 2) == symbol) return at_ += 2, Token{Token::Kind::symbol, std::string(symbol), {}};
    }
    constexpr std::string_view singles = "+-*/%~<>()[]{}.,:|=";
    if (singles.find(c) == std::string_view::npos) {
      return Error{ErrorCode::invalid, fmt::format("unexpected '{}'", text::shorten(text_.substr(at_), 8))};
    }
    ++at_;
    return Token{Token::Kind::symbol, std::string(1, c), {}};
  }

  Result<Token> name() {
    const auto begin = at_;
    while (at_ < text_.size() && (name_start(text_[at_]) || digit(text_[at_]))) ++at_;
    return Token{Token::Kind::name, std::string(text_.substr(begin, at_ - begin)), {}};
  }

  Result<Token> number() {
    const auto begin = at_;
    bool real = false;
    while (at_ < text_.size() && digit(text_[at_])) ++at_;
    if (at_ + 1 < text_.size() && text_[at_] == '.' && digit(text_[at_ + 1])) {
      real = true;
      ++at_;
      while (at_ < text_.size() && digit(text_[at_])) ++at_;
    }
    const auto digits = text_.substr(begin, at_ - begin);
    Token token{Token::Kind::number, std::string(digits), {}};
    if (real) {
      double value = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
      token.value = value;
      return token;
    }
    std::int64_t value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc()) {
      return Error{ErrorCode::invalid, fmt::format("the number {} is too large", text::shorten(digits, 30))};
    }
    token.value = value;
    return token;
  }

  Result<Token> quoted(char quote) {
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
        value += text_[at_] == 'n' ? '\n' : text_[at_];
      } else {
        value += text_[at_];
      }
    }
    if (at_ >= text_.size()) return Error{ErrorCode::invalid, "a quoted text is never closed"};
    ++at_;
    return Token{Token::Kind::text, value, Json(value)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// NOLINTBEGIN(misc-no-recursion): every way round passes conditional(), which counts.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Expression> run() {
    ENTENTE_TRY(auto whole, conditional());
    accept(":");
    if (at_ < tokens_.size()) return unexpected();
    return whole;
  }

 private:
  using Kind = Expression::Kind;

  const Token& here() const {
    static const Token end;
    return at_ < tokens_.size() ? tokens_[at_] : end;
  }
  bool is(std::string_view text) const {
    return (here().kind == Token::Kind::symbol || here().kind == Token::Kind::name) && here().text == text;
  }
  bool accept(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
  }
  Error unexpected() const {
    if (here().kind == Token::Kind::end) return Error{ErrorCode::invalid, "the expression ends too early"};
    return Error{ErrorCode::invalid, fmt::format("unexpected '{}'", text::shorten(here().text, 40))};
  }
  Result<void> expect(std::string_view text) {
    if (accept(text)) return {};
    return Error{ErrorCode::invalid, fmt::format("'{}' is missing before '{}'", text, text::shorten(here().text, 40))};
  }

  static Expression make(Kind kind, std::string text, std::vector<Expression> items) {
    Expression made;
    made.kind = kind;
    made.text = std::move(text);
    made.items = std::move(items);
    return made;
  }
  static Expression binary(std::string operation, Expression left, Expression right) {
    std::vector<Expression> items;
    items.push_back(std::move(left));
    items.push_back(std::move(right));
    return make(Kind::binary, std::move(operation), std::move(items));
  }

  Result<Expression> conditional() {
    if (++depth_ > depth_limit) return Error{ErrorCode::exhausted, "the expression is nested too deeply"};
    auto made = conditional_inside();
    --depth_;
    return made;
  }
  Result<Expression> conditional_inside() {
    ENTENTE_TRY(auto value, disjunction());
    if (!accept("if")) return value;
    ENTENTE_TRY(auto condition, disjunction());
    Expression otherwise;
    otherwise.value = "";
    if (accept("else")) {
      ENTENTE_TRY(otherwise, conditional());
    }
    std::vector<Expression> items;
    items.push_back(std::move(value));
    items.push_back(std::move(condition));
    items.push_back(std::move(otherwise));
    return make(Kind::conditional, {}, std::move(items));
  }

  using Rule = Result<Expression> (Parser::*)();
  Result<Expression> chain(Rule part, std::initializer_list<std::string_view> operations) {
    ENTENTE_TRY(auto left, (this->*part)());
    int links = 0;
    for (;;) {
      std::string_view found;
      for (const auto operation : operations) {
        if (is(operation)) found = operation;
      }
      if (found.empty()) return left;
      // Each link is one more level of the tree.
      if (++links > depth_limit) return Error{ErrorCode::exhausted, "too many operators in one expression"};
      ++at_;
      ENTENTE_TRY(auto right, (this->*part)());
      left = binary(std::string(found), std::move(left), std::move(right));
    }
  }

  Result<Expression> disjunction() { return chain(&Parser::conjunction, {"or"}); }
  Result<Expression> conjunction() { return chain(&Parser::negation, {"and"}); }

  Result<Expression> prefixed(std::string operation, Rule part) {
    if (++depth_ > depth_limit) return Error{ErrorCode::exhausted, "the expression is nested too deeply"};
    auto inside = (this->*part)();
    --depth_;
    if (!inside.ok()) return inside;
    std::vector<Expression> items;
    items.push_back(std::move(inside).value());
    return make(Kind::unary, std::move(operation), std::move(items));
  }
  Result<Expression> negation() {
    if (accept("not")) return prefixed("not", &Parser::negation);
    return comparison();
  }

  Result<Expression> comparison() {
    ENTENTE_TRY(auto left, concatenation());
    for (int links = 0; links < depth_limit; ++links) {
      std::string operation;
      for (const std::string_view one : {"==", "!=", "<=", ">=", "<", ">", "in"}) {
        if (operation.empty() && accept(one)) operation = std::string(one);
      }
      if (operation.empty() && is("not") && at_ + 1 < tokens_.size() && tokens_[at_ + 1].text == "in") {
        at_ += 2;
        operation = "not in";
      }
      if (!operation.empty()) {
        ENTENTE_TRY(auto right, concatenation());
        left = binary(std::move(operation), std::move(left), std::move(right));
      } else if (accept("is")) {
        ENTENTE_TRY(left, test(std::move(left)));
      } else {
        return left;
      }
    }
    return Error{ErrorCode::exhausted, "too many comparisons in one expression"};
  }

  Result<Expression> test(Expression subject) {
    const bool negated = accept("not");
    if (here().kind != Token::Kind::name) return unexpected();
    std::vector<Expression> items;
    items.push_back(std::move(subject));
    auto made = make(Kind::test, tokens_[at_++].text, std::move(items));
    if (is("(")) {
      ENTENTE_TRY_VOID(arguments(made));
    } else if (is("[") || here().kind == Token::Kind::number || here().kind == Token::Kind::text) {  // "is in ['a']"
      ENTENTE_TRY(auto argument, primary());
      made.items.push_back(std::move(argument));
    }
    if (!negated) return made;
    std::vector<Expression> inside;
    inside.push_back(std::move(made));
    return make(Kind::unary, "not", std::move(inside));
  }

  Result<Expression> concatenation() { return chain(&Parser::sum, {"~"}); }
  Result<Expression> sum() { return chain(&Parser::product, {"+", "-"}); }
  Result<Expression> product() { return chain(&Parser::sign, {"*", "/", "//", "%"}); }
  Result<Expression> sign() {
    if (accept("-")) return prefixed("-", &Parser::sign);
    if (accept("+")) return prefixed("+", &Parser::sign);
    ENTENTE_TRY(auto base, postfix());
    if (!accept("**")) return base;
    ENTENTE_TRY(auto exponent, postfix());
    return binary("**", std::move(base), std::move(exponent));
  }

  Result<Expression> postfix() {
    ENTENTE_TRY(auto value, primary());
    for (int links = 0; links < depth_limit; ++links) {
      if (accept(".")) {
        ENTENTE_TRY(value, member(std::move(value)));
      } else if (accept("[")) {
        ENTENTE_TRY(value, subscript(std::move(value)));
      } else if (accept("|")) {
        ENTENTE_TRY(value, filter(std::move(value)));
      } else {
        return value;
      }
    }
    return Error{ErrorCode::exhausted, "too many filters and members in one expression"};
  }

  Result<Expression> member(Expression object) {
    if (here().kind != Token::Kind::name && here().kind != Token::Kind::number) return unexpected();
    std::vector<Expression> items;
    items.push_back(std::move(object));
    auto made = make(Kind::attribute, tokens_[at_++].text, std::move(items));
    if (!is("(")) return made;
    made.kind = Kind::method;
    ENTENTE_TRY_VOID(arguments(made));
    return made;
  }

  Result<Expression> filter(Expression subject) {
    if (here().kind != Token::Kind::name) return unexpected();
    std::vector<Expression> items;
    items.push_back(std::move(subject));
    auto made = make(Kind::filter, tokens_[at_++].text, std::move(items));
    if (is("(")) {
      ENTENTE_TRY_VOID(arguments(made));
    }
    return made;
  }

  Result<Expression> subscript(Expression object) {
    std::vector<Expression> items;
    items.push_back(std::move(object));
    Expression from, to;
    if (!is(":")) {
      ENTENTE_TRY(from, conditional());
    }
    const bool slice = accept(":");
    if (slice && !is("]")) {
      ENTENTE_TRY(to, conditional());
    }
    ENTENTE_TRY_VOID(expect("]"));
    items.push_back(std::move(from));
    if (slice) items.push_back(std::move(to));
    return make(slice ? Kind::slice : Kind::index, {}, std::move(items));
  }

  // "(a, b, key=c)", appended to the items and the named ones.
  Result<void> arguments(Expression& call) {
    ENTENTE_TRY_VOID(expect("("));
    while (!accept(")")) {
      if (here().kind == Token::Kind::name && at_ + 1 < tokens_.size() && tokens_[at_ + 1].text == "=" &&
          tokens_[at_ + 1].kind == Token::Kind::symbol) {
        auto name = here().text;
        at_ += 2;
        ENTENTE_TRY(auto value, conditional());
        call.names.push_back(std::move(name));
        call.named_items.push_back(std::move(value));
      } else {
        ENTENTE_TRY(auto value, conditional());
        call.items.push_back(std::move(value));
      }
      if (!is(")")) {
        ENTENTE_TRY_VOID(expect(","));
      }
    }
    return {};
  }

  Result<Expression> primary() {
    const Token token = here();
    if (token.kind == Token::Kind::end) return unexpected();
    ++at_;
    if (token.kind == Token::Kind::number || token.kind == Token::Kind::text) {
      Expression made;
      made.value = token.value;
      return made;
    }
    if (token.kind == Token::Kind::name) return name(token.text);
    if (token.text == "(") return parenthesis();
    if (token.text == "[") return sequence("]");
    if (token.text == "{") return dictionary();
    --at_;
    return unexpected();
  }

  Result<Expression> name(const std::string& text) {
    Expression made;
    if (text == "true" || text == "True") return made.value = true, made;
    if (text == "false" || text == "False") return made.value = false, made;
    if (text == "none" || text == "None" || text == "null") return made;
    made = make(Kind::name, text, {});
    if (!is("(")) return made;
    made.kind = Kind::function;
    ENTENTE_TRY_VOID(arguments(made));
    return made;
  }

  Result<Expression> parenthesis() {
    ENTENTE_TRY(auto inside, conditional());
    if (accept(")")) return inside;
    ENTENTE_TRY_VOID(expect(","));
    ENTENTE_TRY(auto rest, sequence(")"));
    rest.items.insert(rest.items.begin(), std::move(inside));
    return rest;
  }

  Result<Expression> sequence(std::string_view close) {
    auto made = make(Kind::list, {}, {});
    while (!accept(close)) {
      ENTENTE_TRY(auto item, conditional());
      made.items.push_back(std::move(item));
      if (!is(close)) {
        ENTENTE_TRY_VOID(expect(","));
      }
    }
    return made;
  }

  Result<Expression> dictionary() {
    auto made = make(Kind::dictionary, {}, {});
    while (!accept("}")) {
      ENTENTE_TRY(auto key, conditional());
      ENTENTE_TRY_VOID(expect(":"));
      ENTENTE_TRY(auto value, conditional());
      made.items.push_back(std::move(key));
      made.items.push_back(std::move(value));
      if (!is("}")) {
        ENTENTE_TRY_VOID(expect(","));
      }
    }
    return made;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};
// NOLINTEND(misc-no-recursion)

}  // namespace

Result<Expression> parse_expression(std::string_view text) {
  ENTENTE_TRY(auto tokens, Lexer(text).run());
  return Parser(std::move(tokens)).run();
}

}  // namespace entente::language::jinja
