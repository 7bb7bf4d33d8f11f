// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/routines_routes.h"

#include <charconv>
#include <cstdio>

#include "base/json.h"
#include "base/text.h"
#include "doors/console/protocol/shapes.h"

namespace entente::console {
namespace {

constexpr std::size_t usual_points = 500;

net::Response json_response(int status, const Json& body) { return net::Response::json(status, to_text(body)); }
net::Response error_response(const Error& error) { return json_response(status_of(error.code), to_json(error)); }
net::Response done(const Result<void>& result, const Json& body) {
  return result ? json_response(200, body) : error_response(result.error());
}

Json problems_json(const std::vector<home::RoutineProblem>& problems) {
  constexpr const char* weights[] = {"warning", "missing", "broken"};
  Json list = Json::array();
  for (const auto& problem : problems) {
    list.push_back({{"line", problem.place.line},
                    {"column", problem.place.column},
                    {"weight", weights[static_cast<std::size_t>(problem.weight)]},
                    {"reason", problem.reason}});
  }
  return list;
}

Json to_json(const home::RoutineView& routine) {
  Json json{{"name", routine.name},
            {"title", routine.title},
            {"description", routine.description},
            {"state", to_string(routine.state)},
            {"mode", to_string(routine.mode)},
            {"running", routine.running},
            {"runs", routine.runs},
            {"skipped", routine.skipped},
            {"problems", problems_json(routine.problems)}};
  if (!routine.paused.empty()) json["paused"] = routine.paused;
  if (routine.next) json["next"] = to_iso8601(*routine.next);
  return json;
}

Json to_json(const home::RoutineRun& run) {
  Json json{{"id", run.id},
            {"routine", run.routine},
            {"cause", run.cause},
            {"chain", run.chain},
            {"began", to_iso8601(run.began)},
            {"milliseconds", in_milliseconds(run.took)},
            {"outcome", to_string(run.outcome)},
            {"lines", Json::array()}};
  if (!run.reason.empty()) json["reason"] = run.reason;
  for (const auto& line : run.lines) {
    json["lines"].push_back({{"at", to_iso8601(line.at)},
                             {"depth", line.depth},
                             {"line", line.line},
                             {"what", line.what},
                             {"came", line.came},
                             {"failed", line.failed},
                             {"milliseconds", in_milliseconds(line.took)}});
  }
  return json;
}

Json to_json(const home::History::Point& point) {
  Json json{{"at", to_iso8601(point.at)}, {"value", model::to_json(point.value)}};
  if (point.low) json["low"] = *point.low;
  if (point.high) json["high"] = *point.high;
  if (point.mean) json["mean"] = *point.mean;
  for (const auto& [name, share] : point.shares) json["shares"][name] = share;
  return json;
}

// "2026-11-23", "2026-11-23T12:00:00Z", seconds since 1970, or before now: "-24h".
std::optional<WallTime> time_from(const std::string& said, WallTime now) {
  if (said.starts_with('-')) {
    const auto back = home::parse_duration(std::string_view(said).substr(1));
    if (!back) return std::nullopt;
    return now - std::chrono::duration_cast<WallTime::duration>(*back);
  }
  std::int64_t since = 0;
  const auto whole = std::from_chars(said.data(), said.data() + said.size(), since);
  if (whole.ec == std::errc() && whole.ptr == said.data() + said.size()) {
    if (since < 0 || since > 4'102'444'800) return std::nullopt;
    return WallTime(seconds(since));
  }
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const int read = std::sscanf(said.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second);
  const auto date = std::chrono::year(year) / month / day;
  if (read < 3 || !date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         seconds(second);
}

}  // namespace

Task<std::optional<net::Response>> RoutineRoutes::answer(const net::Request& request) {
  constexpr std::string_view prefix = "/api/v1/";
  const std::string_view path = request.path;
  if (!path.starts_with(prefix)) co_return std::nullopt;
  auto parts = text::split(path.substr(prefix.size()), '/');
  if (parts[0] == "devices" && parts.size() == 3 && parts[2] == "history" && request.method == "GET") {
    co_return history(request, parts[1]);
  }
  const bool ours = parts[0] == "routines" || parts[0] == "presence";
  if (!ours) co_return std::nullopt;
  if (routines_ == nullptr) co_return error_response(Error{ErrorCode::unsupported, "this program has no routines"});
  if (parts[0] == "presence") co_return presence(request, parts);
  parts.erase(parts.begin());
  co_return co_await routine(request, std::move(parts));
}

Task<net::Response> RoutineRoutes::routine(const net::Request& request, Parts parts) {
  const auto& method = request.method;
  if (parts.empty() && method == "GET") co_return list();
  if (parts.size() == 1 && method == "GET") co_return show(parts[0]);
  if (parts.size() == 1 && method == "PUT") co_return put(request, parts[0]);
  if (parts.size() == 1 && method == "DELETE") {
    co_return done(routines_->remove(parts[0]), Json{{"removed", std::string(parts[0])}});
  }
  if (parts.size() == 2 && parts[1] == "check" && method == "POST") co_return check(request, parts[0]);
  if (parts.size() == 2 && parts[1] == "runs" && method == "GET") co_return runs(parts[0]);
  if (parts.size() == 2 && parts[1] == "run" && method == "POST") co_return co_await run(request, parts[0]);
  if (parts.size() == 2 && parts[1] == "resume" && method == "POST") {
    co_return done(routines_->resume(parts[0]), Json{{"resumed", std::string(parts[0])}});
  }
  co_return error_response(Error{ErrorCode::not_found,
                                 "routines take GET, PUT and DELETE, and have check, run, resume "
                                 "and runs"});
}

net::Response RoutineRoutes::list() const {
  Json routines = Json::array();
  for (const auto& one : routines_->list()) routines.push_back(to_json(one));
  return json_response(200, Json{{"routines", routines}});
}

net::Response RoutineRoutes::show(std::string_view name) const {
  const auto found = routines_->find(name);
  const auto yaml = routines_->yaml(name);
  if (!found || !yaml) return error_response(yaml.error());
  Json json = to_json(*found);
  json["yaml"] = *yaml;
  return json_response(200, json);
}

net::Response RoutineRoutes::put(const net::Request& request, std::string_view name) {
  const auto put = routines_->put(name, request.body);
  return put ? show(name) : error_response(put.error());
}

net::Response RoutineRoutes::check(const net::Request& request, std::string_view name) {
  return json_response(200, Json{{"problems", problems_json(routines_->check(name, request.body))}});
}

net::Response RoutineRoutes::runs(std::string_view name) const {
  if (!routines_->find(name)) return show(name);
  Json runs = Json::array();
  for (const auto& run : routines_->runs(name)) runs.push_back(to_json(run));
  return json_response(200, Json{{"runs", runs}});
}

Task<net::Response> RoutineRoutes::run(const net::Request& request, std::string_view name) {
  bool wait = false;
  if (!request.body.empty()) {
    const auto body = parse_json(request.body, "request body");
    if (!body) co_return error_response(body.error());
    wait = bool_or(*body, "wait", false);
  }
  if (!wait) {
    const auto id = routines_->run(name, "somebody asked for it");
    if (!id) co_return error_response(id.error());
    co_return json_response(202, Json{{"run", *id}});
  }
  std::string its_name(name);
  const auto ended = co_await routines_->run_to_end(std::move(its_name), "somebody asked for it");
  if (!ended) co_return error_response(ended.error());
  co_return json_response(200, to_json(*ended));
}

net::Response RoutineRoutes::presence(const net::Request& request, const Parts& parts) {
  if (parts.size() == 2 && request.method == "PUT") {
    const auto body = parse_json(request.body, "request body");
    if (!body) return error_response(body.error());
    const Json* home = find(*body, "home");
    if (home == nullptr || !home->is_boolean()) {
      return error_response(Error{ErrorCode::invalid, "\"home\" is true or false"});
    }
    const auto set = routines_->set_presence(std::string(parts[1]), home->get<bool>());
    if (!set) return error_response(set.error());
  } else if (parts.size() != 1 || request.method != "GET") {
    return error_response(Error{ErrorCode::not_found, "GET presence, or PUT presence/PERSON"});
  }
  Json people = Json::object();
  for (const auto& [person, home] : routines_->presences()) people[person] = home;
  return json_response(200, Json{{"home", people}});
}

net::Response RoutineRoutes::history(const net::Request& request, std::string_view name) {
  if (history_ == nullptr) return error_response(Error{ErrorCode::unsupported, "this program keeps no history"});
  const auto device = home_.find(name);
  if (!device) {
    return error_response(Error{ErrorCode::not_found, fmt::format("no device '{}'", text::shorten(name, 100))});
  }
  if (!device->spec) return error_response(Error{ErrorCode::unsupported, device->trouble});
  const auto* wanted = request.query_value("property");
  if (wanted == nullptr) return error_response(Error{ErrorCode::invalid, "?property= is missing"});
  const auto property = find_property(*device->spec, *wanted);
  if (!property) return error_response(property.error());
  const WallTime now = loop_.wall_time();
  const auto time = [&](const char* key, WallTime usual) -> std::optional<WallTime> {
    const auto* said = request.query_value(key);
    return said == nullptr ? usual : time_from(*said, now);
  };
  const auto from = time("from", now - std::chrono::hours(24));
  const auto to = time("to", now);
  if (!from || !to) {
    return error_response(Error{ErrorCode::invalid, "from and to are times: -24h, 2026-11-23T12:00:00Z"});
  }
  std::size_t points = usual_points;
  if (const auto* said = request.query_value("points")) {
    std::from_chars(said->data(), said->data() + said->size(), points);
  }
  const auto answer = history_->query(device->id, *property, *from, *to, points);
  if (!answer) return error_response(answer.error());
  Json json{{"device", device->id.text},
            {"property", property_name(*device->spec, *property)},
            {"step_seconds", std::chrono::duration<double>(answer->step).count()},
            {"points", Json::array()}};
  const auto* definition = device->spec->property(*property);
  if (!definition->unit.empty()) json["unit"] = definition->unit;
  for (const auto& listed : definition->list) json["values"][std::to_string(listed.value)] = listed.description;
  for (const auto& point : answer->points) json["points"].push_back(to_json(point));
  return json_response(200, json);
}

}  // namespace entente::console
