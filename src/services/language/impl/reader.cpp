// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/reader.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/text.h"
#include "services/language/impl/tolerant.h"

namespace entente::language {
namespace {

constexpr std::size_t character_limit = 1'000;
constexpr std::size_t token_limit = 200;
constexpr std::size_t alternative_limit = 8;
constexpr std::size_t candidate_limit = 10'000;
constexpr std::size_t hypothesis_limit = 8;
constexpr std::size_t near_candidate_limit = 2'000;
constexpr float widest_margin = 0.15F;
constexpr float wildcard_preference = 0.2F;  // up to this cost a near sentence beats free text that takes anything
constexpr float doubled_weight = 0.8F;       // small words, below
constexpr float wildcard_literal = 2.2F;     // of a sentence's own words, for a guess beside free text
constexpr float least_literal = 0.4F;        // of a sentence's own words, for a guess
constexpr std::size_t meaning_limit = 16;    // values of one name that are told apart

bool equal(const model::Value& a, const model::Value& b) { return a == b || model::to_text(a) == model::to_text(b); }

bool one_of(const ContextRule& rule, const model::Value& value) {
  return std::any_of(rule.values.begin(), rule.values.end(),
                     [&](const model::Value& wanted) { return equal(wanted, value); });
}

// Both for a value's own context, where keys may be missing, and for the whole one, where they may not.
template <class Map>
bool fits(const Constraint& constraint, const Map& context, bool complete) {
  for (const auto& rule : constraint.requires_context) {
    const auto held = context.find(rule.key);
    const bool there = held != context.end() && held->second.index() != 0;
    if (!there && complete) return false;
    if (there && !rule.any && !one_of(rule, held->second)) return false;
  }
  for (const auto& rule : constraint.excludes_context) {
    const auto held = context.find(rule.key);
    if (held != context.end() && (rule.any || one_of(rule, held->second))) return false;
  }
  return true;
}

// The text as matched once: all of it, or without skip words.
struct Pass {
  std::vector<Piece> tokens;
  bool skipped = false;
  bool may_start_with_wildcard = true, may_end_with_wildcard = true;
  std::vector<std::uint32_t> cuts;  // tokens that the text has glued to the one before
  std::vector<Reading> readings;
};

// One way in which a reading can be meant: a block, and a value for each list.
struct Candidate {
  const Pass* pass = nullptr;
  const Reading* reading = nullptr;
  std::uint32_t block = 0;
  std::vector<const ListEntry*> entries;  // by slot of the reading; null for ranges and wildcards
  bool of_user = false;
  bool named = false;
  bool here = false;  // a value lies in the speaker's own room
  std::uint32_t name_length = 0;
  const TolerantReading* tolerant = nullptr;  // of the tolerant walk

  float cost() const { return tolerant == nullptr ? 0 : tolerant->cost; }

  auto rank() const {  // the smallest is the best
    return std::make_tuple(!of_user, !named, named ? ~name_length : 0U, reading->wildcards, ~reading->literal,
                           reading->wildcard_characters, pass->skipped, !here, block);
  }
};

class Reader {
 public:
  Reader(const MatchTables& tables, std::string_view text, const Context& context)
      : tables_(tables), lexicon_(tables.lexicon), text_(normalise(text)), context_(context) {}

  Result<Understanding> run() {
    ENTENTE_TRY(auto all, all_tokens());
    return run_exactly(std::move(all));
  }

  // Exactly; then without sounds of hesitation and fillers; then the tolerant walk, where nothing fits or only free
  // text does, and it finds what is near enough.
  Result<Understanding> run_tolerantly() {
    ENTENTE_TRY(const auto all, all_tokens());
    auto fluent = without_fillers(all);
    if (fluent.empty()) return Error{ErrorCode::invalid, "there are no words in the text"};
    auto exact = run_exactly(all);
    if (exact.ok() && candidates_.front().reading->wildcards == 0) return exact;
    if (fluent.size() != all.size()) {
      start_again();
      auto without = run_exactly(fluent);
      if (without.ok() && candidates_.front().reading->wildcards == 0) return without;
      if (without.ok()) exact = std::move(without);
    }
    const bool words = lexicon_.rules.spacing == Spacing::words;
    if (exact.ok() && words && !candidates_.empty() && is_remainder(candidates_.front())) exact = not_understood();
    start_again();
    auto near = run_near(std::move(fluent));
    if (exact.ok() && (!near.ok() || near->ambiguous || near->cost > wildcard_preference)) return exact;
    return near.ok() ? std::move(near) : std::move(exact);
  }

 private:
  Result<std::vector<Piece>> all_tokens() const {
    auto all = tokens(text_, lexicon_.rules);
    if (all.empty()) return Error{ErrorCode::invalid, "there are no words in the text"};
    if (all.size() > token_limit) {
      return Error{ErrorCode::exhausted, fmt::format("{} words; {} are the limit", all.size(), token_limit)};
    }
    return all;
  }

  Result<Understanding> run_exactly(std::vector<Piece> all) {
    make_passes(std::move(all));
    for (const auto& pass : passes_) add_candidates(pass);
    sort();
    if (candidates_.empty() || candidates_.front().reading->wildcards > 0) read_compounds();
    if (candidates_.empty()) return not_understood();
    return best();
  }

  Error not_understood() const {
    return Error{ErrorCode::not_found,
                 fmt::format("did not understand '{}'", text::shorten(collapse_spaces(text_), 200))};
  }

  // ---- the tolerant reading

  void start_again() {
    candidates_.clear();
    passes_.clear();
  }

  std::vector<Piece> without_fillers(const std::vector<Piece>& all) const {
    std::vector<Piece> kept;
    for (std::size_t at = 0; at < all.size();) {
      const auto length = phrase_at(lexicon_.fillers, all, at);
      if (length == 0 && !is_doubled(kept, all[at])) kept.push_back(all[at]);
      at += std::max<std::size_t>(length, 1);
    }
    return kept;
  }

  const WordWeight& weight_of(const Piece& token) const { return lexicon_.weight(tables_.symbols.find(token.key)); }

  // "the the", "on on": a small word said twice while thinking.
  bool is_doubled(const std::vector<Piece>& kept, const Piece& token) const {
    return lexicon_.rules.spacing == Spacing::words && token.kind == Piece::Kind::letters && !kept.empty() &&
           kept.back().key == token.key && (weight_of(token).weight < doubled_weight || token.key.size() <= 3);
  }

  // Free text that holds nothing but words of its own sentence ("the timer for hour"), or ends with an article, is what
  // is left of something.
  bool is_remainder(const Candidate& candidate) const {
    const auto bit = lexicon_.blocks[candidate.block].intent_bit;
    for (const auto& slot : candidate.reading->slots) {
      if (tables_.lists[lexicon_.calls[slot.call].list]->kind != ListNetwork::Kind::wildcard) continue;
      const auto& words = candidate.pass->tokens;
      const bool own = std::all_of(words.begin() + slot.begin, words.begin() + slot.end, [&](const Piece& token) {
        return token.kind == Piece::Kind::number || (weight_of(token).intents & bit) != 0;
      });
      if (own || weight_of(words[slot.end - 1]).weight <= article_weight) return true;
    }
    return false;
  }

  Result<Understanding> run_near(std::vector<Piece> all) {
    Pass& pass = passes_.emplace_back();
    pass.tokens = std::move(all);
    TolerantMatcher matcher(tables_, pass.tokens);
    const auto nearest = matcher.run();
    if (!nearest) return not_understood();
    // What the context forbids may hide what it allows, a little further away.
    for (const auto bound : {*nearest + widest_margin, TolerantMatcher::limit}) {
      near_ = matcher.readings(bound);
      add_near_candidates(pass);
      if (!candidates_.empty()) break;
    }
    if (candidates_.empty()) return not_understood();
    std::stable_sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
      return std::make_pair(a.cost(), a.rank()) < std::make_pair(b.cost(), b.rank());
    });
    return decide();
  }

  void add_near_candidates(const Pass& pass) {
    for (const auto& near : near_) {
      if (!worth_considering(near)) continue;
      for (const auto block : lexicon_.sentences.finals(near.reading.state)) {
        const auto before = candidates_.size();
        add_candidate(pass, near.reading, block);
        if (near.reading.wildcards > 0 && candidates_.size() > before && is_remainder(candidates_.back())) {
          candidates_.resize(before);
        }
        for (auto i = before; i < candidates_.size(); ++i) candidates_[i].tolerant = &near;
      }
      if (candidates_.size() > near_candidate_limit) return;
    }
  }

  // A guess needs words that say what to do, the more the more is wrong.
  static bool worth_considering(const TolerantReading& near) {
    if (near.reading.wildcards > 0 && near.cost > wildcard_preference && near.literal_weight < wildcard_literal)
      return false;
    const auto named = static_cast<float>(near.reading.slots.size());
    return near.literal_weight >= least_literal && near.literal_weight + 0.6F * named >= 0.35F + 0.75F * near.cost;
  }

  // The cheapest, unless something else that is meant differently costs hardly more.
  Result<Understanding> decide() const {
    const Candidate& first = candidates_.front();
    if (first.tolerant->incomplete) return not_understood();
    Understanding made;
    made.best = intent_of(first);
    made.cost = first.cost();
    const auto margin = first.cost() + std::min(widest_margin, 0.05F + 0.5F * first.cost());
    for (const Candidate& other : candidates_) {
      if (other.cost() >= margin || made.alternatives.size() >= alternative_limit) break;
      if (other.tolerant->corrected == first.tolerant->corrected) continue;
      if (other.tolerant->incomplete && other.cost() > first.cost() + 0.05F) continue;
      if (other.tolerant->incomplete) return not_understood();
      auto intent = intent_of(other);
      const auto twin = [&](const model::Intent& held) { return same(held, intent); };
      if (twin(made.best) || std::any_of(made.alternatives.begin(), made.alternatives.end(), twin)) continue;
      if (!differ_in_one_name(made.best, intent)) return not_understood();
      made.ambiguous = true;
      made.alternatives.push_back(std::move(intent));
    }
    return made;
  }

  // "the bedroom lamp or the bedside lamp?": the same is to be done, with something else.
  static bool differ_in_one_name(const model::Intent& a, const model::Intent& b) {
    if (a.name != b.name || a.slots.size() != b.slots.size()) return false;
    int names = 0;
    for (const auto& slot : a.slots) {
      const auto* other = b.slot(slot.name);
      if (other == nullptr) return false;
      if (other->value == slot.value) continue;
      if (!is_of_home(slot.name)) return false;
      ++names;
    }
    return names == 1;
  }

  void sort() {
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.rank() < b.rank(); });
  }

  // ---- words written as one

  // "Küchenlicht", "거실의전등을": a word that nobody knows is read as several, of which the first ends an item of a
  // list.
  void read_compounds() {
    std::vector<Piece> all;
    std::vector<std::uint32_t> cuts;
    for (const auto& token : passes_.front().tokens) {
      std::vector<std::size_t> ends;
      const bool unknown = token.kind == Piece::Kind::letters && tables_.symbols.find(token.key) == Symbols::none;
      if (!unknown || !cut(token.key, 0, ends)) {
        all.push_back(token);
        continue;
      }
      std::size_t begin = 0;
      for (const auto end : ends) {
        Piece part = token;
        part.key = token.key.substr(begin, end - begin);
        // Case folding may change the number of bytes, but hardly ever does; the words are only shown.
        part.begin = std::min(token.end, token.begin + static_cast<std::uint32_t>(begin));
        part.end = std::min(token.end, token.begin + static_cast<std::uint32_t>(end));
        all.push_back(std::move(part));
        if (begin == 0) cuts.push_back(static_cast<std::uint32_t>(all.size()));
        begin = end;
      }
    }
    if (cuts.empty() || all.size() > token_limit) return;
    const auto before = candidates_.size();
    add_pass(all, std::vector<bool>(all.size()), true, true);
    passes_.back().skipped = true;
    passes_.back().cuts = std::move(cuts);
    add_candidates(passes_.back());
    if (candidates_.size() > before) sort();
  }

  // Where the known words end that the rest of `word` is made of, the longest first; false where it is not.
  // NOLINTNEXTLINE(misc-no-recursion): as deep as part_limit.
  bool cut(const std::string& word, std::size_t begin, std::vector<std::size_t>& ends) const {
    constexpr std::size_t longest = 60, part_limit = 4, shortest_part = 2;  // bytes: one letter is no word, 의 is
    if (begin == word.size()) return true;
    if (word.size() > longest || ends.size() == part_limit) return false;
    for (auto end = begin == 0 ? word.size() - 1 : word.size(); end >= begin + shortest_part; --end) {
      if (end < word.size() && text::is_continuation(word[end])) continue;
      const auto part = std::string_view(word).substr(begin, end - begin);
      const bool one_letter = count_characters(part) == 1 && part.size() < 3;
      if (one_letter || tables_.symbols.find(part) == Symbols::none) continue;
      ends.push_back(end);
      if (cut(word, end, ends)) return true;
      ends.pop_back();
    }
    return false;
  }

  // ---- skip words

  // How many tokens the first of the phrases, longest first, has here.
  static std::size_t phrase_at(const std::vector<std::vector<std::string>>& phrases, const std::vector<Piece>& all,
                               std::size_t at) {
    for (const auto& words : phrases) {
      if (words.size() > all.size() - at) continue;
      const bool here = std::equal(words.begin(), words.end(), all.begin() + static_cast<std::ptrdiff_t>(at),
                                   [](const std::string& word, const Piece& token) { return word == token.key; });
      if (here) return words.size();
    }
    return 0;
  }

  void make_passes(std::vector<Piece> all) {
    std::vector<bool> skip(all.size());
    bool any = false;
    for (std::size_t at = 0; at < all.size();) {
      const auto length = phrase_at(lexicon_.skip_words, all, at);
      any = any || length > 0;
      for (std::size_t i = 0; i < length; ++i) skip[at + i] = true;
      at += std::max<std::size_t>(length, 1);
    }
    passes_.reserve(6);
    add_pass(all, std::vector<bool>(all.size()), true, true);
    if (!any) return;
    add_pass(all, skip, false, false);
    // A wildcard at one end keeps what stands at that end.
    const auto first_kept = std::find(skip.begin(), skip.end(), false);
    const auto last_kept = std::find(skip.rbegin(), skip.rend(), false);
    std::vector<bool> start(skip.size()), end(skip.size());
    std::fill(start.begin(), start.begin() + (first_kept - skip.begin()), true);
    std::fill(end.rbegin(), end.rbegin() + (last_kept - skip.rbegin()), true);
    if (skip.back()) add_pass(all, end, true, false);
    if (skip.front()) add_pass(all, start, false, true);
  }

  void add_pass(const std::vector<Piece>& all, const std::vector<bool>& skip, bool may_start, bool may_end) {
    Pass& pass = passes_.emplace_back();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!skip[i]) pass.tokens.push_back(all[i]);
    }
    pass.skipped = pass.tokens.size() != all.size();
    pass.may_start_with_wildcard = may_start;
    pass.may_end_with_wildcard = may_end;
    if (!pass.tokens.empty()) pass.readings = Matcher(tables_, pass.tokens).run();
  }

  // ---- candidates

  void add_candidates(const Pass& pass) {
    for (const auto& reading : pass.readings) {
      if (reading.starts_with_wildcard && !pass.may_start_with_wildcard) continue;
      if (reading.ends_with_wildcard && !pass.may_end_with_wildcard) continue;
      if (!ends_lists_at(reading, pass.cuts)) continue;
      for (const auto block : lexicon_.sentences.finals(reading.state)) add_candidate(pass, reading, block);
    }
  }

  static bool ends_lists_at(const Reading& reading, const std::vector<std::uint32_t>& cuts) {
    return std::all_of(cuts.begin(), cuts.end(), [&](std::uint32_t cut) {
      return std::any_of(reading.slots.begin(), reading.slots.end(),
                         [&](const ReadSlot& slot) { return slot.end == cut; });
    });
  }

  void add_candidate(const Pass& pass, const Reading& reading, std::uint32_t index) {
    const Block& block = lexicon_.blocks[index];
    if (!has_keyword(block, pass.tokens)) return;
    Candidate candidate;
    candidate.pass = &pass;
    candidate.reading = &reading;
    candidate.block = index;
    candidate.of_user = block.of_user;
    choose(candidate, 0);
  }

  static bool has_keyword(const Block& block, const std::vector<Piece>& tokens) {
    if (block.required_keywords.empty()) return true;
    return std::any_of(block.required_keywords.begin(), block.required_keywords.end(), [&](const auto& words) {
      return std::search(tokens.begin(), tokens.end(), words.begin(), words.end(),
                         [](const Piece& token, const std::string& word) { return token.key == word; }) != tokens.end();
    });
  }

  // Tries each value of each list that the words can mean.
  // NOLINTNEXTLINE(misc-no-recursion): as deep as a sentence has lists.
  void choose(Candidate& candidate, std::size_t slot) {
    const auto& constraint = lexicon_.constraints[lexicon_.blocks[candidate.block].constraint];
    if (slot == candidate.reading->slots.size()) return keep(candidate, constraint);
    const ReadSlot& read = candidate.reading->slots[slot];
    const ListNetwork& list = *tables_.lists[lexicon_.calls[read.call].list];
    if (list.kind != ListNetwork::Kind::values) {
      candidate.entries.push_back(nullptr);
      choose(candidate, slot + 1);
      candidate.entries.pop_back();
      return;
    }
    std::size_t tried = 0;
    for (const auto final : list.automaton->finals(read.state)) {
      const ListEntry& entry = list.entries[final];
      if (!fits(constraint, entry.context, false)) continue;
      if (++tried > meaning_limit || candidates_.size() >= candidate_limit) return;
      candidate.entries.push_back(&entry);
      choose(candidate, slot + 1);
      candidate.entries.pop_back();
    }
  }

  Context context_of(const Candidate& candidate) const {
    Context all = context_;
    for (const auto* entry : candidate.entries) {
      if (entry == nullptr) continue;
      for (const auto& [key, value] : entry->context) all[key] = value;
    }
    return all;
  }

  void keep(Candidate candidate, const Constraint& constraint) {
    const bool asks = !constraint.requires_context.empty() || !constraint.excludes_context.empty();
    if (asks && !fits(constraint, context_of(candidate), true)) return;
    const auto area = context_.find("area");
    for (std::size_t i = 0; i < candidate.entries.size(); ++i) {
      const auto* entry = candidate.entries[i];
      if (entry == nullptr) continue;
      const ReadSlot& read = candidate.reading->slots[i];
      if (lexicon_.calls[read.call].slot == "name") {
        candidate.named = true;
        candidate.name_length = std::max(candidate.name_length, characters(*candidate.pass, read));
      }
      if (area == context_.end()) continue;
      const auto its = entry->context.find("area");
      candidate.here = candidate.here || (its != entry->context.end() && equal(its->second, area->second));
    }
    candidates_.push_back(std::move(candidate));
  }

  static std::uint32_t characters(const Pass& pass, const ReadSlot& read) {
    std::uint32_t sum = 0;
    for (auto i = read.begin; i < read.end; ++i)
      sum += static_cast<std::uint32_t>(count_characters(pass.tokens[i].key));
    return sum;
  }

  // ---- intents

  Understanding best() const {
    Understanding made;
    made.best = intent_of(candidates_.front());
    for (std::size_t i = 1; i < candidates_.size() && made.alternatives.size() < alternative_limit; ++i) {
      auto intent = intent_of(candidates_[i]);
      const auto twin = [&](const model::Intent& other) { return same(other, intent); };
      if (twin(made.best) || std::any_of(made.alternatives.begin(), made.alternatives.end(), twin)) continue;
      made.alternatives.push_back(std::move(intent));
    }
    return made;
  }

  static bool same(const model::Intent& a, const model::Intent& b) {
    return a.name == b.name && std::equal(a.slots.begin(), a.slots.end(), b.slots.begin(), b.slots.end(),
                                          [](const model::Slot& x, const model::Slot& y) {
                                            return x.name == y.name && x.value == y.value;
                                          });
  }

  std::string words_of(const Candidate& candidate, const ReadSlot& read) const {
    const auto& tokens = candidate.pass->tokens;
    const Call& call = lexicon_.calls[read.call];
    const auto begin = tokens[read.begin].begin + call.prefix.size();
    const auto end = tokens[read.end - 1].end - call.suffix.size();
    if (begin >= end) return {};
    return collapse_spaces(std::string_view(text_).substr(begin, end - begin));
  }

  model::Value value_of(const ListNetwork& list, const ListEntry* entry, const ReadSlot& read,
                        const std::string& words) const {
    if (list.kind == ListNetwork::Kind::range) return range_value(list.range, read.number);
    if (entry == nullptr) return words;
    if (entry->out.index() != 0) return entry->out;
    return entry->text.empty() ? words : entry->text;
  }

  model::Intent intent_of(const Candidate& candidate) const {
    const Block& block = lexicon_.blocks[candidate.block];
    model::Intent intent;
    intent.name = block.intent;
    intent.language = lexicon_.language;
    intent.response = block.response;
    intent.metadata = block.metadata;
    intent.commands = block.commands;
    for (const auto& [key, value] : context_of(candidate)) intent.context[key] = value;
    for (std::size_t i = 0; i < candidate.entries.size(); ++i) {
      const ReadSlot& read = candidate.reading->slots[i];
      const Call& call = lexicon_.calls[read.call];
      auto words = words_of(candidate, read);
      const bool is_wildcard = tables_.lists[call.list]->kind == ListNetwork::Kind::wildcard;
      if (is_wildcard) words = wildcard_text(words, lexicon_.rules);
      auto value = value_of(*tables_.lists[call.list], candidate.entries[i], read, words);
      if (candidate.entries[i] != nullptr) {
        for (const auto& [key, held] : candidate.entries[i]->metadata) intent.metadata.emplace(key, held);
      }
      if (const auto& unit = tables_.lists[call.list]->range.unit; !unit.empty()) intent.metadata.emplace("unit", unit);
      if (call.capture) {
        intent.context[call.slot] = std::move(value);
      } else {
        intent.slots.push_back(model::Slot{call.slot, std::move(value), std::move(words)});
      }
    }
    add_given_slots(block, intent);
    intent.score = score_of(candidate);
    return intent;
  }

  void add_given_slots(const Block& block, model::Intent& intent) const {
    const auto add = [&](const std::string& name, const model::Value& value) {
      if (intent.slot(name) == nullptr) intent.slots.push_back(model::Slot{name, value, {}});
    };
    for (const auto& [name, value] : block.slots) add(name, value);
    for (const auto& rule : lexicon_.constraints[block.constraint].requires_context) {
      const auto held = intent.context.find(rule.key);
      if (!rule.slot.empty() && held != intent.context.end()) add(rule.slot, held->second);
    }
  }

  // Words that the grammar knows count in full, skip words for most, words in wildcards for a quarter.
  double score_of(const Candidate& candidate) const {
    const auto count = [](const Pass& pass) {
      double sum = 0;
      for (const auto& token : pass.tokens) sum += static_cast<double>(count_characters(token.key));
      return sum;
    };
    const double all = count(passes_.front()), read = count(*candidate.pass);
    return (read + 0.9 * (all - read) - 0.75 * candidate.reading->wildcard_characters) / all;
  }

  const MatchTables& tables_;
  const Lexicon& lexicon_;
  std::string text_;
  const Context& context_;
  std::vector<Pass> passes_;
  std::vector<Candidate> candidates_;
  std::vector<TolerantReading> near_;
};

Result<void> check_text(std::string_view text) {
  if (text.size() > 4 * character_limit || count_characters(text) > character_limit) {
    return Error{ErrorCode::exhausted,
                 fmt::format("a sentence of {} bytes; {} characters are the limit", text.size(), character_limit)};
  }
  if (!text::is_valid_utf8(text)) return Error{ErrorCode::invalid, "the sentence is not UTF-8 text"};
  return {};
}

}  // namespace

Result<Understanding> understand_text(const MatchTables& tables, std::string_view text, const Context& context) {
  ENTENTE_TRY_VOID(check_text(text));
  return Reader(tables, text, context).run();
}

Result<Understanding> understand_tolerantly(const MatchTables& tables, std::span<const Hypothesis> heard,
                                            const Context& context) {
  Result<Understanding> best = Error{ErrorCode::invalid, "nothing was heard"};
  for (const auto& hypothesis : heard.first(std::min(heard.size(), hypothesis_limit))) {
    if (best.ok() && best->cost <= hypothesis.penalty) break;
    auto understood = [&]() -> Result<Understanding> {
      ENTENTE_TRY_VOID(check_text(hypothesis.text));
      return Reader(tables, hypothesis.text, context).run_tolerantly();
    }();
    if (!understood.ok()) {
      if (!best.ok() && &hypothesis == &heard.front()) best = std::move(understood);
      continue;
    }
    understood->cost += hypothesis.penalty;
    if (!best.ok() || understood->cost < best->cost) best = std::move(understood);
  }
  return best;
}

bool value_allowed(const Constraint& constraint, const std::map<std::string, model::Value>& context) {
  return fits(constraint, context, false);
}

}  // namespace entente::language
