// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/file.h"

namespace entente::store {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr Migration first_steps[] = {
    {1,
     "CREATE TABLE device (id TEXT PRIMARY KEY, name TEXT NOT NULL);"
     "CREATE TABLE log (number INTEGER PRIMARY KEY, line TEXT);"},
    {2, "ALTER TABLE device ADD COLUMN room TEXT"},
};

class Store : public ::testing::Test {
 protected:
  Store() {
    std::string pattern = (fs::temp_directory_path() / "entente-store-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Store() override { fs::remove_all(folder_); }

  fs::path file() const { return folder_ / "home.db"; }
  std::unique_ptr<Database> opened(std::span<const Migration> migrations = first_steps) {
    auto database = Database::open(file(), migrations);
    EXPECT_TRUE(database.ok()) << database.error().message;
    return std::move(database).value();
  }
  static std::int64_t count(Database& database, std::string_view table) {
    const auto rows = database.query(fmt::format("SELECT count(*) FROM {}", table));
    EXPECT_TRUE(rows.ok()) << rows.error().message;
    return rows.ok() ? (*rows)[0].integer(0) : -1;
  }

  fs::path folder_;
};

TEST_F(Store, GivesBackEveryKindOfValueAsItWasPut) {
  auto database = opened();
  ASSERT_TRUE(database->execute("CREATE TABLE thing (a INTEGER, b REAL, c TEXT, d BLOB, e TEXT)").ok());
  const std::string text("with \0 inside", 13);
  const Blob bytes{0, 255, 1};
  ASSERT_TRUE(database
                  ->execute("INSERT INTO thing VALUES ($1, $2, $3, $4, $5)",
                            {std::int64_t{1} << 62, 0.25, text, bytes, std::monostate{}})
                  .ok());
  const auto rows = database->query("SELECT * FROM thing");
  ASSERT_TRUE(rows.ok());
  const auto& row = rows->at(0);
  EXPECT_EQ(row.integer(0), std::int64_t{1} << 62);
  EXPECT_EQ(row.real(1), 0.25);
  EXPECT_EQ(row.text(2), text);
  EXPECT_EQ(row.blob(3), bytes);
  EXPECT_TRUE(row.is_null(4));
}

TEST_F(Store, AnEmptyBlobIsNotNull) {
  auto database = opened();
  const auto rows = database->query("SELECT $1", {Blob{}});
  EXPECT_FALSE(rows->at(0).is_null(0));
}

TEST_F(Store, AValueOfAnotherTypeReadsAsNothing) {
  auto database = opened();
  const auto rows = database->query("SELECT 'x', 5, NULL");
  EXPECT_EQ(rows->at(0).integer(0), 0);
  EXPECT_EQ(rows->at(0).text(1), "");
  EXPECT_EQ(rows->at(0).real(1), 5.0);
  EXPECT_TRUE(rows->at(0).blob(2).empty());
}

TEST_F(Store, PlaceholdersAreNumberedNotOrdered) {
  auto database = opened();
  const auto rows = database->query("SELECT $2, $1, $2", {"one", "two"});
  EXPECT_EQ(rows->at(0).text(0), "two");
  EXPECT_EQ(rows->at(0).text(1), "one");
  EXPECT_EQ(rows->at(0).text(2), "two");
}

TEST_F(Store, APlaceholderWithoutAValueIsRefused) {
  auto database = opened();
  for (const auto sql : {"SELECT $2", "SELECT ?", "SELECT :name", "SELECT $0", "SELECT $x"}) {
    const auto rows = database->query(sql, {"one"});
    ASSERT_FALSE(rows.ok()) << sql;
    EXPECT_EQ(rows.error().code, ErrorCode::invalid);
    EXPECT_THAT(rows.error().message, HasSubstr("placeholder"));
  }
}

TEST_F(Store, TextFromOutsideCannotBecomeSql) {
  auto database = opened();
  const std::string name = "x'); DROP TABLE device; --";
  ASSERT_TRUE(database->execute("INSERT INTO device (id, name) VALUES ($1, $2)", {"1", name}).ok());
  EXPECT_EQ(database->query("SELECT name FROM device")->at(0).text(0), name);
}

TEST_F(Store, ExecuteTellsHowManyRowsChanged) {
  auto database = opened();
  EXPECT_EQ(*database->execute("INSERT INTO log (line) VALUES ('a'), ('b')"), 2);
  EXPECT_EQ(*database->execute("UPDATE log SET line = 'c' WHERE line = 'none'"), 0);
  EXPECT_EQ(*database->execute("CREATE TABLE empty (a TEXT)"), 0);
}

TEST_F(Store, ReturningTellsTheNewId) {
  auto database = opened();
  const auto rows = database->query("INSERT INTO log (line) VALUES ('a') RETURNING number");
  EXPECT_EQ(rows->at(0).integer(0), 1);
  EXPECT_EQ(count(*database, "log"), 1);
}

TEST_F(Store, SeveralStatementsAtOnceAreRefused) {
  auto database = opened();
  for (const auto sql : {"SELECT 1; SELECT 2", "", "-- nothing"}) {
    const auto done = database->execute(sql);
    ASSERT_FALSE(done.ok()) << sql;
    EXPECT_THAT(done.error().message, HasSubstr("not one statement"));
  }
  EXPECT_TRUE(database->execute("SELECT 1; \n").ok());
}

TEST_F(Store, ABrokenStatementNamesItselfAndTheFile) {
  auto database = opened();
  const auto done = database->execute("SELEC 1");
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message, HasSubstr("\"SELEC 1\""));
  EXPECT_THAT(done.error().message, HasSubstr(file().string()));
  EXPECT_THAT(done.error().message, HasSubstr("syntax error"));
}

TEST_F(Store, ARowThatIsThereAlreadyIsToldApart) {
  auto database = opened();
  ASSERT_TRUE(database->execute("INSERT INTO device (id, name) VALUES ('1', 'lamp')").ok());
  const auto again = database->execute("INSERT INTO device (id, name) VALUES ('1', 'lamp')");
  EXPECT_EQ(again.error().code, ErrorCode::exists);
  const auto nameless = database->execute("INSERT INTO device (id) VALUES ('2')");
  EXPECT_EQ(nameless.error().code, ErrorCode::invalid);
}

TEST_F(Store, ForeignKeysHold) {
  auto database = opened();
  ASSERT_TRUE(database->execute("CREATE TABLE part (of TEXT REFERENCES device (id))").ok());
  EXPECT_FALSE(database->execute("INSERT INTO part VALUES ('nobody')").ok());
}

TEST_F(Store, WorksOnAfterMoreStatementsThanItKeepsPrepared) {
  auto database = opened();
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(database->query(fmt::format("SELECT {}", i))->at(0).integer(0), i);
  }
}

TEST_F(Store, RowsSurviveReopening) {
  ASSERT_TRUE(opened()->execute("INSERT INTO device (id, name) VALUES ('1', 'lamp')").ok());
  EXPECT_EQ(opened()->query("SELECT name FROM device")->at(0).text(0), "lamp");
}

TEST_F(Store, TheFileIsPrivate) {
  opened();
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(Store, CommitsAreSyncedToTheDisk) {
  auto database = opened();
  EXPECT_EQ(database->query("PRAGMA synchronous")->at(0).integer(0), 2);
  EXPECT_EQ(database->query("PRAGMA journal_mode")->at(0).text(0), "wal");
}

TEST_F(Store, MigratesAnOldFileAndKeepsItsRows) {
  const std::span<const Migration> all(first_steps);
  ASSERT_TRUE(opened(all.first(1))->execute("INSERT INTO device (id, name) VALUES ('1', 'lamp')").ok());
  auto database = opened(all);
  EXPECT_EQ(database->query("SELECT name, room FROM device")->at(0).text(0), "lamp");
}

TEST_F(Store, AMigrationHappensWhollyOrNotAtAll) {
  constexpr Migration broken[] = {{1, "CREATE TABLE kept (a TEXT)"},
                                  {2, "CREATE TABLE half (a TEXT); CREATE NONSENSE"}};
  const auto failed = Database::open(file(), broken);
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(failed.error().message, HasSubstr("version 2"));
  auto database = opened(std::span<const Migration>(broken).first(1));
  EXPECT_EQ(count(*database, "kept"), 0);
  EXPECT_FALSE(database->query("SELECT * FROM half").ok());
}

TEST_F(Store, ADatabaseOfANewerProgramIsRefusedByName) {
  opened();
  const auto refused = Database::open(file(), std::span<const Migration>(first_steps).first(1));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_THAT(refused.error().message, StartsWith("store: open " + file().string() + ": main is at version 2"));
}

TEST_F(Store, PartsOfOneFileAreNumberedApart) {
  auto database = opened();
  constexpr Migration other[] = {{1, "CREATE TABLE twin (id TEXT)"}};
  EXPECT_TRUE(database->migrate("fleet", other).ok());
  EXPECT_TRUE(database->migrate("fleet", other).ok());
  EXPECT_EQ(count(*database, "twin"), 0);
}

TEST_F(Store, ATransactionThatFailsLeavesNothing) {
  auto database = opened();
  const auto done = database->transact([&]() -> Result<void> {
    EXPECT_TRUE(database->execute("INSERT INTO log (line) VALUES ('a')").ok());
    return Error{ErrorCode::cancelled, "changed my mind"};
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message, "changed my mind");
  EXPECT_EQ(count(*database, "log"), 0);
}

TEST_F(Store, ATransactionThatThrowsLeavesNothing) {
  auto database = opened();
  const auto work = [&]() -> Result<void> {
    EXPECT_TRUE(database->execute("INSERT INTO log (line) VALUES ('a')").ok());
    throw std::runtime_error("no");
  };
  EXPECT_THROW((void)database->transact(work), std::runtime_error);
  EXPECT_EQ(count(*database, "log"), 0);
  EXPECT_TRUE(database->transact([] { return Result<void>(); }).ok());
}

TEST_F(Store, AnInnerTransactionUndoesOnlyItsOwnPart) {
  auto database = opened();
  const auto insert = [&](std::string line) {
    return database->execute("INSERT INTO log (line) VALUES ($1)", {line}).ok();
  };
  const auto done = database->transact([&]() -> Result<void> {
    EXPECT_TRUE(insert("outer"));
    const auto inner = database->transact([&]() -> Result<void> {
      EXPECT_TRUE(insert("inner"));
      return Error{ErrorCode::failed, "inner"};
    });
    EXPECT_FALSE(inner.ok());
    return database->transact([&]() -> Result<void> {
      EXPECT_TRUE(insert("second"));
      return {};
    });
  });
  ASSERT_TRUE(done.ok()) << done.error().message;
  const auto rows = database->query("SELECT line FROM log ORDER BY number");
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(1).text(0), "second");
}

TEST_F(Store, AFullDiskIsNamedAndLosesNothing) {
  auto database = opened();
  ASSERT_TRUE(database->execute("INSERT INTO log (line) VALUES ('kept')").ok());
  ASSERT_TRUE(database->query("PRAGMA max_page_count = 12").ok());
  const auto full = database->execute("INSERT INTO log (line) VALUES ($1)", {std::string(200'000, 'x')});
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, ErrorCode::exhausted);
  EXPECT_EQ(full.error().message, "store: write " + file().string() + ": disk full");
  EXPECT_EQ(count(*database, "log"), 1);
}

TEST_F(Store, WritesAgainOnceTheDiskHasRoomAgain) {
  auto database = opened();
  ASSERT_TRUE(database->query("PRAGMA max_page_count = 12").ok());
  const auto work = [&]() -> Result<void> {
    const auto written = database->execute("INSERT INTO log (line) VALUES ($1)", {std::string(200'000, 'x')});
    if (!written) return written.error();
    return {};
  };
  EXPECT_FALSE(database->transact(work).ok());
  ASSERT_TRUE(database->query("PRAGMA max_page_count = 100000").ok());
  const auto again = database->transact(work);
  EXPECT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(count(*database, "log"), 1);
}

// Runs `work` in a process of its own and gives what it wrote to its end of the pipe, and its exit status.
struct Outcome {
  std::string said;
  int status;
};
template <class Work>
Outcome in_child(Work work, bool kill_after_first_kilobyte = false) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    work(ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  Outcome outcome;
  std::array<char, 256> piece;
  for (ssize_t got = 0; (got = ::read(ends[0], piece.data(), piece.size())) > 0;) {
    outcome.said.append(piece.data(), static_cast<std::size_t>(got));
    if (kill_after_first_kilobyte && outcome.said.size() >= 1024) ::kill(child, SIGKILL);
  }
  ::close(ends[0]);
  ::waitpid(child, &outcome.status, 0);
  return outcome;
}
void say(int pipe, const std::string& text) {
  [[maybe_unused]] const auto said = ::write(pipe, text.data(), text.size());
}

TEST_F(Store, AFileThatMayNotGrowIsNamed) {
  opened();
  const auto outcome = in_child([&](int pipe) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{65'536, 65'536};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto database = Database::open(file(), first_steps);
    const auto done = (*database)->execute("INSERT INTO log (line) VALUES ($1)", {std::string(200'000, 'x')});
    say(pipe, done.ok() ? "written" : done.error().message);
  });
  EXPECT_THAT(outcome.said, StartsWith("store: write " + file().string() + ": "));
  EXPECT_EQ(count(*opened(), "log"), 0);
}

TEST_F(Store, WhatWasAcknowledgedIsThereAfterAKill) {
  opened();
  const auto outcome = in_child(
      [&](int pipe) {
        auto database = Database::open(file(), first_steps);
        for (std::int64_t number = 1;; ++number) {
          const auto done = (*database)->execute("INSERT INTO log VALUES ($1, 'line')", {number});
          if (!done.ok()) ::_exit(1);
          say(pipe, "+");
        }
      },
      true);
  ASSERT_TRUE(WIFSIGNALED(outcome.status));
  const auto acknowledged = static_cast<std::int64_t>(outcome.said.size());
  auto database = opened();
  EXPECT_GE(acknowledged, 1024);
  EXPECT_GE(count(*database, "log"), acknowledged);
  EXPECT_EQ(database->query("PRAGMA integrity_check")->at(0).text(0), "ok");
}

TEST_F(Store, ATransactionThatAKillCutIsGone) {
  opened();
  in_child([&](int) {
    auto database = Database::open(file(), first_steps);
    (void)(*database)->transact([&]() -> Result<void> {
      (void)(*database)->execute("INSERT INTO log (line) VALUES ('a')");
      ::raise(SIGKILL);
      return {};
    });
  });
  EXPECT_EQ(count(*opened(), "log"), 0);
}

TEST_F(Store, AFileOfAnotherKindIsRefusedUntouched) {
  const std::string content(10'000, 'x');
  ASSERT_TRUE(write_file(file(), content).ok());
  const auto refused = Database::open(file(), first_steps);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
  EXPECT_EQ(refused.error().message, "store: open " + file().string() + ": not a database");
  EXPECT_EQ(*read_file(file()), content);
}

TEST_F(Store, ADamagedDatabaseIsNamed) {
  {
    auto database = opened();
    for (int i = 0; i < 200; ++i) {
      ASSERT_TRUE(database->execute("INSERT INTO log (line) VALUES ($1)", {std::string(500, 'x')}).ok());
    }
  }
  {
    std::fstream damage(file(), std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(8192);
    damage << std::string(40'000, '\xFF');
  }
  auto database = Database::open(file(), first_steps);
  const auto rows = database ? (*database)->query("SELECT * FROM log") : Result<Rows>(database.error());
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().code, ErrorCode::corrupt);
  EXPECT_THAT(rows.error().message, HasSubstr(file().string() + ": the database is damaged"));
}

TEST_F(Store, AMissingFolderIsNamed) {
  const auto path = folder_ / "none" / "home.db";
  const auto refused = Database::open(path);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "store: open " + path.string() + ": no such file or directory");
}

TEST_F(Store, AFolderInPlaceOfTheFileIsNamed) {
  fs::create_directory(file());
  const auto refused = Database::open(file());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "store: open " + file().string() + ": is a directory");
}

// Root may write anywhere, so the child first becomes nobody.
TEST_F(Store, AFolderThatWeMayNotWriteIsNamed) {
  fs::permissions(folder_,
                  fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
  const auto outcome = in_child([&](int pipe) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return say(pipe, "cannot become nobody");
    const auto refused = Database::open(file());
    say(pipe, refused.ok() ? "opened" : refused.error().message);
  });
  fs::permissions(folder_, fs::perms::owner_all);
  EXPECT_EQ(outcome.said, "store: open " + file().string() + ": permission denied");
}

TEST_F(Store, AnotherProcessThatHoldsTheFileIsNamed) {
  auto database = opened();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto refused = database->execute("INSERT INTO log (line) VALUES ('a')");
  sqlite3_close(other);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(refused.error().message, "store: write " + file().string() + ": locked by another process");
  EXPECT_TRUE(database->execute("INSERT INTO log (line) VALUES ('a')").ok());
}

TEST(StoreInMemory, NeedsNoFile) {
  auto database = Database::open_in_memory(first_steps);
  ASSERT_TRUE(database.ok()) << database.error().message;
  EXPECT_TRUE((*database)->execute("INSERT INTO log (line) VALUES ('a')").ok());
}

}  // namespace
}  // namespace entente::store
