// SPDX-License-Identifier: GPL-3.0-or-later
// A home of many devices that are all polled: what they cost when nobody does anything, how soon a command leaves, and
// what becomes of commands on a bad network. The simulated devices live on a thread of their own, which is not counted.
#include <unistd.h>

#include <ctime>
#include <random>

#include "apps/entente/commands/bench.h"
#include "apps/entente/session.h"
#include "base/log.h"
#include "base/wait.h"
#include "drivers/miio/simulated_device.h"
#include "infra/net/loop_thread.h"
#include "services/home/traits.h"

namespace entente::apps {
namespace {

using namespace std::chrono_literals;
using Simulated = std::vector<std::unique_ptr<miio::SimulatedDevice>>;

constexpr const char* token = "00112233445566778899aabbccddeeff";

// Processor time of this thread, which is the loop's.
Duration loop_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

struct Outcome {
  double idle_percent = 0;
  std::size_t reachable = 0;
  std::vector<double> out_ms;        // from the command to the datagram
  std::vector<double> confirmed_ms;  // to the device's word
  std::vector<double> lossy_ms;
  int failed = 0;
  int lost = 0;
};

// The devices of the other thread: made, changed and ended there.
class Others {
 public:
  Others() : thread_("simulated devices") {}
  Others(const Others&) = delete;
  Others& operator=(const Others&) = delete;
  ~Others() {
    (void)thread_.run<int>([this] { return end(); });
  }

  Result<std::vector<std::uint16_t>> open(std::shared_ptr<const model::DeviceSpec> spec, int count) {
    return thread_.run<std::vector<std::uint16_t>>([this, spec, count] { return make(spec, count); });
  }
  void set_faults(const std::string& text) {
    (void)thread_.run<int>([this, text] { return change(text); });
  }

 private:
  Task<Result<std::vector<std::uint16_t>>> make(std::shared_ptr<const model::DeviceSpec> spec, int count) {
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < count; ++i) {
      miio::SimulatedDevice::Options options;
      options.token = token;
      options.device_id = 0x0e000001U + static_cast<std::uint64_t>(i);
      ENTENTE_CO_TRY(auto device, miio::SimulatedDevice::open(thread_.loop(), spec, options));
      ports.push_back(device->endpoint().port());
      devices_.push_back(std::move(device));
    }
    co_return ports;
  }
  Task<Result<int>> change(std::string text) {
    for (const auto& device : devices_) device->set_faults(*miio::Faults::parse(text));
    co_return 0;
  }
  Task<Result<int>> end() {
    devices_.clear();
    co_return 0;
  }

  Simulated devices_;
  net::LoopThread thread_;  // last: ends first
};

class Bench {
 public:
  Bench(net::EventLoop& loop, Settings settings, const DevicesBenchOptions& options)
      : loop_(loop), settings_(std::move(settings)), options_(options) {}

  Task<Result<Outcome>> run() {
    settings_.poll_quiet = 30s;
    Parts parts;
    parts.forget = true;
    ENTENTE_CO_TRY(system_, co_await System::start(loop_, settings_, std::move(parts)));
    Outcome outcome;
    ENTENTE_CO_TRY_VOID(co_await furnish());
    co_await sleep(loop_, 35s);  // every device was asked, and has begun its quiet round
    outcome.idle_percent = co_await idle(seconds(options_.seconds));
    outcome.reachable = reachable();
    co_await command(outcome.out_ms, outcome.confirmed_ms, outcome.failed);
    others_.set_faults("drop=10%");
    std::vector<double> unused;
    co_await command(unused, outcome.lossy_ms, outcome.lost);
    co_return outcome;
  }

 private:
  Task<Result<void>> furnish() {
    ENTENTE_CO_TRY(auto spec, system_->specs().find("entente.light.color1"));
    ENTENTE_CO_TRY(const auto ports, others_.open(spec, options_.count));
    brightness_ = home::find_property(*spec, home::Trait::brightness).value_or(model::PropertyId{});
    for (std::size_t i = 0; i < ports.size(); ++i) {
      home::NewDevice device;
      device.name = fmt::format("lamp {}", i + 1);
      device.model = "entente.light.color1";
      device.address.host = "127.0.0.1";
      device.address.port = ports[i];
      device.address.token = token;
      const auto added = system_->home().add(std::move(device));
      if (!added) co_return added.error();
      ids_.push_back(*added);
    }
    co_return Result<void>();
  }

  std::size_t reachable() const {
    std::size_t count = 0;
    for (const auto& device : system_->home().devices()) count += device.reach == home::Reach::reachable ? 1 : 0;
    return count;
  }

  // Of one core, over so long.
  Task<double> idle(Duration length) {
    const auto start = loop_.now();
    const auto before = loop_time();
    co_await sleep(loop_, length);
    co_return 100 * in_milliseconds(loop_time() - before) / in_milliseconds(loop_.now() - start);
  }

  Task<void> command(std::vector<double>& out_ms, std::vector<double>& confirmed_ms, int& failed) {
    std::minstd_rand random(1);
    for (int i = 0; i < options_.commands; ++i) {
      const auto& id = ids_[random() % ids_.size()];
      const auto start = loop_.now();
      const model::Value value = static_cast<std::int64_t>(i % 100 + 1);
      const auto written = co_await system_->home().write(id, brightness_, value);
      if (!written) {
        ++failed;
        log::warning("bench", "{}", written.error().message);
        continue;
      }
      confirmed_ms.push_back(in_milliseconds(loop_.now() - start));
      out_ms.push_back(in_milliseconds(system_->home().last_sent(id) - start));
      co_await sleep(loop_, 20ms);
    }
  }

  net::EventLoop& loop_;
  Settings settings_;
  const DevicesBenchOptions& options_;
  Others others_;
  std::unique_ptr<System> system_;
  std::vector<model::DeviceId> ids_;
  model::PropertyId brightness_;
};

}  // namespace

int bench_devices(const CommonOptions& common, const DevicesBenchOptions& options) {
  auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (options.count < 1 || options.count > 5000) {
    return fail({ErrorCode::invalid, "--count takes 1 to 5000"}, exit_usage);
  }
  if (common.log_level.empty()) log::set_level(log::Level::error);
  settings->state_folder = std::filesystem::temp_directory_path() / fmt::format("entente-bench-{}", ::getpid());
  net::EventLoop loop;
  const auto outcome = [&] {
    Bench bench(loop, *settings, options);
    return loop.run_until_complete(bench.run());
  }();
  std::error_code ignored;
  std::filesystem::remove_all(settings->state_folder, ignored);
  if (!outcome) return exit_failed;
  if (!*outcome) return fail(outcome->error());
  const auto& result = **outcome;
  Figures figures(fmt::format("{} devices, all polled every 30 s", options.count));
  figures.add("reachable", static_cast<double>(result.reachable), "");
  figures.add("idle", result.idle_percent, "%", "processor time of the loop, of one core");
  figures.add("commands", options.commands, "", "brightness of some lamp, while the others are polled");
  figures.add("failed", result.failed, "");
  figures.add("out_p50", percentile(result.out_ms, 50), "ms", "until the datagram left");
  figures.add("out_p95", percentile(result.out_ms, 95), "ms");
  figures.add("out_max", percentile(result.out_ms, 100), "ms");
  figures.add("confirmed_p50", percentile(result.confirmed_ms, 50), "ms", "until the device said that it is done");
  figures.add("confirmed_p95", percentile(result.confirmed_ms, 95), "ms");
  figures.add("lossy_failed", result.lost, "", "the same, one datagram of ten lost each way");
  figures.add("lossy_confirmed_p50", percentile(result.lossy_ms, 50), "ms");
  figures.add("lossy_confirmed_p95", percentile(result.lossy_ms, 95), "ms");
  figures.add("lossy_confirmed_max", percentile(result.lossy_ms, 100), "ms");
  figures.print(common.json);
  return result.failed + result.lost == 0 ? exit_done : exit_failed;
}

}  // namespace entente::apps
