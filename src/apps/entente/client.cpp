// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/client.h"

#include "base/json.h"
#include "infra/net/http.h"
#include "infra/store/folder_lock.h"

namespace entente::apps {

using namespace std::chrono_literals;

Result<Json> ApiResponse::json() const {
  ENTENTE_TRY(auto parsed, parse_json(body, "the server's answer"));
  if (status < 400) return parsed;
  const Json* error = find(parsed, "error");
  if (error == nullptr) return Error{ErrorCode::failed, fmt::format("the server answered {}", status)};
  return Error{ErrorCode::failed, string_or(*error, "message", "no reason given")};
}

std::filesystem::path demo_folder(const Settings& settings) { return settings.state_folder / "demo"; }

Result<std::optional<Client>> Client::find(const Settings& settings) {
  for (const auto& folder : {settings.state_folder, demo_folder(settings)}) {
    const auto holder = store::read_holder(folder);
    if (!holder) continue;
    if (holder->address.empty()) {
      return Error{ErrorCode::unavailable, fmt::format("state folder {} is in use by process {}, which does not answer "
                                                       "(it is starting, or is another command)",
                                                       folder.string(), holder->process)};
    }
    return std::optional(Client(holder->address));
  }
  return std::optional<Client>();
}

Task<Result<ApiResponse>> Client::call(net::EventLoop& loop, std::string method, std::string path,
                                       std::string body) const {
  net::HttpClient::Options options;
  options.body_bytes = 256U << 20U;
  net::HttpClient client(loop, std::move(options));
  net::ClientRequest request;
  request.method = std::move(method);
  request.url = url_ + path;
  request.body = std::move(body);
  auto response = co_await client.fetch(std::move(request), Deadline::in(loop, 120s));
  if (!response) co_return response.error();
  co_return ApiResponse{response->status, std::move(response->body)};
}

}  // namespace entente::apps
