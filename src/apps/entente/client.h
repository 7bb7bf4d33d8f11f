// SPDX-License-Identifier: GPL-3.0-or-later
// How a short command reaches the home: through the server that holds the state folder if one runs, else by being the
// home itself for a moment. Either way it speaks the console's API, so that both give the same answers and errors.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "apps/entente/settings.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "base/task.h"
#include "infra/net/event_loop.h"

namespace entente::apps {

struct ApiResponse {
  int status = 0;
  std::string body;
  // The body as JSON, or the API's error as an Error.
  Result<Json> json() const;
};

// The API of a running server.
class Client {
 public:
  // Nothing when no server holds the settings' state folder or its demo folder; an Error when one holds it and does not
  // answer yet.
  static Result<std::optional<Client>> find(const Settings& settings);

  Task<Result<ApiResponse>> call(net::EventLoop& loop, std::string method, std::string path, std::string body) const;
  static Client at(std::string url) { return Client(std::move(url)); }
  const std::string& url() const { return url_; }

 private:
  explicit Client(std::string url) : url_(std::move(url)) {}
  std::string url_;
};

// Where `serve --demo` and `demo` keep their state.
std::filesystem::path demo_folder(const Settings& settings);

}  // namespace entente::apps
