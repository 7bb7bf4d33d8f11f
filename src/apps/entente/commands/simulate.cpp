// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "apps/entente/session.h"
#include "apps/entente/simulated_home.h"
#include "apps/entente/terminal.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "infra/net/crypto.h"

namespace entente::apps {
namespace {

constexpr std::size_t max_home_file = 4U << 20U;

Result<std::vector<SimulatedSettings>> from_models(const SimulateOptions& options) {
  std::vector<SimulatedSettings> devices;
  for (std::size_t i = 0; i < options.models.size(); ++i) {
    if (options.first_port + i > 65535) return Error{ErrorCode::invalid, "the ports would go past 65535"};
    SimulatedSettings device;
    device.model = options.models[i];
    const auto same =
        std::count(options.models.begin(), options.models.begin() + static_cast<std::ptrdiff_t>(i), device.model);
    device.name = same == 0 ? device.model : fmt::format("{} {}", device.model, same + 1);
    device.address = options.address;
    device.port = static_cast<std::uint16_t>(options.first_port + i);
    device.token = options.token.empty() ? text::to_hex(net::random_bytes(16)) : options.token;
    device.unprovisioned = options.unprovisioned;
    if (options.classic) device.speaks = SimulatedSettings::Speaks::classic;
    devices.push_back(std::move(device));
  }
  return devices;
}

Result<std::vector<SimulatedSettings>> devices_of(const SimulateOptions& options) {
  if (options.home.empty()) return from_models(options);
  ENTENTE_TRY(const std::string toml, read_file(options.home, max_home_file));
  return parse_simulated_home(toml, options.home.string());
}

void print_happening(const model::DeviceSpec& spec, const std::string& name,
                     const miio::SimulatedDevice::Happening& happening) {
  if (happening.kind != miio::SimulatedDevice::Happening::Kind::changed) return;
  const auto* property = spec.property(happening.property);
  fmt::print("{}: {} = {}\n", name, property == nullptr ? "?" : property->type.name, model::to_text(happening.value));
  std::fflush(stdout);
}

void show(const SimulatedHome& home, bool json) {
  if (json) {
    fmt::print("{}\n", to_text(home.import_file(), 2));
  } else {
    for (const auto& member : home.members()) {
      fmt::print("{}{} at {} token {}\n", member.settings.model, member.classic ? " (classic)" : "",
                 member.device->endpoint().to_string(), member.settings.token);
    }
    fmt::print("\nTo add {} to a home:\n", home.members().size() == 1 ? "it" : "them");
    for (const auto& member : home.members()) fmt::print("  {}\n", home.add_line(member));
    fmt::print("\n");
  }
  std::fflush(stdout);
}

// A program in the background must not read from its terminal: it would be stopped.
bool may_read() { return ::isatty(STDIN_FILENO) == 0 || ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

Task<void> obey_lines(net::EventLoop& loop, SimulatedHome& home) {
  Terminal terminal(loop);
  for (;;) {
    const auto line = co_await terminal.read_line();
    if (!line) co_return;
    fmt::print("{}", home.obey(*line));
    std::fflush(stdout);
  }
}

}  // namespace

int simulate(const CommonOptions& common, const SimulateOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (options.models.empty() == options.home.empty()) {
    return fail({ErrorCode::invalid, "name models, or a file with --home"}, exit_usage);
  }
  auto faults = miio::Faults::parse(options.faults);
  if (!faults) return fail(faults.error(), exit_usage);
  auto devices = devices_of(options);
  if (!devices) return fail(devices.error());
  if (!options.faults.empty()) {
    for (auto& device : *devices) device.faults = *faults;
  }
  const std::filesystem::path folders[] = {settings->data_folder / "specs", settings->state_folder / "specs"};
  const std::filesystem::path tables[] = {folders[0] / "classic", folders[1] / "classic"};
  const auto specs = home::SpecLibrary::load(folders);

  net::EventLoop loop;
  auto home = SimulatedHome::open(loop, specs, miio::ClassicFamilies::load(tables), *std::move(devices));
  if (!home) return fail(home.error());
  if (!options.write.empty()) {
    const auto written = write_file(options.write, to_text((*home)->import_file(), 2) + "\n");
    if (!written) return fail(written.error());
  }
  for (const auto& member : (*home)->members()) {
    member.device->observe(
        [&spec = member.device->spec(), name = member.settings.name, quiet = common.json](const auto& happening) {
          if (!quiet) print_happening(spec, name, happening);
        });
  }
  show(**home, common.json);
  loop.on_signal({SIGINT, SIGTERM}, [&loop](int) { loop.stop(); });
  TaskGroup lines("simulate");
  if (may_read()) lines.spawn(obey_lines(loop, **home));
  loop.run();
  return exit_done;
}

}  // namespace entente::apps
