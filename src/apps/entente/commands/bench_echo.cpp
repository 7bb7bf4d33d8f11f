// SPDX-License-Identifier: GPL-3.0-or-later
// The echo canceller in simulated rooms: a voice is played, another one speaks in between.
#include <cmath>
#include <numbers>
#include <random>

#include "apps/entente/commands/bench.h"
#include "apps/entente/session.h"
#include "drivers/flite/flite.h"
#include "infra/audio/echo_canceller.h"
#include "infra/audio/resample.h"
#include "infra/audio/simulated_room.h"

namespace entente::apps {
namespace {

using Sound = std::vector<std::int16_t>;
constexpr std::size_t second = audio::EchoCanceller::rate;
constexpr double spoken_level = 0.35;  // of the person, of what the voice gives
constexpr double played_level = 0.7;
constexpr double noise = 12.0 / 32'768;  // of the microphone
constexpr double speech_band_hz = 300;   // below it there is no speech to keep

constexpr const char* played_text =
    "The lamp in the bedroom is on now. It is twenty two degrees in the kitchen, and the coffee machine is ready. "
    "Tomorrow it will rain in the morning, and in the afternoon the sun will shine. I have started the vacuum cleaner "
    "in the living room, and it will be back in about forty minutes. Shall I turn the heating down while you are away? "
    "The washing machine has finished its programme.";
constexpr const char* spoken_text = "Hey computer, turn off the light in the hall, and set the lamp to forty percent.";

Result<Sound> say(speech::Synthesiser& voice, const char* text, double speed, double level) {
  audio::Pcm sound{voice.rate(), 1, {}};
  const auto keep = [&sound](speech::Samples piece) {
    sound.samples.insert(sound.samples.end(), piece.begin(), piece.end());
    return true;
  };
  ENTENTE_TRY_VOID(voice.speak({text, "en", speed}, keep));
  ENTENTE_TRY(auto converted, audio::convert(std::move(sound), audio::EchoCanceller::rate));
  audio::apply_gain(converted.samples, level);
  return std::move(converted.samples);
}

struct Case {
  const char* name;
  audio::EchoPath path;
};

std::vector<Case> cases() {
  using audio::EchoPath;
  const auto path = [](int delay, double level, int room, double drift, double drive) {
    return EchoPath{milliseconds(delay), level, milliseconds(room), drift, drive, 1};
  };
  return {{"20_ms_-10_db", path(20, -10, 250, 0, 0)},    {"60_ms_-6_db", path(60, -6, 250, 0, 0)},
          {"120_ms_-10_db", path(120, -10, 250, 0, 0)},  {"200_ms_-10_db", path(200, -10, 250, 0, 0)},
          {"200_ms_-20_db", path(200, -20, 400, 0, 0)},  {"drift_30_ppm", path(60, -6, 250, 30, 0)},
          {"light_clipping", path(60, -6, 250, 0, 1.5)}, {"bad_clipping", path(60, -6, 400, 0, 4)},
          {"all_of_it", path(120, -6, 400, 30, 1.5)}};
}

double power(const Sound& sound, std::size_t from, std::size_t to) {
  const auto level = audio::rms(std::span(sound).subspan(from, to - from));
  return level * level + 1e-12;
}

double decibels(double ratio) { return 10 * std::log10(ratio); }

// Without what lies below speech: loudspeakers give none of it, and it hides what matters.
Sound speech_band(const Sound& sound) {
  const double pole = std::exp(-2 * std::numbers::pi * speech_band_hz / second);
  std::vector<double> values(sound.begin(), sound.end());
  for (int i = 0; i < 3; ++i) {
    double before = 0;
    double out = 0;
    for (auto& value : values) {
      out = pole * (out + value - before);
      before = std::exchange(value, out);
    }
  }
  Sound filtered(sound.size());
  for (std::size_t i = 0; i < sound.size(); ++i) filtered[i] = audio::to_sample(values[i] / 32'768);
  return filtered;
}

struct Outcome {
  double loss_first = 0;     // of the echo, in the first two seconds
  double loss = 0;           // after five
  double loss_after = 0;     // half a second after somebody spoke, and on
  double speech_before = 0;  // speech over everything else in the microphone
  double speech_after = 0;   // behind the canceller
  double processor_percent = 0;
};

class EchoBench {
 public:
  Result<void> open() {
    ENTENTE_TRY(const auto voice, flite::open());
    ENTENTE_TRY(played_, say(*voice, played_text, 1.0, played_level));
    ENTENTE_TRY(spoken_, say(*voice, spoken_text, 1.25, spoken_level));
    played_.resize(played_.size() - played_.size() % audio::EchoCanceller::frame_samples);
    if (played_.size() < spoken_from() + spoken_.size() + 2 * second) {
      return Error{ErrorCode::failed, "bench echo: the voice speaks too fast"};
    }
    return {};
  }

  Outcome run(const audio::EchoPath& path) const {
    const auto echo = audio::echo_of(played_, path);
    Outcome outcome;
    const auto before = processor_time();
    const auto alone = with_noise(echo);
    const auto cleaned = cancel(alone);
    outcome.processor_percent = 100 * in_milliseconds(processor_time() - before) /
                                in_milliseconds(audio::duration_of(echo.size(), audio::EchoCanceller::rate));
    const auto loss = [](const Sound& from, const Sound& to, std::size_t begin, std::size_t end) {
      return decibels(power(from, begin, end) / power(to, begin, end));
    };
    outcome.loss_first = loss(alone, cleaned, 0, 2 * second);
    outcome.loss = loss(alone, cleaned, 5 * second, echo.size());

    Sound said(echo.size());
    std::copy(spoken_.begin(), spoken_.end(), said.begin() + static_cast<std::ptrdiff_t>(spoken_from()));
    auto both = alone;
    audio::mix_into(both, said);
    const auto heard = cancel(both);
    const auto end = spoken_from() + spoken_.size();
    outcome.loss_after = loss(alone, heard, end + second / 2, echo.size());
    outcome.speech_before = speech_over_rest(said, both, end);
    outcome.speech_after = speech_over_rest(said, heard, end);
    return outcome;
  }

 private:
  std::size_t spoken_from() const { return played_.size() / 2; }

  static Sound with_noise(Sound sound) {
    std::mt19937 random(1);
    std::normal_distribution<double> hiss(0, noise);
    for (auto& sample : sound) sample = audio::to_sample(sample / 32'768.0 + hiss(random));
    return sound;
  }

  Sound cancel(const Sound& captured) const {
    audio::EchoCanceller canceller;
    Sound cleaned;
    for (std::size_t at = 0; at < captured.size(); at += audio::EchoCanceller::frame_samples) {
      canceller.played(std::span(played_).subspan(at, audio::EchoCanceller::frame_samples));
      canceller.process(std::span(captured).subspan(at, audio::EchoCanceller::frame_samples), cleaned);
    }
    return cleaned;
  }

  double speech_over_rest(const Sound& said, const Sound& heard, std::size_t end) const {
    const auto speech = speech_band(said);
    auto rest = speech_band(heard);
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = static_cast<std::int16_t>(rest[i] - speech[i]);
    return decibels(power(speech, spoken_from(), end) / power(rest, spoken_from(), end));
  }

  Sound played_;
  Sound spoken_;
};

}  // namespace

int bench_echo(const CommonOptions& common) {
  EchoBench bench;
  if (const auto opened = bench.open(); !opened) return fail(opened.error());
  Figures figures("echo cancelling, simulated rooms");
  double processor = 0;
  for (const auto& each : cases()) {
    const auto outcome = bench.run(each.path);
    const std::string name = each.name;
    figures.add(name + "_first_2_s", outcome.loss_first, "dB", "how much softer the echo gets");
    figures.add(name + "_after_5_s", outcome.loss, "dB");
    figures.add(name + "_after_talk", outcome.loss_after, "dB", "after somebody spoke meanwhile");
    figures.add(name + "_speech", outcome.speech_after, "dB",
                fmt::format("their speech over all else; {:.1f} dB in the microphone", outcome.speech_before));
    processor = std::max(processor, outcome.processor_percent);
  }
  figures.add("processor", processor, "%", "of one core, while something is played");
  figures.print(common.json);
  return exit_done;
}

}  // namespace entente::apps
