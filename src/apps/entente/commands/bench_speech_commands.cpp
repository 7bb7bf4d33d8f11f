// SPDX-License-Identifier: GPL-3.0-or-later
// Recorded orders through the recogniser and the understanding, scored on intent and slots as the set's makers do.
#include "apps/entente/commands/bench.h"
#include "apps/entente/session.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
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

struct Score {
  int clips = 0;
  int understood = 0;
  int silent = 0;  // nothing recognised at all
  Duration audio{};
  Duration processor{};
  std::vector<double> decode_ms;  // from the last sample to the result
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

class SpeechCommands {
 public:
  SpeechCommands(net::EventLoop& loop, const SpeechCommandsOptions& options) : loop_(loop), options_(options) {}

  Result<void> open(const Settings& settings) {
    ENTENTE_TRY(const auto text, read_file(options_.folder / "labels.json"));
    ENTENTE_TRY(labels_, parse_json(text, "labels.json"));
    if (!labels_.is_object() || labels_.empty()) return Error{ErrorCode::invalid, "labels.json: no labels"};
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
    if (!options_.noise.empty()) {
      ENTENTE_TRY(auto noise, audio::read_audio_file(options_.noise));
      ENTENTE_TRY(noise_, audio::convert(noise.pcm, speech::recogniser_rate));
    }
    return {};
  }

  Task<Result<Score>> run() {
    speech::Hearing hearing(loop_, 1);
    Score score;
    std::uint64_t seed = options_.seed;
    for (const auto& [clip, label] : labels_.items()) {
      const auto sound = sound_of(clip, seed++);
      if (!sound) co_return sound.error();
      speech::ListenerSettings settings;
      settings.ending = speech::Ending::with_the_sound;
      auto listener = hearing.listen(*recogniser_, space_, settings);
      if (!listener) co_return listener.error();
      const auto before = processor_time();
      const auto heard = co_await speech::listen_to(loop_, **listener, *sound, speech::Pace::as_fast_as_possible);
      score.processor += processor_time() - before;
      score.audio += sound->duration();
      ++score.clips;
      if (!heard || heard->recognition.hypotheses.empty()) {
        ++score.silent;
      } else {
        score.decode_ms.push_back(in_milliseconds(heard->ready - heard->decided));
      }
      if (heard && understood(clip, label, heard->recognition)) ++score.understood;
    }
    co_return score;
  }

 private:
  Result<audio::Pcm> sound_of(const std::string& clip, std::uint64_t seed) const {
    if (clip.find('/') != std::string::npos) return Error{ErrorCode::invalid, "labels.json: a clip's name with '/'"};
    ENTENTE_TRY(auto read, audio::read_audio_file(options_.folder / clip));
    ENTENTE_TRY(auto sound, audio::convert(read.pcm, speech::recogniser_rate));
    if (!noise_) return sound;
    return audio::mix_noise(sound, *noise_, options_.snr_db, seed);
  }

  bool understood(const std::string& clip, const Json& label, const speech::Recognition& recognition) const {
    for (const auto& hypothesis : recognition.hypotheses) {
      const auto understanding = grammar_->understand(hypothesis.text);
      if (!understanding) continue;
      const bool right = same(label, understanding->best);
      if (!right && options_.verbose) {
        fmt::print("{}: heard \"{}\" ({:.2f}), expected {}\n", clip, hypothesis.text, recognition.confidence,
                   to_text(label["slots"]));
      }
      return right;
    }
    if (options_.verbose) fmt::print("{}: nothing heard, expected {}\n", clip, to_text(label["slots"]));
    return false;
  }

  net::EventLoop& loop_;
  const SpeechCommandsOptions& options_;
  Json labels_;
  std::shared_ptr<const language::Grammar> grammar_;
  espeak::Faces espeak_;
  std::unique_ptr<sphinx::Recogniser> recogniser_;
  std::shared_ptr<const speech::SearchSpace> space_;
  std::optional<audio::Pcm> noise_;
};

}  // namespace

int bench_speech_commands(const CommonOptions& common, const SpeechCommandsOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  net::EventLoop loop;
  SpeechCommands bench(loop, options);
  if (const auto opened = bench.open(*settings); !opened) return fail(opened.error());
  const auto score = loop.run_until_complete(bench.run());
  if (!score) return exit_failed;
  if (!*score) return fail(score->error());
  const auto& result = **score;
  const auto audio = in_milliseconds(result.audio);
  Figures figures(options.noise.empty() ? "speech commands, clean"
                                        : fmt::format("speech commands, {} at {:g} dB",
                                                      options.noise.filename().string(), options.snr_db));
  figures.add("clips", result.clips, "");
  figures.add("understood", result.understood, "");
  figures.add("understood_percent", 100.0 * result.understood / std::max(result.clips, 1), "%",
              "intent and every slot");
  figures.add("nothing_heard", result.silent, "");
  figures.add("audio", audio / 1000, "s");
  figures.add("real_time_factor", audio > 0 ? in_milliseconds(result.processor) / audio : 0, "",
              "processor time of everything over audio");
  figures.add("result_p50", percentile(result.decode_ms, 50), "ms", "from the last sample to the result");
  figures.add("result_p95", percentile(result.decode_ms, 95), "ms");
  figures.print(common.json);
  return exit_done;
}

}  // namespace entente::apps
