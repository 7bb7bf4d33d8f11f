// SPDX-License-Identifier: GPL-3.0-or-later
// The tests of a repository of sentences, run as its own test program runs them, and how fast that went.
#include "apps/entente/commands/bench_understanding.h"

#include <unistd.h>

#include <ctime>

#include "apps/entente/session.h"
#include "base/file.h"
#include "base/log.h"
#include "base/yaml.h"

namespace entente::apps {
namespace {

constexpr int rounds = 5;  // that count, of each measurement

struct Score {
  int sentences = 0, understood = 0, intent = 0, combination = 0, slots = 0, response = 0, all = 0;
  int merged_right = 0;
  std::vector<double> compile_ms, rename_ms;
  Speed own, merged, foreign;
  language::Grammar::Size size;
  double resident_mb = 0;
  Coverage coverage;
};

// The words of talk alone, out of our own sentence files of a language. Taken away when it goes.
struct TalkFile {
  std::filesystem::path path = std::filesystem::temp_directory_path() / fmt::format("entente-talk-{}.yaml", ::getpid());
  ~TalkFile() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
  // False where there are none.
  bool write(const std::filesystem::path& sentences) const {
    const auto files = list_files(sentences, ".yaml");
    if (!files) return false;
    for (const auto& file : *files) {
      const auto bytes = read_file(file);
      const auto document = bytes ? parse_yaml(*bytes, file.string()) : bytes.error();
      const auto* const talk = document ? find(*document, "talk") : nullptr;
      if (talk != nullptr) return write_file(path, to_text(Json{{"talk", *talk}})).ok();
    }
    return false;
  }
};

double thread_ms(Duration since) { return in_milliseconds(thread_time() - since); }

std::vector<Spoken> spoken(const TestFile& file) {
  std::vector<Spoken> all;
  for (const auto& test : file.cases) all.push_back({test.sentence, test.context});
  return all;
}

class UnderstandingBench {
 public:
  UnderstandingBench(const UnderstandingBenchOptions& options, const TestedLanguage& tested, bool json)
      : options_(options), tested_(tested), show_(options.verbose && !json) {}

  Result<Score> run() {
    ENTENTE_TRY_VOID(merged_home_first());
    for (const auto& file : tested_.corpus.files) ENTENTE_TRY_VOID(own_home(file));
    if (auto covered = coverage(options_.folder, options_.language, tested_.corpus)) score_.coverage = *covered;
    return std::move(score_);
  }

 private:
  // First, because the first compilation is the one that a household waits for.
  Result<void> merged_home_first() {
    auto home = merged_home(tested_.corpus);
    furnish(home, options_.devices, options_.language);
    auto lists = lists_of(home);
    const auto started = thread_time();
    ENTENTE_TRY(const auto grammar, language::Grammar::compile(tested_.sentences, lists));
    score_.compile_ms.push_back(thread_ms(started));
    score_.size = grammar->size();
    score_.resident_mb = resident_megabytes(::getpid());
    std::vector<Spoken> sentences, foreign;
    for (const auto& file : tested_.corpus.files) {
      for (const auto& test : file.cases) {
        sentences.push_back({test.sentence, test.context});
        if (const auto read = grammar->understand(test.sentence, test.context)) {
          if (same_meaning(read->best, file, test, nullptr)) ++score_.merged_right;
        }
        const auto strange = test.sentence + " zyxwut";
        if (!grammar->understand(strange, test.context)) foreign.push_back({strange, test.context});
      }
    }
    measure(*grammar, sentences, Reading::exact, score_.merged);
    measure(*grammar, foreign, Reading::exact, score_.foreign);
    return renames(std::move(lists));
  }

  Result<void> renames(language::Lists lists) {
    auto& names = lists["name"];
    for (std::size_t i = 0; i < 10 && !names.empty(); ++i) {
      names[i * names.size() / 10].text = fmt::format("wonderful thing {}", i);
      const auto started = thread_time();
      ENTENTE_TRY_VOID(language::Grammar::compile(tested_.sentences, lists));
      score_.rename_ms.push_back(thread_ms(started));
    }
    return {};
  }

  Result<void> own_home(const TestFile& file) {
    auto home = file.home;
    furnish(home, options_.devices, options_.language);
    ENTENTE_TRY(const auto grammar, language::Grammar::compile(tested_.sentences, lists_of(home)));
    for (const auto& test : file.cases) count(file, test, grammar->understand(test.sentence, test.context));
    measure(*grammar, spoken(file), Reading::exact, score_.own);
    return {};
  }

  void count(const TestFile& file, const TestCase& test, const Result<language::Understanding>& read) {
    ++score_.sentences;
    Verdict verdict;
    if (read) verdict = judge(read->best, file, test, tested_.sentences.responses());
    score_.understood += verdict.understood;
    score_.intent += verdict.intent;
    score_.combination += verdict.combination;
    score_.slots += verdict.slots;
    score_.response += verdict.response;
    score_.all += verdict.all();
    if (show_ && !verdict.all()) complain(file, test, verdict, read);
  }

  void complain(const TestFile& file, const TestCase& test, const Verdict& verdict,
                const Result<language::Understanding>& read) const {
    fmt::print("{}/{}: \"{}\"\n", test.intent, file.path.stem().string(), test.sentence);
    const bool meaning = verdict.intent && verdict.slots && verdict.combination;
    if (!read) {
      fmt::print("  expected {}\n  got      {}\n", shown(test), read.error().message);
    } else if (!meaning) {
      const auto combination = read->best.metadata.find("slot_combination");
      fmt::print("  expected {}\n  got      {} ({})\n", shown(test), shown(read->best),
                 combination == read->best.metadata.end() ? "" : model::to_text(combination->second));
    }
    if (read && !verdict.response) {
      fmt::print("  expected \"{}\"\n  got      \"{}\"\n", test.responses->front(), verdict.reply);
    }
  }

  const UnderstandingBenchOptions& options_;
  const TestedLanguage& tested_;
  const bool show_;
  Score score_;
};

void add_speed(Figures& figures, const std::string& name, const Speed& speed, const std::string& note) {
  figures.add(name + "_per_second", speed.per_second(), "sentences", note);
  figures.add(name + "_p50", percentile(speed.microseconds, 50), "µs");
  figures.add(name + "_p99", percentile(speed.microseconds, 99), "µs");
  figures.add(name + "_max", percentile(speed.microseconds, 100), "µs");
}

void print(const CommonOptions& common, const UnderstandingBenchOptions& options, const TestedLanguage& tested,
           const Score& score) {
  Figures figures(fmt::format(
      "understanding, {}{}", options.language,
      options.devices > 0 ? fmt::format(", {} more devices in every home", options.devices) : std::string()));
  const auto right = [&](const char* name, int count) {
    figures.add(name, count, "", fmt::format("{:.2f} %", 100.0 * count / std::max(score.sentences, 1)));
  };
  figures.add("sentences", score.sentences, "", fmt::format("in {} test files", tested.corpus.files.size()));
  right("understood", score.understood);
  right("intent_right", score.intent);
  right("combination_right", score.combination);
  right("slots_right", score.slots);
  right("response_right", score.response);
  right("all_right", score.all);
  right("merged_right", score.merged_right);
  figures.add("templates", static_cast<double>(score.coverage.templates), "");
  figures.add("templates_untested", static_cast<double>(score.coverage.missed.size()), "", "best reading of no test");
  add_speed(figures, "own_homes", score.own, "each sentence in the home of its test file; one core");
  add_speed(figures, "merged_home", score.merged, "in one home of all that the tests have");
  add_speed(figures, "out_of_grammar", score.foreign, "sentences that are understood up to their last word");
  figures.add("load", tested.load_ms, "ms", "reading the files, making their automaton; processor time, as all times");
  figures.add("compile", percentile(score.compile_ms, 50), "ms",
              fmt::format("adding the home: {} list values in all", score.size.list_values));
  figures.add("rename_p50", percentile(score.rename_ms, 50), "ms", "a device has another name: compiled again");
  figures.add("rename_max", percentile(score.rename_ms, 100), "ms");
  figures.add("states", static_cast<double>(score.size.states), "");
  figures.add("grammar", static_cast<double>(score.size.bytes) / 1e6, "MB");
  figures.add("resident", score.resident_mb, "MB", "the whole process once it is compiled");
  figures.print(common.json);
}

}  // namespace

Duration thread_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

double Speed::per_second() const { return spent.count() > 0 ? sentences / (in_milliseconds(spent) / 1000) : 0; }

Result<language::Understanding> understand(const language::Grammar& grammar, const Spoken& spoken, Reading reading) {
  if (reading == Reading::exact) return grammar.understand(spoken.sentence, spoken.context);
  const language::Hypothesis heard{spoken.sentence, 0};
  return grammar.understand_tolerantly({&heard, 1}, spoken.context);
}

void measure(const language::Grammar& grammar, std::span<const Spoken> sentences, Reading reading, Speed& speed) {
  const auto all = [&] {
    for (const auto& one : sentences) (void)understand(grammar, one, reading);
  };
  all();
  const auto started = thread_time();
  for (int i = 0; i < rounds; ++i) all();
  speed.spent += thread_time() - started;
  speed.sentences += rounds * static_cast<double>(sentences.size());
  for (const auto& one : sentences) {
    const auto before = thread_time();
    (void)understand(grammar, one, reading);
    speed.microseconds.push_back(1000 * in_milliseconds(thread_time() - before));
  }
}

Result<TestedLanguage> load_tested(const Settings& settings, const UnderstandingBenchOptions& options, bool with_talk) {
  ENTENTE_TRY(auto corpus, read_corpus(options.folder, options.language));
  std::vector<std::filesystem::path> paths{options.folder};
  const TalkFile talk;
  if (with_talk && talk.write(settings.data_folder / "sentences" / options.language)) paths.push_back(talk.path);
  const auto started = thread_time();
  auto sentences = language::SentenceSet::load(paths, options.language);
  const auto load_ms = thread_ms(started);
  for (const auto& problem : sentences.problems()) log::warning("sentences", "{}", language::to_string(problem));
  for (const auto& problem : corpus.problems) log::warning("tests", "{}", problem);
  return TestedLanguage{std::move(sentences), std::move(corpus), load_ms};
}

int bench_understanding(const CommonOptions& common, const UnderstandingBenchOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (options.devices < 0 || options.devices > 100'000) {
    return fail({ErrorCode::invalid, "--devices takes 0 to 100000"}, exit_usage);
  }
  const bool forgiving = !options.perturb.empty() || !options.reject.empty();
  const auto tested = load_tested(*settings, options, forgiving);
  if (!tested) return fail(tested.error());
  if (!options.reject.empty()) return bench_rejections(common, options, *tested);
  if (!options.perturb.empty()) return bench_forgiveness(common, options, *tested);
  const auto score = UnderstandingBench(options, *tested, common.json).run();
  if (!score) return fail(score.error());
  if (options.verbose && !common.json) {
    for (const auto& missed : score->coverage.missed) fmt::print("no test for {}\n", missed);
  }
  print(common, options, *tested, *score);
  return score->all == score->sentences && score->coverage.missed.empty() ? exit_done : exit_failed;
}

}  // namespace entente::apps
