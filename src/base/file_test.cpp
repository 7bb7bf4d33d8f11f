// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace entente {
namespace {

namespace fs = std::filesystem;

// An empty folder of this test's own, gone with it.
class File : public testing::Test {
 protected:
  File() {
    std::string name = (fs::temp_directory_path() / "entente-file-test-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~File() override {
    std::error_code ignored;
    fs::permissions(folder_ / "closed", fs::perms::owner_all, ignored);
    fs::remove_all(folder_, ignored);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_)) found.push_back(entry.path().filename().string());
    std::sort(found.begin(), found.end());
    return found;
  }
  fs::path folder_;
};

TEST_F(File, ComesBackAsItWasWritten) {
  const std::string bytes("\0\n\xFF lamp", 8);
  ASSERT_TRUE(write_file(folder_ / "a", bytes));
  EXPECT_EQ(read_file(folder_ / "a").value(), bytes);
}

TEST_F(File, IsReplacedAndLeavesNothingBeside) {
  ASSERT_TRUE(write_file(folder_ / "a", "a longer text"));
  ASSERT_TRUE(write_file(folder_ / "a", "short"));
  EXPECT_EQ(read_file(folder_ / "a").value(), "short");
  EXPECT_EQ(names(), std::vector<std::string>{"a"});
}

TEST_F(File, ThatCannotBeReplacedLeavesNothingBeside) {
  ASSERT_TRUE(make_folder(folder_ / "a" / "b"));
  const auto written = write_file(folder_ / "a", "text");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "write " + (folder_ / "a").string() + ": is a directory");
  EXPECT_EQ(names(), std::vector<std::string>{"a"});
}

TEST_F(File, WhoReadsWhileItIsReplacedKeepsTheOldBytes) {
  ASSERT_TRUE(write_file(folder_ / "a", "old"));
  fs::create_hard_link(folder_ / "a", folder_ / "reader");
  ASSERT_TRUE(write_file(folder_ / "a", "new"));
  EXPECT_EQ(read_file(folder_ / "reader").value(), "old");
}

TEST_F(File, MissingIsNamed) {
  const auto result = read_file(folder_ / "none");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_EQ(result.error().message, "read " + (folder_ / "none").string() + ": no such file or directory");
}

TEST_F(File, WrittenIntoAMissingFolderIsAnError) {
  EXPECT_EQ(write_file(folder_ / "none" / "a", "x").error().code, ErrorCode::not_found);
}

TEST_F(File, LargerThanTheLimitIsRefused) {
  ASSERT_TRUE(write_file(folder_ / "a", std::string(100, 'x')));
  EXPECT_TRUE(read_file(folder_ / "a", 100));
  const auto result = read_file(folder_ / "a", 99);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::exhausted);
}

TEST_F(File, ReadingAFolderIsAnError) {
  EXPECT_EQ(read_file(folder_).error().message, "read " + folder_.string() + ": is a directory");
}

TEST_F(File, ReadingADeviceIsAnErrorAndDoesNotBlock) {
  EXPECT_EQ(read_file("/dev/zero").error().message, "read /dev/zero: neither a file nor a pipe");
}

TEST_F(File, APipeIsReadToItsEnd) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "lamp", 4), 4);
  ::close(ends[1]);
  EXPECT_EQ(read_file("/dev/fd/" + std::to_string(ends[0])).value(), "lamp");
  ::close(ends[0]);
}

TEST_F(File, ANameThatIsTooLongIsInvalid) {
  EXPECT_EQ(read_file(folder_ / std::string(300, 'a')).error().code, ErrorCode::invalid);
}

// Root is never denied anything, so a test that runs as root is nobody for as long as this lives.
class Unprivileged {
 public:
  Unprivileged() { EXPECT_EQ(::seteuid(was_ == 0 ? 65534 : was_), 0); }
  ~Unprivileged() { EXPECT_EQ(::seteuid(was_), 0); }

 private:
  uid_t was_ = ::geteuid();
};

TEST_F(File, WithoutTheRightToItIsDenied) {
  ASSERT_TRUE(make_folder(folder_ / "closed"));
  fs::permissions(folder_ / "closed", fs::perms::none);
  const Unprivileged nobody;
  const auto written = write_file(folder_ / "closed" / "a", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::denied);
  EXPECT_EQ(written.error().message, "write " + (folder_ / "closed" / "a").string() + ": permission denied");
  EXPECT_EQ(read_file(folder_ / "closed" / "a").error().code, ErrorCode::denied);
  EXPECT_EQ(make_folder(folder_ / "closed" / "b").error().code, ErrorCode::denied);
  EXPECT_EQ(list_files(folder_ / "closed", ".yaml").error().code, ErrorCode::denied);
}

TEST_F(File, OnAFullDiskIsExhausted) {
  // /dev/full refuses every byte; write_file reaches it through the link it would have made.
  fs::create_symlink("/dev/full", folder_ / "a.new");
  const auto written = write_file(folder_ / "a", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::exhausted);
  EXPECT_EQ(written.error().message, "write " + (folder_ / "a").string() + ": no space left on device");
  EXPECT_TRUE(names().empty());
}

TEST_F(File, ListIsSortedAndOfOneKind) {
  ASSERT_TRUE(make_folder(folder_ / "inner.yaml"));
  for (const auto* name : {"b.yaml", "a.yaml", "c.json", "inner.yaml/d.yaml"})
    ASSERT_TRUE(write_file(folder_ / name, ""));
  EXPECT_EQ(list_files(folder_, ".yaml").value(), (std::vector<fs::path>{folder_ / "a.yaml", folder_ / "b.yaml"}));
  EXPECT_EQ(list_files(folder_, ".yaml", true).value().size(), 3U);
  EXPECT_TRUE(list_files(folder_, ".txt").value().empty());
}

TEST_F(File, ListOfAMissingFolderIsNamed) {
  const auto result = list_files(folder_ / "none", ".yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_EQ(list_files(folder_ / "none", ".yaml", true).error().code, ErrorCode::not_found);
}

TEST_F(File, NewFoldersAreTheOwnersAlone) {
  ASSERT_TRUE(make_folder(folder_ / "a" / "b"));
  for (const auto& made : {folder_ / "a", folder_ / "a" / "b"}) {
    struct stat status {};
    ASSERT_EQ(::stat(made.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
  }
  EXPECT_TRUE(make_folder(folder_ / "a" / "b" / ""));
}

TEST_F(File, AFolderBelowAFileCannotBeMade) {
  ASSERT_TRUE(write_file(folder_ / "a", ""));
  const auto made = make_folder(folder_ / "a" / "b");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "make folder " + (folder_ / "a").string() + ": not a directory");
}

TEST(SystemReason, StartsSmall) { EXPECT_EQ(system_reason(EACCES), "permission denied"); }

}  // namespace
}  // namespace entente
