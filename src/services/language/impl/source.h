// SPDX-License-Identifier: GPL-3.0-or-later
// What sentence files say, before any template is understood: plain values with file and line. read_yaml() adds one
// file to a Source; files merge as hassil merges them: lists of values grow, single values are replaced. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/value.h"
#include "services/language/language.h"

namespace entente::language {

struct Place {
  std::string file;
  int line = 0;
};

struct PlacedText {
  std::string text;
  Place place;
};

// requires_context and excludes_context: what one key of the context must, or must not, be.
struct ContextRule {
  std::string key;
  bool any = false;                  // it must exist, whatever it is
  std::vector<model::Value> values;  // it must be one of these
  std::string slot;                  // and is copied into this slot; empty for none
};

struct ListValueSource {
  PlacedText in;
  model::Value out;  // no value: the words themselves
  std::map<std::string, model::Value> context;
  std::map<std::string, model::Value> metadata;
};

struct RangeSource {
  enum class Fractions : std::uint8_t { none, halves, tenths };
  std::int64_t from = 0, to = 0, step = 1;
  double multiplier = 1;
  Fractions fractions = Fractions::none;
  bool digits = true;
  bool words = true;
  std::string words_language;  // empty: the sentences'
  std::string unit;            // "%", "°" or "K" by its type: goes with the value as metadata; empty for plain numbers
};

// What people say for a time of day, a date or a length of time: see quantities.h.
enum class Quantity : std::uint8_t { time, date, duration };

struct ListSource {
  enum class Kind : std::uint8_t { values, range, wildcard, quantity };
  Kind kind = Kind::values;
  std::vector<ListValueSource> values;
  RangeSource range;
  Quantity quantity = Quantity::time;
  Place place;
};

// Rules and lists by name. Those of a repository are its own: they never meet ours of the same name.
struct Names {
  std::map<std::string, PlacedText> rules;
  std::map<std::string, ListSource> lists;
};

// Sentences of one intent that share everything but their words.
struct BlockSource {
  std::string intent;
  Place place;
  bool of_user = false;
  std::vector<PlacedText> sentences;
  std::vector<std::pair<std::string, model::Value>> slots;
  std::string response = "default";
  std::vector<ContextRule> requires_context, excludes_context;
  std::map<std::string, model::Value> metadata;
  std::vector<std::string> required_keywords;
  std::vector<std::string> commands;  // sentences to be done in this one's place
  std::map<std::string, PlacedText> rules;
  std::map<std::string, ListSource> lists;
  std::shared_ptr<const Names> names;  // null: the Source's
};

struct Source {
  bool ignore_whitespace = false;
  std::vector<BlockSource> blocks;
  std::map<std::string, ListSource> lists;
  std::map<std::string, PlacedText> rules;
  std::vector<std::string> skip_words;
  Talk talk;
  std::map<std::string, std::map<std::string, std::vector<PlacedText>>> replies;  // intent, key, variants
  std::map<std::string, std::vector<PlacedText>> refusals;                        // key, variants
};

// What a slot combination of a repository's intents.yaml adds to the blocks of its file.
struct Combination {
  std::string intent, name;
  bool context_area = false;                                       // the speaker's room becomes the slot "area"
  std::map<std::string, std::vector<model::Value>> domain_groups;  // what name_domains may be called
};
using Combinations = std::vector<Combination>;  // in the file's order, in which sentences that tie win

constexpr std::size_t file_limit = 4U << 20U;  // bytes of one file

// What cannot be used is left out and named in `problems`.
void read_yaml(const SentenceFile& file, bool of_user, Source& source, std::vector<Problem>& problems);
void read_combination(const SentenceFile& file, const Combination& combination, bool of_user, Source& source,
                      std::vector<Problem>& problems);
Combinations read_combinations(const SentenceFile& intents_yaml, std::vector<Problem>& problems);

}  // namespace entente::language
