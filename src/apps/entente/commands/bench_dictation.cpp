// SPDX-License-Identifier: GPL-3.0-or-later
// Free text inside sentences, said by our own voice, heard and understood: how many of its words were wrong. With a
// folder of clips, other voices: labels.txt there has a file's name, a tab and its sentence on each line.
#include <random>
#include <sstream>

#include "apps/entente/commands/bench.h"
#include "apps/entente/session.h"
#include "apps/entente/spoken.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "drivers/espeak/espeak.h"
#include "drivers/flite/flite.h"
#include "drivers/sphinx/recogniser.h"
#include "infra/audio/noise.h"
#include "infra/audio/read_audio.h"
#include "infra/audio/resample.h"
#include "services/language/language.h"
#include "services/speech/listen_to.h"

namespace entente::apps {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

using Words = std::vector<std::string>;

struct Sentence {
  fs::path clip;     // empty: to be said
  std::string text;  // "add [milk and eggs] to the shopping list"
};

struct Outcome {
  int sentences = 0;
  int right = 0;  // the free text word for word
  int not_understood = 0;
  std::size_t words = 0;
  std::size_t errors = 0;
  Duration audio{};
  Duration processor{};
};

Words words_of(std::string_view text) {
  std::istringstream stream{text::to_lower_ascii(text)};
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string free_text(const std::string& sentence) {
  const auto from = sentence.find('[');
  const auto to = sentence.find(']');
  return from < to && to != std::string::npos ? sentence.substr(from + 1, to - from - 1) : std::string();
}

std::string without_brackets(std::string sentence) {
  sentence.erase(std::remove_if(sentence.begin(), sentence.end(), [](char c) { return c == '[' || c == ']'; }),
                 sentence.end());
  return sentence;
}

// Words to put in, leave out or replace.
std::size_t distance(const Words& said, const Words& heard) {
  std::vector<std::size_t> row(heard.size() + 1);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
  for (std::size_t s = 1; s <= said.size(); ++s) {
    auto diagonal = row[0]++;
    for (std::size_t h = 1; h <= heard.size(); ++h) {
      const auto replaced = diagonal + (said[s - 1] == heard[h - 1] ? 0 : 1);
      diagonal = row[h];
      row[h] = std::min({replaced, row[h] + 1, row[h - 1] + 1});
    }
  }
  return row.back();
}

// Most of its power is low, as in rooms.
audio::Pcm rumble() {
  audio::Pcm noise;
  std::mt19937 random(1);
  std::normal_distribution<double> step(0, 1000);
  double level = 0;
  for (int i = 0; i < 10 * speech::recogniser_rate; ++i) {
    level = 0.9 * level + step(random);
    noise.samples.push_back(static_cast<std::int16_t>(std::clamp(level, -32000.0, 32000.0)));
  }
  return noise;
}

class Dictation {
 public:
  Dictation(net::EventLoop& loop, const DictationBenchOptions& options) : loop_(loop), options_(options) {}

  Result<void> open(const Settings& settings) {
    const auto folder = settings.data_folder / "bench" / "dictation";
    ENTENTE_TRY_VOID(read_sentences(folder));
    const fs::path paths[] = {folder / "sentences.yaml"};
    ENTENTE_TRY(grammar_, language::Grammar::compile(language::SentenceSet::load(paths, "en"), {}));
    ENTENTE_TRY(espeak_, espeak::open());
    ENTENTE_TRY(voice_, flite::open());
    sphinx::Options engine;
    engine.model_folder = settings.acoustic_model;
    engine.dictionary = settings.dictionary;
    engine.pronouncer = espeak_.pronouncer.get();
    ENTENTE_TRY(recogniser_, sphinx::Recogniser::open(engine));
    const auto before = processor_time();
    ENTENTE_TRY(space_, recogniser_->prepare(grammar_->word_graph()));
    prepare_ms_ = in_milliseconds(processor_time() - before);
    if (options_.snr_db) noise_ = rumble();
    return {};
  }

  double prepare_ms() const { return prepare_ms_; }

  Task<Result<Outcome>> run() {
    speech::Hearing hearing(loop_, 1);
    Outcome outcome;
    for (const auto& sentence : sentences_) {
      const auto sound = sound_of(sentence);
      if (!sound) co_return sound.error();
      speech::ListenerSettings settings;
      settings.ending = speech::Ending::with_the_sound;
      auto listener = hearing.listen(*recogniser_, space_, settings);
      if (!listener) co_return listener.error();
      const auto before = processor_time();
      const auto heard = co_await speech::listen_to(loop_, **listener, *sound, speech::Pace::as_fast_as_possible);
      outcome.processor += processor_time() - before;
      outcome.audio += sound->duration();
      if (!heard) co_return heard.error();
      judge(sentence, heard->recognition, outcome);
    }
    co_return outcome;
  }

 private:
  Result<void> read_sentences(const fs::path& folder) {
    const auto list = options_.folder.empty() ? folder / "spoken.txt" : options_.folder / "labels.txt";
    ENTENTE_TRY(const auto all, read_file(list));
    for (auto line : text::split(all, '\n')) {
      line = text::trim(line);
      if (line.empty() || line.front() == '#') continue;
      const auto tab = line.find('\t');
      if (options_.folder.empty()) {
        sentences_.push_back({{}, std::string(line)});
      } else if (tab != std::string_view::npos && line.find('/') == std::string_view::npos) {
        sentences_.push_back({options_.folder / line.substr(0, tab), std::string(line.substr(tab + 1))});
      } else {
        return Error{ErrorCode::invalid, fmt::format("{}: no file, tab and sentence: {}", list.string(), line)};
      }
    }
    if (sentences_.empty()) return Error{ErrorCode::invalid, fmt::format("{}: no sentences", list.string())};
    return {};
  }

  Result<audio::Pcm> sound_of(const Sentence& sentence) {
    audio::Pcm said;
    if (sentence.clip.empty()) {
      said.rate = voice_->rate();
      const speech::VoiceRequest request{without_brackets(sentence.text), "en", 1.0};
      ENTENTE_TRY_VOID(voice_->speak(request, [&](speech::Samples samples) {
        said.samples.insert(said.samples.end(), samples.begin(), samples.end());
        return true;
      }));
    } else {
      ENTENTE_TRY(auto read, audio::read_audio_file(sentence.clip));
      said = std::move(read.pcm);
    }
    ENTENTE_TRY(auto sound, audio::convert(said, speech::recogniser_rate));
    sound = between_silence(sound, 300ms, 300ms);
    if (!noise_) return sound;
    return audio::mix_noise(sound, *noise_, *options_.snr_db, ++seed_);
  }

  // As the assistant takes it: the best hypothesis that is understood.
  void judge(const Sentence& sentence, const speech::Recognition& recognition, Outcome& outcome) const {
    const auto said = words_of(free_text(sentence.text));
    ++outcome.sentences;
    outcome.words += said.size();
    for (const auto& hypothesis : recognition.hypotheses) {
      const auto understanding = grammar_->understand(hypothesis.text);
      if (!understanding) continue;
      const auto errors = distance(said, words_of(understanding->best.slot_text("text")));
      outcome.errors += errors;
      outcome.right += errors == 0;
      if (options_.verbose && errors > 0) {
        fmt::print("{} errors: \"{}\", heard \"{}\" ({:.2f})\n", errors, sentence.text, hypothesis.text,
                   recognition.confidence);
      }
      return;
    }
    if (options_.verbose) fmt::print("not understood: \"{}\"\n", sentence.text);
    ++outcome.not_understood;
    outcome.errors += said.size();
  }

  net::EventLoop& loop_;
  const DictationBenchOptions& options_;
  std::vector<Sentence> sentences_;
  std::shared_ptr<const language::Grammar> grammar_;
  espeak::Faces espeak_;
  std::unique_ptr<speech::Synthesiser> voice_;
  std::unique_ptr<sphinx::Recogniser> recogniser_;
  std::shared_ptr<const speech::SearchSpace> space_;
  std::optional<audio::Pcm> noise_;
  std::uint64_t seed_ = 0;
  double prepare_ms_ = 0;
};

}  // namespace

int bench_dictation(const CommonOptions& common, const DictationBenchOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  net::EventLoop loop;
  Dictation bench(loop, options);
  if (const auto opened = bench.open(*settings); !opened) return fail(opened.error());
  const auto outcome = loop.run_until_complete(bench.run());
  if (!outcome) return exit_failed;
  if (!*outcome) return fail(outcome->error());
  const auto& result = **outcome;
  Figures figures(options.snr_db ? fmt::format("free speech, at {:g} dB", *options.snr_db) : "free speech, clean");
  figures.add("sentences", result.sentences, "");
  figures.add("free_text_right", result.right, "", "word for word");
  figures.add("not_understood", result.not_understood, "");
  figures.add("words", static_cast<double>(result.words), "", "of free text");
  figures.add("word_error_rate",
              100.0 * static_cast<double>(result.errors) / static_cast<double>(std::max<std::size_t>(result.words, 1)),
              "%");
  figures.add("real_time_factor", in_milliseconds(result.processor) / std::max(in_milliseconds(result.audio), 1.0), "",
              "processor time of everything over audio");
  figures.add("prepare", bench.prepare_ms(), "ms", "processor time of the first graph with free text");
  figures.print(common.json);
  return exit_done;
}

}  // namespace entente::apps
