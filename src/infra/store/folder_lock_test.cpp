// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/store/folder_lock.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/file.h"

namespace entente::store {
namespace {

namespace fs = std::filesystem;

class FolderLock : public ::testing::Test {
 protected:
  FolderLock() {
    std::string pattern = (fs::temp_directory_path() / "entente-lock-XXXXXX").string();
    folder_ = fs::path(::mkdtemp(pattern.data())) / "state";
  }
  ~FolderLock() override { fs::remove_all(folder_.parent_path()); }

  fs::path folder_;
};

TEST_F(FolderLock, MakesTheFolderAndSaysWhoHoldsIt) {
  const auto lock = StateFolderLock::take(folder_);
  ASSERT_TRUE(lock.ok()) << lock.error().message;
  const auto holder = read_holder(folder_);
  ASSERT_TRUE(holder.ok()) << holder.error().message;
  EXPECT_EQ(holder->process, ::getpid());
  EXPECT_EQ(holder->address, "");
}

TEST_F(FolderLock, TellsTheAddressOfTheServer) {
  auto lock = StateFolderLock::take(folder_);
  ASSERT_TRUE(lock->set_address("http://127.0.0.1:8780").ok());
  EXPECT_EQ(read_holder(folder_)->address, "http://127.0.0.1:8780");
  ASSERT_TRUE(lock->set_address("http://[::1]:1").ok());
  EXPECT_EQ(read_holder(folder_)->address, "http://[::1]:1");
  ASSERT_TRUE(lock->set_address("").ok());
  EXPECT_EQ(read_holder(folder_)->address, "");
}

TEST_F(FolderLock, ASecondServerIsRefusedByTheNameOfTheFirst) {
  const auto first = StateFolderLock::take(folder_);
  const auto second = StateFolderLock::take(folder_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::exists);
  EXPECT_EQ(second.error().message,
            "state folder " + folder_.string() + " is in use by process " + std::to_string(::getpid()));
  EXPECT_EQ(read_holder(folder_)->process, ::getpid());
}

TEST_F(FolderLock, IsFreeAfterItsOwnerIsGone) {
  { const auto first = StateFolderLock::take(folder_); }
  EXPECT_EQ(read_holder(folder_).error().code, ErrorCode::not_found);
  EXPECT_TRUE(StateFolderLock::take(folder_).ok());
}

TEST_F(FolderLock, MovesWithItsOwner) {
  auto first = StateFolderLock::take(folder_);
  StateFolderLock moved = std::move(first).value();
  EXPECT_FALSE(StateFolderLock::take(folder_).ok());
  EXPECT_EQ(moved.folder(), folder_);
}

TEST_F(FolderLock, IsFreeAfterItsProcessWasKilled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto lock = StateFolderLock::take(folder_);
    const char taken = lock.ok() ? '+' : '-';
    if (::write(ends[1], &taken, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char taken = 0;
  ASSERT_EQ(::read(ends[0], &taken, 1), 1);
  EXPECT_EQ(taken, '+');
  EXPECT_EQ(read_holder(folder_)->process, child);
  EXPECT_THAT(StateFolderLock::take(folder_).error().message, ::testing::EndsWith("process " + std::to_string(child)));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(read_holder(folder_).error().code, ErrorCode::not_found);
  EXPECT_TRUE(StateFolderLock::take(folder_).ok());
}

TEST_F(FolderLock, AskingWhoHoldsItDoesNotHoldIt) {
  ASSERT_EQ(read_holder(folder_).error().code, ErrorCode::not_found);
  EXPECT_FALSE(fs::exists(folder_));
  { const auto lock = StateFolderLock::take(folder_); }
  (void)read_holder(folder_);
  EXPECT_TRUE(StateFolderLock::take(folder_).ok());
}

TEST_F(FolderLock, AFileInPlaceOfTheFolderIsNamed) {
  ASSERT_TRUE(write_file(folder_, "x").ok());
  const auto refused = StateFolderLock::take(folder_);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr(folder_.string()));
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("not a directory"));
}

TEST_F(FolderLock, NonsenseInTheFileHarmsNobody) {
  ASSERT_TRUE(make_folder(folder_).ok());
  ASSERT_TRUE(write_file(folder_ / "lock", "pid 99999999999999999999\naddress \n\xFF\xFE").ok());
  EXPECT_EQ(read_holder(folder_).error().code, ErrorCode::not_found);
  EXPECT_TRUE(StateFolderLock::take(folder_).ok());
}

}  // namespace
}  // namespace entente::store
