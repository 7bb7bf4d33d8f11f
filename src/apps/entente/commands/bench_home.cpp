// SPDX-License-Identifier: GPL-3.0-or-later
// A home of many devices: how long a rename takes until it can be typed and heard, and what recognition costs then.
#include <unistd.h>

#include "apps/entente/commands/bench.h"
#include "apps/entente/session.h"
#include "apps/entente/spoken.h"
#include "base/log.h"

namespace entente::apps {
namespace {

using namespace std::chrono_literals;

constexpr const char* colours[] = {"red",    "green",  "blue",   "white",  "yellow",
                                   "orange", "purple", "silver", "golden", "black"};
constexpr const char* things[] = {"lamp",   "light", "lantern", "spotlight", "chandelier",
                                  "heater", "fan",   "plug",    "radio",     "kettle"};
constexpr const char* rooms[] = {"kitchen", "bedroom", "bathroom", "office",  "garage",
                                 "hallway", "attic",   "cellar",   "nursery", "library"};

std::string device_name(int index) {
  const auto at = [index](int divisor) { return static_cast<std::size_t>(index / divisor % 10); };
  auto name = fmt::format("{} {} {}", rooms[at(100)], colours[at(10)], things[at(1)]);
  if (index >= 1000) name += fmt::format(" {}", index / 1000);
  return name;
}

struct Outcome {
  std::vector<double> text_ms;    // rename to typed
  std::vector<double> speech_ms;  // rename to heard
  Duration audio{};
  Duration processor{};
  int commands = 0;
  int right = 0;
  double resident_mb = 0;
};

Result<void> furnish(home::Home& home, int count) {
  for (int i = 0; i < count; ++i) {
    home::NewDevice device{
        device_name(i), {}, rooms[static_cast<std::size_t>(i / 100 % 10)], "entente.light.color1", {}};
    device.address.host = "127.0.0.1";
    device.address.port = static_cast<std::uint16_t>(20000 + i % 40000);
    device.address.token = "00112233445566778899aabbccddeeff";
    const auto added = home.add(std::move(device));
    if (!added) return added.error();
  }
  return {};
}

Task<Result<void>> measure_renames(net::EventLoop& loop, System& system, Outcome& outcome) {
  const auto devices = system.home().devices();
  for (std::size_t i = 0; i < 10; ++i) {
    const auto& device = devices[i * devices.size() / 10];
    const auto start = loop.now();
    ENTENTE_CO_TRY_VOID(system.home().rename(device.id, fmt::format("wonderful {} {}", things[i], i)));
    ENTENTE_CO_TRY_VOID(co_await system.grammars().refresh());
    outcome.text_ms.push_back(in_milliseconds(loop.now() - start));
    if (system.ears() != nullptr) ENTENTE_CO_TRY_VOID(co_await system.ears()->prepare());
    outcome.speech_ms.push_back(in_milliseconds(loop.now() - start));
    ENTENTE_CO_TRY_VOID(system.home().rename(device.id, device.name));
  }
  ENTENTE_CO_TRY_VOID(co_await system.grammars().refresh());
  if (system.ears() != nullptr) ENTENTE_CO_TRY_VOID(co_await system.ears()->prepare());
  co_return Result<void>();
}

Task<Result<void>> measure_recognition(System& system, int count, Outcome& outcome) {
  for (int i = 0; i < 30; ++i) {
    const auto command = fmt::format("turn {} the {}", i % 2 == 0 ? "on" : "off", device_name(i * 31 % count));
    auto sound = co_await system.voice()->say(command, "en");
    if (!sound) co_return sound.error();
    auto framed = between_silence(*sound, 300ms, 300ms);
    outcome.audio += framed.duration();
    const auto before = processor_time();
    const auto heard = co_await system.ears()->hear(std::move(framed));
    outcome.processor += processor_time() - before;
    ++outcome.commands;
    if (!heard) co_return heard.error();
    const auto& hypotheses = heard->recognition.hypotheses;
    if (!hypotheses.empty() && hypotheses.front().text == command) {
      ++outcome.right;
    } else {
      log::warning("bench", "\"{}\" was heard as \"{}\"", command, hypotheses.empty() ? "" : hypotheses.front().text);
    }
  }
  co_return Result<void>();
}

Task<Result<Outcome>> run(net::EventLoop& loop, Settings settings, int count) {
  Parts parts;
  parts.hearing = parts.speaking = parts.forget = true;
  parts.polling = false;
  settings.languages = {"en"};
  auto system = co_await System::start(loop, std::move(settings), std::move(parts));
  if (!system) co_return system.error();
  ENTENTE_CO_TRY_VOID(furnish((*system)->home(), count));
  ENTENTE_CO_TRY_VOID(co_await (*system)->grammars().refresh());
  Outcome outcome;
  ENTENTE_CO_TRY_VOID(co_await measure_renames(loop, **system, outcome));
  if ((*system)->ears() != nullptr && (*system)->voice() != nullptr) {
    ENTENTE_CO_TRY_VOID(co_await measure_recognition(**system, count, outcome));
  }
  outcome.resident_mb = resident_megabytes(::getpid());
  co_return outcome;
}

}  // namespace

int bench_home(const CommonOptions& common, const HomeBenchOptions& options) {
  auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (options.devices < 10 || options.devices > 9999) {
    return fail({ErrorCode::invalid, "--devices takes 10 to 9999"}, exit_usage);
  }
  if (common.log_level.empty()) log::set_level(log::Level::warning);
  settings->state_folder = std::filesystem::temp_directory_path() / fmt::format("entente-bench-{}", ::getpid());
  net::EventLoop loop;
  const auto outcome = loop.run_until_complete(run(loop, *settings, options.devices));
  std::error_code ignored;
  std::filesystem::remove_all(settings->state_folder, ignored);
  if (!outcome) return exit_failed;
  if (!*outcome) return fail(outcome->error());
  const auto& result = **outcome;
  Figures figures(fmt::format("home of {} devices", options.devices));
  figures.add("rename_to_typed_p50", percentile(result.text_ms, 50), "ms", "renamed, stored, compiled: can be typed");
  figures.add("rename_to_typed_max", percentile(result.text_ms, 100), "ms");
  figures.add("rename_to_heard_p50", percentile(result.speech_ms, 50), "ms", "the recogniser's search space too");
  figures.add("rename_to_heard_max", percentile(result.speech_ms, 100), "ms");
  figures.add("commands", result.commands, "", "turn on/off the ROOM COLOUR THING, synthetic voice");
  figures.add("heard_right", result.right, "", "every word");
  figures.add("real_time_factor",
              result.audio.count() > 0 ? in_milliseconds(result.processor) / in_milliseconds(result.audio) : 0, "",
              "processor time over audio");
  figures.add("resident", result.resident_mb, "MB");
  figures.print(common.json);
  return exit_done;
}

}  // namespace entente::apps
