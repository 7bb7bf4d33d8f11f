// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/session.h"
#include "base/json.h"

namespace entente::apps {

int token_list(const CommonOptions& common) {
  return call_home(common, Parts{}, "GET", "/api/v1/tokens", "", [&](const Json& answer) {
    if (common.json) return exit_done;
    const auto& tokens = answer["tokens"];
    if (tokens.empty()) fmt::print("no tokens: on this machine none is needed\n");
    for (const auto& token : tokens) {
      fmt::print("{}  {:<8} {:<26} {}\n", string_or(token, "id", ""), string_or(token, "scope", ""),
                 string_or(token, "created", ""), string_or(token, "name", ""));
    }
    return exit_done;
  });
}

int token_add(const CommonOptions& common, const std::string& name, const std::string& scope) {
  return call_home(common, Parts{}, "POST", "/api/v1/tokens", to_text(Json{{"name", name}, {"scope", scope}}),
                   [&](const Json& answer) {
                     if (!common.json) fmt::print("{}\n", string_or(answer, "token", ""));
                     return exit_done;
                   });
}

int token_remove(const CommonOptions& common, const std::string& id) {
  return call_home(common, Parts{}, "DELETE", "/api/v1/tokens/" + url_segment(id), "", [&](const Json& answer) {
    if (!common.json) fmt::print("removed {}\n", string_or(answer, "removed", ""));
    return exit_done;
  });
}

}  // namespace entente::apps
