// SPDX-License-Identifier: GPL-3.0-or-later
// Any text as a reply template: an error or a reply.
#include "base/json.h"
#include "services/language/impl/jinja.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace entente;
  const std::string text = entente::to_text(Json(std::string(reinterpret_cast<const char*>(bytes), size)));
  const auto unquoted = Json::parse(text, nullptr, false);  // well-formed UTF-8 of it
  const auto parsed = language::Jinja::parse(unquoted.get_ref<const std::string&>());
  if (parsed.ok()) {
    (void)parsed->render(Json{{"name", "lamp"}, {"value", 21.5}, {"names", {"a", "b"}}, {"state", {{"on", true}}}});
  }
  return 0;
}
