// SPDX-License-Identifier: GPL-3.0-or-later
// `entente sentences add, list, remove`: what this household says in its own words, and what is done then.
#include "apps/entente/session.h"
#include "base/json.h"

namespace entente::apps {

int sentences_add(const CommonOptions& common, const SentenceOptions& options) {
  const Json body{{"sentences", options.sentences},
                  {"commands", options.commands},
                  {"reply", options.reply},
                  {"language", options.language},
                  {"name", options.name}};
  return call_home(common, Parts{}, "POST", "/api/v1/sentences", to_text(body), [&](const Json& answer) {
    if (!common.json) {
      fmt::print("Added as {} ({}).\n", string_or(answer, "name", ""), string_or(answer, "language", ""));
    }
    return exit_done;
  });
}

int sentences_list(const CommonOptions& common) {
  return call_home(common, Parts{}, "GET", "/api/v1/sentences", {}, [&](const Json& answer) {
    if (common.json) return exit_done;
    const auto* files = find(answer, "files");
    if (files == nullptr || files->empty()) fmt::print("No sentences of your own yet.\n");
    if (files == nullptr) return exit_done;
    for (const auto& file : *files) {
      fmt::print("{} ({})\n{}\n", string_or(file, "name", ""), string_or(file, "language", ""),
                 string_or(file, "yaml", ""));
    }
    return exit_done;
  });
}

int sentences_remove(const CommonOptions& common, const SentenceOptions& options) {
  const auto path = fmt::format("/api/v1/sentences/{}/{}", url_segment(options.language), url_segment(options.name));
  return call_home(common, Parts{}, "DELETE", path, {}, [&](const Json&) {
    if (!common.json) fmt::print("Removed.\n");
    return exit_done;
  });
}

}  // namespace entente::apps
