// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a family's table, laid over a small spec and spoken in both directions.
#include "drivers/miio/classic/classic_device.h"
#include "drivers/miio/classic/family.h"

namespace {

using namespace entente;
using namespace entente::miio;

std::shared_ptr<const model::DeviceSpec> small_spec() {
  auto spec = std::make_shared<model::DeviceSpec>();
  model::Service service;
  service.id = 2;
  service.type.name = "light";
  model::Property on;
  on.id = 1;
  on.type.name = "on";
  on.format = model::Format::boolean;
  on.readable = on.writable = true;
  model::Property mode = on;
  mode.id = 2;
  mode.type.name = "mode";
  mode.format = model::Format::uint8;
  mode.list = {{1, "Auto"}, {2, "Sleep"}};
  service.properties = {on, mode};
  spec->services = {service};
  return spec;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto spec = small_spec();
  const auto families = parse_families({reinterpret_cast<const char*>(bytes), size}, "fuzz");
  if (!families.ok()) return 0;
  for (const auto& family : *families) {
    VirtualDevice device(spec, {42, ""});
    ClassicDevice wire(device, family);
    const ClassicDialect dialect(family, *spec);
    for (const auto& [id, entry] : dialect.properties()) {
      if (entry->get) (void)wire.handle(entry->get->method, Json::array({entry->get->name}), TimePoint{});
      auto call = setting(*entry, *spec->property(id), model::Value{std::int64_t{1}});
      if (call.ok()) (void)wire.handle(call->method, call->params, TimePoint{});
    }
  }
  return 0;
}
