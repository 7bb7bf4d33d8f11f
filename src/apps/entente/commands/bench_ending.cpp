// SPDX-License-Identifier: GPL-3.0-or-later
// When the end of speech is noticed: recorded orders through the end-pointer that microphones have. An order is cut
// when it ended too early, so that it was understood as something else than the whole recording. All times are of
// sound, so that the load of the machine does not matter.
#include "apps/entente/commands/bench.h"
#include "apps/entente/session.h"
#include "drivers/espeak/espeak.h"
#include "drivers/sphinx/recogniser.h"
#include "infra/audio/read_audio.h"
#include "infra/audio/resample.h"
#include "services/language/language.h"
#include "services/speech/listen_to.h"

namespace entente::apps {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct Outcome {
  int orders = 0;
  int cut = 0;
  int unheard = 0;
  int closed = 0;  // ended where nothing that follows would change the sentence
  int open = 0;    // ended where it could take several more things
  std::map<std::string, int> reasons;
  std::vector<double> wait_ms;
};

const char* kind_of(const speech::Partial& partial) {
  if (partial.closed) return ", closed";
  return partial.open ? ", open" : "";
}

class Endings {
 public:
  Endings(net::EventLoop& loop, const EndingBenchOptions& options) : loop_(loop), options_(options) {}

  Result<void> open(const Settings& settings) {
    rules_.end_when_closed = settings.pause_closed;
    rules_.end_when_complete = settings.pause_complete;
    rules_.end_when_open = settings.pause_open;
    rules_.end_otherwise = settings.pause_incomplete;
    const fs::path paths[] = {settings.data_folder / "bench" / "speech-commands" / "sentences.yaml"};
    ENTENTE_TRY(grammar_, language::Grammar::compile(language::SentenceSet::load(paths, "en"), {}));
    ENTENTE_TRY(espeak_, espeak::open());
    sphinx::Options engine;
    engine.model_folder = settings.acoustic_model;
    engine.dictionary = settings.dictionary;
    engine.pronouncer = espeak_.pronouncer.get();
    ENTENTE_TRY(recogniser_, sphinx::Recogniser::open(engine));
    ENTENTE_TRY(space_, recogniser_->prepare(grammar_->word_graph()));
    return {};
  }

  Task<Result<Outcome>> run() {
    speech::Hearing hearing(loop_, 1);
    Outcome outcome;
    auto recordings = this->recordings();
    if (!recordings) co_return recordings.error();
    for (const auto& recording : *recordings) {
      auto sound = read(recording);
      if (!sound) co_return sound.error();
      const auto whole = co_await hear(hearing, *sound, speech::Ending::with_the_sound);
      if (!whole || whole->recognition.hypotheses.empty()) continue;
      sound->samples.resize(sound->samples.size() + 2 * speech::recogniser_rate);
      const auto heard = co_await hear(hearing, *sound, speech::Ending::automatic);
      judge(recording.filename().string(), *whole, heard, outcome);
    }
    co_return outcome;
  }

 private:
  Result<std::vector<fs::path>> recordings() const {
    std::error_code failed;
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(options_.folder, failed)) {
      const auto kind = entry.path().extension();
      if (kind == ".wav" || kind == ".flac") all.push_back(entry.path());
    }
    if (failed) return Error{ErrorCode::not_found, fmt::format("{}: {}", options_.folder.string(), failed.message())};
    std::sort(all.begin(), all.end());
    std::vector<fs::path> some;
    for (std::size_t i = 0; i < all.size(); i += static_cast<std::size_t>(std::max(options_.every, 1))) {
      some.push_back(all[i]);
    }
    return some;
  }

  static Result<audio::Pcm> read(const fs::path& path) {
    ENTENTE_TRY(auto read, audio::read_audio_file(path));
    return audio::convert(read.pcm, speech::recogniser_rate);
  }

  Task<Result<speech::Heard>> hear(speech::Hearing& hearing, const audio::Pcm& sound, speech::Ending ending) {
    speech::ListenerSettings settings;
    settings.ending = ending;
    settings.rules = rules_;
    auto listener = hearing.listen(*recogniser_, space_, settings);
    if (!listener) co_return listener.error();
    co_return co_await speech::listen_to(loop_, **listener, sound, speech::Pace::as_fast_as_possible, 10ms);
  }

  // Other words because of other silence around them are no cut.
  void judge(const std::string& name, const speech::Heard& whole, const Result<speech::Heard>& heard,
             Outcome& outcome) const {
    ++outcome.orders;
    if (!heard || heard->recognition.hypotheses.empty()) {
      ++outcome.unheard;
      return;
    }
    const auto& all = whole.recognition.hypotheses.front().text;
    const auto& words = heard->recognition.hypotheses.front().text;
    const bool cut = words.size() < all.size() && all.compare(0, words.size(), words) == 0;
    const auto wait = in_milliseconds(heard->silence);
    const char* reason = to_string(heard->reason);
    if (cut || options_.verbose) {
      fmt::print("{}: {:.0f} ms, {}{}: \"{}\"{}\n", name, wait, reason, kind_of(heard->partial), words,
                 cut ? fmt::format(", cut from \"{}\"", all) : "");
    }
    ++outcome.reasons[reason];
    if (cut) {
      ++outcome.cut;
      return;
    }
    outcome.closed += heard->partial.closed;
    outcome.open += heard->partial.open;
    outcome.wait_ms.push_back(wait);
  }

  net::EventLoop& loop_;
  const EndingBenchOptions& options_;
  speech::EndpointRules rules_;
  std::shared_ptr<const language::Grammar> grammar_;
  espeak::Faces espeak_;
  std::unique_ptr<sphinx::Recogniser> recogniser_;
  std::shared_ptr<const speech::SearchSpace> space_;
};

}  // namespace

int bench_ending(const CommonOptions& common, const EndingBenchOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  net::EventLoop loop;
  Endings bench(loop, options);
  if (const auto opened = bench.open(*settings); !opened) return fail(opened.error());
  const auto outcome = loop.run_until_complete(bench.run());
  if (!outcome) return exit_failed;
  if (!*outcome) return fail(outcome->error());
  const auto& result = **outcome;
  Figures figures("end of speech");
  figures.add("orders", result.orders, "");
  figures.add("cut", result.cut, "", "ended in a pause, with words to come");
  figures.add("cut_percent", 100.0 * result.cut / std::max(result.orders, 1), "%");
  figures.add("unheard", result.unheard, "");
  figures.add("closed", result.closed, "", "ended where nothing that follows would change the sentence");
  figures.add("open", result.open, "", "ended where it could take several more things");
  for (const auto& [reason, count] : result.reasons) figures.add(reason, count, "");
  figures.add("wait_p50", percentile(result.wait_ms, 50), "ms", "of sound, from the last speech to the decision");
  figures.add("wait_p95", percentile(result.wait_ms, 95), "ms");
  figures.add("wait_max", percentile(result.wait_ms, 100), "ms");
  figures.print(common.json);
  return exit_done;
}

}  // namespace entente::apps
