// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/templates/lexer.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/text.h"

namespace entente::mqtt_discovery::templates {
namespace {

constexpr std::string_view spaces = " \t\r\n";

Error wrong(std::string_view reason) { return Error{ErrorCode::invalid, fmt::format("template: {}", reason)}; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> tokens() {
    std::vector<Token> found;
    for (;;) {
      at_ = std::min(text_.find_first_not_of(spaces, at_), text_.size());
      if (at_ == text_.size()) break;
      ENTENTE_TRY(auto token, next());
      found.push_back(std::move(token));
    }
    found.emplace_back();
    return found;
  }

 private:
  Result<Token> next() {
    const char c = text_[at_];
    if (is_letter(c)) return name();
    if (is_digit(c)) return number();
    if (c == '"' || c == '\'') return quoted(c);
    return symbol();
  }

  Token name() {
    const auto start = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    return Token{Token::Kind::name, std::string(text_.substr(start, at_ - start)), {}};
  }

  Result<Token> number() {
    const char* begin = text_.data() + at_;
    const char* end = text_.data() + text_.size();
    std::int64_t whole = 0;
    const auto [after_whole, whole_problem] = std::from_chars(begin, end, whole);
    const bool fraction = after_whole + 1 < end && *after_whole == '.' && is_digit(after_whole[1]);
    const bool power = after_whole < end && (*after_whole == 'e' || *after_whole == 'E');
    if (!fraction && !power && whole_problem == std::errc()) {
      at_ += static_cast<std::size_t>(after_whole - begin);
      return Token{Token::Kind::number, "", whole};
    }
    double real = 0;
    const auto [after, problem] = std::from_chars(begin, end, real);
    if (problem != std::errc()) return wrong("a number that is too large");
    at_ += static_cast<std::size_t>(after - begin);
    return Token{Token::Kind::number, "", real};
  }

  Result<Token> quoted(char quote) {
    std::string plain;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote) {
        ++at_;
        return Token{Token::Kind::text, "", plain};
      }
      if (c == '\\' && at_ + 1 < text_.size()) {
        const char escaped = text_[++at_];
        plain += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped;
      } else {
        plain += c;
      }
    }
    return wrong("a text without its closing quote");
  }

  Result<Token> symbol() {
    for (const std::string_view two : {"==", "!=", "<=", ">=", "//", "**"}) {
      if (text_.substr(at_, 2) == two) return taken(2);
    }
    if (std::string_view(".,:[](){}|+-*/%~<>=").find(text_[at_]) != std::string_view::npos) return taken(1);
    return wrong(fmt::format("'{}' means nothing here", text::shorten(text::to_valid_utf8(text_.substr(at_, 4)), 8)));
  }
  Token taken(std::size_t length) {
    at_ += length;
    return Token{Token::Kind::symbol, std::string(text_.substr(at_ - length, length)), {}};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Where the piece that begins at `from` ends: quotes may hold its closing mark.
std::size_t find_end(std::string_view source, std::size_t from, std::string_view mark) {
  char quote = 0;
  for (auto at = from; at < source.size(); ++at) {
    const char c = source[at];
    if (quote != 0) {
      if (c == '\\') ++at;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (source.substr(at, 2) == mark) {
      return at;
    }
  }
  return std::string_view::npos;
}

std::string_view without_spaces_before(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(spaces), text.size()));
}
std::string_view without_spaces_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(spaces) + 1);
}

std::size_t find_open(std::string_view source, std::size_t from) {
  for (auto at = source.find('{', from); at != std::string_view::npos; at = source.find('{', at + 1)) {
    if (at + 1 < source.size() && std::string_view("{%#").find(source[at + 1]) != std::string_view::npos) return at;
  }
  return std::string_view::npos;
}

}  // namespace

Result<std::vector<Piece>> cut(std::string_view source) {
  std::vector<Piece> pieces;
  std::size_t at = 0;
  bool trim = false;
  while (at <= source.size()) {
    const auto open = find_open(source, at);
    auto plain = source.substr(at, open == std::string_view::npos ? open : open - at);
    if (trim) plain = without_spaces_before(plain);
    const bool trims_before = open != std::string_view::npos && source.substr(open + 2, 1) == "-";
    if (trims_before) plain = without_spaces_behind(plain);
    if (!plain.empty()) pieces.push_back({Piece::Kind::text, std::string(plain), {}});
    if (open == std::string_view::npos) break;

    const char type = source[open + 1];
    const auto start = open + (trims_before ? 3 : 2);
    const std::string_view mark = type == '{' ? "}}" : type == '%' ? "%}" : "#}";
    const auto end = type == '#' ? source.find(mark, start) : find_end(source, start, mark);
    if (end == std::string_view::npos) return wrong(fmt::format("no '{}'", mark));
    auto inside = source.substr(start, end - start);
    trim = !inside.empty() && inside.back() == '-';
    if (trim) inside.remove_suffix(1);
    at = end + 2;
    if (type == '#') continue;
    ENTENTE_TRY(auto tokens, Lexer(inside).tokens());
    pieces.push_back({type == '{' ? Piece::Kind::output : Piece::Kind::statement, {}, std::move(tokens)});
  }
  return pieces;
}

}  // namespace entente::mqtt_discovery::templates
