// SPDX-License-Identifier: GPL-3.0-or-later
// From the end of speech, or a typed sentence, to the packet at the device: in the demo home, with real UDP, every
// command heard at the pace at which it is spoken.
#include <unistd.h>

#include "apps/entente/commands/bench.h"
#include "apps/entente/demo_home.h"
#include "apps/entente/session.h"
#include "apps/entente/spoken.h"
#include "base/file.h"
#include "base/log.h"

namespace entente::apps {
namespace {

using namespace std::chrono_literals;
using Happening = miio::SimulatedDevice::Happening;

// Sentences that change something each time: every "on" is followed by its "off".
std::vector<std::string> commands(int count) {
  const std::pair<const char*, const char*> pairs[] = {
      {"turn on the bedroom lamp", "turn off the bedroom lamp"},
      {"turn on the kitchen light", "turn off the kitchen light"},
      {"switch on the coffee machine", "switch off the coffee machine"},
      {"set the bedroom lamp to forty percent", "set the bedroom lamp to eighty percent"},
      {"turn on the fan", "turn off the fan"},
      {"make the kitchen light blue", "make the kitchen light red"},
      {"turn on the air purifier", "turn off the air purifier"},
      {"turn on the lights in the living room", "turn off the lights in the living room"},
      {"start the vacuum cleaner", "send the vacuum cleaner home"},
      {"turn on all the lights", "turn off all the lights"},
  };
  std::vector<std::string> list;
  for (int i = 0; i < count; ++i) {
    const auto& pair = pairs[static_cast<std::size_t>(i / 2) % std::size(pairs)];
    list.emplace_back(i % 2 == 0 ? pair.first : pair.second);
  }
  return list;
}

// How much of the sound there is before its last audible sample.
Duration speech_length(const audio::Pcm& sound) {
  const auto loud = static_cast<int>(audio::peak(sound.samples) * 32768 / 100);
  auto last = sound.samples.size();
  while (last > 0 && std::abs(sound.samples[last - 1]) < loud) --last;
  return audio::duration_of(last, sound.rate);
}

struct Outcome {
  std::vector<double> to_packet_ms;
  std::vector<double> to_reply_ms;  // the reply's sound is made
  std::vector<double> wait_ms;
  std::vector<double> decide_ms;  // after the wait
  int failed = 0;
};

class ReplyBench {
 public:
  ReplyBench(net::EventLoop& loop, Settings settings, const ReplyBenchOptions& options)
      : loop_(loop), settings_(std::move(settings)), options_(options) {}

  Task<Result<Outcome>> run() {
    ENTENTE_CO_TRY_VOID(co_await open());
    Outcome outcome;
    for (const auto& command : commands(options_.commands)) {
      packet_.reset();
      auto saying = options_.typed ? type(command, outcome) : speak(command, outcome);
      const auto done = co_await std::move(saying);
      if (!done) co_return done.error();
    }
    co_return outcome;
  }

 private:
  Task<Result<void>> open() {
    Parts parts;
    parts.hearing = parts.speaking = !options_.typed;
    parts.forget = true;
    ENTENTE_CO_TRY(system_, co_await System::start(loop_, settings_, std::move(parts)));
    ENTENTE_CO_TRY(home_, DemoHome::open(loop_, system_->specs(), demo_devices()));
    home_->observe([this](const std::string&, const Happening& happening) {
      const bool commanded = happening.kind == Happening::Kind::command &&
                             (happening.method == "set_properties" || happening.method == "action");
      if (commanded && !packet_) packet_ = happening.at;
    });
    ENTENTE_CO_TRY_VOID(home_->add_to(system_->home()));
    ENTENTE_CO_TRY_VOID(co_await system_->grammars().refresh());
    if (options_.typed) co_return Result<void>();
    if (system_->ears() == nullptr || system_->voice() == nullptr) {
      co_return Error{ErrorCode::unavailable, "this machine cannot hear or speak; try --typed"};
    }
    co_return co_await system_->ears()->prepare();
  }

  Task<Result<void>> type(std::string sentence, Outcome& outcome) {
    model::Utterance utterance{sentence, "", ""};
    const auto start = loop_.now();
    const auto reply = co_await system_->assistant().answer(std::move(utterance));
    if (reply.outcome != model::Outcome::done || !packet_) {
      count_failure(sentence, reply, outcome);
    } else {
      outcome.to_packet_ms.push_back(in_milliseconds(*packet_ - start));
    }
    co_return Result<void>();
  }

  Task<Result<void>> speak(std::string sentence, Outcome& outcome) {
    auto spoken = co_await system_->voice()->say(sentence, "en");
    if (!spoken) co_return spoken.error();
    const auto length = speech_length(*spoken) + 300ms;
    auto sound = between_silence(*spoken, 300ms, 1500ms);
    const auto start = loop_.now();
    const auto done = co_await exchange(loop_, *system_, std::move(sound), speech::Pace::real_time, "");
    if (!done) co_return done.error();
    if (done->reply.outcome != model::Outcome::done || !packet_) {
      count_failure(sentence, done->reply, outcome);
      co_return Result<void>();
    }
    const auto end_of_speech = start + length;
    outcome.to_packet_ms.push_back(in_milliseconds(*packet_ - end_of_speech));
    outcome.to_reply_ms.push_back(in_milliseconds(loop_.now() - end_of_speech));
    outcome.wait_ms.push_back(in_milliseconds(done->heard.decided - end_of_speech));
    outcome.decide_ms.push_back(in_milliseconds(*packet_ - done->heard.decided));
    log::debug("bench", "{:.0f} ms: {}", outcome.to_packet_ms.back(), sentence);
    co_return Result<void>();
  }

  static void count_failure(const std::string& sentence, const model::Reply& reply, Outcome& outcome) {
    ++outcome.failed;
    log::warning("bench", "\"{}\" was heard as \"{}\": {}", sentence, reply.heard, reply.text);
  }

  net::EventLoop& loop_;
  const Settings settings_;
  const ReplyBenchOptions& options_;
  std::unique_ptr<DemoHome> home_;
  std::unique_ptr<System> system_;
  std::optional<TimePoint> packet_;
};

void add_distribution(Figures& figures, const std::string& name, const std::vector<double>& values,
                      const std::string& note) {
  figures.add(name + "_p50", percentile(values, 50), "ms", note);
  figures.add(name + "_p95", percentile(values, 95), "ms");
  figures.add(name + "_max", percentile(values, 100), "ms");
}

}  // namespace

int bench_reply(const CommonOptions& common, const ReplyBenchOptions& options) {
  auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (common.log_level.empty()) log::set_level(log::Level::warning);
  std::error_code ignored;
  settings->state_folder = std::filesystem::temp_directory_path() / fmt::format("entente-bench-{}", ::getpid());
  net::EventLoop loop;
  const auto outcome = [&] {
    ReplyBench bench(loop, *settings, options);
    return loop.run_until_complete(bench.run());
  }();
  std::filesystem::remove_all(settings->state_folder, ignored);
  if (!outcome) return exit_failed;
  if (!*outcome) return fail(outcome->error());
  const auto& result = **outcome;
  Figures figures(options.typed ? "reply, typed" : "reply, spoken");
  figures.add("commands", options.commands, "");
  figures.add("failed", result.failed, "", "not understood, or the device did not change");
  add_distribution(figures, "to_packet", result.to_packet_ms,
                   options.typed ? "from the sentence to the packet at the device"
                                 : "from the last audible sample to the packet at the device");
  if (!options.typed) {
    add_distribution(figures, "wait_for_end", result.wait_ms, "of it, until the end of speech was certain");
    add_distribution(figures, "after_the_wait", result.decide_ms, "of it, recognition, understanding and sending");
    add_distribution(figures, "to_spoken_reply", result.to_reply_ms, "until the reply's sound was made");
  }
  figures.print(common.json);
  return result.failed == 0 ? exit_done : exit_failed;
}

}  // namespace entente::apps
