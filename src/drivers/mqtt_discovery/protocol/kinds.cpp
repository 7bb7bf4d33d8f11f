// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/protocol/kinds.h"

#include <fmt/format.h>

#include "base/text.h"

namespace entente::mqtt_discovery {
namespace {

struct Kind {
  std::string_view name;
  void (*build)(Builder& builder);
};

constexpr Kind known[] = {
    {"light", kinds::light},
    {"climate", kinds::air_conditioner},
    {"water_heater", kinds::water_heater},
    {"humidifier", kinds::humidifier},
    {"fan", kinds::fan},
    {"cover", kinds::cover},
    {"valve", kinds::valve},
    {"lock", kinds::lock},
    {"vacuum", kinds::vacuum},
    {"lawn_mower", kinds::lawn_mower},
    {"switch", kinds::relay},
    {"siren", kinds::siren},
    {"number", kinds::number},
    {"select", kinds::select},
    {"text", kinds::text},
    {"button", kinds::button},
    {"scene", kinds::scene},
    {"event", kinds::event},
    {"device_automation", kinds::device_trigger},
    {"sensor", kinds::sensor},
    {"binary_sensor", kinds::binary_sensor},
    {"device_tracker", kinds::device_tracker},
};

}  // namespace

Result<Component> make_component(const AnnouncedComponent& announced, std::vector<std::string>& notes) {
  for (const auto& kind : known) {
    if (kind.name != announced.kind) continue;
    Builder builder(announced, notes);
    kind.build(builder);
    return builder.finish();
  }
  return Error{ErrorCode::unsupported,
               fmt::format("'{}' is nothing that a home can use", text::shorten(announced.kind, 40))};
}

}  // namespace entente::mqtt_discovery
