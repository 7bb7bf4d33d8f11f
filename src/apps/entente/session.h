// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a short command against the home: the server that runs already, or this process as the home for a moment.
#pragma once

#include <functional>

#include "apps/entente/client.h"
#include "apps/entente/commands/commands.h"
#include "apps/entente/system.h"

namespace entente::apps {

// The settings with what the command line changed; prints the error and gives nothing when they are wrong.
std::optional<Settings> settings_of(const CommonOptions& common);

// Prints "entente: <message>" to standard error and returns the exit code.
int fail(const Error& error, int code = exit_failed);

// Calls the API and passes its answer to `show`, which gives the exit code; prints the API's error. With --json the
// answer is printed already, and `show` prints nothing.
using Show = std::function<int(const Json& answer)>;
int call_home(const CommonOptions& common, Parts parts, std::string method, std::string path, std::string body,
              const Show& show);

// The same for an answer that is not JSON.
using ShowBody = std::function<int(const std::string& body)>;
int call_home_raw(const CommonOptions& common, Parts parts, std::string method, std::string path, std::string body,
                  const ShowBody& show);

// "40", "true", "on", "2.5" as what they are; anything else, and what is in quotes, as text.
Json value_from(std::string_view said);

// A path segment with what a URL does not take escaped.
std::string url_segment(std::string_view text);

}  // namespace entente::apps
