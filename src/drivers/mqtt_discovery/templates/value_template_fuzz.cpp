// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes as a template, a zero byte, and the message that it is rendered with.
#include <cstdint>

#include "base/json.h"
#include "base/text.h"
#include "drivers/mqtt_discovery/templates/template.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace entente;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto end = bytes.find('\0');
  const auto parsed = mqtt_discovery::Template::parse(bytes.substr(0, end));
  if (!parsed.ok()) return 0;
  const auto message = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 1);
  const auto json = parse_json(message, "fuzz");
  const Json value = text::to_valid_utf8(message);
  const Json value_json = json.ok() ? *json : Json(Json::value_t::discarded);
  [[maybe_unused]] const auto rendered = parsed->render({{"value", &value}, {"value_json", &value_json}});
  return 0;
}
