// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/session.h"
#include "base/json.h"

namespace entente::apps {
namespace {

int show(const CommonOptions& common, const Json& answer) {
  if (common.json) return exit_done;
  const auto& rooms = answer["rooms"];
  if (rooms.empty()) fmt::print("no rooms yet: a device brings its room, entente device add --help\n");
  for (const auto& room : rooms) {
    fmt::print("{:<24} {}\n", string_or(room, "name", ""), string_or(room, "floor", ""));
  }
  return exit_done;
}

}  // namespace

int room_list(const CommonOptions& common) {
  return call_home(common, Parts{}, "GET", "/api/v1/rooms", "",
                   [&](const Json& answer) { return show(common, answer); });
}

int room_set(const CommonOptions& common, const RoomChange& change) {
  return call_home(common, Parts{}, "PATCH", "/api/v1/rooms/" + url_segment(change.name),
                   to_text(Json{{"floor", change.floor}}), [&](const Json& answer) { return show(common, answer); });
}

}  // namespace entente::apps
