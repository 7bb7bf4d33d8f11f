// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/protocol/needed_scope.h"

#include "base/text.h"

namespace entente::console {

Scope needed_scope(std::string_view method, std::string_view path) {
  constexpr std::string_view prefix = "/api/v1/";
  if (!path.starts_with(prefix)) return Scope::owner;
  const auto parts = text::split(path.substr(prefix.size()), '/');
  const auto first = parts.front();
  if (first == "tokens") return Scope::owner;
  if (method == "GET") return Scope::read;
  const auto third = parts.size() > 2 ? parts[2] : std::string_view();
  if (method == "POST") {
    if (parts.size() == 1 && (first == "ask" || first == "say" || first == "listen")) return Scope::control;
    if (first == "devices" && third == "actions") return Scope::control;
    if (first == "scenes" && third == "activate") return Scope::control;
    if (first == "routines" && (third == "run" || third == "resume")) return Scope::control;
    if (first == "routines" && third == "check") return Scope::read;
  }
  if (method == "PUT" && first == "presence") return Scope::control;
  const bool sets = method == "PATCH" && third == "properties" && (first == "devices" || first == "groups");
  return sets ? Scope::control : Scope::owner;
}

}  // namespace entente::console
