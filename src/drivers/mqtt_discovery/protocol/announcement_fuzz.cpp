// SPDX-License-Identifier: GPL-3.0-or-later
// Lines: the first is the topic behind the prefix, the second its announcement, the rest messages on every topic that
// the device then listens to. Whatever it makes of itself is written to, too.
#include <cstdint>

#include "base/log.h"
#include "base/text.h"
#include "drivers/mqtt_discovery/protocol/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace entente;
  log::set_level(log::Level::off);
  const auto lines = text::split(std::string_view(reinterpret_cast<const char*>(data), size), '\n');
  if (lines.size() < 2) return 0;
  mqtt_discovery::Catalogue catalogue("h", "self");
  const auto topic = "h/" + std::string(lines[0]) + "/config";
  catalogue.hear(topic, lines[1]);
  for (const auto& [key, device] : catalogue.devices()) {
    for (std::size_t i = 2; i < lines.size(); ++i) {
      for (const auto& filter : device->topics()) device->hear(filter, lines[i], false);
    }
    for (const auto& service : device->spec()->services) {
      for (const auto& property : service.properties) {
        const model::PropertyId id{service.id, property.id};
        const auto known = device->state().find(id);
        const auto value = known == device->state().end() ? model::Value{std::int64_t{1}} : known->second;
        [[maybe_unused]] const auto command = device->write(id, value);
      }
      for (const auto& action : service.actions) {
        [[maybe_unused]] const auto command = device->act({service.id, action.id});
      }
    }
  }
  catalogue.hear(topic, "");
  return 0;
}
