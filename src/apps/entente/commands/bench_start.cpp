// SPDX-License-Identifier: GPL-3.0-or-later
// Starts `entente serve` as people do, and takes the time until it answers and the memory that it then holds.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/entente/commands/bench.h"
#include "apps/entente/session.h"
#include "base/file.h"

namespace entente::apps {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Started {
  double ready_ms = 0;
  double resident_mb = 0;
};

pid_t start_server(const fs::path& folder, const fs::path& config) {
  const pid_t process = ::fork();
  if (process != 0) return process;
  const int silent = ::open("/dev/null", O_WRONLY);
  ::dup2(silent, STDERR_FILENO);
  ::execl("/proc/self/exe", "entente", "serve", "--listen", "127.0.0.1:0", "--state", folder.c_str(), "--config",
          config.c_str(), static_cast<char*>(nullptr));
  ::_exit(127);
}

Task<Result<Started>> start_once(net::EventLoop& loop, Settings settings, fs::path config) {
  const auto start = loop.now();
  const auto process = start_server(settings.state_folder, config);
  if (process < 0) co_return Error{ErrorCode::failed, "fork failed"};
  Result<Started> started = Error{ErrorCode::timeout, "serve was not ready within 20 s"};
  while (loop.now() - start < 20s) {
    co_await sleep(loop, 2ms);
    const auto client = Client::find(settings);
    if (!client || !*client) continue;
    const auto health = co_await (*client)->call(loop, "GET", "/api/v1/health", "");
    if (!health || health->status != 200) continue;
    started = Started{in_milliseconds(loop.now() - start), 0};
    // Memory settles once everything that starts with it has run.
    co_await sleep(loop, 1s);
    started->resident_mb = resident_megabytes(process);
    break;
  }
  ::kill(process, SIGTERM);
  ::waitpid(process, nullptr, 0);
  co_return started;
}

Task<Result<std::vector<Started>>> start_often(net::EventLoop& loop, Settings settings, fs::path config) {
  std::vector<Started> all;
  for (int i = 0; i < 5; ++i) {
    const auto one = co_await start_once(loop, settings, config);
    if (!one) co_return one.error();
    all.push_back(*one);
  }
  co_return all;
}

Result<void> measure(const Settings& settings, bool speech, Figures& figures) {
  const auto config = settings.state_folder.string() + ".toml";
  const auto* on = speech ? "true" : "false";
  ENTENTE_TRY_VOID(write_file(config, fmt::format("[speech]\nhearing = {}\nspeaking = {}\n", on, on)));
  net::EventLoop loop;
  const auto all = loop.run_until_complete(start_often(loop, settings, config));
  std::error_code ignored;
  fs::remove(config, ignored);
  fs::remove_all(settings.state_folder, ignored);
  if (!all) return Error{ErrorCode::cancelled, "interrupted"};
  if (!*all) return all->error();
  std::vector<double> ready;
  std::vector<double> resident;
  for (const auto& one : **all) {
    ready.push_back(one.ready_ms);
    resident.push_back(one.resident_mb);
  }
  const std::string name = speech ? "with_speech" : "without_speech";
  figures.add(name + "_ready_p50", percentile(ready, 50), "ms", "from exec to the API's first answer, 5 starts");
  figures.add(name + "_ready_max", percentile(ready, 100), "ms");
  figures.add(name + "_resident", percentile(resident, 50), "MB", "a second after it");
  return {};
}

}  // namespace

int bench_start(const CommonOptions& common) {
  auto settings = settings_of(common);
  if (!settings) return exit_usage;
  settings->state_folder = fs::temp_directory_path() / fmt::format("entente-bench-{}", ::getpid());
  Figures figures("start");
  for (const bool speech : {true, false}) {
    if (const auto measured = measure(*settings, speech, figures); !measured) return fail(measured.error());
  }
  figures.print(common.json);
  return exit_done;
}

}  // namespace entente::apps
