// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/talk/splitting.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "services/language/script.h"

namespace entente::assistant {
namespace {

constexpr std::size_t piece_limit = 16;
constexpr std::size_t shared_limit = 12;  // words that a piece may have from a neighbour
constexpr std::size_t question_limit = 600;

// ---- characters

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t character_end(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && text::is_continuation(text[at])) ++at;
  return at;
}

// Length of a mark between two commands here, or 0. Not the one in "21,5" or "2.5".
std::size_t mark_at(std::string_view text, std::size_t at) {
  for (const std::string_view wide : {"，", "。", "；", "、", "؛", "،", "！", "？", "।"}) {
    if (text.substr(at).starts_with(wide)) return wide.size();
  }
  if (std::string_view(",;.!?").find(text[at]) == std::string_view::npos) return 0;
  const bool ends_word = at + 1 == text.size() || is_space(text[at + 1]);
  return ends_word ? 1 : 0;
}

// ---- words: what white space parts; in scripts without spaces each character

struct Words {
  std::vector<std::string> words;
  bool spaced = true;

  std::string join(std::size_t first, std::size_t count) const {
    std::string joined;
    for (std::size_t i = first; i < first + count; ++i) {
      if (spaced && !joined.empty()) joined += ' ';
      joined += words[i];
    }
    return joined;
  }
};

Words words_of(std::string_view text) {
  Words made;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) made.words.push_back(std::exchange(word, {}));
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto end = character_end(text, at);
    const auto character = text.substr(at, end - at);
    if (is_space(text[at])) {
      finish();
    } else if (language::is_unspaced(character)) {
      finish();
      made.words.emplace_back(character);
      made.spaced = false;
    } else {
      word += character;
    }
    at = end;
  }
  finish();
  return made;
}

// ---- cuts

struct Cut {
  std::size_t begin = 0, end = 0;
};

bool starts_word(std::string_view text, std::size_t at) { return at == 0 || is_space(text[at - 1]); }

std::size_t conjunction_at(std::string_view text, std::string_view lower, std::size_t at,
                           const std::vector<std::string>& conjunctions) {
  std::size_t longest = 0;
  for (const auto& known : conjunctions) {
    // Where words have no spaces between them, the grammar has one after each character.
    const bool spaced = !language::is_unspaced(known);
    const auto conjunction = spaced ? known : text::replace_all(known, " ", "");
    if (conjunction.size() <= longest || !lower.substr(at).starts_with(conjunction)) continue;
    const auto end = at + conjunction.size();
    const bool whole_word = starts_word(text, at) && (end == text.size() || is_space(text[end]));
    if (!spaced || whole_word) longest = conjunction.size();
  }
  return longest;
}

// Neighbouring marks and conjunctions are one cut: ", and then".
std::vector<Cut> cuts_of(std::string_view text, const std::vector<std::string>& conjunctions) {
  const auto lower = text::to_lower_ascii(text);
  std::vector<Cut> cuts;
  for (std::size_t at = 0; at < text.size();) {
    auto length = mark_at(text, at);
    if (length == 0) length = conjunction_at(text, lower, at, conjunctions);
    if (length == 0) {
      at = character_end(text, at);
      continue;
    }
    const bool follows = !cuts.empty() && text::trim(text.substr(cuts.back().end, at - cuts.back().end)).empty();
    if (follows) {
      cuts.back().end = at + length;
    } else {
      cuts.push_back({at, at + length});
    }
    at += length;
  }
  std::erase_if(cuts, [&](const Cut& cut) {
    return text::trim(text.substr(0, cut.begin)).empty() || text::trim(text.substr(cut.end)).empty();
  });
  return cuts;
}

// ---- pieces

class Splitter {
 public:
  Splitter(std::string_view text, const std::vector<Cut>& cuts, const IsSentence& is_sentence)
      : text_(text), is_sentence_(is_sentence) {
    std::size_t begin = 0;
    for (const auto& cut : cuts) {
      bounds_.push_back({begin, cut.begin});
      begin = cut.end;
    }
    bounds_.push_back({begin, text.size()});
  }

  std::vector<Piece> run() {
    find_whole_pieces();
    // Again while it helps: what one piece has taken from its neighbour, the next may take from it.
    for (bool helped = true; helped;) {
      helped = false;
      for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (pieces_[i].understood) continue;
        share(i);
        helped = helped || pieces_[i].understood;
      }
    }
    return std::move(pieces_);
  }

 private:
  std::string between(std::size_t first, std::size_t last) const {
    return std::string(text::trim(text_.substr(bounds_[first].begin, bounds_[last].end - bounds_[first].begin)));
  }

  bool ask(const std::string& text) { return ++asked_ <= question_limit && is_sentence_(text); }

  // As many parts as possible in pieces that are sentences by themselves, in as few pieces as possible: best_[i] is
  // for the parts from i on.
  void find_whole_pieces() {
    struct Best {
      std::size_t lost = 0, pieces = 0, next = 0;
      bool understood = false;
    };
    const auto count = bounds_.size();
    std::vector<Best> best(count + 1);
    for (auto i = count; i-- > 0;) {
      best[i] = Best{best[i + 1].lost + 1, best[i + 1].pieces + 1, i + 1, false};
      for (auto next = count; next > i; --next) {
        const auto lost = best[next].lost, pieces = best[next].pieces + 1;
        const bool better = lost < best[i].lost || (lost == best[i].lost && pieces < best[i].pieces);
        if (better && ask(between(i, next - 1))) best[i] = Best{lost, pieces, next, true};
      }
    }
    for (std::size_t i = 0; i < count; i = best[i].next) {
      auto said = between(i, best[i].next - 1);
      pieces_.push_back(Piece{said, said, best[i].understood});
    }
  }

  void share(std::size_t index) {
    const auto own = words_of(pieces_[index].said);
    Words before, after;
    if (index > 0) before = words_of(pieces_[index - 1].text);
    if (index + 1 < pieces_.size()) after = words_of(pieces_[index + 1].text);
    if (own.words.empty()) return;
    const auto begin_limit = before.words.empty() ? 0 : std::min(before.words.size() - 1, shared_limit);
    const auto end_limit = after.words.empty() ? 0 : std::min(after.words.size() - 1, shared_limit);
    for (auto count = begin_limit; count > 0; --count) {
      if (take(index, own, before.join(0, count), {})) return;
    }
    for (std::size_t count = 1; count <= end_limit; ++count) {
      if (take(index, own, {}, after.join(after.words.size() - count, count))) return;
    }
    for (auto count = begin_limit; count > 0; --count) {
      for (std::size_t tail = 1; tail <= end_limit; ++tail) {
        if (take(index, own, before.join(0, count), after.join(after.words.size() - tail, tail))) return;
      }
    }
  }

  bool take(std::size_t index, const Words& own, const std::string& begin, const std::string& end) {
    const std::string_view space = own.spaced ? " " : "";
    std::string text = own.join(0, own.words.size());
    if (!begin.empty()) text = begin + std::string(space) + text;
    if (!end.empty()) text += std::string(space) + end;
    if (!ask(text)) return false;
    pieces_[index].text = std::move(text);
    pieces_[index].understood = true;
    return true;
  }

  std::string_view text_;
  const IsSentence& is_sentence_;
  std::vector<Cut> bounds_;
  std::vector<Piece> pieces_;
  std::size_t asked_ = 0;
};

}  // namespace

bool can_be_split(std::string_view text, const std::vector<std::string>& conjunctions) {
  return !cuts_of(text, conjunctions).empty();
}

std::vector<Piece> split(std::string_view text, const std::vector<std::string>& conjunctions,
                         const IsSentence& is_sentence) {
  const auto cuts = cuts_of(text, conjunctions);
  if (cuts.size() >= piece_limit) return {};
  return Splitter(text, cuts, is_sentence).run();
}

}  // namespace entente::assistant
