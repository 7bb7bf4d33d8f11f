// SPDX-License-Identifier: GPL-3.0-or-later
// How forgiving the understanding is, and how far it can be trusted: the tests' sentences damaged as speech and typing
// damage them, and sentences that nobody should act on.
#include <algorithm>
#include <numeric>

#include "apps/entente/commands/bench_understanding.h"
#include "apps/entente/commands/bench_understanding_words.h"
#include "apps/entente/session.h"
#include "base/file.h"
#include "base/text.h"

namespace entente::apps {
namespace {

// The same vocabulary for everyone, whatever the grammar knows, so that figures can be compared; a grammar's own
// fillers come on top.
Vocabulary vocabulary_of(const TestedLanguage& tested, const language::Talk& talk, const std::string& language) {
  auto vocabulary = usual_vocabulary(language);
  const auto add = [](std::vector<std::string>& into, const std::vector<std::string>& more) {
    for (const auto& one : more) {
      if (std::find(into.begin(), into.end(), one) == into.end()) into.push_back(one);
    }
  };
  add(vocabulary.fillers, talk.fillers);
  if (vocabulary.articles.empty()) add(vocabulary.articles, talk.articles);
  for (const auto& file : tested.corpus.files) {
    for (const auto& test : file.cases) {
      for (const auto& word : words_of(test.sentence)) vocabulary.words.push_back(word.text);
    }
  }
  return vocabulary;
}

struct Tally {
  std::string_view name;
  int sentences = 0, right = 0, refused = 0, asked = 0, wrong = 0;
  int other_sentence = 0;  // of the wrong ones: the words are exactly another sentence, nobody could have known
  std::vector<double> microseconds;
  Json examples = Json::array();  // for others to read the same sentences: --json --verbose
};

// The texts that may stand in slots instead: the damaged part of what somebody dictated.
std::map<std::string, std::string> damaged_slots(const TestCase& test, const Damaged& damaged) {
  std::map<std::string, std::string> changed;
  for (const auto& [name, value] : test.slots.items()) {
    if (!value.is_string()) continue;
    if (auto part = damaged.part(value.get<std::string>()); part && !part->empty()) changed[name] = *std::move(part);
  }
  return changed;
}

class ForgivenessBench {
 public:
  ForgivenessBench(const UnderstandingBenchOptions& options, const TestedLanguage& tested, bool json)
      : options_(options), tested_(tested), show_(options.verbose && !json), list_(options.verbose && json) {
    for (const auto& [name, damage] : damages) {
      if (options.perturb != "all" && options.perturb != name) continue;
      kinds_.push_back({name, damage});
      tallies_.emplace_back().name = name;
    }
  }

  Result<std::vector<Tally>> run() {
    std::uint64_t number = 0;
    for (const auto& file : tested_.corpus.files) {
      auto home = file.home;
      furnish(home, options_.devices, options_.language);
      ENTENTE_TRY(const auto grammar, language::Grammar::compile(tested_.sentences, lists_of(home)));
      if (number == 0) vocabulary_ = vocabulary_of(tested_, grammar->talk(), options_.language);
      for (const auto& test : file.cases) {
        ++number;
        for (std::size_t i = 0; i < kinds_.size(); ++i) {
          // By sentence and kind, so that each kind alone says the same as all of them together.
          std::seed_seq seed{options_.seed, number, static_cast<std::uint64_t>(kinds_[i].damage)};
          std::mt19937_64 random(seed);
          const auto damaged = Damaged::make(test.sentence, kinds_[i].damage, vocabulary_, random);
          if (damaged) judge_damaged(*grammar, file, test, *damaged, tallies_[i]);
        }
      }
    }
    return std::move(tallies_);
  }

 private:
  void judge_damaged(const language::Grammar& grammar, const TestFile& file, const TestCase& test,
                     const Damaged& damaged, Tally& tally) const {
    const Spoken spoken{damaged.sentence(), test.context};
    const auto slots = damaged_slots(test, damaged);
    const auto started = thread_time();
    const auto read = understand(grammar, spoken, Reading::tolerant);
    tally.microseconds.push_back(1000 * in_milliseconds(thread_time() - started));
    ++tally.sentences;
    if (list_) tally.examples.push_back(example(file, test, damaged, slots, read));
    if (!read) {
      ++tally.refused;
    } else if (read->ambiguous) {
      ++tally.asked;
    } else if (same_meaning(read->best, file, test, &slots)) {
      ++tally.right;
      return;
    } else {
      ++tally.wrong;
      if (understand(grammar, spoken, Reading::exact)) ++tally.other_sentence;
    }
    if (show_) complain(test, damaged, read, tally);
  }

  static Json example(const TestFile& file, const TestCase& test, const Damaged& damaged,
                      const std::map<std::string, std::string>& slots, const Result<language::Understanding>& read) {
    Json got;
    if (read) {
      got = {{"intent", read->best.name}, {"slots", Json::object()}, {"cost", read->cost}, {"asked", read->ambiguous}};
      for (const auto& slot : read->best.slots) got["slots"][slot.name] = model::to_json(slot.value);
    }
    return {{"file", file.path.string()},
            {"was", test.sentence},
            {"sentence", damaged.sentence()},
            {"or_slots", slots},
            {"got", got}};
  }

  static void complain(const TestCase& test, const Damaged& damaged, const Result<language::Understanding>& read,
                       const Tally& tally) {
    fmt::print("{}: \"{}\"\n  was      \"{}\"\n  expected {}\n", tally.name, damaged.sentence(), test.sentence,
               shown(test));
    if (!read) {
      fmt::print("  refused\n");
    } else {
      fmt::print("  {} {} (cost {:.2f})\n", read->ambiguous ? "asked   " : "got     ", shown(read->best), read->cost);
      for (const auto& other : read->alternatives) {
        if (read->ambiguous) fmt::print("     or    {}\n", shown(other));
      }
    }
  }

  const UnderstandingBenchOptions& options_;
  const TestedLanguage& tested_;
  const bool show_, list_;
  std::vector<NamedDamage> kinds_;
  std::vector<Tally> tallies_;
  Vocabulary vocabulary_;
};

void print_table(const UnderstandingBenchOptions& options, const std::vector<Tally>& tallies) {
  fmt::print("understanding, {}, damaged sentences, seed {}  ({})\n", options.language, options.seed, machine_name());
  fmt::print("  {:<16}{:>10}{:>10}{:>10}{:>10}{:>10}{:>20}{:>10}{:>10}\n", "", "sentences", "right", "refused", "asked",
             "wrong", "of them another's", "p50", "p99");
  for (const auto& tally : tallies) {
    if (tally.sentences == 0) continue;
    const auto percent = [&](int count) {
      return fmt::format("{:.1f} %", 100.0 * count / std::max(tally.sentences, 1));
    };
    fmt::print("  {:<16}{:>10}{:>10}{:>10}{:>10}{:>10}{:>20}{:>7.0f} µs{:>7.0f} µs\n", tally.name, tally.sentences,
               percent(tally.right), percent(tally.refused), percent(tally.asked), percent(tally.wrong),
               percent(tally.other_sentence), percentile(tally.microseconds, 50), percentile(tally.microseconds, 99));
  }
  fmt::print("  another's: the damaged words are exactly another sentence of the language.\n");
}

double per_second(const std::vector<double>& microseconds) {
  const auto sum = std::accumulate(microseconds.begin(), microseconds.end(), 0.0);
  return sum > 0 ? 1e6 * static_cast<double>(microseconds.size()) / sum : 0;
}

void print_json(const UnderstandingBenchOptions& options, const std::vector<Tally>& tallies) {
  Json object{{"bench", "understanding, damaged sentences"},
              {"language", options.language},
              {"seed", options.seed},
              {"machine", machine_name()}};
  for (const auto& tally : tallies) {
    auto& kind = object["kinds"][std::string(tally.name)] = {{"sentences", tally.sentences},
                                                             {"right", tally.right},
                                                             {"refused", tally.refused},
                                                             {"asked", tally.asked},
                                                             {"wrong", tally.wrong},
                                                             {"wrong_as_another_sentence", tally.other_sentence},
                                                             {"per_second", per_second(tally.microseconds)},
                                                             {"p50_us", percentile(tally.microseconds, 50)},
                                                             {"p99_us", percentile(tally.microseconds, 99)}};
    if (!tally.examples.empty()) kind["examples"] = tally.examples;
  }
  fmt::print("{}\n", to_text(object, 2));
}

// One per line; "#" begins a comment.
Result<std::vector<std::string>> read_lines(const std::filesystem::path& path) {
  ENTENTE_TRY(const auto bytes, read_file(path, 4U << 20U));
  std::vector<std::string> lines;
  for (auto line : text::split(bytes, '\n')) {
    line = text::trim(line.substr(0, line.find('#')));
    if (!line.empty()) lines.emplace_back(line);
  }
  if (lines.empty()) return Error{ErrorCode::invalid, fmt::format("{}: no sentences", path.string())};
  return lines;
}

}  // namespace

int bench_forgiveness(const CommonOptions& common, const UnderstandingBenchOptions& options,
                      const TestedLanguage& tested) {
  const auto known = [&](const NamedDamage& kind) { return kind.name == options.perturb; };
  if (options.perturb != "all" && std::none_of(std::begin(damages), std::end(damages), known)) {
    std::string names = "all";
    for (const auto& kind : damages) names += fmt::format(", {}", kind.name);
    return fail({ErrorCode::invalid, fmt::format("--perturb is '{}'; it takes {}", options.perturb, names)},
                exit_usage);
  }
  const auto tallies = ForgivenessBench(options, tested, common.json).run();
  if (!tallies) return fail(tallies.error());
  common.json ? print_json(options, *tallies) : print_table(options, *tallies);
  return exit_done;
}

int bench_rejections(const CommonOptions& common, const UnderstandingBenchOptions& options,
                     const TestedLanguage& tested) {
  const auto lines = read_lines(options.reject);
  if (!lines) return fail(lines.error());
  auto home = merged_home(tested.corpus);
  furnish(home, options.devices, options.language);
  const auto grammar = language::Grammar::compile(tested.sentences, lists_of(home));
  if (!grammar) return fail(grammar.error());
  // Somebody talks in a room, so that what leaves the room out fits, too.
  language::Context context;
  if (!home.areas.empty()) context["area"] = home.areas.front().name;
  Json accepted = Json::array(), asked = Json::array();
  Speed speed;
  std::vector<Spoken> spoken;
  for (const auto& line : *lines) {
    spoken.push_back({line, context});
    const auto read = understand(**grammar, spoken.back(), Reading::tolerant);
    if (!read) continue;
    (read->ambiguous ? asked : accepted)
        .push_back({{"sentence", line}, {"as", shown(read->best)}, {"cost", read->cost}});
  }
  measure(**grammar, spoken, Reading::tolerant, speed);
  if (common.json) {
    const Json object{{"bench", "understanding, what must be refused"},
                      {"language", options.language},
                      {"machine", machine_name()},
                      {"sentences", lines->size()},
                      {"devices", home.entities.size()},
                      {"accepted", accepted},
                      {"asked", asked},
                      {"p50_us", percentile(speed.microseconds, 50)},
                      {"p99_us", percentile(speed.microseconds, 99)}};
    fmt::print("{}\n", to_text(object, 2));
  } else {
    fmt::print("understanding, {}, what must be refused  ({})\n", options.language, machine_name());
    fmt::print("  {} sentences in a home of {} devices, {} areas\n", lines->size(), home.entities.size(),
               home.areas.size());
    const auto show = [](const char* what, const Json& read) {
      fmt::print("  {:<10}{:>5}\n", what, read.size());
      for (const auto& one : read) {
        fmt::print("    \"{}\"\n      as {} (cost {:.2f})\n", string_or(one, "sentence", ""), string_or(one, "as", ""),
                   one["cost"].get<double>());
      }
    };
    show("accepted", accepted);
    show("asked", asked);
    fmt::print("  {:.0f} sentences/s, p50 {:.0f} µs, p99 {:.0f} µs, max {:.0f} µs\n", speed.per_second(),
               percentile(speed.microseconds, 50), percentile(speed.microseconds, 99),
               percentile(speed.microseconds, 100));
  }
  return accepted.empty() && asked.empty() ? exit_done : exit_failed;
}

}  // namespace entente::apps
