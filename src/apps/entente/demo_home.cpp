// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/demo_home.h"

#include "base/text.h"
#include "infra/net/crypto.h"

namespace entente::apps {

std::vector<DemoDevice> demo_devices() {
  return {
      {"bedroom lamp", {"卧室灯"}, "bedroom", "entente.light.color1"},
      {"kitchen light", {"厨房灯"}, "kitchen", "entente.light.color1"},
      {"living room light", {"客厅灯"}, "living room", "entente.light.color1"},
      {"coffee machine", {"咖啡机"}, "kitchen", "entente.plug.power1"},
      {"fan", {"风扇"}, "living room", "entente.fan.tower1"},
      {"air purifier", {"空气净化器"}, "bedroom", "entente.airpurifier.home1"},
      {"vacuum cleaner", {"扫地机器人", "robot"}, "hall", "entente.vacuum.sweeper1"},
  };
}

Result<std::unique_ptr<DemoHome>> DemoHome::open(net::EventLoop& loop, const home::SpecLibrary& specs,
                                                 std::vector<DemoDevice> devices) {
  std::unique_ptr<DemoHome> home(new DemoHome());
  std::uint64_t device_id = 0x0e000001;
  for (auto& device : devices) {
    ENTENTE_TRY(auto spec, specs.find(device.model));
    miio::SimulatedDevice::Options options;
    options.token = text::to_hex(net::random_bytes(16));
    options.device_id = device_id++;
    ENTENTE_TRY(auto simulated, miio::SimulatedDevice::open(loop, std::move(spec), options));
    home->members_.push_back({std::move(device), options.token, std::move(simulated)});
  }
  return home;
}

Result<void> DemoHome::add_to(home::Home& home) const {
  for (const auto& member : members_) {
    if (home.find(member.device.name)) continue;
    home::NewDevice device{member.device.name, member.device.aliases, member.device.room, member.device.model, {}};
    const auto endpoint = member.simulated->endpoint();
    device.address.host = endpoint.address();
    device.address.port = endpoint.port();
    device.address.token = member.token;
    const auto added = home.add(std::move(device));
    if (!added) return added.error();
  }
  return {};
}

miio::SimulatedDevice* DemoHome::find(std::string_view name) const {
  for (const auto& member : members_) {
    if (member.device.name == name) return member.simulated.get();
  }
  return nullptr;
}

void DemoHome::observe(std::function<void(const std::string&, const miio::SimulatedDevice::Happening&)> observer) {
  for (auto& member : members_) {
    member.simulated->observe([observer, name = member.device.name](const miio::SimulatedDevice::Happening& happening) {
      observer(name, happening);
    });
  }
}

}  // namespace entente::apps
