// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of `entente bench understanding`: the sentences and their tests, time, templates that no test says, and
// forgiveness. One thread, the one that measures.
#pragma once

#include <span>

#include "apps/entente/commands/bench.h"
#include "apps/entente/commands/bench_understanding_corpus.h"
#include "apps/entente/commands/bench_understanding_judge.h"
#include "apps/entente/settings.h"

namespace entente::apps {

// Processor time of this thread: other work on the machine does not count.
Duration thread_time();

// Sentences of a repository with its tests.
struct TestedLanguage {
  language::SentenceSet sentences;
  TestCorpus corpus;
  double load_ms = 0;
};
// `with_talk` adds our own words of talk in that language, which the repository lacks: fillers, articles.
Result<TestedLanguage> load_tested(const Settings& settings, const UnderstandingBenchOptions& options, bool with_talk);

struct Speed {
  double sentences = 0;
  Duration spent{};                  // thread_time() of all of them
  std::vector<double> microseconds;  // of each alone
  double per_second() const;
};

struct Spoken {
  std::string sentence;
  language::Context context;
};
enum class Reading { exact, tolerant };
Result<language::Understanding> understand(const language::Grammar& grammar, const Spoken& spoken, Reading reading);
// Adds several rounds over the sentences to `speed`, after one that does not count.
void measure(const language::Grammar& grammar, std::span<const Spoken> sentences, Reading reading, Speed& speed);

struct Coverage {
  std::size_t templates = 0;
  std::vector<std::string> missed;  // "HassTurnOn/name_only: turn on {name}"
};
// Which templates are the best reading of no test. An error for the older layout.
Result<Coverage> coverage(const std::filesystem::path& repository, const std::string& language,
                          const TestCorpus& corpus);

// --perturb and --reject: print, and return the exit code.
int bench_forgiveness(const CommonOptions& common, const UnderstandingBenchOptions& options,
                      const TestedLanguage& tested);
int bench_rejections(const CommonOptions& common, const UnderstandingBenchOptions& options,
                     const TestedLanguage& tested);

}  // namespace entente::apps
