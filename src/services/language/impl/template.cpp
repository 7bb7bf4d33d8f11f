// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/template.h"

#include <charconv>
#include <optional>

#include "base/text.h"
#include "services/language/impl/scan.h"

namespace entente::language {
namespace {

constexpr std::string_view reserved = "()[]{}<>|;\\";

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Expression> run() {
    auto parsed = group('\0', 0, 0);
    if (!parsed.ok()) return parsed;
    if (at_ < text_.size()) return fail(at_, fmt::format("'{}' closes nothing", text_[at_]));
    return parsed;
  }

 private:
  Error fail(std::size_t at, std::string_view reason) const {
    return Error{ErrorCode::invalid,
                 fmt::format("at character {}: {}", count_characters(text_.substr(0, at)) + 1, reason)};
  }

  bool ends_here(char close) const {
    if (at_ >= text_.size()) return true;
    const char c = text_[at_];
    return c == ')' || c == ']' || (close != '\0' && c == close);
  }

  // The inside of a bracket up to, not including, what closes it.
  Result<Expression> group(char close, std::size_t opened, int depth) {
    if (depth > template_depth_limit) {
      return Error{ErrorCode::exhausted, fmt::format("more than {} brackets in brackets", template_depth_limit)};
    }
    std::vector<Expression> branches(1);
    char separator = '\0';
    while (!ends_here(close)) {
      const char c = text_[at_];
      if (c == '|' || c == ';') {
        if (separator != '\0' && separator != c) return fail(at_, "'|' and ';' in one group; put one of them in (…)");
        separator = c;
        ++at_;
        branches.emplace_back();
        continue;
      }
      auto parsed = item(depth);
      if (!parsed.ok()) return parsed.error();
      branches.back().items.push_back(std::move(parsed).value());
    }
    if (close != '\0' && at_ >= text_.size()) {
      return fail(opened, fmt::format("'{}' is never closed", text_[opened]));
    }
    if (separator == '\0') return std::move(branches.front());
    Expression whole;
    whole.kind = separator == '|' ? Expression::Kind::alternatives : Expression::Kind::permutation;
    whole.items = std::move(branches);
    return whole;
  }

  Result<Expression> item(int depth) {
    switch (text_[at_]) {
      case '(': return bracket(')', depth);
      case '[': return bracket(']', depth);
      case '{': return list();
      case '<': return rule();
      case '}':
      case '>': return fail(at_, fmt::format("'{}' closes nothing", text_[at_]));
      default: return literal();
    }
  }

  Result<Expression> bracket(char close, int depth) {
    const auto opened = at_++;
    ENTENTE_TRY(auto inside, group(close, opened, depth + 1));
    if (text_[at_] != close) return fail(at_, fmt::format("'{}' where '{}' should be", text_[at_], close));
    ++at_;
    if (close == ')') return inside;
    if (inside.kind != Expression::Kind::alternatives) {
      Expression choice;
      choice.kind = Expression::Kind::alternatives;
      choice.items.push_back(std::move(inside));
      inside = std::move(choice);
    }
    inside.items.emplace_back();
    return inside;
  }

  Result<Expression> literal() {
    Expression made;
    made.kind = Expression::Kind::text;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\\') {
        if (at_ + 1 >= text_.size()) return fail(at_, "'\\' with nothing after it");
        ++at_;
      } else if (reserved.find(c) != std::string_view::npos) {
        break;
      }
      made.text += text_[at_++];
    }
    return made;
  }

  Result<std::string_view> until(char close) {
    const auto opened = at_++;
    const auto end = text_.find(close, at_);
    if (end == std::string_view::npos) return fail(opened, fmt::format("'{}' is never closed", text_[opened]));
    const auto inside = text::trim(text_.substr(at_, end - at_));
    if (inside.find_first_of("{}<>()[]|;") != std::string_view::npos) {
      return fail(opened, fmt::format("'{}{}{}' is not a name", text_[opened], text::shorten(inside, 40), close));
    }
    at_ = end + 1;
    return inside;
  }

  Result<Expression> rule() {
    const auto opened = at_;
    ENTENTE_TRY(const auto name, until('>'));
    if (name.empty()) return fail(opened, "'<>' names no rule");
    Expression made;
    made.kind = Expression::Kind::rule;
    made.text = std::string(name);
    return made;
  }

  static std::optional<std::int64_t> whole(std::string_view digits) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  }

  Result<Expression> list() {
    const auto opened = at_;
    ENTENTE_TRY(const auto inside, until('}'));
    const auto colon = inside.find(':');
    auto name = text::trim(inside.substr(0, colon));
    auto slot = colon == std::string_view::npos ? std::string_view() : text::trim(inside.substr(colon + 1));
    Expression made;
    made.kind = Expression::Kind::list;
    if (!name.empty() && name.front() == '@') made.capture = true, name.remove_prefix(1);
    if (!slot.empty() && slot.front() == '@') made.capture = true, slot.remove_prefix(1);
    if (name.empty()) return fail(opened, "'{}' names no list");
    if (colon != std::string_view::npos && slot.empty()) return fail(opened, "the slot after ':' has no name");
    made.text = std::string(name);
    made.slot = std::string(slot.empty() ? name : slot);
    const auto dots = name.find("..");
    if (dots == std::string_view::npos) return made;
    return range(std::move(made), opened, dots, colon != std::string_view::npos);
  }

  Result<Expression> range(Expression made, std::size_t opened, std::size_t dots, bool named) {
    const std::string_view name = made.text;
    const auto comma = name.find(',');
    const auto from = whole(name.substr(0, dots));
    const auto to = whole(name.substr(dots + 2, comma == std::string_view::npos ? comma : comma - dots - 2));
    const auto step = comma == std::string_view::npos ? std::optional<std::int64_t>(1) : whole(name.substr(comma + 1));
    if (!from || !to || !step || *step < 1 || *from > *to) {
      return fail(opened, fmt::format("'{{{}}}' is no range; write {{0..100:slot}} or {{0..100,10:slot}}", name));
    }
    if (!named) return fail(opened, fmt::format("the range {{{}}} needs a slot: {{{}:slot}}", name, name));
    made.kind = Expression::Kind::range;
    made.from = *from, made.to = *to, made.step = *step;
    return made;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Expression> parse_template(std::string_view text) {
  if (text.size() > template_limit) {
    return Error{ErrorCode::exhausted,
                 fmt::format("a template of {} bytes; {} are the limit", text.size(), template_limit)};
  }
  if (!text::is_valid_utf8(text)) return Error{ErrorCode::invalid, "the template is not UTF-8"};
  const std::string normal = normalise(text);
  return Parser(normal).run();
}

bool is_template(std::string_view text) { return text.find_first_of(reserved) != std::string_view::npos; }

}  // namespace entente::language
