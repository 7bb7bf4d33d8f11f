// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/routine_rows.h"

namespace entente::home {
namespace {

constexpr store::Migration migrations[] = {{1, R"(
  CREATE TABLE home_presence (
    person TEXT PRIMARY KEY,
    home INTEGER NOT NULL
  );
  CREATE TABLE home_routine (
    name TEXT PRIMARY KEY,
    last_time INTEGER NOT NULL
  );
)"}};

Result<void> done(const Result<std::int64_t>& changed) {
  if (!changed.ok()) return changed.error();
  return {};
}

}  // namespace

Result<RoutineRows> RoutineRows::open(store::Database& database) {
  ENTENTE_TRY_VOID(database.migrate("routines", migrations));
  return RoutineRows(database);
}

Result<std::map<std::string, bool>> RoutineRows::people() const {
  ENTENTE_TRY(const store::Rows rows, database_->query("SELECT person, home FROM home_presence"));
  std::map<std::string, bool> people;
  for (const auto& row : rows) people.emplace(row.text(0), row.integer(1) != 0);
  return people;
}

Result<void> RoutineRows::set_present(const std::string& person, bool home) {
  return done(
      database_->execute("INSERT INTO home_presence (person, home) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET "
                         "home = excluded.home",
                         {person, std::int64_t{home ? 1 : 0}}));
}

Result<std::map<std::string, WallTime>> RoutineRows::last_times() const {
  ENTENTE_TRY(const store::Rows rows, database_->query("SELECT name, last_time FROM home_routine"));
  std::map<std::string, WallTime> times;
  for (const auto& row : rows) times.emplace(row.text(0), WallTime(milliseconds(row.integer(1))));
  return times;
}

Result<void> RoutineRows::set_last_time(const std::string& routine, WallTime time) {
  const std::int64_t at = std::chrono::floor<milliseconds>(time).time_since_epoch().count();
  return done(
      database_->execute("INSERT INTO home_routine (name, last_time) VALUES ($1, $2) "
                         "ON CONFLICT (name) DO UPDATE SET last_time = excluded.last_time",
                         {routine, at}));
}

Result<void> RoutineRows::forget(const std::string& routine) {
  return done(database_->execute("DELETE FROM home_routine WHERE name = $1", {routine}));
}

}  // namespace entente::home
