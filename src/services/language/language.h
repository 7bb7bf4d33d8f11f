// SPDX-License-Identifier: GPL-3.0-or-later
// What people can say in one language, and what it means. Sentence templates (hassil's YAML format: sentences/LANG and
// the user's own files) are a SentenceSet; with this home's names it compiles into a Grammar, which understands text
// and gives the recogniser its search space. Both are immutable values: any thread, share freely.
//
// load() and compile() are pure and take milliseconds to tenths of a second: run them on a pool. What is wrong in a
// file or a template becomes a Problem with file and line, and the rest goes on.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/intent.h"
#include "model/value.h"
#include "model/word_graph.h"
#include "services/language/responses.h"

namespace entente::language {

// Something in a user's or our own file that was left out, fit to be shown: to_string gives "light.yaml:12: …".
struct Problem {
  std::string file;
  int line = 0;  // from 1; 0 where it is about the file as a whole
  std::string reason;
};
std::string to_string(const Problem& problem);

struct SentenceFile {
  std::string name;  // for problems
  std::string yaml;
};

// Whether the folder is laid out as the Home Assistant intents repository, and the languages that it holds.
bool is_repository(const std::filesystem::path& path);
std::vector<std::string> languages_in(const std::filesystem::path& repository);

class SentenceSet {
 public:
  // Every *.yaml in each folder (or the file itself), sorted; of a repository, what it says in the language, with the
  // slot combination in the intents' metadata as "slot_combination". The first path is the product's; sentences of
  // later ones are the user's and win over the product's. A missing path is a Problem.
  static SentenceSet load(std::span<const std::filesystem::path> paths, std::string_view language);
  // The same from memory; `first_of_user` is the index of the first file that is the user's.
  static SentenceSet parse(std::span<const SentenceFile> files, std::string_view language,
                           std::size_t first_of_user = 0);

  const std::string& language() const;  // BCP 47: "en", "zh-CN"
  const std::vector<Problem>& problems() const;
  const Responses& responses() const;
  std::vector<std::string> intents() const;  // names, sorted
  std::size_t sentence_count() const;        // templates

 private:
  friend class Grammar;
  struct Impl;
  explicit SentenceSet(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

// One thing that a list can hold, given by the app: a device of the list "name", a room of "area".
struct ListValue {
  std::string text;                             // what people say; a template: "(bedside|night) lamp[s]"
  model::Value out;                             // what it means: a device id; no value means the words themselves
  std::map<std::string, model::Value> context;  // what requires_context looks at: domain, area …
};
// By list name ("name", "area"). They come before lists of the same name in the files.
using Lists = std::map<std::string, std::vector<ListValue>, std::less<>>;

// What is known about the speaker and the moment: "area" is the room of the microphone. Seen by requires_context and
// copied into slots where a template asks for it.
using Context = std::map<std::string, model::Value, std::less<>>;

// `best` by hassil's ranking: the user's own sentences, a device's name (the longer the better), fewest wildcards, most
// literal text, least text in wildcards, order of the files. Alternatives are the other readings, best first, at
// most 8.
struct Understanding {
  model::Intent best;
  std::vector<model::Intent> alternatives;
  double cost = 0;         // how far the words are from a sentence: 0 fits exactly, 1 is one content word wrong
  bool ambiguous = false;  // the alternatives are as likely as the best: ask which is meant
};

// One way in which a recogniser heard the same speech, best first.
struct Hypothesis {
  std::string text;
  double penalty = 0;  // in costs of Understanding, 0 for the best
};

// Words of conversation that belong to no sentence, from "talk" in the files:
//   talk: {and: [and, then], except: [except, but not], correct: ["no", "i meant"], fillers: [uh], articles: [the, a]}
// Each is normalised as sentences are; a phrase may have several words.
struct Talk {
  std::vector<std::string> conjunctions;  // between two commands in one sentence
  std::vector<std::string> exceptions;    // before what a command leaves out
  std::vector<std::string> corrections;   // before what was meant instead
  std::vector<std::string> fillers;       // mean nothing wherever they stand
  std::vector<std::string> articles;      // may be missing or doubled
};

class Grammar {
 public:
  // Values that cannot be used (an empty name, a bad template) are left out and named in problems().
  static Result<std::shared_ptr<const Grammar>> compile(const SentenceSet& sentences, const Lists& lists);
  ~Grammar();

  // not_found when no sentence fits: "did not understand '…'". exhausted above 1,000 characters or 200 words; invalid
  // for bytes that are not UTF-8 and for no words at all.
  Result<Understanding> understand(std::string_view text, const Context& context = {}) const;

  // The nearest sentence for what nothing fits exactly: fillers, a dropped article, one word wrong or missing, a name
  // said nearly right. not_found where nothing is near enough, or where a guess would be needed.
  Result<Understanding> understand_tolerantly(std::span<const Hypothesis> heard, const Context& context = {}) const;

  const Talk& talk() const;

  // Every sentence that understand() takes, in spoken words: no digits, no punctuation, lower case. Made at the first
  // call, then kept.
  std::shared_ptr<const model::WordGraph> word_graph() const;

  const std::string& language() const;
  const Responses& responses() const;
  const std::vector<Problem>& problems() const;  // of the lists; the files' own are the SentenceSet's

  struct Size {
    std::size_t states = 0, arcs = 0, symbols = 0, list_values = 0, bytes = 0;
  };
  Size size() const;

 private:
  struct Impl;
  explicit Grammar(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace entente::language
