// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/talk/understanding.h"

#include <algorithm>
#include <optional>

#include "services/assistant/talk/splitting.h"

namespace entente::assistant {
namespace {

// Words in wildcards lower a score; so much that another reading may be meant.
constexpr double swallowed = 0.8;

std::vector<SharedGrammar> candidates(const Grammars& grammars, const Hearing& hearing) {
  if (!hearing.language.empty()) {
    if (auto only = grammars.of(hearing.language)) return {only};
  }
  auto all = grammars.all();
  std::stable_partition(all.begin(), all.end(),
                        [&](const SharedGrammar& grammar) { return grammar->language() == hearing.usual_language; });
  return all;
}

// Two readings with the same words that differ only in the device they name: the name is not enough.
bool differ_in_name_only(const model::Intent& one, const model::Intent& other) {
  if (one.name != other.name || one.slots.size() != other.slots.size()) return false;
  bool named = false;
  for (std::size_t i = 0; i < one.slots.size(); ++i) {
    const auto &left = one.slots[i], &right = other.slots[i];
    if (left.name != right.name || left.text != right.text) return false;
    if (left.value == right.value) continue;
    if (left.name != "name") return false;
    named = true;
  }
  return named;
}

Part part_of(language::Understanding understanding, std::string text, SharedGrammar grammar) {
  Part part{std::move(text), std::move(grammar), std::move(understanding.best), {}, {}};
  for (auto& alternative : understanding.alternatives) {
    const bool as_likely = understanding.ambiguous || differ_in_name_only(part.intent, alternative);
    (as_likely ? part.alternatives : part.others).push_back(std::move(alternative));
  }
  return part;
}

Result<Part> exactly(const std::vector<SharedGrammar>& grammars, const std::string& text,
                     const language::Context& context) {
  std::optional<Part> best;
  Error error{ErrorCode::unavailable, "no language is loaded"};
  for (const auto& grammar : grammars) {
    auto understanding = grammar->understand(text, context);
    if (!understanding) {
      error = understanding.error();
    } else if (!best || understanding->best.score > best->intent.score) {
      best = part_of(*std::move(understanding), text, grammar);
    }
  }
  if (!best) return error;
  return std::move(*best);
}

std::optional<Part> nearly(const std::vector<SharedGrammar>& grammars, const std::vector<std::string>& texts,
                           const language::Context& context) {
  std::vector<language::Hypothesis> heard;
  for (std::size_t i = 0; i < texts.size(); ++i) heard.push_back({texts[i], 0.05 * static_cast<double>(i)});
  std::optional<Part> best;
  double cost = 0;
  for (const auto& grammar : grammars) {
    auto understanding = grammar->understand_tolerantly(heard, context);
    if (!understanding || (best && understanding->cost >= cost)) continue;
    cost = understanding->cost;
    best = part_of(*std::move(understanding), texts.front(), grammar);
  }
  return best;
}

// Within one sentence "it" is what the sentence has named: taken for known while it is read, looked up when it is done.
language::Context inside_a_sentence(language::Context context) {
  context.try_emplace("device", std::string());
  context.try_emplace("device_area", std::string());
  context.try_emplace("talked", "yes");
  return context;
}

std::optional<Reading> split_by(const SharedGrammar& grammar, const std::string& text, const Hearing& hearing) {
  const auto context = inside_a_sentence(hearing.context);
  const auto is_sentence = [&](const std::string& piece) {
    const auto understood = grammar->understand(piece, context);
    return understood.ok() && understood->best.score >= swallowed;
  };
  auto pieces = split(text, grammar->talk().conjunctions, is_sentence);
  if (pieces.size() < 2) return std::nullopt;
  Reading reading{text, {}, {}};
  for (auto& piece : pieces) {
    auto understood = piece.understood ? grammar->understand(piece.text, context) : Error{ErrorCode::not_found, ""};
    if (understood) {
      reading.parts.push_back(part_of(*std::move(understood), std::move(piece.text), grammar));
    } else {
      reading.unknown.push_back(std::move(piece.said));
    }
  }
  return reading;
}

std::optional<Reading> split_exactly(const std::vector<SharedGrammar>& grammars, const std::string& text,
                                     const Hearing& hearing) {
  std::optional<Reading> best;
  for (const auto& grammar : grammars) {
    if (!can_be_split(text, grammar->talk().conjunctions)) continue;
    auto reading = split_by(grammar, text, hearing);
    if (reading && (!best || reading->unknown.size() < best->unknown.size())) best = std::move(reading);
  }
  return best;
}

// Most of what was said is a command, from the first word on: the rest is named and left out. Anything less may be a
// story, a condition or a talk with somebody else.
bool is_mostly_understood(const Reading& reading) {
  return reading.unknown.empty() || (reading.parts.size() >= 2 && reading.parts.size() > reading.unknown.size() &&
                                     !reading.heard.starts_with(reading.unknown.front()));
}

}  // namespace

Result<Part> understand_exactly(const Grammars& grammars, const std::string& text, const Hearing& hearing) {
  return exactly(candidates(grammars, hearing), text, hearing.context);
}

Result<Reading> understand(const Grammars& grammars, const Hearing& hearing) {
  const auto candidates_now = candidates(grammars, hearing);
  std::optional<Error> error;
  std::optional<Reading> partly;
  for (const auto& text : hearing.texts) {
    auto whole = exactly(candidates_now, text, hearing.context);
    if (!whole && !error) error = whole.error();
    if (!whole && whole.error().code != ErrorCode::not_found) continue;
    if (whole && whole->intent.score >= swallowed) return Reading{text, {*std::move(whole)}, {}};
    auto split = split_exactly(candidates_now, text, hearing);
    if (split && split->unknown.empty()) return *std::move(split);
    if (whole) return Reading{text, {*std::move(whole)}, {}};
    if (split && !partly) partly = std::move(split);
  }
  if (error && error->code == ErrorCode::not_found) {
    if (auto near = nearly(candidates_now, hearing.texts, hearing.context)) {
      return Reading{hearing.texts.front(), {*std::move(near)}, {}};
    }
  }
  if (partly && is_mostly_understood(*partly)) return *std::move(partly);
  if (partly && !partly->parts.empty()) {
    partly->parts.clear();
    return *std::move(partly);
  }
  return error ? *error : Error{ErrorCode::unavailable, "no language is loaded"};
}

}  // namespace entente::assistant
