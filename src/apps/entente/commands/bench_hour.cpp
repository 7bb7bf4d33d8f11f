// SPDX-License-Identifier: GPL-3.0-or-later
// An hour of continuous sound through all of a speaker, faster than real time: orders to a demo home now and then,
// talk that is not meant for it, noise, music and silence between. Does its memory stay flat, and what does it cost?
#include <unistd.h>

#include <cmath>
#include <numbers>
#include <random>

#include "apps/entente/commands/bench.h"
#include "apps/entente/demo_home.h"
#include "apps/entente/home_speaker.h"
#include "apps/entente/session.h"
#include "apps/entente/wake_engine.h"
#include "base/log.h"
#include "base/wait.h"
#include "infra/audio/resample.h"
#include "services/speech/paced_out.h"

namespace entente::apps {
namespace {

using namespace std::chrono_literals;
using Sound = std::vector<std::int16_t>;
using State = speech::Attention::State;

constexpr std::size_t second = speech::recogniser_rate;
constexpr std::size_t chunk = second / 50;

// Stands in where this program has no engine: wakes once at the end of each name, whose place it is told.
class ToldSpotter : public speech::WakeSpotter {
 public:
  class Stream : public speech::WakeStream {
   public:
    Stream(const std::vector<std::int64_t>& ends, bool first) : ends_(ends), listens_(first) {}
    std::optional<speech::WakeDetection> feed(speech::Samples samples) override {
      position_ += static_cast<std::int64_t>(samples.size());
      if (!listens_ || next_ >= ends_.size() || position_ < ends_[next_]) return std::nullopt;
      const auto end = ends_[next_++];
      return speech::WakeDetection{0, 1, end - static_cast<std::int64_t>(second), end};
    }

   private:
    const std::vector<std::int64_t>& ends_;
    const bool listens_;
    std::size_t next_ = 0;
    std::int64_t position_ = 0;
  };

  bool supports(std::string_view) const override { return true; }
  Result<std::shared_ptr<const speech::WakeModel>> prepare(std::span<const speech::WakePhrase>) override {
    return std::shared_ptr<const speech::WakeModel>(std::make_shared<speech::WakeModel>());
  }
  std::unique_ptr<speech::WakeStream> start(std::shared_ptr<const speech::WakeModel>) override {
    return std::make_unique<Stream>(ends, !std::exchange(started_, true));
  }
  std::vector<std::int64_t> ends;

 private:
  bool started_ = false;  // the first stream hears the room, the second our own voice
};

Sound noise(std::size_t samples, double level, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> sample(0, level);
  Sound sound(samples);
  for (auto& each : sound) each = audio::to_sample(sample(random));
  return sound;
}

// Chords of plucked strings, a new one each half second.
Sound music(std::size_t samples, double level, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const int steps[] = {0, 2, 4, 5, 7, 9, 11, 12};
  std::uniform_int_distribution<std::size_t> pick(0, std::size(steps) - 1);
  Sound sound(samples);
  double pitches[3] = {};
  for (std::size_t i = 0; i < samples; ++i) {
    const auto within = i % (second / 2);
    if (within == 0) {
      for (auto& pitch : pitches) pitch = 220 * std::pow(2.0, steps[pick(random)] / 12.0);
    }
    const double time = static_cast<double>(within) / second;
    double value = 0;
    for (const double pitch : pitches) {
      for (int harmonic = 1; harmonic <= 6; ++harmonic) {
        value += std::sin(2 * std::numbers::pi * pitch * harmonic * time) / harmonic * std::exp(-3 * harmonic * time);
      }
    }
    sound[i] = audio::to_sample(level * value / 6);
  }
  return sound;
}

struct Measured {
  int minutes = 0;
  int called = 0;
  int woken = 0;
  int replies = 0;
  int done = 0;
  Duration audio{};
  Duration processor{};
  Duration took{};
  double memory_early = 0;  // MB, after the first tenth
  double memory_end = 0;
  double memory_most = 0;
};

class HourBench {
 public:
  HourBench(net::EventLoop& loop, Settings settings, const HourBenchOptions& options)
      : loop_(loop), settings_(std::move(settings)), options_(options) {}

  bool has_engine() const { return engine_ != nullptr; }

  Task<Result<Measured>> run() {
    ENTENTE_CO_TRY_VOID(co_await open());
    SpeakerWitness witness;
    witness.on_change = [this](State state) {
      if (state == State::listening) ++measured_.woken;
    };
    witness.on_reply = [this](const model::Reply& reply) {
      ++measured_.replies;
      if (reply.outcome == model::Outcome::done || reply.outcome == model::Outcome::answered) ++measured_.done;
    };
    speech::WakeSpotter& spotter = engine_ ? *engine_ : static_cast<speech::WakeSpotter&>(told_);
    ENTENTE_CO_TRY(speaker_, co_await open_speaker(loop_, *system_, spotter, out_, settings_, std::move(witness)));
    const auto start = loop_.now();
    const auto processor = processor_time();
    measured_.minutes = options_.minutes;
    for (int minute = 0; minute < options_.minutes; ++minute) {
      co_await hear_minute(minute);
      const auto memory = resident_megabytes(::getpid());
      if (minute == std::max(options_.minutes / 10, 1) - 1) measured_.memory_early = memory;
      measured_.memory_most = std::max(measured_.memory_most, memory);
      measured_.memory_end = memory;
    }
    measured_.processor = processor_time() - processor;
    measured_.took = loop_.now() - start;
    measured_.audio = audio::duration_of(static_cast<std::size_t>(speaker_->position()), speech::recogniser_rate);
    speaker_.reset();
    co_return measured_;
  }

 private:
  Task<Result<void>> open() {
    Parts parts;
    parts.hearing = parts.speaking = parts.forget = true;
    ENTENTE_CO_TRY(system_, co_await System::start(loop_, settings_, std::move(parts)));
    ENTENTE_CO_TRY(home_, DemoHome::open(loop_, system_->specs(), demo_devices()));
    ENTENTE_CO_TRY_VOID(home_->add_to(system_->home()));
    ENTENTE_CO_TRY_VOID(co_await system_->grammars().refresh());
    if (system_->ears() == nullptr || system_->voice() == nullptr) {
      co_return Error{ErrorCode::unavailable, "bench hour: this machine cannot hear or speak"};
    }
    ENTENTE_CO_TRY_VOID(co_await system_->ears()->prepare());
    if (auto opened = open_wake_engine({settings_.data_folder, settings_.dictionary, settings_.acoustic_model});
        opened) {
      engine_ = *std::move(opened);
    }
    const char* const orders[] = {"turn on the bedroom lamp",   "turn off the bedroom lamp",
                                  "turn on the kitchen light",  "set the bedroom lamp to forty percent",
                                  "turn off the kitchen light", "what time is it"};
    const char* const talk[] = {"I saw your sister at the market and she said that the train was late again.",
                                "We should buy some bread and a little cheese before the shops close tonight."};
    ENTENTE_CO_TRY(name_, co_await spoken(settings_.speaker.names.front()));
    for (const auto* order : orders) {
      ENTENTE_CO_TRY(auto sound, co_await spoken(order));
      orders_.push_back(std::move(sound));
    }
    for (const auto* sentence : talk) {
      ENTENTE_CO_TRY(auto sound, co_await spoken(sentence));
      talk_.push_back(std::move(sound));
    }
    co_return Result<void>();
  }

  Task<Result<Sound>> spoken(std::string text) {
    auto said = co_await system_->voice()->say(text, "en");
    if (!said) co_return said.error();
    auto sound = audio::convert(*std::move(said), speech::recogniser_rate);
    if (!sound) co_return sound.error();
    audio::apply_gain(sound->samples, 0.5);
    co_return std::move(sound->samples);
  }

  // A minute: an order straight after the name, talk, and what the room sounds like this minute.
  Task<void> hear_minute(int minute) {
    const auto number = static_cast<std::size_t>(minute);
    Sound sound = background(number);
    const auto at = 5 * second;
    put(sound, at, name_);
    told_.ends.push_back(speaker_->position() + static_cast<std::int64_t>(at + name_.size()));
    ++measured_.called;
    put(sound, at + name_.size(), orders_[number % orders_.size()]);
    put(sound, 30 * second, talk_[number % talk_.size()]);
    put(sound, 42 * second, talk_[(number + 1) % talk_.size()]);
    for (std::size_t from = 0; from + chunk <= sound.size(); from += chunk) {
      Sound captured(sound.begin() + static_cast<std::ptrdiff_t>(from),
                     sound.begin() + static_cast<std::ptrdiff_t>(from + chunk));
      co_await hear(std::move(captured));
    }
  }

  static void put(Sound& sound, std::size_t at, const Sound& what) {
    audio::mix_into(std::span(sound).subspan(at), what);
  }

  static Sound background(std::size_t minute) {
    constexpr std::size_t samples = 60 * second;
    switch (minute % 4) {
      case 0: return noise(samples, 0.001, minute);
      case 1: return noise(samples, 0.01, minute);
      case 2: return music(samples, 0.03, minute);
      default: return Sound(samples);
    }
  }

  Task<void> hear(Sound captured) {
    if (out_.sounding()) {
      auto playing = out_.advance(chunk);
      speaker_->played(playing);
      audio::apply_gain(playing, 0.3);
      audio::mix_into(captured, playing);
    }
    speaker_->feed(captured);
    co_await speaker_->caught_up();
    while (speaker_->state() == State::thinking || (speaker_->state() == State::speaking && !out_.sounding())) {
      co_await sleep(loop_, 1ms);
    }
  }

  net::EventLoop& loop_;
  const Settings settings_;
  const HourBenchOptions& options_;
  std::unique_ptr<DemoHome> home_;
  std::unique_ptr<System> system_;
  std::unique_ptr<speech::WakeSpotter> engine_;
  ToldSpotter told_;
  speech::PacedOut out_;
  std::unique_ptr<speech::Speaker> speaker_;
  Sound name_;
  std::vector<Sound> orders_;
  std::vector<Sound> talk_;
  Measured measured_;
};

}  // namespace

int bench_hour(const CommonOptions& common, const HourBenchOptions& options) {
  auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (common.log_level.empty()) log::set_level(log::Level::warning);
  std::error_code ignored;
  settings->state_folder = std::filesystem::temp_directory_path() / fmt::format("entente-bench-{}", ::getpid());
  net::EventLoop loop;
  bool engine = false;
  const auto outcome = [&] {
    HourBench bench(loop, *settings, options);
    auto ran = loop.run_until_complete(bench.run());
    engine = bench.has_engine();
    return ran;
  }();
  std::filesystem::remove_all(settings->state_folder, ignored);
  if (!outcome) return exit_failed;
  if (!*outcome) return fail(outcome->error());
  const auto& result = **outcome;
  const auto audio = in_milliseconds(result.audio);
  Figures figures("an hour of sound");
  figures.add("audio", audio / 60'000, "min");
  figures.add("took", in_milliseconds(result.took) / 60'000, "min");
  figures.add("processor", 100 * in_milliseconds(result.processor) / audio, "%", "of one core, everything");
  figures.add("memory_after_a_tenth", result.memory_early, "MB", "resident");
  figures.add("memory_at_the_end", result.memory_end, "MB");
  figures.add("memory_most", result.memory_most, "MB");
  figures.add("called", result.called, "", engine ? "by its name" : "by script: no engine for wake words is here");
  figures.add("listened", result.woken, "");
  figures.add("replies", result.replies, "");
  figures.add("done", result.done, "");
  figures.print(common.json);
  return exit_done;
}

}  // namespace entente::apps
