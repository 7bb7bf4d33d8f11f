// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/spec_library.h"
#include "services/home/traits.h"

// Any bytes as a spec: what loads must also have traits and convert values without harm.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace entente;
  std::vector<std::string> notes;
  const auto spec = home::parse_spec({reinterpret_cast<const char*>(bytes), size}, "fuzz", notes);
  if (!spec.ok()) return 0;
  for (const auto trait : home::traits_of(*spec)) {
    const auto id = home::find_property(*spec, trait);
    if (!id || spec->property(*id) == nullptr) continue;
    for (const auto& wanted : {model::Value{true}, model::Value{std::int64_t{50}}, model::Value{1e300}}) {
      (void)home::to_device_value(*spec->property(*id), wanted);
    }
  }
  return 0;
}
