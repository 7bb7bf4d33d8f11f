// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/session.h"

#include <csignal>
#include <cstdio>

#include "base/json.h"

namespace entente::apps {
namespace {

Task<Result<ApiResponse>> call_as_home(net::EventLoop& loop, Settings settings, Parts parts, std::string method,
                                       std::string path, std::string body) {
  auto system = co_await System::start(loop, std::move(settings), std::move(parts));
  if (!system) co_return system.error();
  const auto client = Client::at((*system)->url());
  auto response = co_await client.call(loop, std::move(method), std::move(path), std::move(body));
  co_await (*system)->stop();
  co_return response;
}

Result<ApiResponse> call_somewhere(const Settings& settings, Parts parts, std::string method, std::string path,
                                   std::string body) {
  ENTENTE_TRY(const auto client, Client::find(settings));
  net::EventLoop loop;
  parts.listen = "127.0.0.1:0";
  auto task = client
                  ? client->call(loop, std::move(method), std::move(path), std::move(body))
                  : call_as_home(loop, settings, std::move(parts), std::move(method), std::move(path), std::move(body));
  loop.on_signal({SIGINT, SIGTERM}, [&loop](int) { loop.stop(); });
  auto response = loop.run_until_complete(std::move(task));
  if (!response) return Error{ErrorCode::cancelled, "interrupted"};
  return *std::move(response);
}

}  // namespace

std::optional<Settings> settings_of(const CommonOptions& common) {
  auto settings = load_settings(common.config);
  if (!settings) {
    fail(settings.error());
    return std::nullopt;
  }
  if (common.state) settings->state_folder = *common.state;
  if (!common.log_level.empty() && !log::parse_level(common.log_level, settings->log_level)) {
    fail(Error{ErrorCode::invalid,
               fmt::format("--log-level is '{}'; it takes debug, info, warning, error or off", common.log_level)});
    return std::nullopt;
  }
  log::set_level(settings->log_level);
  return *std::move(settings);
}

int fail(const Error& error, int code) {
  fmt::print(stderr, "entente: {}\n", error.message);
  return code;
}

int call_home_raw(const CommonOptions& common, Parts parts, std::string method, std::string path, std::string body,
                  const ShowBody& show) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  // A short command says its own words; the log is for what goes wrong, unless asked for.
  if (common.log_level.empty()) log::set_level(log::Level::warning);
  auto response = call_somewhere(*settings, std::move(parts), std::move(method), std::move(path), std::move(body));
  if (!response) return fail(response.error());
  if (response->status >= 400) {
    const auto json = response->json();
    return fail(json ? Error{ErrorCode::failed, "the server refused without a reason"} : json.error());
  }
  return show(response->body);
}

int call_home(const CommonOptions& common, Parts parts, std::string method, std::string path, std::string body,
              const Show& show) {
  return call_home_raw(common, std::move(parts), std::move(method), std::move(path), std::move(body),
                       [&](const std::string& answer) {
                         const auto json = parse_json(answer, "the server's answer");
                         if (!json) return fail(json.error());
                         if (common.json) fmt::print("{}\n", to_text(*json, 2));
                         return show(*json);
                       });
}

Json value_from(std::string_view said) {
  auto parsed = parse_json(said, "value");
  if (parsed && parsed->is_primitive() && !parsed->is_null()) return *parsed;
  if (said == "on") return true;
  if (said == "off") return false;
  return std::string(said);
}

std::string url_segment(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    escaped += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return escaped;
}

}  // namespace entente::apps
