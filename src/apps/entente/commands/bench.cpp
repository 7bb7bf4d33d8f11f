// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/commands/bench.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <thread>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

namespace entente::apps {
namespace {

Duration from(const timeval& value) { return seconds(value.tv_sec) + std::chrono::microseconds(value.tv_usec); }

// The value behind the first "key : value" line of a /proc file.
std::string proc_value(const std::string& file, std::string_view key) {
  const auto content = read_file(file, 1U << 20U);
  if (!content) return {};
  for (const auto line : text::split(*content, '\n')) {
    if (!line.starts_with(key)) continue;
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) return std::string(text::trim(line.substr(colon + 1)));
  }
  return {};
}

}  // namespace

double percentile(std::vector<double> values, double percent) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

Duration processor_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return from(usage.ru_utime) + from(usage.ru_stime);
}

double resident_megabytes(int process) {
  const auto kibibytes = proc_value(fmt::format("/proc/{}/status", process), "VmRSS");
  return std::strtod(kibibytes.c_str(), nullptr) * 1024 / 1e6;
}

std::string machine_name() {
  const auto name = proc_value("/proc/cpuinfo", "model name");
  return fmt::format("{} × {}", std::thread::hardware_concurrency(), name.empty() ? "unknown processor" : name);
}

void Figures::add(std::string name, double value, std::string unit, std::string note) {
  figures_.push_back({std::move(name), value, std::move(unit), std::move(note)});
}

void Figures::print(bool json) const {
  if (json) {
    Json object{{"bench", title_}, {"machine", machine_name()}};
    for (const auto& figure : figures_)
      object["figures"][figure.name] = {{"value", figure.value}, {"unit", figure.unit}};
    fmt::print("{}\n", to_text(object, 2));
    return;
  }
  fmt::print("{}  ({})\n", title_, machine_name());
  for (const auto& figure : figures_) {
    fmt::print("  {:<34} {:>10.2f} {:<10} {}\n", figure.name, figure.value, figure.unit, figure.note);
  }
}

}  // namespace entente::apps
