// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <cstdio>

#include "apps/entente/session.h"
#include "base/json.h"
#include "base/text.h"
#include "drivers/miio/simulated_device.h"
#include "infra/net/crypto.h"

namespace entente::apps {
namespace {

Result<std::unique_ptr<miio::SimulatedDevice>> open_one(net::EventLoop& loop, const home::SpecLibrary& specs,
                                                        const SimulateOptions& options, std::size_t index,
                                                        std::string& token) {
  ENTENTE_TRY(auto spec, specs.find(options.models[index]));
  if (options.first_port + index > 65535) return Error{ErrorCode::invalid, "the ports would go past 65535"};
  miio::SimulatedDevice::Options wanted;
  ENTENTE_TRY(wanted.address,
              net::Endpoint::of(options.address, static_cast<std::uint16_t>(options.first_port + index)));
  token = options.token.empty() ? text::to_hex(net::random_bytes(16)) : options.token;
  wanted.token = token;
  wanted.device_id = 0x0e000001 + index;
  return miio::SimulatedDevice::open(loop, std::move(spec), wanted);
}

void print_change(const model::DeviceSpec& spec, const std::string& name,
                  const miio::SimulatedDevice::Happening& happening) {
  if (happening.kind != miio::SimulatedDevice::Happening::Kind::changed) return;
  const auto* property = spec.property(happening.property);
  fmt::print("{}: {} = {}\n", name, property == nullptr ? "?" : property->type.name, model::to_text(happening.value));
  std::fflush(stdout);
}

}  // namespace

int simulate(const CommonOptions& common, const SimulateOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  const std::filesystem::path folders[] = {settings->data_folder / "specs", settings->state_folder / "specs"};
  const auto specs = home::SpecLibrary::load(folders);

  net::EventLoop loop;
  std::vector<std::unique_ptr<miio::SimulatedDevice>> devices;
  Json list = Json::array();
  for (std::size_t i = 0; i < options.models.size(); ++i) {
    std::string token;
    auto device = open_one(loop, specs, options, i, token);
    if (!device) return fail(device.error());
    const auto& model = options.models[i];
    const auto endpoint = (*device)->endpoint();
    if (common.json) {
      list.push_back({{"model", model}, {"host", endpoint.address()}, {"port", endpoint.port()}, {"token", token}});
    } else {
      fmt::print("{} at {} token {}\n", model, endpoint.to_string(), token);
    }
    (*device)->observe([&spec = (*device)->spec(), name = model, quiet = common.json](const auto& happening) {
      if (!quiet) print_change(spec, name, happening);
    });
    devices.push_back(*std::move(device));
  }
  if (common.json) fmt::print("{}\n", to_text(list, 2));
  std::fflush(stdout);
  loop.on_signal({SIGINT, SIGTERM}, [&loop](int) { loop.stop(); });
  loop.run();
  return exit_done;
}

}  // namespace entente::apps
