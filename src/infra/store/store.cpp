// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/store/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <unordered_map>

#include "base/file.h"
#include "base/text.h"
#include "infra/store/impl/statement.h"

namespace entente::store {
namespace {

// How long a write waits for another process (a backup, a curious sqlite3 shell) before it gives up. The loop stands
// still meanwhile.
constexpr int busy_milliseconds = 2'000;
constexpr std::size_t max_prepared = 128;

// WAL: readers and the writer do not stop each other. FULL: a commit returns after the log reached the disk.
constexpr std::string_view settings[] = {
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
};

// SQLite says "unable to open database file" for every reason; asking the system first gives the reason itself, and
// makes the file private from its first moment.
Result<void> make_private_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) {
    ::close(file);
    return {};
  }
  const int number = errno;
  const auto code = number == EACCES || number == EROFS || number == EPERM ? ErrorCode::denied
                    : number == ENOSPC || number == EDQUOT                 ? ErrorCode::exhausted
                    : number == ENOENT || number == ENOTDIR                ? ErrorCode::not_found
                                                                           : ErrorCode::failed;
  return Error{code, fmt::format("store: open {}: {}", path.string(), system_reason(number))};
}

}  // namespace

class Database::Connection {
 public:
  Connection(ConnectionHandle handle, std::string path) : handle_(std::move(handle)), path_(std::move(path)) {}

  static Result<std::unique_ptr<Connection>> open(const std::string& path);

  // One statement; rows go to `rows` where that is not null.
  Result<std::int64_t> run(std::string_view sql, std::span<const Value> parameters, Rows* rows);
  // Every statement of `sql`, in order.
  Result<void> run_all(std::string_view sql);
  Result<void> transact(const std::function<Result<void>()>& work);

  const std::string& path() const { return path_; }
  Error error(std::string_view action) const { return connection_error(handle_.get(), action, path_); }

 private:
  struct Prepared {
    StatementHandle statement;
    std::string_view rest;  // of the SQL that was given
  };
  Result<Prepared> prepare(std::string_view sql);
  Result<sqlite3_stmt*> cached(std::string_view sql);
  Result<std::int64_t> step_through(sqlite3_stmt* statement, std::span<const Value> parameters, Rows* rows);
  Error statement_error(sqlite3_stmt* statement) const;
  void roll_back(int depth);

  ConnectionHandle handle_;
  std::string path_;
  std::unordered_map<std::string, StatementHandle> prepared_;  // ends before the connection
  int depth_ = 0;                                              // of transactions
};

Result<std::unique_ptr<Database::Connection>> Database::Connection::open(const std::string& path) {
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int outcome = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  ConnectionHandle handle(raw);
  if (raw == nullptr) return Error{ErrorCode::exhausted, fmt::format("store: open {}: out of memory", path)};
  if (outcome != SQLITE_OK) return connection_error(raw, "open", path);

  sqlite3_busy_timeout(raw, busy_milliseconds);
  // A file made by other hands must not make us run what it says, only read what it holds.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  auto connection = std::make_unique<Connection>(std::move(handle), path);
  for (const auto setting : settings) {
    if (auto done = connection->run(setting, {}, nullptr); !done) return connection->error("open");
  }
  return connection;
}

Result<Database::Connection::Prepared> Database::Connection::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  if (sql.size() > 1U << 20U) return Error{ErrorCode::invalid, "store: SQL of more than 1 MiB"};
  const int outcome = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                         SQLITE_PREPARE_PERSISTENT, &raw, &rest);
  StatementHandle statement(raw);
  if (outcome != SQLITE_OK) return error(fmt::format("\"{}\" on", text::shorten(sql, 80)));
  return Prepared{std::move(statement), sql.substr(static_cast<std::size_t>(rest - sql.data()))};
}

Result<sqlite3_stmt*> Database::Connection::cached(std::string_view sql) {
  std::string key(sql);
  if (const auto found = prepared_.find(key); found != prepared_.end()) return found->second.get();
  ENTENTE_TRY(auto prepared, prepare(sql));
  if (!prepared.statement || !text::trim(prepared.rest).empty()) {
    return Error{ErrorCode::invalid, fmt::format("store: \"{}\": not one statement", text::shorten(sql, 80))};
  }
  if (prepared_.size() >= max_prepared) prepared_.clear();
  return prepared_.emplace(std::move(key), std::move(prepared.statement)).first->second.get();
}

Error Database::Connection::statement_error(sqlite3_stmt* statement) const {
  return error(sqlite3_stmt_readonly(statement) != 0 ? "read" : "write");
}

Result<std::int64_t> Database::Connection::step_through(sqlite3_stmt* statement, std::span<const Value> parameters,
                                                        Rows* rows) {
  StatementUse use(statement);
  bool missing = false;
  if (!use.bind(parameters, missing)) {
    if (!missing) return statement_error(statement);
    return Error{ErrorCode::invalid, fmt::format("store: \"{}\": a placeholder without a value",
                                                 text::shorten(sqlite3_sql(statement), 80))};
  }
  const auto changes_before = sqlite3_total_changes64(handle_.get());
  for (;;) {
    switch (sqlite3_step(statement)) {
      case SQLITE_ROW:
        if (rows != nullptr) rows->push_back(use.row());
        break;
      case SQLITE_DONE:
        return sqlite3_total_changes64(handle_.get()) == changes_before ? 0 : sqlite3_changes64(handle_.get());
      default: return statement_error(statement);
    }
  }
}

Result<std::int64_t> Database::Connection::run(std::string_view sql, std::span<const Value> parameters, Rows* rows) {
  ENTENTE_TRY(auto* statement, cached(sql));
  return step_through(statement, parameters, rows);
}

Result<void> Database::Connection::run_all(std::string_view sql) {
  while (!text::trim(sql).empty()) {
    ENTENTE_TRY(auto prepared, prepare(sql));
    if (prepared.statement) {
      if (auto done = step_through(prepared.statement.get(), {}, nullptr); !done) return done.error();
    }
    sql = prepared.rest;
  }
  return {};
}

Result<void> Database::Connection::transact(const std::function<Result<void>()>& work) {
  const int depth = depth_;
  const auto name = fmt::format("level_{}", depth);
  // IMMEDIATE: two writers meet here, where waiting helps, and not half-way, where it cannot.
  ENTENTE_TRY_VOID(run_all(depth == 0 ? "BEGIN IMMEDIATE" : "SAVEPOINT " + name));
  ++depth_;
  struct Leave {
    Connection& connection;
    int depth = 0;
    bool kept = false;
    ~Leave() {
      connection.depth_ = depth;
      if (!kept) connection.roll_back(depth);
    }
  } leave{*this, depth};

  ENTENTE_TRY_VOID(work());
  ENTENTE_TRY_VOID(run_all(depth == 0 ? "COMMIT" : "RELEASE " + name));
  leave.kept = true;
  return {};
}

// A full disk makes SQLite roll back by itself; then there is nothing left to undo.
void Database::Connection::roll_back(int depth) {
  if (sqlite3_get_autocommit(handle_.get()) != 0) return;
  const auto undo =
      depth == 0 ? std::string("ROLLBACK") : fmt::format("ROLLBACK TO level_{0}; RELEASE level_{0}", depth);
  [[maybe_unused]] const auto undone = run_all(undo);
}

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path,
                                                 std::span<const Migration> migrations) {
  ENTENTE_TRY_VOID(make_private_file(path));
  ENTENTE_TRY(auto connection, Connection::open(path.string()));
  std::unique_ptr<Database> database(new Database(std::move(connection)));
  ENTENTE_TRY_VOID(database->migrate("main", migrations));
  return database;
}

Result<std::unique_ptr<Database>> Database::open_in_memory(std::span<const Migration> migrations) {
  ENTENTE_TRY(auto connection, Connection::open(":memory:"));
  std::unique_ptr<Database> database(new Database(std::move(connection)));
  ENTENTE_TRY_VOID(database->migrate("main", migrations));
  return database;
}

Result<void> Database::migrate(std::string_view part, std::span<const Migration> migrations) {
  for (std::size_t i = 0; i < migrations.size(); ++i) ENTENTE_ASSERT(migrations[i].number == static_cast<int>(i) + 1);
  if (migrations.empty()) return {};
  const auto name = std::string(part);
  const auto newest = static_cast<std::int64_t>(migrations.size());

  if (auto made = execute("CREATE TABLE IF NOT EXISTS entente_schema (part TEXT PRIMARY KEY, number INTEGER NOT NULL)");
      !made) {
    return made.error();
  }
  ENTENTE_TRY(const auto rows, query("SELECT number FROM entente_schema WHERE part = $1", {name}));
  const auto reached = rows.empty() ? 0 : rows[0].integer(0);
  if (reached > newest) {
    return Error{ErrorCode::unsupported,
                 fmt::format("store: open {}: {} is at version {}, made by a newer program; this one knows {}",
                             connection_->path(), part, reached, newest)};
  }
  for (auto number = reached + 1; number <= newest; ++number) {
    const auto& migration = migrations[static_cast<std::size_t>(number - 1)];
    auto migrated = transact([&]() -> Result<void> {
      ENTENTE_TRY_VOID(connection_->run_all(migration.sql));
      auto noted = execute(
          "INSERT INTO entente_schema (part, number) VALUES ($1, $2) "
          "ON CONFLICT (part) DO UPDATE SET number = excluded.number",
          {name, number});
      if (!noted) return noted.error();
      return {};
    });
    if (!migrated) return migrated.error().within(fmt::format("store: migrate {} to version {}", part, number));
  }
  return {};
}

Result<std::int64_t> Database::execute(std::string_view sql, std::span<const Value> parameters) {
  return connection_->run(sql, parameters, nullptr);
}

Result<std::int64_t> Database::execute(std::string_view sql, std::initializer_list<Value> parameters) {
  return execute(sql, std::span<const Value>(parameters.begin(), parameters.size()));
}

Result<Rows> Database::query(std::string_view sql, std::span<const Value> parameters) {
  Rows rows;
  if (auto done = connection_->run(sql, parameters, &rows); !done) return done.error();
  return rows;
}

Result<Rows> Database::query(std::string_view sql, std::initializer_list<Value> parameters) {
  return query(sql, std::span<const Value>(parameters.begin(), parameters.size()));
}

Result<void> Database::transact(const std::function<Result<void>()>& work) { return connection_->transact(work); }

std::int64_t Row::integer(std::size_t column) const {
  const auto* number = std::get_if<std::int64_t>(&(*this)[column]);
  return number != nullptr ? *number : 0;
}

double Row::real(std::size_t column) const {
  if (const auto* number = std::get_if<double>(&(*this)[column])) return *number;
  return static_cast<double>(integer(column));
}

const std::string& Row::text(std::size_t column) const {
  static const std::string none;
  const auto* text = std::get_if<std::string>(&(*this)[column]);
  return text != nullptr ? *text : none;
}

const Blob& Row::blob(std::size_t column) const {
  static const Blob none;
  const auto* bytes = std::get_if<Blob>(&(*this)[column]);
  return bytes != nullptr ? *bytes : none;
}

}  // namespace entente::store
