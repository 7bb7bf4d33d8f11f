// SPDX-License-Identifier: GPL-3.0-or-later
// The little of SQLite's C face that the store uses, as objects that clean up after themselves. Inside this module
// only. Loop thread.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "infra/store/store.h"

namespace entente::store {

struct CloseConnection {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using ConnectionHandle = std::unique_ptr<sqlite3, CloseConnection>;
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

// "store: <action> <path>: <cause>", the cause being SQLite's last one on this connection.
Error connection_error(sqlite3* connection, std::string_view action, const std::string& path);

// Ready to run again, and holding no lock, once it goes out of scope.
class StatementUse {
 public:
  explicit StatementUse(sqlite3_stmt* statement) : statement_(statement) {}
  StatementUse(const StatementUse&) = delete;
  StatementUse& operator=(const StatementUse&) = delete;
  ~StatementUse();

  // Gives $1, $2 … their values; false with SQLite's error set, or with `missing` where one has no value.
  bool bind(std::span<const Value> parameters, bool& missing);
  Row row() const;

 private:
  bool bind_one(int place, const Value& value);

  sqlite3_stmt* statement_;
};

}  // namespace entente::store
