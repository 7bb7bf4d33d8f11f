// SPDX-License-Identifier: GPL-3.0-or-later
//   conditional = either ["if" either ["else" conditional]]
//   either      = both {"or" both};  both = inverse {"and" inverse};  inverse = "not" inverse / comparison
//   comparison  = sum {("==" / "!=" / "<" / ">" / "<=" / ">=" / "in" / "not" "in") sum}
//   sum         = joined {("+" / "-") joined};  joined = product {"~" product}
//   product     = power {("*" / "/" / "//" / "%") power};  power = unary {"**" unary}
//   unary       = ("-" / "+") unary / primary {"." name / "[" … "]" / "(" … ")"}, then {"|" filter / "is" ["not"] test}
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "drivers/mqtt_discovery/templates/lexer.h"
#include "drivers/mqtt_discovery/templates/syntax.h"

namespace entente::mqtt_discovery::templates {
namespace {

Error wrong(std::string_view reason) { return Error{ErrorCode::invalid, fmt::format("template: {}", reason)}; }

using Parsed = Result<ExpressionPtr>;

template <class... Parts>
std::unique_ptr<Expression> node(Kind kind, std::string text, Parts... parts) {
  auto made = std::make_unique<Expression>();
  made->kind = kind;
  made->text = std::move(text);
  (made->parts.push_back(std::move(parts)), ...);
  return made;
}

ExpressionPtr literal(Json value) {
  auto made = std::make_unique<Expression>();
  made->value = std::move(value);
  return made;
}

class ExpressionParser {
 public:
  explicit ExpressionParser(const std::vector<Token>& tokens) : tokens_(tokens) {}

  // One level of nesting costs this many frames of the parser; what is deeper is refused before the stack minds.
  Parsed conditional() {
    if (++depth_ > deepest_nesting) return wrong("nested too deeply");
    auto parsed = conditional_unchecked();
    --depth_;
    return parsed;
  }

  // For statements.
  const Token& peek() const { return tokens_[at_]; }
  bool take(std::string_view symbol_or_name) {
    if (!peek().is(symbol_or_name)) return false;
    ++at_;
    return true;
  }
  Result<std::string> take_name() {
    if (peek().kind != Token::Kind::name) return wrong("a name is missing");
    return tokens_[at_++].text;
  }
  Result<void> at_end() const {
    if (peek().kind == Token::Kind::end) return {};
    return wrong(fmt::format("'{}' is too much", text::shorten(shown(peek()), 40)));
  }
  // What {% for x in … %} loops over ends before "if", which is no condition there.
  Parsed either() { return chain(&ExpressionParser::both, {"or"}); }

 private:
  static std::string shown(const Token& token) {
    return token.kind == Token::Kind::number || token.kind == Token::Kind::text ? to_text(token.value) : token.text;
  }

  Parsed conditional_unchecked() {
    ENTENTE_TRY(auto value, either());
    while (take("if")) {
      ENTENTE_TRY(auto condition, either());
      ExpressionPtr otherwise;
      if (take("else")) {
        ENTENTE_TRY(otherwise, conditional());
      }
      value = node(Kind::conditional, "", std::move(condition), std::move(value), std::move(otherwise));
    }
    return value;
  }

  Parsed chain(Parsed (ExpressionParser::*next)(), std::initializer_list<std::string_view> symbols) {
    ENTENTE_TRY(auto left, (this->*next)());
    for (;;) {
      const auto symbol =
          std::find_if(symbols.begin(), symbols.end(), [&](std::string_view one) { return peek().is(one); });
      if (symbol == symbols.end()) return left;
      if (++links_ > 200) return wrong("too long");
      ++at_;
      ENTENTE_TRY(auto right, (this->*next)());
      left = node(Kind::binary, std::string(*symbol), std::move(left), std::move(right));
    }
  }

  Parsed both() { return chain(&ExpressionParser::inverse, {"and"}); }
  Parsed inverse() {
    if (!take("not")) return comparison();
    if (++depth_ > deepest_nesting) return wrong("nested too deeply");
    ENTENTE_TRY(auto inner, inverse());
    --depth_;
    return ExpressionPtr(node(Kind::negation, "", std::move(inner)));
  }
  Parsed comparison() {
    ENTENTE_TRY(auto left, sum());
    for (;;) {
      std::string symbol;
      for (const auto* one : {"==", "!=", "<=", ">=", "<", ">", "in"}) {
        if (symbol.empty() && take(one)) symbol = one;
      }
      if (symbol.empty() && peek().is("not") && tokens_[at_ + 1].is("in")) {
        at_ += 2;
        symbol = "not in";
      }
      if (symbol.empty()) return left;
      if (++links_ > 200) return wrong("too long");
      ENTENTE_TRY(auto right, sum());
      left = node(Kind::binary, std::move(symbol), std::move(left), std::move(right));
    }
  }
  Parsed sum() { return chain(&ExpressionParser::joined, {"+", "-"}); }
  Parsed joined() { return chain(&ExpressionParser::product, {"~"}); }
  Parsed product() { return chain(&ExpressionParser::power, {"*", "/", "//", "%"}); }
  Parsed power() { return chain(&ExpressionParser::filtered, {"**"}); }

  Parsed filtered() {
    ENTENTE_TRY(auto value, unary());
    for (int filters = 0;; ++filters) {
      if (filters > deepest_nesting) return wrong("too many filters");
      if (take("|")) {
        ENTENTE_TRY(value, filter(std::move(value)));
      } else if (take("is")) {
        ENTENTE_TRY(value, test(std::move(value)));
      } else {
        return value;
      }
    }
  }

  Parsed unary() {
    const bool minus = peek().is("-");
    if (!minus && !peek().is("+")) return postfix();
    ++at_;
    if (++depth_ > deepest_nesting) return wrong("nested too deeply");
    ENTENTE_TRY(auto inner, unary());
    --depth_;
    if (!minus) return inner;
    return ExpressionPtr(node(Kind::negative, "", std::move(inner)));
  }

  Parsed filter(ExpressionPtr input) {
    ENTENTE_TRY(auto name, take_name());
    if (!is_filter(name)) return wrong(fmt::format("the filter '{}' is not known here", text::shorten(name, 40)));
    return with_arguments(node(Kind::filter, std::move(name), std::move(input)));
  }

  Parsed test(ExpressionPtr input) {
    const bool inverse = take("not");
    ENTENTE_TRY(auto name, take_name());
    if (!is_test(name)) return wrong(fmt::format("the test '{}' is not known here", text::shorten(name, 40)));
    auto made = std::make_unique<Expression>();
    made->kind = Kind::test;
    made->text = std::move(name);
    made->parts.push_back(std::move(input));
    if (peek().is("(")) {
      ENTENTE_TRY(made->arguments, arguments());
    } else if (starts_operand(peek())) {
      ENTENTE_TRY(auto operand, postfix());
      made->arguments.push_back({"", std::move(operand)});
    }
    ExpressionPtr whole = std::move(made);
    if (inverse) return ExpressionPtr(node(Kind::negation, "", std::move(whole)));
    return whole;
  }
  static bool starts_operand(const Token& token) {
    if (token.kind == Token::Kind::number || token.kind == Token::Kind::text) return true;
    if (token.kind == Token::Kind::symbol) return token.is("[") || token.is("{");
    return token.kind == Token::Kind::name && !token.is("and") && !token.is("or") && !token.is("if") &&
           !token.is("else") && !token.is("not") && !token.is("in") && !token.is("is");
  }

  Parsed with_arguments(std::unique_ptr<Expression> callee) {
    if (peek().is("(")) {
      ENTENTE_TRY(callee->arguments, arguments());
    }
    return ExpressionPtr(std::move(callee));
  }

  Result<std::vector<Argument>> arguments() {
    std::vector<Argument> found;
    take("(");
    while (!take(")")) {
      Argument argument;
      if (peek().kind == Token::Kind::name && tokens_[at_ + 1].is("=")) {
        argument.name = peek().text;
        at_ += 2;
      }
      ENTENTE_TRY(argument.value, conditional());
      found.push_back(std::move(argument));
      if (!take(",") && !peek().is(")")) return wrong("a ')' is missing");
    }
    return found;
  }

  Parsed postfix() {
    ENTENTE_TRY(auto value, primary());
    for (int steps = 0;; ++steps) {
      if (steps > deepest_nesting) return wrong("a path that is too long");
      if (take(".")) {
        ENTENTE_TRY(value, member(std::move(value)));
      } else if (take("[")) {
        ENTENTE_TRY(value, subscript(std::move(value)));
      } else {
        return value;
      }
    }
  }

  Parsed member(ExpressionPtr object) {
    if (peek().kind == Token::Kind::number && peek().value.is_number_integer()) {
      return ExpressionPtr(node(Kind::index, "", std::move(object), literal(tokens_[at_++].value)));
    }
    ENTENTE_TRY(auto name, take_name());
    if (!peek().is("(")) return ExpressionPtr(node(Kind::attribute, std::move(name), std::move(object)));
    if (!is_method(name)) return wrong(fmt::format("the method '{}' is not known here", text::shorten(name, 40)));
    return with_arguments(node(Kind::method, std::move(name), std::move(object)));
  }

  Parsed subscript(ExpressionPtr object) {
    ExpressionPtr first;
    if (!peek().is(":")) {
      ENTENTE_TRY(first, conditional());
    }
    if (take("]")) return ExpressionPtr(node(Kind::index, "", std::move(object), std::move(first)));
    if (!take(":")) return wrong("a ']' is missing");
    ExpressionPtr last;
    if (!peek().is("]")) {
      ENTENTE_TRY(last, conditional());
    }
    if (!take("]")) return wrong("a ']' is missing");
    return ExpressionPtr(node(Kind::slice, "", std::move(object), std::move(first), std::move(last)));
  }

  Parsed primary() {
    const Token token = peek();
    if (token.kind == Token::Kind::end) return wrong("it ends too early");
    ++at_;
    if (token.kind == Token::Kind::number || token.kind == Token::Kind::text) return literal(token.value);
    if (token.kind == Token::Kind::name) return named(token.text);
    if (token.is("(")) return parenthesised();
    if (token.is("[")) return list("]");
    if (token.is("{")) return dictionary();
    return wrong(fmt::format("'{}' stands where a value should", token.text));
  }

  Parsed named(const std::string& name) {
    if (name == "true" || name == "True") return literal(true);
    if (name == "false" || name == "False") return literal(false);
    if (name == "none" || name == "None" || name == "null") return literal(nullptr);
    if (!peek().is("(")) return ExpressionPtr(node(Kind::name, name));
    if (!is_function(name)) return wrong(fmt::format("the function '{}' is not known here", text::shorten(name, 40)));
    return with_arguments(node(Kind::call, name));
  }

  Parsed parenthesised() {
    if (take(")")) return literal(Json::array());
    ENTENTE_TRY(auto first, conditional());
    if (take(")")) return first;
    if (!take(",")) return wrong("a ')' is missing");
    auto made = std::make_unique<Expression>();
    made->kind = Kind::list;
    made->parts.push_back(std::move(first));
    return rest_of_list(std::move(made), ")");
  }
  Parsed list(std::string_view end) {
    auto made = std::make_unique<Expression>();
    made->kind = Kind::list;
    return rest_of_list(std::move(made), end);
  }
  Parsed rest_of_list(std::unique_ptr<Expression> made, std::string_view end) {
    while (!take(end)) {
      ENTENTE_TRY(auto item, conditional());
      made->parts.push_back(std::move(item));
      if (!take(",") && !peek().is(end)) return wrong(fmt::format("a '{}' is missing", end));
    }
    return ExpressionPtr(std::move(made));
  }
  Parsed dictionary() {
    auto made = std::make_unique<Expression>();
    made->kind = Kind::dictionary;
    while (!take("}")) {
      ENTENTE_TRY(auto key, conditional());
      if (!take(":")) return wrong("a ':' is missing");
      ENTENTE_TRY(auto value, conditional());
      made->parts.push_back(std::move(key));
      made->parts.push_back(std::move(value));
      if (!take(",") && !peek().is("}")) return wrong("a '}' is missing");
    }
    return ExpressionPtr(std::move(made));
  }

  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int links_ = 0;  // of chains, which nest in the tree as deep as they are long
};

class BlockParser {
 public:
  explicit BlockParser(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

  Result<Block> whole() {
    ENTENTE_TRY(auto block, body());
    if (at_ < pieces_.size()) return wrong(fmt::format("'{}' without its beginning", word()));
    return block;
  }

 private:
  std::string word() const {
    const auto& first = pieces_[at_].tokens.front();
    return text::shorten(first.text, 40);
  }
  bool at_word(std::initializer_list<std::string_view> words) const {
    if (at_ >= pieces_.size() || pieces_[at_].kind != Piece::Kind::statement) return false;
    const auto& first = pieces_[at_].tokens.front();
    return std::any_of(words.begin(), words.end(), [&](std::string_view one) { return first.is(one); });
  }

  // Up to the end, or to a word that belongs to the statement around.
  Result<Block> body() {
    if (++depth_ > deepest_nesting) return wrong("nested too deeply");
    Block block;
    while (at_ < pieces_.size() && !at_word({"elif", "else", "endif", "endfor"})) {
      ENTENTE_TRY(auto statement, next());
      block.push_back(std::move(statement));
    }
    --depth_;
    return block;
  }

  Result<Statement> next() {
    Statement statement;
    if (pieces_[at_].kind == Piece::Kind::text) {
      statement.text = std::move(pieces_[at_++].text);
      return statement;
    }
    if (pieces_[at_].kind == Piece::Kind::output) {
      statement.kind = Statement::Kind::output;
      ENTENTE_TRY(statement.expression, whole_expression(0));
      return statement;
    }
    if (at_word({"if"})) return choice();
    if (at_word({"for"})) return loop();
    if (at_word({"set"})) return assignment();
    return wrong(fmt::format("the statement '{}' is not known here", word()));
  }

  // The expression behind the first `skip` tokens of this piece, which is done then.
  Parsed whole_expression(std::size_t skip) {
    const auto& all = pieces_[at_++].tokens;
    const std::vector<Token> tokens(all.begin() + static_cast<std::ptrdiff_t>(skip), all.end());
    ExpressionParser parser(tokens);
    ENTENTE_TRY(auto expression, parser.conditional());
    ENTENTE_TRY_VOID(parser.at_end());
    return expression;
  }

  Result<Statement> choice() {
    Statement statement;
    statement.kind = Statement::Kind::choice;
    while (!at_word({"endif"})) {
      Branch branch;
      if (at_word({"else"})) {
        ++at_;
      } else if (at_word({"if", "elif"})) {
        ENTENTE_TRY(branch.condition, whole_expression(1));
      } else {
        return wrong("'endif' is missing");
      }
      ENTENTE_TRY(branch.body, body());
      statement.branches.push_back(std::move(branch));
    }
    ++at_;
    return statement;
  }

  Result<Statement> loop() {
    Statement statement;
    statement.kind = Statement::Kind::loop;
    ExpressionParser parser(pieces_[at_].tokens);
    parser.take("for");
    ENTENTE_TRY(statement.text, parser.take_name());
    if (parser.take(",")) {
      ENTENTE_TRY(statement.second_name, parser.take_name());
    }
    if (!parser.take("in")) return wrong("'in' is missing");
    ENTENTE_TRY(statement.expression, parser.either());
    ENTENTE_TRY_VOID(parser.at_end());
    ++at_;
    statement.branches.emplace_back();
    ENTENTE_TRY(statement.branches[0].body, body());
    if (at_word({"else"})) {
      ++at_;
      statement.branches.emplace_back();
      ENTENTE_TRY(statement.branches[1].body, body());
    }
    if (!at_word({"endfor"})) return wrong("'endfor' is missing");
    ++at_;
    return statement;
  }

  Result<Statement> assignment() {
    Statement statement;
    statement.kind = Statement::Kind::assignment;
    ExpressionParser parser(pieces_[at_].tokens);
    parser.take("set");
    ENTENTE_TRY(statement.text, parser.take_name());
    if (parser.take(".")) {
      ENTENTE_TRY(statement.member, parser.take_name());
    }
    if (!parser.take("=")) return wrong("a '=' is missing");
    ENTENTE_TRY(statement.expression, parser.conditional());
    ENTENTE_TRY_VOID(parser.at_end());
    ++at_;
    return statement;
  }

  std::vector<Piece> pieces_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<Block> parse(std::string_view source) {
  if (source.size() > longest_source) return wrong(fmt::format("{} bytes are too many", source.size()));
  if (!text::is_valid_utf8(source)) return wrong("not UTF-8");
  ENTENTE_TRY(auto pieces, cut(source));
  return BlockParser(std::move(pieces)).whole();
}

}  // namespace entente::mqtt_discovery::templates
