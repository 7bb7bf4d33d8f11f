// SPDX-License-Identifier: GPL-3.0-or-later
// The program's log: one line an event, to standard error, as "time level [part] message". Any thread may log.
// `part` is the module or device that speaks. What a person must act on is a warning that names the thing and the
// cause; secrets (tokens, keys, passwords) are never logged. Control characters come out as \n or \x1b, bytes that are
// not UTF-8 as U+FFFD: whoever names a device cannot write lines of our log, nor colour a terminal.
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace entente::log {

enum class Level { debug, info, warning, error, off };

void set_level(Level level);
bool enabled(Level level);

// Accepts "debug", "info", "warning", "error", "off"; false for anything else.
bool parse_level(std::string_view name, Level& level);

void write(Level level, std::string_view part, std::string_view message);

template <class... Args>
void debug(std::string_view part, fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::debug)) write(Level::debug, part, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(std::string_view part, fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::info)) write(Level::info, part, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(std::string_view part, fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::warning)) write(Level::warning, part, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(std::string_view part, fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::error)) write(Level::error, part, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace entente::log
