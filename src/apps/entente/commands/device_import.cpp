// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "apps/entente/import_file.h"
#include "apps/entente/session.h"
#include "base/file.h"
#include "base/json.h"

namespace entente::apps {
namespace {

constexpr std::size_t max_export = 32U << 20U;
constexpr const char* devices_path = "/api/v1/devices";

struct Line {
  ImportedDevice device;
  std::string left_out;  // why; empty for one that is, or would be, added
};

// What can be said without asking the home.
std::vector<Line> look_over(std::vector<ImportedDevice> devices, const home::SpecLibrary& specs) {
  std::vector<Line> lines;
  for (auto& device : devices) {
    auto reason = what_is_missing(device);
    if (reason.empty()) {
      if (const auto spec = specs.find(device.model); !spec) reason = spec.error().message;
    }
    lines.push_back({std::move(device), std::move(reason)});
  }
  return lines;
}

Json body_of(const ImportedDevice& device) {
  return {{"name", device.name}, {"aliases", device.aliases}, {"room", device.room},  {"model", device.model},
          {"host", device.host}, {"port", device.port},       {"token", device.token}};
}

Task<void> add_all(net::EventLoop& loop, Client client, std::vector<Line>& lines) {
  for (auto& line : lines) {
    if (!line.left_out.empty()) continue;
    const auto response = co_await client.call(loop, "POST", devices_path, to_text(body_of(line.device)));
    if (!response) {
      line.left_out = response.error().message;
      continue;
    }
    const auto answer = response->json();
    if (!answer) line.left_out = answer.error().message;
  }
}

Task<Result<void>> add_as_home(net::EventLoop& loop, Settings settings, std::vector<Line>& lines) {
  Parts parts;
  parts.listen = "127.0.0.1:0";
  auto system = co_await System::start(loop, std::move(settings), std::move(parts));
  if (!system) co_return system.error();
  co_await add_all(loop, Client::at((*system)->url()), lines);
  co_await (*system)->stop();
  co_return Result<void>();
}

Task<Result<void>> add_at(net::EventLoop& loop, Client client, std::vector<Line>& lines) {
  co_await add_all(loop, std::move(client), lines);
  co_return Result<void>();
}

Result<void> add_somewhere(const Settings& settings, std::vector<Line>& lines) {
  ENTENTE_TRY(const auto client, Client::find(settings));
  net::EventLoop loop;
  auto task = client ? add_at(loop, *client, lines) : add_as_home(loop, settings, lines);
  auto added = loop.run_until_complete(std::move(task));
  if (!added) return Error{ErrorCode::cancelled, "interrupted"};
  return *std::move(added);
}

void print_lines(const std::vector<Line>& lines, bool dry) {
  std::size_t added = 0;
  for (const auto& line : lines) {
    if (!line.left_out.empty()) continue;
    ++added;
    fmt::print("{} {} ({}) at {}\n", dry ? "would add" : "added", line.device.name, line.device.model,
               line.device.host);
  }
  for (const auto& line : lines) {
    if (!line.left_out.empty())
      fmt::print("left out {} ({}): {}\n", line.device.name, line.device.model, line.left_out);
  }
  fmt::print("{} of {} {}\n", added, lines.size(), dry ? "would be added" : "added");
}

void print_json(const std::vector<Line>& lines) {
  Json list = Json::array();
  for (const auto& line : lines) {
    list.push_back({{"name", line.device.name},
                    {"model", line.device.model},
                    {"host", line.device.host},
                    {"added", line.left_out.empty()},
                    {"reason", line.left_out}});
  }
  fmt::print("{}\n", to_text(list, 2));
}

}  // namespace

int device_import(const CommonOptions& common, const DeviceImportOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (common.log_level.empty()) log::set_level(log::Level::warning);
  const auto text = read_file(options.file, max_export);
  if (!text) return fail(text.error());
  auto devices = parse_device_export(*text, options.file.string());
  if (!devices) return fail(devices.error());
  const std::filesystem::path folders[] = {settings->data_folder / "specs", settings->state_folder / "specs"};
  auto lines = look_over(*std::move(devices), home::SpecLibrary::load(folders));
  if (!options.dry_run) {
    if (const auto added = add_somewhere(*settings, lines); !added) return fail(added.error());
  }
  if (common.json) {
    print_json(lines);
  } else {
    print_lines(lines, options.dry_run);
  }
  const auto good = [](const Line& line) { return line.left_out.empty(); };
  return std::any_of(lines.begin(), lines.end(), good) ? exit_done : exit_failed;
}

}  // namespace entente::apps
