// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/session.h"
#include "base/json.h"

namespace entente::apps {

int ask(const CommonOptions& common, const AskOptions& options) {
  const Json body{{"text", options.sentence}, {"language", options.language}, {"area", options.area}};
  return call_home(common, Parts{}, "POST", "/api/v1/ask", to_text(body), [&](const Json& reply) {
    if (!common.json) fmt::print("{}\n", string_or(reply, "reply", ""));
    const auto outcome = string_or(reply, "outcome", "");
    return outcome == "done" || outcome == "answered" ? exit_done : exit_failed;
  });
}

}  // namespace entente::apps
