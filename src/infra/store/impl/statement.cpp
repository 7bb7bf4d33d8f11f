// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/store/impl/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <variant>

#include "base/file.h"

namespace entente::store {
namespace {

struct Cause {
  ErrorCode code;
  std::string text;
};

std::string lower_first(std::string text) {
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] + ('a' - 'A'));
  return text;
}

Cause input_output_cause(sqlite3* connection) {
  const int number = sqlite3_system_errno(connection);
  if (number == EFBIG) return {ErrorCode::exhausted, "the file may not grow further"};
  if (number == ENOSPC || number == EDQUOT) return {ErrorCode::exhausted, "disk full"};
  if (number != 0) return {ErrorCode::failed, system_reason(number)};
  return {ErrorCode::failed, lower_first(sqlite3_errmsg(connection))};
}

Cause cause_of(sqlite3* connection) {
  switch (sqlite3_errcode(connection) & 0xFF) {
    case SQLITE_FULL: return {ErrorCode::exhausted, "disk full"};
    case SQLITE_IOERR: return input_output_cause(connection);
    case SQLITE_READONLY: return {ErrorCode::denied, "the file or its folder is read-only"};
    case SQLITE_PERM:
    case SQLITE_AUTH: return {ErrorCode::denied, "permission denied"};
    case SQLITE_CANTOPEN: {
      const int number = sqlite3_system_errno(connection);
      return {ErrorCode::denied, number != 0 ? system_reason(number) : "cannot open the file or its folder"};
    }
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {ErrorCode::unavailable, "locked by another process"};
    case SQLITE_NOTADB: return {ErrorCode::corrupt, "not a database"};
    case SQLITE_CORRUPT: return {ErrorCode::corrupt, "the database is damaged"};
    case SQLITE_NOMEM: return {ErrorCode::exhausted, "out of memory"};
    case SQLITE_TOOBIG: return {ErrorCode::exhausted, "a value is too large"};
    case SQLITE_CONSTRAINT: {
      const bool taken = sqlite3_extended_errcode(connection) == SQLITE_CONSTRAINT_UNIQUE ||
                         sqlite3_extended_errcode(connection) == SQLITE_CONSTRAINT_PRIMARYKEY;
      return {taken ? ErrorCode::exists : ErrorCode::invalid, lower_first(sqlite3_errmsg(connection))};
    }
    default: return {ErrorCode::failed, lower_first(sqlite3_errmsg(connection))};
  }
}

Value column_value(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column));
      return Blob(bytes, bytes + sqlite3_column_bytes(statement, column));
    }
    default: return std::monostate{};
  }
}

// The n of a placeholder "$n"; 0 for any other.
std::size_t placeholder_number(const char* name) {
  if (name == nullptr || name[0] != '$') return 0;
  const std::string_view digits(name + 1);
  std::size_t number = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return problem == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}

}  // namespace

Error connection_error(sqlite3* connection, std::string_view action, const std::string& path) {
  const auto cause = cause_of(connection);
  return Error{cause.code, fmt::format("store: {} {}: {}", action, path, cause.text)};
}

StatementUse::~StatementUse() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool StatementUse::bind(std::span<const Value> parameters, bool& missing) {
  for (int place = 1; place <= sqlite3_bind_parameter_count(statement_); ++place) {
    const auto number = placeholder_number(sqlite3_bind_parameter_name(statement_, place));
    missing = number == 0 || number > parameters.size();
    if (missing || !bind_one(place, parameters[number - 1])) return false;
  }
  return true;
}

// The statement is reset before the caller's values go, so SQLite need not copy them.
bool StatementUse::bind_one(int place, const Value& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int place;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, place); }
    int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, place, number); }
    int operator()(double number) const { return sqlite3_bind_double(statement, place, number); }
    int operator()(const std::string& text) const {
      return sqlite3_bind_text64(statement, place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(const Blob& bytes) const {
      if (bytes.empty()) return sqlite3_bind_zeroblob(statement, place, 0);
      return sqlite3_bind_blob64(statement, place, bytes.data(), bytes.size(), SQLITE_STATIC);
    }
  };
  return std::visit(Binder{statement_, place}, value) == SQLITE_OK;
}

Row StatementUse::row() const {
  const int count = sqlite3_data_count(statement_);
  std::vector<Value> values;
  values.reserve(static_cast<std::size_t>(count));
  for (int column = 0; column < count; ++column) values.push_back(column_value(statement_, column));
  return Row(std::move(values));
}

}  // namespace entente::store
