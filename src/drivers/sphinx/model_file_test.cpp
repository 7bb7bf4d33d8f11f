// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace entente::sphinx {
namespace {

using testing::HasSubstr;

template <class T>
std::string bytes_of(std::initializer_list<T> values) {
  std::string out;
  for (T value : values) out.append(reinterpret_cast<const char*>(&value), sizeof(value));
  return out;
}

// Two floats; the checksum of 2, 1.0F and 2.0F as the format adds them up.
std::string two_floats(std::uint32_t checksum) {
  return "s3\nversion 1.0\nchksum0 yes\nendhdr\n" + bytes_of<std::uint32_t>({0x11223344U, 2}) +
         bytes_of<float>({1, 2}) + bytes_of<std::uint32_t>({checksum});
}

std::uint32_t checksum_of(std::initializer_list<std::uint32_t> words) {
  std::uint32_t sum = 0;
  for (auto word : words) sum = ((sum << 20U) | (sum >> 12U)) + word;
  return sum;
}

TEST(ModelFile, StaysFailedAfterAReadPastItsEnd) {
  ModelFile file("x", "abcde");
  EXPECT_EQ(file.take<std::uint32_t>(), 0x64636261U);
  EXPECT_EQ(file.take<std::uint32_t>(), 0U);
  EXPECT_TRUE(file.failed());
  EXPECT_EQ(file.take<char>(), 0);
}

TEST(ModelFile, RefusesMoreNumbersThanThereAreBytesWithoutMakingRoomForThem) {
  ModelFile file("x", "abcd");
  EXPECT_TRUE(file.take_many<std::uint64_t>(SIZE_MAX / 4).empty());
  EXPECT_TRUE(file.failed());
}

TEST(ModelFile, NamesTheFileInItsErrors) {
  ModelFile file("/model/mdef", "");
  EXPECT_THAT(file.truncated().message, HasSubstr("acoustic model: /model/mdef: truncated"));
}

TEST(ModelFile, SaysWhichFileIsMissing) {
  auto file = ModelFile::read("/nowhere/mdef", 100);
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(file.error().message, HasSubstr("/nowhere/mdef"));
}

TEST(S3File, YieldsItsNumbers) {
  auto file = S3File::open(ModelFile("x", two_floats(checksum_of({2, 0x3F800000U, 0x40000000U}))));
  ASSERT_TRUE(file.ok());
  auto floats = file->take_floats(2);
  ASSERT_TRUE(floats.ok());
  EXPECT_EQ(*floats, (std::vector<float>{1, 2}));
  EXPECT_TRUE(file->verify().ok());
}

TEST(S3File, NoticesAWrongChecksum) {
  auto file = S3File::open(ModelFile("x", two_floats(7)));
  ASSERT_TRUE(file->take_floats(2).ok());
  EXPECT_FALSE(file->verify().ok());
}

TEST(S3File, RefusesWhatIsNone) {
  EXPECT_FALSE(S3File::open(ModelFile("x", "RIFF....")).ok());
  EXPECT_FALSE(S3File::open(ModelFile("x", "s3\nno end")).ok());
  EXPECT_FALSE(S3File::open(ModelFile("x", "s3\nendhdr\n\x11\x22\x33\x44")).ok());
}

}  // namespace
}  // namespace entente::sphinx
