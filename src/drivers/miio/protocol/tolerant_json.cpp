// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/protocol/tolerant_json.h"

#include "base/text.h"

namespace entente::miio {
namespace {

constexpr int max_depth = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Copies the text to its output token by token, leaving out what no JSON may have.
class Mender {
 public:
  explicit Mender(std::string_view text) : text_(text) { out_.reserve(text.size()); }

  std::string mend() {
    while (at_ < text_.size() && !complete_) step();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '"') return copy_string();
    if (is_digit(c)) return copy_number();
    ++at_;
    if (c == ' ' || is_control(c)) return;
    if (c == ',') return comma();
    if (c == '}' || c == ']') return close(c);
    if (c == '{' || c == '[') ++depth_;
    out_ += c;
  }

  void copy_string() {
    last_string_at_ = out_.size();
    out_ += text_[at_++];
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (!is_control(c)) out_ += c;
      if (c == '"') return;
      if (c == '\\' && at_ < text_.size()) out_ += text_[at_++];
    }
  }

  // 00 and 007 have zeros too many; a number's digits after its dot are another matter.
  void copy_number() {
    const bool begins = out_.empty() || (!is_digit(out_.back()) && out_.back() != '.' && out_.back() != 'e' &&
                                         out_.back() != 'E' && out_.back() != '+');
    std::size_t end = at_;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    if (begins) {
      while (at_ + 1 < end && text_[at_] == '0') ++at_;
    }
    out_ += text_.substr(at_, end - at_);
    at_ = end;
  }

  void comma() {
    drop_valueless_key();
    if (out_.empty() || out_.back() == ',' || out_.back() == '{' || out_.back() == '[') return;
    out_ += ',';
  }

  void close(char c) {
    drop_valueless_key();
    if (!out_.empty() && out_.back() == ',') out_.pop_back();
    out_ += c;
    complete_ = --depth_ <= 0;
  }

  void drop_valueless_key() {
    if (!out_.empty() && out_.back() == ':') out_.resize(last_string_at_);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
  std::size_t last_string_at_ = 0;  // in out_: where the string begun last begins
  int depth_ = 0;
  bool complete_ = false;
};

}  // namespace

Result<Json> parse_tolerant(std::string_view payload) {
  payload = text::trim(payload.substr(0, payload.find('\0')));
  if (payload.empty()) return Error{ErrorCode::corrupt, "an empty answer"};
  if (auto strict = parse_json(payload, "answer", max_depth); strict.ok()) return strict;
  auto mended = parse_json(Mender(text::to_valid_utf8(payload)).mend(), "answer", max_depth);
  if (mended.ok()) return mended;
  return Error{ErrorCode::corrupt, mended.error().message};
}

}  // namespace entente::miio
