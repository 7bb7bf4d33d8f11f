// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdint>
#include <string>

#include "base/text.h"

namespace entente::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: return spdlog::level::off;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static spdlog::logger instance = [] {
    spdlog::logger made("entente", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made.set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
    made.set_level(spdlog::level::info);
    return made;
  }();
  return instance;
}

std::string one_line(std::string_view message) {
  std::string line;
  line.reserve(message.size());
  for (const char c : message) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '\n') {
      line += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte);
    } else {
      line += c;
    }
  }
  return text::is_valid_utf8(line) ? line : text::to_valid_utf8(line);
}

}  // namespace

void set_level(Level level) { logger().set_level(to_spdlog(level)); }

bool enabled(Level level) { return logger().should_log(to_spdlog(level)); }

bool parse_level(std::string_view name, Level& level) {
  constexpr std::pair<std::string_view, Level> names[] = {{"debug", Level::debug},
                                                          {"info", Level::info},
                                                          {"warning", Level::warning},
                                                          {"error", Level::error},
                                                          {"off", Level::off}};
  for (const auto& [known, value] : names) {
    if (known == name) {
      level = value;
      return true;
    }
  }
  return false;
}

void write(Level level, std::string_view part, std::string_view message) {
  logger().log(to_spdlog(level), "[{}] {}", one_line(part), one_line(message));
}

}  // namespace entente::log
