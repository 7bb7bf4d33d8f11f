// SPDX-License-Identifier: GPL-3.0-or-later
// How often a wake word is missed, against how often other speech is taken for it. Clips of the phrase and background
// go through the very stream that a speaker uses, one that gives every candidate with its score; the curve is drawn
// over all thresholds afterwards.
#include <fstream>

#include "apps/entente/commands/bench.h"
#include "apps/entente/session.h"
#include "apps/entente/wake_engine.h"
#include "base/file.h"
#include "base/json.h"
#include "drivers/wake/spotter.h"
#include "infra/audio/noise.h"
#include "infra/audio/read_audio.h"
#include "infra/audio/resample.h"

#include <unistd.h>

namespace entente::apps {
namespace {

namespace fs = std::filesystem;

constexpr double never = -1e9;
constexpr std::size_t silence_after = 12'000;                    // samples behind a clip, in which it is decided upon
constexpr std::array rates{0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0};  // false alarms per hour
// What the background is played at when it is used again; none of them twice.
constexpr std::array speeds{1.0, 0.92, 1.09, 0.85, 1.18, 0.96, 1.05, 0.88, 1.13, 0.8, 1.25};

struct Point {
  double alarms_per_hour = 0;
  double missed = 0;  // share
};

Result<std::vector<fs::path>> sounds_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const char* extension : {".flac", ".wav"}) {
    ENTENTE_TRY(const auto found, list_files(folder, extension, true));
    files.insert(files.end(), found.begin(), found.end());
  }
  if (files.empty()) return Error{ErrorCode::not_found, fmt::format("{}: no FLAC or WAV files", folder.string())};
  std::sort(files.begin(), files.end());
  return files;
}

class WakeBench {
 public:
  explicit WakeBench(const WakeBenchOptions& options) : options_(options) {}

  Result<void> open(const Settings& settings) {
    WakeEngineOptions engine{settings.data_folder, settings.dictionary, settings.acoustic_model};
    ENTENTE_TRY(spotter_, open_wake_engine(engine));
    const speech::WakePhrase phrases[] = {{options_.phrase, "en", 0.5, false, {}}};
    ENTENTE_TRY(model_, wake::prepare_to_measure(*spotter_, phrases));
    if (options_.noise.empty()) return {};
    ENTENTE_TRY(auto noise, audio::read_audio_file(options_.noise));
    ENTENTE_TRY(noise_, audio::convert(noise.pcm, speech::recogniser_rate));
    return {};
  }

  Result<void> run() {
    ENTENTE_TRY(const auto clips, sounds_in(options_.folder));
    for (const auto& clip : clips) ENTENTE_TRY_VOID(hear_clip(clip));
    ENTENTE_TRY(auto files, sounds_in(options_.background));
    const auto own = fs::weakly_canonical(options_.folder).string() + "/";
    std::erase_if(files, [&](const fs::path& file) { return fs::weakly_canonical(file).string().starts_with(own); });
    if (files.empty()) return Error{ErrorCode::not_found, "the background has nothing but the phrase's own clips"};
    const auto before = processor_time();
    for (const double speed : speeds) {
      for (const auto& file : files) {
        if (passes_ > 0 && seconds_ >= options_.hours * 3600) break;
        ENTENTE_TRY_VOID(hear_background(file, speed));
      }
      ++passes_;
      if (passes_ == 1) own_seconds_ = seconds_;
      if (seconds_ >= options_.hours * 3600) break;
    }
    processor_share_ = in_milliseconds(processor_time() - before) / 1000 / seconds_;
    std::sort(alarms_.begin(), alarms_.end(), std::greater<>());
    return {};
  }

  double missed_above(double threshold) const {
    const auto heard = std::count_if(scores_.begin(), scores_.end(), [&](double score) { return score > threshold; });
    return 1 - static_cast<double>(heard) / static_cast<double>(scores_.size());
  }
  double alarms_above(double threshold) const {  // an hour
    const auto taken = std::count_if(alarms_.begin(), alarms_.end(), [&](double score) { return score > threshold; });
    return static_cast<double>(taken) / hours();
  }
  double missed_at(double alarms_per_hour) const {
    const auto allowed = static_cast<std::size_t>(alarms_per_hour * hours());
    return missed_above(allowed < alarms_.size() ? alarms_[allowed] : never / 2);
  }
  std::vector<Point> curve() const {
    std::vector<Point> points;
    for (std::size_t i = 0; i < std::min<std::size_t>(alarms_.size(), 2000); ++i) {
      points.push_back({static_cast<double>(i) / hours(), missed_above(alarms_[i])});
    }
    return points;
  }
  double hours() const { return seconds_ / 3600; }
  double own_hours() const { return own_seconds_ / 3600; }
  double processor_share() const { return processor_share_; }
  std::size_t clips() const { return scores_.size(); }

 private:
  Result<audio::Pcm> sound_of(const fs::path& file, double speed) {
    ENTENTE_TRY(auto read, audio::read_audio_file(file));
    // At another speed the pitch changes, too: the same sound is said to have another rate.
    read.pcm.rate = static_cast<int>(read.pcm.rate * speed);
    ENTENTE_TRY(auto sound, audio::convert(read.pcm, speech::recogniser_rate));
    sound.samples.resize(sound.samples.size() + silence_after);
    if (!noise_) return sound;
    return audio::mix_noise(sound, *noise_, options_.snr_db, ++seed_);
  }

  Result<void> hear_clip(const fs::path& file) {
    ENTENTE_TRY(const auto sound, sound_of(file, 1));
    auto stream = spotter_->start(model_);
    double best = never;
    for (auto found = stream->feed(sound.samples); found; found = stream->feed({})) best = std::max(best, found->score);
    scores_.push_back(best);
    return {};
  }

  // All background goes through one stream, as it would in a room.
  Result<void> hear_background(const fs::path& file, double speed) {
    ENTENTE_TRY(const auto sound, sound_of(file, speed));
    if (!background_) background_ = spotter_->start(model_);
    for (auto found = background_->feed(sound.samples); found; found = background_->feed({})) {
      alarms_.push_back(found->score);
    }
    seconds_ += in_milliseconds(sound.duration()) / 1000;
    return {};
  }

  const WakeBenchOptions& options_;
  std::unique_ptr<speech::WakeSpotter> spotter_;
  std::shared_ptr<const speech::WakeModel> model_;
  std::optional<audio::Pcm> noise_;
  std::unique_ptr<speech::WakeStream> background_;
  std::uint64_t seed_ = 0;
  std::vector<double> scores_;  // of the clips, each one's best candidate
  std::vector<double> alarms_;  // of the background, all candidates
  double seconds_ = 0, own_seconds_ = 0;
  int passes_ = 0;
  double processor_share_ = 0;
};

std::string conditions_of(const WakeBenchOptions& options) {
  if (options.noise.empty()) return "clean";
  return fmt::format("{} at {:g} dB", options.noise.filename().string(), options.snr_db);
}

// A picture of the curve: false alarms an hour on a logarithmic axis from 0.1 to 100, missed from 0 to 100 %.
std::string drawing_of(const std::string& title, const std::vector<Point>& points) {
  const auto x_of = [](double rate) { return 60 + 480 * std::clamp((std::log10(rate) + 1) / 3, 0.0, 1.0); };
  const auto y_of = [](double missed) { return 320 - 280 * missed; };
  std::string svg =
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 580 370' font-family='sans-serif' font-size='12'>\n"
      "<rect width='580' height='370' fill='white'/>\n";
  svg += fmt::format("<text x='60' y='24' font-size='15'>{}</text>\n", title);
  for (const double rate : {0.1, 1.0, 10.0, 100.0}) {
    svg += fmt::format(
        "<path d='M{0:.0f} 40V320' stroke='#ddd'/><text x='{0:.0f}' y='338' text-anchor='middle'>{1:g}</text>\n",
        x_of(rate), rate);
  }
  for (int percent = 0; percent <= 100; percent += 20) {
    svg += fmt::format(
        "<path d='M60 {0:.0f}H540' stroke='#ddd'/><text x='52' y='{1:.0f}' text-anchor='end'>{2} %</text>\n",
        y_of(percent / 100.0), y_of(percent / 100.0) + 4, percent);
  }
  svg +=
      "<text x='300' y='360' text-anchor='middle'>false alarms per hour</text>\n<path fill='none' stroke='#0a58ca' "
      "stroke-width='2' d='";
  for (std::size_t i = 0; i < points.size(); ++i) {
    svg += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", x_of(std::max(points[i].alarms_per_hour, 1e-3)),
                       y_of(points[i].missed));
  }
  return svg + "'/>\n</svg>\n";
}

void print_curve(const WakeBenchOptions& options, const WakeBench& bench, bool json) {
  Figures figures(fmt::format("wake word \"{}\", {}", options.phrase, conditions_of(options)));
  figures.add("clips", static_cast<double>(bench.clips()), "");
  figures.add(
      "background", bench.hours(), "h",
      bench.hours() > bench.own_hours() + 0.01
          ? fmt::format("{:.2f} h as they are, the rest the same at other speeds and pitches", bench.own_hours())
          : "");
  for (const double rate : rates) {
    if (rate * bench.hours() < 0.99) continue;  // too little background to tell
    figures.add(fmt::format("missed at {:g} false alarms an hour", rate), 100 * bench.missed_at(rate), "%");
  }
  figures.add("missed as it is set", 100 * bench.missed_above(0), "%", "sensitivity 0.5");
  figures.add("false alarms as it is set", bench.alarms_above(0), "an hour");
  figures.add("processor", 100 * bench.processor_share(), "% of a core", "while others talk all the time");
  figures.add("memory", resident_megabytes(::getpid()), "MB", "of this whole process");
  figures.print(json);
}

}  // namespace

int bench_wake(const CommonOptions& common, const WakeBenchOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  WakeBench bench(options);
  if (const auto opened = bench.open(*settings); !opened) return fail(opened.error());
  if (const auto done = bench.run(); !done) return fail(done.error());
  print_curve(options, bench, common.json);
  if (options.svg.empty()) return exit_done;
  const auto title = fmt::format("\"{}\", {}", options.phrase, conditions_of(options));
  if (const auto written = write_file(options.svg, drawing_of(title, bench.curve())); !written) {
    return fail(written.error());
  }
  return exit_done;
}

}  // namespace entente::apps
