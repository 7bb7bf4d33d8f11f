// SPDX-License-Identifier: GPL-3.0-or-later
// Python's two ways to format: "%05.1f%%" % x and "{0:>5} {name[key]!r}".format(…).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "services/language/impl/jinja/operations.h"
#include "services/language/impl/letters.h"

namespace entente::language::jinja {
namespace {

constexpr int width_limit = 1'000;
constexpr int precision_limit = 100;

// [[fill]align][sign]["#"]["0"][width][","|"_"]["." precision][type]
struct Spec {
  std::string fill;
  char align = '\0';
  char sign = '-';
  bool alternate = false;
  bool zero = false;
  int width = 0;
  char grouping = '\0';
  int precision = -1;
  char type = '\0';
};

[[noreturn]] void fail_format(std::string_view format) {
  fail(fmt::format("a format '{}'", text::shorten(format, 40)));
}

class SpecReader {
 public:
  explicit SpecReader(std::string_view text) : text_(text) {}

  Spec run() {
    Spec spec;
    const auto letters = characters(text_);
    if (letters.size() > 1 && aligns(letters[1])) {
      spec.fill = letters[0];
      spec.align = letters[1][0];
      at_ = letters[0].size() + 1;
    } else if (!letters.empty() && aligns(letters[0])) {
      spec.align = text_[at_++];
    }
    if (at("+- ")) spec.sign = text_[at_++];
    if (at("#")) spec.alternate = ++at_ > 0;
    if (at("0")) spec.zero = ++at_ > 0;
    spec.width = number(width_limit).value_or(0);
    if (at(",_")) spec.grouping = text_[at_++];
    if (at(".")) {
      ++at_;
      const auto precision = number(precision_limit);
      if (!precision) fail_format(text_);
      spec.precision = *precision;
    }
    if (at_ < text_.size()) spec.type = text_[at_++];
    if (at_ < text_.size()) fail_format(text_);
    return spec;
  }

 private:
  static bool aligns(const std::string& letter) {
    return letter == "<" || letter == ">" || letter == "^" || letter == "=";
  }
  bool at(std::string_view any) const { return at_ < text_.size() && any.find(text_[at_]) != std::string_view::npos; }

  std::optional<int> number(int limit) {
    const auto begin = at_;
    int value = 0;
    for (; at("0123456789"); ++at_) {
      value = value * 10 + (text_[at_] - '0');
      if (value > limit) fail_exhausted(fmt::format("a format '{}' that is too wide", text::shorten(text_, 40)));
    }
    return at_ == begin ? std::nullopt : std::optional<int>(value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// "1234567.5" as "1,234,567.5"
std::string grouped(const std::string& digits, char separator, std::size_t size) {
  const auto end = std::min(digits.find_first_not_of("0123456789abcdefABCDEF"), digits.size());
  std::string made;
  for (std::size_t i = 0; i < end; ++i) {
    if (i > 0 && (end - i) % size == 0) made += separator;
    made += digits[i];
  }
  return made + digits.substr(end);
}

std::string aligned(const std::string& sign, const std::string& body, const Spec& spec, char usual) {
  const char align = spec.align != '\0' ? spec.align : spec.zero ? '=' : usual;
  const auto fill = !spec.fill.empty() ? spec.fill : std::string(spec.zero ? "0" : " ");
  const auto length = static_cast<int>(characters(sign + body).size());
  const int missing = std::max(spec.width - length, 0);
  const int before = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
  std::string left, right;
  for (int i = 0; i < before; ++i) left += fill;
  for (int i = before; i < missing; ++i) right += fill;
  return align == '=' ? sign + left + body : left + sign + body + right;
}

std::string sign_of(bool negative, const Spec& spec) {
  if (negative) return "-";
  return spec.sign == '-' ? std::string() : std::string(1, spec.sign);
}

// Grouped digits that zeros fill are grouped as a whole.
std::string numeric_text(bool negative, std::string digits, const Spec& spec, std::size_t group) {
  const auto sign = sign_of(negative, spec);
  if (spec.grouping != '\0') {
    const bool fills = spec.zero && spec.align == '\0';
    const auto end = std::min(digits.find_first_not_of("0123456789"), digits.size());
    auto made = grouped(digits, spec.grouping, group);
    while (fills && static_cast<int>(made.size() + sign.size()) < spec.width && end < digits.size() + 2'000) {
      digits.insert(0, 1, '0');
      made = grouped(digits, spec.grouping, group);
    }
    digits = made;
  }
  return aligned(sign, digits, spec, '>');
}

std::string formatted_integer(std::int64_t value, const Spec& spec) {
  const bool negative = value < 0;
  const auto magnitude = negative ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  std::string digits;
  switch (spec.type) {
    case 'b': digits = fmt::format("{}{:b}", spec.alternate ? "0b" : "", magnitude); break;
    case 'o': digits = fmt::format("{}{:o}", spec.alternate ? "0o" : "", magnitude); break;
    case 'x': digits = fmt::format("{}{:x}", spec.alternate ? "0x" : "", magnitude); break;
    case 'X': digits = fmt::format("{}{:X}", spec.alternate ? "0X" : "", magnitude); break;
    default: digits = fmt::format("{}", magnitude);
  }
  return numeric_text(negative, std::move(digits), spec, spec.type == '\0' || spec.type == 'd' ? 3 : 4);
}

std::string formatted_real(double value, const Spec& spec) {
  const bool negative = std::signbit(value) && !std::isnan(value);
  const double magnitude = std::abs(value);
  const int precision = spec.precision < 0 ? 6 : spec.precision;
  std::string digits;
  switch (spec.type) {
    case 'f':
    case 'F': digits = fmt::format("{:.{}f}", magnitude, precision); break;
    case '%': digits = fmt::format("{:.{}f}%", magnitude * 100, precision); break;
    case 'e': digits = fmt::format("{:.{}e}", magnitude, precision); break;
    case 'E': digits = fmt::format("{:.{}E}", magnitude, precision); break;
    case 'g': digits = fmt::format("{:.{}g}", magnitude, precision); break;
    case 'G': digits = fmt::format("{:.{}G}", magnitude, precision); break;
    default:
      digits = spec.precision < 0 ? shown(Value(magnitude)) : fmt::format("{:.{}g}", magnitude, std::max(precision, 1));
      if (spec.precision >= 0 && digits.find_first_of(".ein") == std::string::npos) digits += ".0";
  }
  return numeric_text(negative, std::move(digits), spec, 3);
}

std::string formatted(const Value& value, const Spec& spec, std::string_view format) {
  const std::string_view of_integers = "bdoxXn", of_reals = "eEfFgG%";
  if (value.moment() != nullptr) return strftime(*value.moment(), format);
  const bool number = numeric(value) && (value.get<bool>() == nullptr || spec.type != 's');
  if (number && (of_reals.find(spec.type) != std::string_view::npos && spec.type != '\0')) {
    return formatted_real(real_of(value), spec);
  }
  if (number && whole(value) && (spec.type == '\0' || of_integers.find(spec.type) != std::string_view::npos)) {
    return formatted_integer(integer_of(value), spec);
  }
  if (number && !whole(value) && spec.type == '\0') return formatted_real(real_of(value), spec);
  if ((spec.type != '\0' && spec.type != 's') || number) {
    fail(fmt::format("the format '{}' for {}", text::shorten(format, 40), brief(value)));
  }
  auto text = shown(value);
  if (spec.precision >= 0) {
    auto letters = characters(text);
    letters.resize(std::min(letters.size(), static_cast<std::size_t>(spec.precision)));
    text = text::join(letters, "");
  }
  return aligned({}, text, spec, '<');
}

class BraceFormatter {
 public:
  BraceFormatter(std::string_view format, const Arguments& arguments, Workspace& workspace)
      : format_(format), arguments_(arguments), workspace_(workspace) {}

  std::string run() {
    std::string made;
    while (at_ < format_.size()) {
      const char c = format_[at_++];
      if (c != '{' && c != '}') {
        made += c;
      } else if (at_ < format_.size() && format_[at_] == c) {
        made += format_[at_++];
      } else if (c == '}') {
        fail_format(format_);
      } else {
        made += field();
      }
      if (made.size() > text_limit) fail_exhausted("a text in the reply is too long");
    }
    return made;
  }

 private:
  std::string until(std::string_view ends) {
    const auto end = format_.find_first_of(ends, at_);
    if (end == std::string_view::npos) fail_format(format_);
    auto text = std::string(format_.substr(at_, end - at_));
    at_ = end;
    return text;
  }

  std::string field() {
    workspace_.spend(1);
    auto value = named(until("!:}[."));
    while (format_[at_] == '.' || format_[at_] == '[') {
      const bool bracket = format_[at_++] == '[';
      const auto name = until(bracket ? "]" : "!:}[.");
      if (bracket) ++at_;
      if (at_ >= format_.size()) fail_format(format_);
      std::int64_t index = 0;
      value = bracket && read_integer(name, index) ? member(value, Value(index), workspace_)
                                                   : member(value, std::string_view(name));
    }
    if (format_[at_] == '!') {
      at_ += 1;
      const auto conversion = until(":}");
      value = Value(conversion == "r" ? represented(value) : shown(value));
    }
    if (!value.defined()) fail(brief(value) + " is not known");
    return with_spec(value);
  }

  // ":{}" takes the width from the arguments.
  std::string with_spec(const Value& value) {
    std::string spec;
    if (format_[at_] == ':') {
      ++at_;
      spec = until("{}");
      while (format_[at_] == '{') {
        ++at_;
        spec += shown(named(until("{}")));
        if (format_[at_] != '}') fail_format(format_);
        ++at_;
        spec += until("{}");
      }
    }
    if (format_[at_] != '}') fail_format(format_);
    ++at_;
    if (spec.empty()) return shown(value);
    return formatted(value, value.moment() != nullptr ? Spec{} : SpecReader(spec).run(), spec);
  }

  Value named(const std::string& name) {
    std::int64_t index = 0;
    if (name.empty()) index = next_++;
    if (name.empty() || read_integer(name, index)) {
      if (index < 0 || static_cast<std::size_t>(index) >= arguments_.items.size()) fail("a format has too few values");
      return arguments_.items[static_cast<std::size_t>(index)];
    }
    const auto* found = arguments_.named_only(name);
    if (found == nullptr) fail(fmt::format("a format asks for '{}'", text::shorten(name, 40)));
    return *found;
  }

  std::string_view format_;
  const Arguments& arguments_;
  Workspace& workspace_;
  std::size_t at_ = 0;
  std::int64_t next_ = 0;
};

class PercentFormatter {
 public:
  PercentFormatter(std::string_view format, const Value& values, Workspace& workspace)
      : format_(format), values_(values), workspace_(workspace) {
    if (values.list() != nullptr && values.list()->tuple)
      items_ = values.list()->items;
    else
      items_.push_back(values);
  }

  std::string run() {
    std::string made;
    while (at_ < format_.size()) {
      const char c = format_[at_++];
      if (c != '%')
        made += c;
      else
        made += directive();
      if (made.size() > text_limit) fail_exhausted("a text in the reply is too long");
    }
    if (next_ < items_.size() && !indexed(values_)) fail("a format has too many values");
    return made;
  }

 private:
  // Python minds a value too many only where it is no list or dictionary.
  static bool indexed(const Value& values) {
    return values.dictionary() != nullptr || (values.list() != nullptr && !values.list()->tuple);
  }

  char take() {
    if (at_ >= format_.size()) fail_format(format_);
    return format_[at_++];
  }

  int number(int limit) {
    int value = 0;
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      value = static_cast<int>(std::clamp<std::int64_t>(integer_of(item()), 0, limit + 1));
    }
    while (at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9' && value <= limit) {
      value = value * 10 + (format_[at_++] - '0');
    }
    if (value > limit) fail_exhausted(fmt::format("a format '{}' that is too wide", text::shorten(format_, 40)));
    return value;
  }

  const Value& item() {
    if (next_ >= items_.size()) fail("a format has too few values");
    return items_[next_++];
  }

  Value named() {
    const auto end = format_.find(')', at_);
    if (end == std::string_view::npos || values_.dictionary() == nullptr) fail_format(format_);
    const auto value = member(values_, format_.substr(at_, end - at_));
    at_ = end + 1;
    return value;
  }

  std::string directive() {
    workspace_.spend(1);
    std::optional<Value> given;
    if (at_ < format_.size() && format_[at_] == '(') {
      ++at_;
      given = named();
    }
    Spec spec;
    for (; at_ < format_.size() && std::string_view("-+ 0#").find(format_[at_]) != std::string_view::npos; ++at_) {
      if (format_[at_] == '-') spec.align = '<';
      if (format_[at_] == '+') spec.sign = '+';
      if (format_[at_] == ' ' && spec.sign == '-') spec.sign = ' ';
      if (format_[at_] == '0') spec.zero = true;
      if (format_[at_] == '#') spec.alternate = true;
    }
    spec.width = number(width_limit);
    if (at_ < format_.size() && format_[at_] == '.') {
      ++at_;
      spec.precision = number(precision_limit);
    }
    spec.type = take();
    if (spec.type == '%') return "%";
    if (spec.align == '<') spec.zero = false;
    return converted(given ? *given : item(), spec);
  }

  std::string converted(const Value& value, Spec spec) {
    switch (spec.type) {
      case 's':
      case 'r':
      case 'a':
        spec.zero = false;
        if (spec.align == '\0') spec.align = '>';
        return formatted(Value(spec.type == 's' ? shown(value) : represented(value)), with_type(spec, 's'), "%s");
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X':
      case 'o': {
        const auto integer = whole(value) ? integer_of(value) : truncated(real_of(value));
        const int digits = std::max(spec.precision, 0);
        spec.precision = -1;
        if (spec.type == 'i' || spec.type == 'u') spec.type = 'd';
        if (digits == 0) return formatted_integer(integer, spec);
        Spec inner = with_type({}, spec.type);
        inner.zero = true;
        inner.width = digits + (integer < 0 ? 1 : 0);
        return aligned({}, formatted_integer(integer, inner), spec, '>');
      }
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G': return formatted_real(real_of(value), spec);
      default: fail_format(format_);
    }
  }

  static Spec with_type(Spec spec, char type) {
    spec.type = type;
    return spec;
  }

  std::string_view format_;
  const Value& values_;
  Workspace& workspace_;
  Values items_;
  std::size_t at_ = 0, next_ = 0;
};

}  // namespace

std::string format_percent(std::string_view format, const Value& values, Workspace& workspace) {
  return PercentFormatter(format, values, workspace).run();
}
std::string format_braces(std::string_view format, const Arguments& arguments, Workspace& workspace) {
  return BraceFormatter(format, arguments, workspace).run();
}

}  // namespace entente::language::jinja
