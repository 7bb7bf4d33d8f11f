// SPDX-License-Identifier: GPL-3.0-or-later
// A demo home that hears a command, does it and answers: what ./run shows.
#include <csignal>
#include <cstdio>

#include "apps/entente/demo_home.h"
#include "apps/entente/session.h"
#include "apps/entente/spoken.h"
#include "apps/entente/terminal.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "infra/audio/devices.h"

namespace entente::apps {
namespace {

using namespace std::chrono_literals;
using Happening = miio::SimulatedDevice::Happening;

struct Change {
  std::string device;
  std::string property;
  model::Value value;
};

// What the simulated devices saw of one command: the proof that does not come from us.
struct Evidence {
  std::optional<TimePoint> first_packet;  // the first command that changed something
  std::vector<Change> changes;
};

class Demo {
 public:
  Demo(net::EventLoop& loop, const CommonOptions& common, const DemoOptions& options, Settings settings)
      : loop_(loop), common_(common), options_(options), settings_(std::move(settings)) {}

  Task<int> run() {
    const auto started = loop_.now();
    if (const auto opened = co_await open(); !opened) co_return fail(opened.error());
    say("A home of {} simulated devices, ready in {:.0f} ms. They speak miIO over UDP on loopback.",
        system_->home().devices().size(), in_milliseconds(loop_.now() - started));
    for (const auto& device : system_->home().devices()) {
      say("  {:<18} {:<12} {}", device.name, device.room, device.model);
    }
    const int shown = co_await show_spoken_command();
    if (!options_.once) co_await prompt();
    co_await system_->stop();
    co_return options_.once ? shown : exit_done;
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    if (common_.json) return;
    fmt::print("{}\n", fmt::format(format, std::forward<Args>(args)...));
    std::fflush(stdout);
  }

  Task<Result<void>> open() {
    Parts parts;
    parts.hearing = parts.speaking = parts.forget = true;
    // Another program may have the configured port; the demo does not insist.
    parts.listen = "127.0.0.1:0";
    auto system = co_await System::start(loop_, settings_, std::move(parts));
    if (!system) co_return system.error();
    system_ = *std::move(system);
    ENTENTE_CO_TRY(home_, DemoHome::open(loop_, system_->specs(), demo_devices()));
    home_->observe([this](const std::string& device, const Happening& happening) { witness(device, happening); });
    ENTENTE_CO_TRY_VOID(home_->add_to(system_->home()));
    ENTENTE_CO_TRY_VOID(co_await system_->grammars().refresh());
    if (system_->ears() == nullptr) co_return Error{ErrorCode::unavailable, "this machine cannot recognise speech"};
    if (system_->voice() == nullptr) co_return Error{ErrorCode::unavailable, "this machine has no voice"};
    co_return co_await system_->ears()->prepare();
  }

  void witness(const std::string& device, const Happening& happening) {
    const bool commanded = happening.kind == Happening::Kind::command &&
                           (happening.method == "set_properties" || happening.method == "action");
    if (commanded && !evidence_.first_packet) evidence_.first_packet = happening.at;
    if (happening.kind != Happening::Kind::changed) return;
    const auto* simulated = home_->find(device);
    const auto* property = simulated == nullptr ? nullptr : simulated->spec().property(happening.property);
    evidence_.changes.push_back({device, property == nullptr ? "?" : property->type.name, happening.value});
  }

  Task<int> show_spoken_command() {
    const auto command = co_await system_->voice()->say(options_.command, "en");
    if (!command) co_return fail(command.error().within("the demo's own voice"));
    say("\nA voice says: \"{}\"", options_.command);
    evidence_ = {};
    auto sound = between_silence(*command, 300ms, 1500ms);
    auto done = co_await exchange(loop_, *system_, std::move(sound), speech::Pace::real_time, "");
    if (!done) co_return fail(done.error());
    co_return report(*done);
  }

  int report(const SpokenExchange& exchange) {
    const bool changed = !evidence_.changes.empty();
    const bool answered = !exchange.spoken.empty();
    const bool success = changed && answered && exchange.reply.outcome == model::Outcome::done;
    if (common_.json) {
      print_json(exchange, success);
      return success ? exit_done : exit_failed;
    }
    if (!exchange.heard.recognition.hypotheses.empty()) {
      fmt::print("Heard:        \"{}\"\n", exchange.heard.recognition.hypotheses.front().text);
    }
    print_trace(exchange.reply.trace);
    if (evidence_.first_packet) {
      fmt::print("  {:<18} {:>8.1f} ms   from the end of speech, the wait for its end included\n", "device's packet",
                 in_milliseconds(*evidence_.first_packet - exchange.heard.speech_ended));
    }
    for (const auto& change : evidence_.changes) {
      fmt::print("Device:       {}: {} is now {}\n", change.device, change.property, model::to_text(change.value));
    }
    fmt::print("Reply:        \"{}\"\n", exchange.reply.text);
    if (!changed) fmt::print("No device changed.\n");
    if (!answered) fmt::print("The reply was not spoken.\n");
    std::fflush(stdout);
    return success ? exit_done : exit_failed;
  }

  void print_json(const SpokenExchange& exchange, bool success) {
    Json json{{"success", success},
              {"heard", exchange.reply.heard},
              {"reply", exchange.reply.text},
              {"outcome", model::to_string(exchange.reply.outcome)},
              {"reply_seconds", in_milliseconds(exchange.spoken.duration()) / 1000}};
    for (const auto& stage : exchange.reply.trace) {
      json["stages"].push_back({{"name", stage.name}, {"milliseconds", in_milliseconds(stage.took)}});
    }
    if (evidence_.first_packet) {
      json["end_of_speech_to_packet_ms"] = in_milliseconds(*evidence_.first_packet - exchange.heard.speech_ended);
    }
    for (const auto& change : evidence_.changes) {
      json["changes"].push_back(
          {{"device", change.device}, {"property", change.property}, {"value", model::to_json(change.value)}});
    }
    fmt::print("{}\n", to_text(json, 2));
    std::fflush(stdout);
  }

  Task<void> prompt() {
    const bool ears = audio::Microphone::open(loop_, {settings_.microphone, speech::recogniser_rate}, 40ms, {}).ok();
    const auto loudspeaker = audio::Loudspeaker::open(loop_, {settings_.loudspeaker, 16000});
    say("\nType a sentence{}; \"help\" lists some, Ctrl-D ends. From another terminal: entente device list",
        ears ? ", or press Enter and talk" : " (no microphone here)");
    Terminal terminal(loop_);
    for (;;) {
      fmt::print("> ");
      std::fflush(stdout);
      auto line = co_await terminal.read_line();
      if (!line) break;
      const std::string sentence(text::trim(*line));
      if (sentence == "help") {
        print_help();
      } else if (!sentence.empty()) {
        co_await answer(sentence);
      } else if (ears) {
        co_await talk();
      }
    }
    fmt::print("\n");
  }

  static void print_help() {
    for (const auto* sentence :
         {"turn on the kitchen light", "set the bedroom lamp to forty percent", "make the bedroom lamp blue",
          "turn off all the lights", "set the fan to high", "start the vacuum cleaner", "is the coffee machine on",
          "how clean is the air", "what time is it", "打开厨房灯"}) {
      fmt::print("  {}\n", sentence);
    }
  }

  Task<void> answer(std::string sentence) {
    evidence_ = {};
    model::Utterance utterance{std::move(sentence), "", settings_.area};
    const auto start = loop_.now();
    const auto reply = co_await system_->assistant().answer(std::move(utterance));
    fmt::print("{}\n", reply.text);
    if (evidence_.first_packet) {
      fmt::print("  (device's packet after {:.1f} ms)\n", in_milliseconds(*evidence_.first_packet - start));
    }
    co_await speak(reply);
  }

  Task<void> speak(const model::Reply& reply) {
    if (reply.text.empty()) co_return;
    const auto spoken = co_await system_->voice()->say(reply.text, reply.language);
    if (!spoken) co_return;
    auto loudspeaker = audio::Loudspeaker::open(loop_, {settings_.loudspeaker, spoken->rate});
    if (!loudspeaker || !(*loudspeaker)->play(spoken->samples)) co_return;
    OneShot<bool> played(loop_);
    (*loudspeaker)->when_played([&played] { played.fulfil(true); });
    const auto deadline = Deadline::in(loop_, spoken->duration() + 5s);
    [[maybe_unused]] const auto heard = co_await played.wait(deadline, "the loudspeaker");
  }

  Task<void> talk() {
    fmt::print("Listening …\n");
    std::fflush(stdout);
    evidence_ = {};
    auto done = co_await exchange_by_microphone(loop_, *system_, settings_.microphone, settings_.area);
    if (!done) {
      fmt::print("{}\n", done.error().message);
      co_return;
    }
    report(*done);
    co_await speak(done->reply);
  }

  net::EventLoop& loop_;
  const CommonOptions& common_;
  const DemoOptions& options_;
  const Settings settings_;
  std::unique_ptr<DemoHome> home_;
  std::unique_ptr<System> system_;
  Evidence evidence_;
};

}  // namespace

int demo(const CommonOptions& common, const DemoOptions& options) {
  auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (common.log_level.empty()) log::set_level(log::Level::warning);
  settings->state_folder = demo_folder(*settings);
  net::EventLoop loop;
  loop.on_signal({SIGINT, SIGTERM}, [&loop](int) { loop.stop(); });
  Demo demo(loop, common, options, *settings);
  return loop.run_until_complete(demo.run()).value_or(exit_failed);
}

}  // namespace entente::apps
