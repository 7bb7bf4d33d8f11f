// SPDX-License-Identifier: GPL-3.0-or-later
// `entente routine …`: the household's routines, from the command line; and `entente device history`.
#include "apps/entente/session.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

namespace entente::apps {
namespace {

constexpr const char* routines_path = "/api/v1/routines";

std::string path_of(std::string_view name) { return fmt::format("{}/{}", routines_path, url_segment(name)); }

std::string value_text(const Json& value) { return value.is_string() ? value.get<std::string>() : to_text(value); }

// How many would keep it from running.
int print_problems(const Json& problems) {
  int wrong = 0;
  for (const auto& problem : problems) {
    const auto line = integer_or(problem, "line", 0);
    const auto weight = string_or(problem, "weight", "");
    if (weight != "warning") ++wrong;
    fmt::print("{}{}{}\n", line > 0 ? fmt::format("line {}: ", line) : "", weight == "warning" ? "warning: " : "",
               string_or(problem, "reason", ""));
  }
  return wrong;
}

// evening.yaml is the routine "evening".
std::string name_of(const RoutineOptions& options) {
  return options.name.empty() ? options.file.stem().string() : options.name;
}

void print_run(const Json& run) {
  fmt::print("{}  {}  {:.0f} ms  {}\n", string_or(run, "began", ""), string_or(run, "outcome", ""),
             run.value("milliseconds", 0.0), string_or(run, "cause", ""));
  const auto reason = string_or(run, "reason", "");
  if (!reason.empty()) fmt::print("    {}\n", reason);
  for (const auto& line : run["lines"]) {
    const auto indent = std::string(static_cast<std::size_t>(4 + 2 * integer_or(line, "depth", 0)), ' ');
    fmt::print("{}{} → {}{}\n", indent, string_or(line, "what", ""), bool_or(line, "failed", false) ? "FAILED: " : "",
               string_or(line, "came", ""));
  }
}

}  // namespace

int routine_list(const CommonOptions& common) {
  return call_home(common, Parts{}, "GET", routines_path, "", [&](const Json& answer) {
    if (common.json) return exit_done;
    const auto& routines = answer["routines"];
    if (routines.empty()) fmt::print("no routines yet: docs/routines.md shows how to write one\n");
    if (!routines.empty()) fmt::print("{:<24} {:<8} {:>6}  {:<26} {}\n", "NAME", "STATE", "RUNS", "NEXT", "TROUBLE");
    for (const auto& one : routines) {
      auto trouble = string_or(one, "paused", "");
      for (const auto& problem : one["problems"]) {
        if (trouble.empty()) trouble = string_or(problem, "reason", "");
      }
      fmt::print("{:<24} {:<8} {:>6}  {:<26} {}\n", string_or(one, "name", ""), string_or(one, "state", ""),
                 integer_or(one, "runs", 0), string_or(one, "next", ""), trouble);
    }
    return exit_done;
  });
}

int routine_show(const CommonOptions& common, const std::string& name) {
  return call_home(common, Parts{}, "GET", path_of(name), "", [&](const Json& routine) {
    if (common.json) return exit_done;
    fmt::print("# {} ({})\n", string_or(routine, "title", ""), string_or(routine, "state", ""));
    const auto paused = string_or(routine, "paused", "");
    if (!paused.empty()) fmt::print("# paused: {}\n", paused);
    for (const auto& problem : routine["problems"]) fmt::print("# {}\n", string_or(problem, "reason", ""));
    fmt::print("{}", string_or(routine, "yaml", ""));
    return exit_done;
  });
}

int routine_check(const CommonOptions& common, const RoutineOptions& options) {
  const auto yaml = read_file(options.file, 1U << 20U);
  if (!yaml) return fail(yaml.error());
  return call_home(common, Parts{}, "POST", path_of(name_of(options)) + "/check", *yaml, [&](const Json& answer) {
    int wrong = 0;
    if (common.json) {
      for (const auto& problem : answer["problems"]) wrong += string_or(problem, "weight", "") == "warning" ? 0 : 1;
    } else {
      wrong = print_problems(answer["problems"]);
      if (wrong == 0) fmt::print("{} is right.\n", options.file.string());
    }
    return wrong == 0 ? exit_done : exit_failed;
  });
}

int routine_put(const CommonOptions& common, const RoutineOptions& options) {
  const auto yaml = read_file(options.file, 1U << 20U);
  if (!yaml) return fail(yaml.error());
  const auto name = name_of(options);
  return call_home(common, Parts{}, "PUT", path_of(name), *yaml, [&](const Json& routine) {
    if (common.json) return exit_done;
    print_problems(routine["problems"]);
    fmt::print("{} counts from now on.\n", name);
    return exit_done;
  });
}

int routine_remove(const CommonOptions& common, const std::string& name) {
  return call_home(common, Parts{}, "DELETE", path_of(name), "", [&](const Json&) {
    if (!common.json) fmt::print("Removed.\n");
    return exit_done;
  });
}

int routine_run(const CommonOptions& common, const std::string& name) {
  return call_home(common, Parts{}, "POST", path_of(name) + "/run", R"({"wait": true})", [&](const Json& run) {
    if (!common.json) print_run(run);
    const auto outcome = string_or(run, "outcome", "");
    return outcome == "done" || outcome == "stopped" ? exit_done : exit_failed;
  });
}

int routine_resume(const CommonOptions& common, const std::string& name) {
  return call_home(common, Parts{}, "POST", path_of(name) + "/resume", "", [&](const Json&) {
    if (!common.json) fmt::print("It runs again.\n");
    return exit_done;
  });
}

int routine_runs(const CommonOptions& common, const std::string& name) {
  return call_home(common, Parts{}, "GET", path_of(name) + "/runs", "", [&](const Json& answer) {
    if (common.json) return exit_done;
    if (answer["runs"].empty()) fmt::print("It has not run since the program started.\n");
    for (const auto& run : answer["runs"]) print_run(run);
    return exit_done;
  });
}

int device_history(const CommonOptions& common, const HistoryOptions& options) {
  const auto path = fmt::format("/api/v1/devices/{}/history?property={}&from={}&to={}&points={}",
                                url_segment(options.device), url_segment(options.property), url_segment(options.from),
                                url_segment(options.to.empty() ? "-0s" : options.to), options.points);
  return call_home(common, Parts{}, "GET", path, "", [&](const Json& answer) {
    if (common.json) return exit_done;
    const auto& points = answer["points"];
    if (points.empty()) fmt::print("nothing is known of that time\n");
    const bool raw = answer.value("step_seconds", 0.0) == 0;
    for (const auto& point : points) {
      const auto value = value_text(point["value"]);
      const auto name = answer.contains("values") ? string_or(answer["values"], value, "") : std::string();
      fmt::print("{}  {}{}", string_or(point, "at", ""), value, name.empty() ? "" : " " + name);
      if (!raw && point.contains("mean")) {
        fmt::print("   {:.6g} … {:.6g}, mean {:.6g}", point["low"].get<double>(), point["high"].get<double>(),
                   point["mean"].get<double>());
      }
      fmt::print("\n");
    }
    return exit_done;
  });
}

}  // namespace entente::apps
