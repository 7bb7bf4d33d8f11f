// SPDX-License-Identifier: GPL-3.0-or-later
// What routines have to remember over a restart: who is at home, and which time came last for those that make up for
// missed ones. Each call is one transaction.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "infra/store/store.h"

namespace entente::home {

class RoutineRows {
 public:
  static Result<RoutineRows> open(store::Database& database);

  Result<std::map<std::string, bool>> people() const;
  Result<void> set_present(const std::string& person, bool home);

  Result<std::map<std::string, WallTime>> last_times() const;  // by routine
  Result<void> set_last_time(const std::string& routine, WallTime time);
  Result<void> forget(const std::string& routine);

 private:
  explicit RoutineRows(store::Database& database) : database_(&database) {}

  store::Database* database_;
};

}  // namespace entente::home
