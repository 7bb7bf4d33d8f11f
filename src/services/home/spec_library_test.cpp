// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/spec_library.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "services/home/traits.h"

namespace entente::home {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Two folders of their own that are gone afterwards.
class Folders : public testing::Test {
 protected:
  Folders() {
    root_ = std::filesystem::path(testing::TempDir()) /
            fmt::format("specs-{}-{}", ::getpid(), testing::UnitTest::GetInstance()->current_test_info()->name());
    for (const auto& folder : folders()) std::filesystem::create_directories(folder);
  }
  ~Folders() override { std::filesystem::remove_all(root_); }

  std::vector<std::filesystem::path> folders() const { return {root_ / "shipped", root_ / "own"}; }
  void put(std::string_view folder, std::string_view model, std::string_view json) const {
    std::ofstream(root_ / folder / fmt::format("{}.json", model)) << json;
  }
  static std::string lamp(std::string_view description) {
    return fmt::format(R"({{"type":"urn:miot-spec-v2:device:light:0000A001:a-b:1","description":"{}",
                            "services":[{{"iid":2,"type":"urn:miot-spec-v2:service:light:00007802"}}]}})",
                       description);
  }

 private:
  std::filesystem::path root_;
};

TEST_F(Folders, TheLaterFolderWins) {
  put("shipped", "a.light.b", lamp("ours"));
  put("own", "a.light.b", lamp("yours"));
  const auto library = SpecLibrary::load(folders());
  ASSERT_TRUE(library.find("a.light.b").ok());
  EXPECT_EQ((*library.find("a.light.b"))->description, "yours");
}

TEST_F(Folders, ASpecIsSharedByAllWhoAskForIt) {
  put("own", "a.light.b", lamp("yours"));
  const auto library = SpecLibrary::load(folders());
  EXPECT_EQ(*library.find("a.light.b"), *library.find("a.light.b"));
}

TEST_F(Folders, ABrokenFileIsReportedAndTheRestIsThere) {
  put("shipped", "good.light.one", lamp("good"));
  put("own", "bad.light.one", "{\"type\":");
  const auto library = SpecLibrary::load(folders());
  EXPECT_TRUE(library.find("good.light.one").ok());
  EXPECT_FALSE(library.find("bad.light.one").ok());
  const auto problems = library.check();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_FALSE(problems[0].loaded);
  EXPECT_THAT(problems[0].reason, HasSubstr("bad.light.one.json: not JSON"));
}

TEST_F(Folders, AnUnknownModelSaysWhereToPutItsSpec) {
  const auto library = SpecLibrary::load(folders());
  const auto found = library.find("acme.lamp.x1");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::not_found);
  EXPECT_THAT(found.error().message, HasSubstr("acme.lamp.x1.json into the specs folder"));
}

TEST(SpecLibrary, MissingFoldersAreNoProblem) {
  const std::filesystem::path nowhere[] = {"/nowhere/at/all"};
  EXPECT_TRUE(SpecLibrary::load(nowhere).models().empty());
}

// The models that come with the program.
TEST(ShippedSpecs, LoadWithoutAnyNote) {
  const std::filesystem::path folder[] = {"specs"};
  const auto library = SpecLibrary::load(folder);
  EXPECT_THAT(library.models(),
              testing::IsSupersetOf({"entente.airpurifier.home1", "entente.curtain.motor1", "entente.fan.tower1",
                                     "entente.light.color1", "entente.lock.door1", "entente.vacuum.sweeper1"}));
  for (const auto& problem : library.check()) ADD_FAILURE() << problem.file << ": " << problem.reason;
}

std::string traits_text(std::string_view model) {
  const std::filesystem::path folder[] = {"specs"};
  const auto spec = SpecLibrary::load(folder).find(model);
  if (!spec.ok()) return spec.error().message;
  std::string text = domain_of(**spec) + ":";
  for (const auto trait : traits_of(**spec)) text += fmt::format(" {}", to_string(trait));
  return text;
}

TEST(ShippedSpecs, HaveTheTraitsThatPeopleExpect) {
  EXPECT_EQ(traits_text("entente.light.color1"), "light: on brightness color_temperature color mode");
  EXPECT_EQ(traits_text("entente.plug.power1"), "switch: on power");
  EXPECT_EQ(traits_text("entente.fan.tower1"), "fan: on fan_speed mode swing");
  EXPECT_EQ(traits_text("entente.airpurifier.home1"), "fan: on fan_speed mode temperature humidity pm2_5 filter_life");
  EXPECT_EQ(traits_text("entente.vacuum.sweeper1"),
            "vacuum: mode battery filter_life status start_cleaning stop_cleaning dock");
}

}  // namespace
}  // namespace entente::home
