// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/jinja/tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "services/language/impl/jinja/syntax.h"

namespace entente::language::jinja {
namespace {

constexpr std::size_t token_limit = 10'000;  // of one block

bool name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool digit(char c) { return c >= '0' && c <= '9'; }
bool space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

void append_utf8(std::string& text, std::uint32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0 | (c >> 6));
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0 | (c >> 12));
    text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (c >> 18));
    text += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// The tokens from `at` to the `close` that no bracket encloses; `at` is then behind it.
class Lexer {
 public:
  Lexer(std::string_view text, std::size_t& at, std::string_view close) : text_(text), at_(at), close_(close) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    for (;;) {
      while (at_ < text_.size() && space(text_[at_])) ++at_;
      if (at_ >= text_.size()) fail(fmt::format("'{}' is never closed", close_ == "}}" ? "{{" : "{%"));
      if (open_.empty() && closes()) return tokens;
      if (tokens.size() >= token_limit) fail_exhausted("the expression is too long");
      tokens.push_back(next());
    }
  }
  bool eats() const { return eats_; }  // the block ended with "-"

 private:
  bool closes() {
    const auto rest = text_.substr(at_);
    eats_ = rest.starts_with('-') && rest.substr(1).starts_with(close_);
    const bool plus = rest.starts_with('+') && rest.substr(1).starts_with(close_);
    if (!eats_ && !plus && !rest.starts_with(close_)) return false;
    at_ += close_.size() + (eats_ || plus ? 1 : 0);
    return true;
  }

  Token next() {
    const char c = text_[at_];
    if (name_start(c)) return name();
    if (digit(c)) return number();
    if (c == '\'' || c == '"') return quoted(c);
    for (const std::string_view symbol : {"==", "!=", "<=", ">=", "//", "**"}) {
      if (text_.substr(at_, 2) == symbol) return at_ += 2, Token{Token::Kind::symbol, std::string(symbol), {}};
    }
    constexpr std::string_view singles = "+-*/%~<>()[]{}.,:|=";
    if (singles.find(c) == std::string_view::npos) {
      fail(fmt::format("unexpected '{}'", text::shorten(text_.substr(at_), 8)));
    }
    balance(c);
    ++at_;
    return Token{Token::Kind::symbol, std::string(1, c), {}};
  }

  void balance(char c) {
    if (c == '(') open_ += ')';
    if (c == '[') open_ += ']';
    if (c == '{') open_ += '}';
    if (c != ')' && c != ']' && c != '}') return;
    if (open_.empty() || open_.back() != c) fail(fmt::format("unexpected '{}'", c));
    open_.pop_back();
  }

  Token name() {
    const auto begin = at_;
    while (at_ < text_.size() && (name_start(text_[at_]) || digit(text_[at_]))) ++at_;
    return Token{Token::Kind::name, std::string(text_.substr(begin, at_ - begin)), {}};
  }

  Token number() {
    for (const auto& [prefix, base] : {std::pair<std::string_view, int>{"0x", 16}, {"0o", 8}, {"0b", 2}}) {
      if (text::to_lower_ascii(text_.substr(at_, 2)) == prefix) return at_ += 2, integer(base);
    }
    auto end = at_;
    const auto digits = [&] {
      while (end < text_.size() && (digit(text_[end]) || (text_[end] == '_' && digit(text_[end - 1])))) ++end;
    };
    bool real = false;
    digits();
    if (end + 1 < text_.size() && text_[end] == '.' && digit(text_[end + 1])) {
      real = true;
      ++end;
      digits();
    }
    if (end + 1 < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      const bool sign = text_[end + 1] == '-' || text_[end + 1] == '+';
      if (end + (sign ? 2 : 1) < text_.size() && digit(text_[end + (sign ? 2 : 1)])) {
        real = true;
        end += sign ? 2 : 1;
        digits();
      }
    }
    if (!real) return integer(10);
    const auto written = std::string(text_.substr(at_, end - at_));
    at_ = end;
    auto plain = written;
    std::erase(plain, '_');
    double value = 0;
    std::from_chars(plain.data(), plain.data() + plain.size(), value);
    return Token{Token::Kind::number, written, value};
  }

  Token integer(int base) {
    const auto begin = at_;
    std::string plain;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (base == 16 ? (digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) : digit(c))
        plain += c;
      else if (c != '_')
        break;
    }
    std::int64_t value = 0;
    const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value, base);
    if (read.ec != std::errc() || read.ptr != plain.data() + plain.size()) {
      fail(fmt::format("the number {} is too large, or none", text::shorten(text_.substr(begin, at_ - begin), 30)));
    }
    return Token{Token::Kind::number, std::string(text_.substr(begin, at_ - begin)), value};
  }

  Token quoted(char quote) {
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
        escape(value);
      } else {
        value += text_[at_];
      }
    }
    if (at_ >= text_.size()) fail("a quoted text is never closed");
    ++at_;
    return Token{Token::Kind::text, value, Value(value)};
  }

  void escape(std::string& value) {
    const char c = text_[at_];
    constexpr std::pair<char, char> simple[] = {{'n', '\n'},  {'t', '\t'},  {'r', '\r'},
                                                {'\\', '\\'}, {'\'', '\''}, {'"', '"'}};
    for (const auto& [letter, meaning] : simple) {
      if (c == letter) return void(value += meaning);
    }
    const std::size_t length = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    std::uint32_t code = 0;
    const auto hex = text_.substr(std::min(at_ + 1, text_.size()), length);
    if (length > 0 && hex.size() == length &&
        std::from_chars(hex.data(), hex.data() + hex.size(), code, 16).ptr == hex.data() + hex.size()) {
      append_utf8(value, code);
      at_ += length;
    } else if (c != '\n') {
      value += '\\';
      value += c;
    }
  }

  std::string_view text_;
  std::size_t& at_;
  std::string_view close_;
  std::string open_;  // the brackets that must close, innermost last
  bool eats_ = false;
};

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<Part> run() {
    while (at_ < text_.size()) {
      auto open = text_.find('{', at_);
      while (open != std::string_view::npos && (open + 1 >= text_.size() || !opens(text_[open + 1]))) {
        open = text_.find('{', open + 1);
      }
      plain(text_.substr(at_, open == std::string_view::npos ? open : open - at_));
      if (open == std::string_view::npos) break;
      at_ = open;
      bracket();
    }
    return std::move(parts_);
  }

 private:
  static bool opens(char c) { return c == '{' || c == '%' || c == '#'; }

  void plain(std::string_view text) {
    if (eat_) {
      while (!text.empty() && space(text.front())) text.remove_prefix(1);
    }
    if (!text.empty()) parts_.push_back(Part{Part::Kind::text, std::string(text), {}, line_});
  }

  void bracket() {
    line_ = line_of(at_);
    const char kind = text_[at_ + 1];
    at_ += 2;
    if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) {
      if (text_[at_] == '-') eat_before();
      ++at_;
    }
    if (kind == '#') return comment();
    try {
      Lexer lexer(text_, at_, kind == '{' ? "}}" : "%}");
      auto tokens = lexer.run();
      eat_ = lexer.eats();
      if (kind == '%' && tokens.size() == 1 && tokens[0].text == "raw") return raw();
      parts_.push_back(Part{kind == '{' ? Part::Kind::output : Part::Kind::block, {}, std::move(tokens), line_});
    } catch (const Failure& failure) {
      fail_at(line_, failure);
    }
  }

  void comment() {
    const auto end = text_.find("#}", at_);
    if (end == std::string_view::npos) fail_at(line_, Failure{Error{ErrorCode::invalid, "'{#' is never closed"}});
    eat_ = end > at_ && text_[end - 1] == '-';
    at_ = end + 2;
  }

  // Everything up to {% endraw %} is text.
  void raw() {
    for (auto open = text_.find("{%", at_); open != std::string_view::npos; open = text_.find("{%", open + 2)) {
      auto inside = open + 2;
      const bool eats = inside < text_.size() && text_[inside] == '-';
      if (inside < text_.size() && (text_[inside] == '-' || text_[inside] == '+')) ++inside;
      while (inside < text_.size() && space(text_[inside])) ++inside;
      if (!text_.substr(inside).starts_with("endraw")) continue;
      plain(text_.substr(at_, open - at_));
      if (eats) eat_before();
      at_ = inside;
      Lexer lexer(text_, at_, "%}");
      lexer.run();
      eat_ = lexer.eats();
      return;
    }
    fail("'{% raw %}' is never closed");
  }

  void eat_before() {
    if (parts_.empty() || parts_.back().kind != Part::Kind::text) return;
    auto& text = parts_.back().text;
    while (!text.empty() && space(text.back())) text.pop_back();
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

}  // namespace

void fail_at(int line, const Failure& failure) { throw Failure{failure.error.within(fmt::format("line {}", line))}; }

std::vector<Part> split_template(std::string_view text) { return Splitter(text).run(); }

}  // namespace entente::language::jinja
