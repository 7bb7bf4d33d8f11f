// SPDX-License-Identifier: GPL-3.0-or-later
// Database: rows that survive. SQLite in a file today; the face shows nothing of it, and callers keep to the SQL that
// SQLite and PostgreSQL share: placeholders $1, $2 …, RETURNING for new ids, ON CONFLICT for upserts.
// Owned by the app, used on the loop thread, and blocking: a write returns after the disk has it, so that what was
// acknowledged is still there after a power cut. Group writes that belong together in one transact().
// Errors name the file and the cause: "store: open /x/home.db: permission denied". Destruction closes the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.h"
#include "base/result.h"

namespace entente::store {

using Blob = std::vector<std::uint8_t>;
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;  // monostate is NULL

// One row of an answer. Columns count from 0; a column that the answer lacks is a bug of the caller. A value of
// another type than the one asked for (a file edited by other hands) reads as 0, 0.0 or empty.
class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}

  std::size_t size() const { return values_.size(); }
  const Value& operator[](std::size_t column) const {
    ENTENTE_ASSERT(column < values_.size());
    return values_[column];
  }
  bool is_null(std::size_t column) const { return std::holds_alternative<std::monostate>((*this)[column]); }
  std::int64_t integer(std::size_t column) const;
  double real(std::size_t column) const;  // an integer reads as its real
  const std::string& text(std::size_t column) const;
  const Blob& blob(std::size_t column) const;

 private:
  std::vector<Value> values_;
};
using Rows = std::vector<Row>;

// One step of a schema: numbers rise by one from 1, and a step that has been released never changes again. Its SQL may
// hold several statements; they happen together or not at all.
struct Migration {
  int number;
  std::string_view sql;
};

class Database {
 public:
  // Makes the file (readable by its owner alone) where there is none, then migrates it as the part "main".
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path,
                                                std::span<const Migration> migrations = {});
  // A database that ends with the object: for tests.
  static Result<std::unique_ptr<Database>> open_in_memory(std::span<const Migration> migrations = {});

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Brings the tables of one part of the program (a service's name) up to date; parts are numbered independently, so
  // that services can share a file. A part that a newer program has migrated further is refused, untouched.
  Result<void> migrate(std::string_view part, std::span<const Migration> migrations);

  // Runs one statement; how many rows it changed.
  Result<std::int64_t> execute(std::string_view sql, std::span<const Value> parameters = {});
  Result<std::int64_t> execute(std::string_view sql, std::initializer_list<Value> parameters);

  // Runs one statement; all the rows it answers. Bound them with LIMIT where people decide how many there are.
  Result<Rows> query(std::string_view sql, std::span<const Value> parameters = {});
  Result<Rows> query(std::string_view sql, std::initializer_list<Value> parameters);

  // Runs `work` (which returns a Result<void>) as one transaction: committed if it succeeds, rolled back if it returns
  // an error or throws. May nest; an inner one that fails undoes only its own part. `work` cannot wait for anything, so
  // no other task's writes can slip in.
  Result<void> transact(const std::function<Result<void>()>& work);

 private:
  class Connection;
  explicit Database(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

}  // namespace entente::store
