// SPDX-License-Identifier: GPL-3.0-or-later
// Recorded orders through the recogniser and the understanding, scored on intent and slots as the set's makers do:
// clean, or in noises at several ratios; and whether other speech is told from orders.
#include <cmath>
#include <thread>

#include "apps/entente/commands/bench.h"
#include "apps/entente/commands/bench_speech_curve.h"
#include "apps/entente/session.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/task_group.h"
#include "base/text.h"
#include "base/wait.h"
#include "drivers/espeak/espeak.h"
#include "drivers/sphinx/recogniser.h"
#include "infra/audio/noise.h"
#include "infra/audio/read_audio.h"
#include "infra/audio/resample.h"
#include "services/language/language.h"
#include "services/speech/listen_to.h"

namespace entente::apps {
namespace {

namespace fs = std::filesystem;

struct Clip {
  fs::path path;
  Json label;  // null: no command
  std::uint64_t seed = 0;
};

std::string plain(std::string_view text) { return text::to_lower_ascii(text::trim(text)); }

bool same(const Json& label, const model::Intent& intent) {
  if (plain(string_or(label, "intent", "")) != plain(intent.name)) return false;
  const auto& slots = label["slots"];
  for (const auto& [name, value] : slots.items()) {
    if (!value.is_string() || plain(intent.slot_text(name)) != plain(value.get<std::string>())) return false;
  }
  return true;
}

fs::path sentences_of(const SpeechCommandsOptions& options, const fs::path& data_folder) {
  if (!options.sentences.empty()) return options.sentences;
  std::error_code ignored;
  if (fs::exists(options.folder / "sentences.yaml", ignored)) return options.folder / "sentences.yaml";
  return data_folder / "bench" / "speech-commands" / "sentences.yaml";
}

std::vector<Clip> sounds_in(const fs::path& folder, int every) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const auto kind = at->path().extension();
    if (kind == ".wav" || kind == ".flac") paths.push_back(at->path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Clip> clips;
  for (std::size_t i = 0; i < paths.size(); i += static_cast<std::size_t>(every)) {
    clips.push_back({paths[i], Json(), i + 1});
  }
  return clips;
}

Result<audio::Pcm> read_sound(const fs::path& path) {
  ENTENTE_TRY(const auto read, audio::read_audio_file(path));
  return audio::convert(read.pcm, speech::recogniser_rate);
}

struct Noise {
  std::string name;
  audio::Pcm sound;
};

class SpeechCommands {
 public:
  SpeechCommands(net::EventLoop& loop, const SpeechCommandsOptions& options)
      : loop_(loop),
        options_(options),
        threads_(std::max(1U, std::thread::hardware_concurrency())),
        hearing_(loop, threads_) {}

  Result<void> open(const Settings& settings) {
    least_confidence_ = settings.least_confidence;
    ENTENTE_TRY_VOID(open_clips());
    const fs::path paths[] = {sentences_of(options_, settings.data_folder)};
    const auto set = language::SentenceSet::load(paths, "en");
    for (const auto& problem : set.problems()) log::warning("sentences", "{}", language::to_string(problem));
    ENTENTE_TRY(grammar_, language::Grammar::compile(set, {}));
    ENTENTE_TRY(espeak_, espeak::open());
    sphinx::Options engine;
    engine.model_folder = settings.acoustic_model;
    engine.dictionary = settings.dictionary;
    engine.pronouncer = espeak_.pronouncer.get();
    ENTENTE_TRY(recogniser_, sphinx::Recogniser::open(engine));
    ENTENTE_TRY(space_, recogniser_->prepare(grammar_->word_graph()));
    for (const auto& path : options_.noises) {
      ENTENTE_TRY(auto sound, read_sound(path));
      noises_.push_back({path.stem().string(), std::move(sound)});
    }
    return {};
  }

  Task<Result<void>> run() {
    if (noises_.empty()) {
      SpeechCondition clean;
      clean.noise = "clean";
      ENTENTE_CO_TRY_VOID(co_await measure(nullptr, clean));
    }
    for (const auto& noise : noises_) {
      for (const double ratio : options_.snr_db) {
        SpeechCondition condition;
        condition.noise = noise.name;
        condition.snr_db = ratio;
        ENTENTE_CO_TRY_VOID(co_await measure(&noise.sound, condition));
      }
    }
    co_return Result<void>();
  }

  const std::vector<SpeechCondition>& conditions() const { return conditions_; }
  const std::vector<double>& decode_ms() const { return decode_ms_; }
  Duration audio() const { return audio_; }
  std::size_t others() const { return others_.size(); }

 private:
  Result<void> open_clips() {
    ENTENTE_TRY(const auto text, read_file(options_.folder / "labels.json"));
    ENTENTE_TRY(const auto labels, parse_json(text, "labels.json"));
    if (!labels.is_object() || labels.empty()) return Error{ErrorCode::invalid, "labels.json: no labels"};
    std::uint64_t number = 0;
    for (const auto& [name, label] : labels.items()) {
      if (name.find('/') != std::string::npos) return Error{ErrorCode::invalid, "labels.json: a clip's name with '/'"};
      const auto place = number++;
      if (static_cast<int>(place % static_cast<std::uint64_t>(options_.every)) != options_.from) continue;
      clips_.push_back({options_.folder / name, label, options_.seed + place});
    }
    for (const auto& folder : options_.reject) {
      auto others = sounds_in(folder, options_.every);
      if (others.empty()) return Error{ErrorCode::not_found, fmt::format("{}: no sounds in it", folder.string())};
      std::move(others.begin(), others.end(), std::back_inserter(others_));
    }
    return {};
  }

  // The clips of one condition that are still to be heard, shared by the workers.
  struct Batch {
    explicit Batch(Loop& loop) : done(loop) {}
    std::vector<const Clip*> waiting;
    const audio::Pcm* noise = nullptr;
    SpeechCondition condition;
    Result<void> outcome;
    unsigned working = 0;
    OneShot<bool> done;
  };

  // All clips under one condition, as many at once as there are processors.
  Task<Result<void>> measure(const audio::Pcm* noise, SpeechCondition condition) {
    Batch batch(loop_);
    batch.noise = noise;
    batch.condition = std::move(condition);
    batch.working = threads_;
    for (const auto* clips : {&others_, &clips_}) {
      for (const auto& clip : *clips) batch.waiting.push_back(&clip);
    }
    TaskGroup workers("bench");
    for (unsigned i = 0; i < threads_; ++i) workers.spawn(work(batch));
    const auto deadline = Deadline::in(loop_, std::chrono::hours(24));
    const auto done = co_await batch.done.wait(deadline, "bench");
    if (!done) co_return done.error();
    if (batch.outcome) conditions_.push_back(std::move(batch.condition));
    co_return batch.outcome;
  }

  Task<void> work(Batch& batch) {
    while (!batch.waiting.empty() && batch.outcome) {
      const Clip& clip = *batch.waiting.back();
      batch.waiting.pop_back();
      const auto listened = co_await listen(clip, batch.noise, batch.condition);
      if (!listened) batch.outcome = listened.error();
    }
    if (--batch.working == 0) batch.done.fulfil(true);
  }

  Task<Result<void>> listen(const Clip& clip, const audio::Pcm* noise, SpeechCondition& condition) {
    const auto sound = sound_of(clip, noise, condition);
    if (!sound) co_return sound.error();
    speech::ListenerSettings settings;
    settings.ending = speech::Ending::with_the_sound;
    auto listener = hearing_.listen(*recogniser_, space_, settings);
    if (!listener) co_return listener.error();
    const auto heard = co_await speech::listen_to(loop_, **listener, *sound, speech::Pace::as_fast_as_possible);
    audio_ += sound->duration();
    const auto recognition = heard ? heard->recognition : speech::Recognition();
    if (!recognition.hypotheses.empty()) decode_ms_.push_back(in_milliseconds(heard->ready - heard->decided));
    count(clip, recognition, condition);
    co_return Result<void>();
  }

  Result<audio::Pcm> sound_of(const Clip& clip, const audio::Pcm* noise, const SpeechCondition& condition) const {
    ENTENTE_TRY(auto sound, read_sound(clip.path));
    if (noise) {
      ENTENTE_TRY(sound, audio::mix_noise(sound, *noise, condition.snr_db.value_or(0), clip.seed));
    }
    if (options_.gain_db != 0) audio::apply_gain(sound.samples, std::pow(10.0, options_.gain_db / 20));
    return sound;
  }

  void count(const Clip& clip, const speech::Recognition& recognition, SpeechCondition& condition) const {
    Result<language::Understanding> understanding = Error{ErrorCode::not_found, "nothing heard"};
    std::string text;
    for (const auto& hypothesis : recognition.hypotheses) {
      understanding = grammar_->understand(hypothesis.text);
      if (!understanding) continue;
      text = hypothesis.text;
      break;
    }
    const bool sure = understanding.ok() && recognition.confidence >= least_confidence_;
    if (clip.label.is_null()) {
      ++condition.others;
      if (!sure) ++condition.rejected;
      condition.mistaken.push_back(understanding ? recognition.confidence : 0);
      if (sure && options_.verbose) tell(clip, text, recognition.confidence, "no command");
      return;
    }
    ++condition.clips;
    if (recognition.hypotheses.empty()) ++condition.silent;
    if (!understanding || !same(clip.label, understanding->best)) {
      if (options_.verbose) tell(clip, text, recognition.confidence, to_text(clip.label["slots"]));
      return;
    }
    ++condition.understood;
    if (!sure) ++condition.lost;
    condition.sure.push_back(recognition.confidence);
  }

  void tell(const Clip& clip, const std::string& text, double confidence, const std::string& expected) const {
    fmt::print("{}: heard \"{}\" ({:.2f}), expected {}\n", clip.path.filename().string(), text, confidence, expected);
  }

  net::EventLoop& loop_;
  const SpeechCommandsOptions& options_;
  const unsigned threads_;
  double least_confidence_ = 0;
  std::vector<Clip> clips_;
  std::vector<Clip> others_;
  std::vector<Noise> noises_;
  std::shared_ptr<const language::Grammar> grammar_;
  espeak::Faces espeak_;
  std::unique_ptr<sphinx::Recogniser> recogniser_;
  std::shared_ptr<const speech::SearchSpace> space_;
  speech::Hearing hearing_;

  std::vector<SpeechCondition> conditions_;
  std::vector<double> decode_ms_;  // from the last sample to the result
  Duration audio_{};
};

std::string name_of(const SpeechCondition& condition) {
  return condition.snr_db ? fmt::format("{}_{:g}_db", condition.noise, *condition.snr_db) : condition.noise;
}

double share(int part, int all) { return all > 0 ? 100.0 * part / all : 0; }

// The largest threshold that loses at most so many percent of what was understood, everything together; and what of
// the other speech is below it.
std::pair<double, double> best_threshold(const std::vector<SpeechCondition>& conditions, double lost_percent) {
  std::vector<double> sure;
  std::vector<double> mistaken;
  for (const auto& condition : conditions) {
    sure.insert(sure.end(), condition.sure.begin(), condition.sure.end());
    mistaken.insert(mistaken.end(), condition.mistaken.begin(), condition.mistaken.end());
  }
  std::sort(sure.begin(), sure.end());
  const auto lost = static_cast<std::size_t>(lost_percent / 100 * static_cast<double>(sure.size()));
  const double threshold = lost < sure.size() ? sure[lost] : 0;
  const auto below = std::count_if(mistaken.begin(), mistaken.end(), [&](double c) { return c < threshold; });
  return {threshold, mistaken.empty() ? 0 : 100.0 * static_cast<double>(below) / static_cast<double>(mistaken.size())};
}

void add_rejection(Figures& figures, const std::vector<SpeechCondition>& conditions) {
  for (const auto& condition : conditions) {
    figures.add("rejected_" + name_of(condition), share(condition.rejected, condition.others), "%",
                fmt::format("of {} that are no command", condition.others));
    figures.add("lost_" + name_of(condition), share(condition.lost, condition.understood), "%",
                "understood, but not sure enough");
  }
  const auto [threshold, rejected] = best_threshold(conditions, 2);
  figures.add("threshold_2_percent_lost", threshold, "", "confidence, everything together");
  figures.add("rejected_2_percent_lost", rejected, "%");
}

Figures figures_of(const SpeechCommands& bench, const SpeechCommandsOptions& options, Duration processor) {
  const auto& conditions = bench.conditions();
  const auto audio = in_milliseconds(bench.audio());
  SpeechCondition all;
  for (const auto& condition : conditions) {
    all.clips += condition.clips;
    all.understood += condition.understood;
    all.silent += condition.silent;
  }
  Figures figures(options.noises.empty() ? "speech commands, clean" : "speech commands in noise");
  figures.add("clips", all.clips, "");
  figures.add("understood", all.understood, "");
  figures.add("understood_percent", all.percent(), "%", "intent and every slot");
  if (conditions.size() > 1) {
    for (const auto& condition : conditions) figures.add(name_of(condition), condition.percent(), "%");
    for (const auto& noise : noises_of(conditions)) figures.add(noise, mean_in_noise(conditions, noise), "%", "mean");
    figures.add("mean_in_noise", mean_in_noise(conditions), "%");
  }
  if (bench.others() > 0) add_rejection(figures, conditions);
  figures.add("nothing_heard", all.silent, "");
  figures.add("audio", audio / 1000, "s");
  figures.add("real_time_factor", audio > 0 ? in_milliseconds(processor) / audio : 0, "",
              "processor time of everything over audio");
  figures.add("result_p50", percentile(bench.decode_ms(), 50), "ms", "from the last sample to the result");
  figures.add("result_p95", percentile(bench.decode_ms(), 95), "ms");
  return figures;
}

}  // namespace

int bench_speech_commands(const CommonOptions& common, const SpeechCommandsOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  net::EventLoop loop;
  SpeechCommands bench(loop, options);
  if (const auto opened = bench.open(*settings); !opened) return fail(opened.error());
  const auto before = processor_time();
  const auto ran = loop.run_until_complete(bench.run());
  if (!ran) return exit_failed;
  if (!*ran) return fail(ran->error());
  const auto processor = processor_time() - before;
  if (!common.json && bench.conditions().size() > 1) fmt::print("{}", table_of(bench.conditions()));
  figures_of(bench, options, processor).print(common.json);
  if (options.svg.empty()) return exit_done;
  const auto written = write_file(options.svg, svg_of(bench.conditions()));
  return written ? exit_done : fail(written.error());
}

}  // namespace entente::apps
