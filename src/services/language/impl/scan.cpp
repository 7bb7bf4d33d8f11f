// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/scan.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "services/language/script.h"

namespace entente::language {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Scripts that are written without spaces between words.
bool is_unspaced(UChar32 c) {
  if (c < 0x0E00) return false;
  return c <= 0x0EFF ||                                  // Thai, Lao
         (c >= 0x1000 && c <= 0x109F) ||                 // Myanmar
         (c >= 0x1780 && c <= 0x17FF) ||                 // Khmer
         (c >= 0x3005 && c <= 0x3007) ||                 // 々 〆 〇
         (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) ||  // Hiragana, Katakana
         (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

enum class Class : std::uint8_t { ignored, boundary, letter, mark, digit, unspaced, symbol };

Class classify_ascii(UChar32 c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\'') return Class::letter;
  if (c >= '0' && c <= '9') return Class::digit;
  switch (c) {
    case '%':
    case '$':
    case '&':
    case '+':
    case '=':
    case '#':
    case '@':
    case '*': return Class::symbol;
    default: return Class::boundary;
  }
}

Class classify(UChar32 c) {
  if (c < 0x80) return classify_ascii(c);
  if (is_unspaced(c)) return (U_MASK(u_charType(c)) & U_GC_M_MASK) != 0 ? Class::mark : Class::unspaced;
  const auto mask = U_MASK(u_charType(c));
  if ((mask & (U_GC_L_MASK | U_GC_NL_MASK)) != 0) return Class::letter;
  if ((mask & U_GC_M_MASK) != 0) return Class::mark;
  if ((mask & U_GC_ND_MASK) != 0) return Class::digit;
  if ((mask & U_GC_CF_MASK) != 0) return Class::ignored;
  if ((mask & (U_GC_S_MASK | U_GC_NO_MASK)) != 0) return Class::symbol;
  return Class::boundary;
}

// Full-width forms read as the plain ones.
UChar32 plain(UChar32 c) { return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c; }

class Scanner {
 public:
  Scanner(std::string_view text, const ScanRules& rules) : text_(text), rules_(rules) {}

  std::vector<Piece> run() {
    pieces_.reserve(text_.size() / 3 + 4);
    while (at_ < size()) step();
    return std::move(pieces_);
  }

 private:
  std::int32_t size() const { return static_cast<std::int32_t>(text_.size()); }

  UChar32 next(std::int32_t& at) const {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(text_.data()), at, size(), c);
    return plain(c);
  }
  UChar32 peek(std::int32_t at) const { return at < size() ? next(at) : 0; }

  void append_folded(std::string& key, UChar32 c) const {
    if (c < 0x80) {
      key += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      return;
    }
    // Turkish writes four kinds of i, keyboards and capitals mix them: they are one here, in every language.
    const auto folded = c == 0x130 || c == 0x131 ? 'i' : u_foldCase(c, U_FOLD_CASE_DEFAULT);
    char bytes[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, folded);
    key.append(bytes, static_cast<std::size_t>(length));
  }

  Piece& open(Piece::Kind kind, std::int32_t begin) {
    Piece& piece = pieces_.emplace_back();
    piece.kind = kind;
    piece.begin = static_cast<std::uint32_t>(begin);
    return piece;
  }
  void close(Piece& piece) { piece.end = static_cast<std::uint32_t>(at_); }

  void boundary(std::int32_t begin) {
    if (pieces_.empty() || pieces_.back().kind != Piece::Kind::boundary) open(Piece::Kind::boundary, begin);
    close(pieces_.back());
  }

  void step() {
    const auto begin = at_;
    const auto c = next(at_);
    switch (classify(c)) {
      case Class::ignored: return;
      case Class::boundary:
        if (c == '-' && negative_here(begin)) return number(begin, true);
        return boundary(begin);
      case Class::digit: at_ = begin; return number(begin, false);
      case Class::letter:
        if (rules_.spacing == Spacing::words) return at_ = begin, letters(begin);
        if (c == '\'') return boundary(begin);
        return unit(begin, c);
      case Class::mark:
      case Class::unspaced:
      case Class::symbol: return unit(begin, c);
    }
  }

  void unit(std::int32_t begin, UChar32 c) {
    Piece& piece = open(Piece::Kind::unit, begin);
    append_folded(piece.key, c);
    for (auto ahead = at_; ahead < size();) {
      const auto mark = next(ahead);
      const auto kind = classify(mark);
      if (kind != Class::mark && kind != Class::ignored) break;
      if (kind == Class::mark) append_folded(piece.key, mark);
      at_ = ahead;
    }
    close(piece);
  }

  // '-' is a sign only where no word or number ends before it and digits follow.
  bool negative_here(std::int32_t begin) const {
    const bool free_before = begin == 0 || pieces_.empty() || pieces_.back().kind == Piece::Kind::boundary;
    return free_before && classify(peek(at_)) == Class::digit;
  }

  void digits(std::string& key) {
    for (auto ahead = at_; ahead < size();) {
      const auto c = next(ahead);
      if (classify(c) != Class::digit) break;
      key += static_cast<char>('0' + u_charDigitValue(c));
      at_ = ahead;
    }
  }

  void number(std::int32_t begin, bool negative) {
    Piece& piece = open(Piece::Kind::number, begin);
    if (negative) piece.key = "-";
    digits(piece.key);
    auto ahead = at_;
    const auto separator = ahead < size() ? next(ahead) : 0;
    const bool fraction = (separator == '.' || separator == ',') && classify(peek(ahead)) == Class::digit;
    std::string whole = piece.key;
    if (fraction) {
      at_ = ahead;
      piece.key += '.';
      const auto before = piece.key.size();
      digits(piece.key);
      const bool thousands = separator == ',' && piece.key.size() - before == 3;
      whole = thousands ? whole + piece.key.substr(before) : piece.key;
    }
    piece.value = parse(piece.key);
    piece.grouped = parse(whole);
    close(piece);
  }

  static double parse(const std::string& digits) {
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }

  // "A.C.", "p.m." at `begin`: at least two single letters with dots after each but, perhaps, the last.
  bool initialism(std::int32_t begin) {
    std::string key;
    int letters = 0;
    auto ahead = begin;
    auto end = begin;
    while (ahead < size()) {
      const auto c = next(ahead);
      if (c == '\'' || classify(c) != Class::letter) break;
      const auto after = peek(ahead);
      if (after != '.') {
        if (letters > 0 && classify(after) != Class::letter && classify(after) != Class::mark) {
          append_folded(key, c), ++letters, end = ahead;
          break;
        }
        return false;
      }
      append_folded(key, c), ++letters;
      next(ahead);
      end = ahead;
    }
    if (letters < 2) return false;
    at_ = end;
    Piece& piece = open(Piece::Kind::initialism, begin);
    piece.key = std::move(key);
    close(piece);
    return true;
  }

  void letters(std::int32_t begin) {
    const bool at_start = pieces_.empty() || pieces_.back().kind != Piece::Kind::letters;
    if (at_start && initialism(begin)) return;
    Piece& piece = open(Piece::Kind::letters, begin);
    bool capitals = true;
    int count = 0;
    for (auto ahead = at_; ahead < size();) {
      const auto c = next(ahead);
      const auto kind = classify(c);
      if (kind != Class::letter && kind != Class::mark && kind != Class::ignored) break;
      at_ = ahead;
      if (kind == Class::ignored) continue;
      append_folded(piece.key, c);
      capitals = capitals && (c < 0x80 ? c >= 'A' && c <= 'Z' : u_isupper(c) != 0);
      ++count;
    }
    piece.capitals = capitals && count > 1;
    close(piece);
  }

  std::string_view text_;
  ScanRules rules_;
  std::vector<Piece> pieces_;
  std::int32_t at_ = 0;
};

}  // namespace

bool is_unspaced(std::string_view utf8) {
  std::int32_t at = 0;
  UChar32 first = 0;
  if (utf8.empty()) return false;
  U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(utf8.data()), at, static_cast<std::int32_t>(utf8.size()),
                  first);
  return is_unspaced(first);
}

std::string normalise(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&status);
  std::u16string wide(text.size(), u'\0');  // UTF-16 never has more units than UTF-8 has bytes
  std::int32_t length = 0;
  u_strFromUTF8WithSub(wide.data(), static_cast<std::int32_t>(wide.size()), &length, text.data(),
                       static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &status);
  if (U_FAILURE(status)) return std::string(text);
  wide.resize(static_cast<std::size_t>(length));
  std::replace(wide.begin(), wide.end(), u'’', u'\'');
  std::u16string composed = wide;
  if (unorm2_isNormalized(nfc, wide.data(), length, &status) == 0) {
    composed.resize(wide.size() * 3 + 16);  // the largest expansion that NFC has
    const auto made = unorm2_normalize(nfc, wide.data(), length, composed.data(),
                                       static_cast<std::int32_t>(composed.size()), &status);
    if (U_FAILURE(status)) return std::string(text);
    composed.resize(static_cast<std::size_t>(made));
  }
  std::string narrow(composed.size() * 3, '\0');
  u_strToUTF8(narrow.data(), static_cast<std::int32_t>(narrow.size()), &length, composed.data(),
              static_cast<std::int32_t>(composed.size()), &status);
  if (U_FAILURE(status)) return std::string(text);
  narrow.resize(static_cast<std::size_t>(length));
  return narrow;
}

std::vector<Piece> scan(std::string_view text, const ScanRules& rules) { return Scanner(text, rules).run(); }

std::vector<Piece> tokens(std::string_view text, const ScanRules& rules) {
  auto pieces = scan(text, rules);
  for (auto& piece : pieces) {
    if (piece.kind != Piece::Kind::letters) continue;
    const auto bare = trim_apostrophes(piece.key);
    if (bare.size() == piece.key.size()) continue;
    piece.begin += static_cast<std::uint32_t>(bare.data() - piece.key.data());
    piece.end -= static_cast<std::uint32_t>(piece.key.data() + piece.key.size() - (bare.data() + bare.size()));
    piece.key = std::string(bare);
  }
  pieces.erase(
      std::remove_if(pieces.begin(), pieces.end(),
                     [](const Piece& piece) { return piece.kind == Piece::Kind::boundary || piece.key.empty(); }),
      pieces.end());
  return pieces;
}

std::string wildcard_text(std::string_view words, const ScanRules& rules) {
  static constexpr std::string_view marks = ".,?!;:";
  static constexpr std::array<std::string_view, 9> wide_marks = {"。", "，", "¿", "？", "؟", "¡", "！", "；", "："};
  const auto mark_at = [&](std::size_t at) -> std::size_t {  // its bytes, or 0
    if (marks.find(words[at]) != std::string_view::npos) return 1;
    for (const auto mark : wide_marks) {
      if (words.substr(at).starts_with(mark)) return mark.size();
    }
    return 0;
  };
  const auto is_space = [&](std::size_t at) { return words[at] == ' ' || (words[at] >= '\t' && words[at] <= '\r'); };
  std::string kept;
  bool beside_gap = true;  // what was read last is no part of a word
  for (std::size_t at = 0; at < words.size();) {
    std::size_t end = at;
    while (end < words.size() && mark_at(end) > 0) end += mark_at(end);
    if (end > at) {
      const bool inside = !beside_gap && end < words.size() && !is_space(end);
      if (inside) kept += words.substr(at, end - at);
      at = end;
      continue;
    }
    beside_gap = is_space(at);
    if (!beside_gap || rules.spacing == Spacing::words) kept += words[at];
    ++at;
  }
  return collapse_spaces(kept);
}

std::string_view trim_apostrophes(std::string_view letters) {
  while (!letters.empty() && letters.front() == '\'') letters.remove_prefix(1);
  while (!letters.empty() && letters.back() == '\'') letters.remove_suffix(1);
  return letters;
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return !text::is_continuation(c); }));
}

std::string collapse_spaces(std::string_view text) {
  std::string collapsed;
  bool gap = false;
  for (const char c : text) {
    const bool space = c == ' ' || (c >= '\t' && c <= '\r');
    if (!space) {
      if (gap && !collapsed.empty()) collapsed += ' ';
      collapsed += c;
    }
    gap = space;
  }
  return collapsed;
}

}  // namespace entente::language
