// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/impl/talk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "services/home/spec_library.h"
#include "tests/support/manual_loop.h"

namespace entente::miio {
namespace {

using model::PropertyId;
using model::Value;
using testing::ElementsAre;

// A line whose other end the test plays.
class ScriptedLine : public Line {
 public:
  Task<Finished> ask(ClientSession::Request request) override {
    asked.push_back(request.method + " " + to_text(request.params));
    Finished finished;
    finished.outcome = Outcome::answered;
    if (!answers.empty()) {
      finished = answers.front();
      answers.pop_front();
    }
    co_return finished;
  }
  bool token_proven() const override { return true; }
  std::size_t& chunk() override { return chunk_; }
  Error failure(const Finished&, std::string_view what) const override {
    return {ErrorCode::failed, std::string(what)};
  }
  void read_back(std::vector<PropertyId> properties) override { back = std::move(properties); }

  void answer(const char* result) { answers.push_back({0, Outcome::answered, Json::parse(result), 0, {}}); }
  void refuse(std::int64_t code) { answers.push_back({0, Outcome::refused, {}, code, {}}); }

  std::vector<std::string> asked;
  std::deque<Finished> answers;
  std::vector<PropertyId> back;
  std::size_t chunk_ = 15;
};

class TalkTest : public testing::Test {
 protected:
  std::shared_ptr<const model::DeviceSpec> spec = [] {
    const std::filesystem::path folder[] = {"specs"};
    return home::SpecLibrary::load(folder).find("entente.light.color1").value();
  }();
  test::ManualLoop loop;
  ScriptedLine line;
};

TEST_F(TalkTest, WhatIsAcceptedAndNotDoneIsReadBack) {
  const auto talk = make_miot_talk(line, *spec, "");
  line.answer(R"([{"siid":2,"piid":1,"code":0},{"siid":2,"piid":2,"code":1}])");
  std::vector<model::PropertyWrite> writes = {{{2, 1}, Value{true}}, {{2, 2}, Value{std::int64_t{7}}}};
  const auto written = loop.run(talk->write(writes));
  ASSERT_TRUE(written.ok());
  EXPECT_TRUE((*written)[1].outcome.ok());
  EXPECT_THAT(line.back, ElementsAre(PropertyId{2, 2}));
}

TEST_F(TalkTest, ADeviceBehindAnotherIsNamedInEachRequest) {
  const auto talk = make_miot_talk(line, *spec, "blt.3.1");
  line.answer(R"([{"did":"blt.3.1","siid":2,"piid":1,"code":0,"value":true}])");
  ASSERT_TRUE(loop.run(talk->read({{2, 1}})).ok());
  line.answer(R"({"code":0})");
  ASSERT_TRUE(loop.run(talk->act({{2, 1}, {}})).ok());
  EXPECT_EQ(line.asked.at(0), R"(get_properties [{"did":"blt.3.1","piid":1,"siid":2}])");
  EXPECT_EQ(line.asked.at(1), R"(action {"aiid":1,"did":"blt.3.1","in":[],"siid":2})");
}

TEST_F(TalkTest, ABatchThatIsTooMuchIsHalvedAndThatIsKept) {
  const auto talk = make_miot_talk(line, *spec, "");
  line.refuse(-9999);
  line.answer(R"([{"siid":2,"piid":1,"value":true},{"siid":2,"piid":2,"value":5}])");
  line.answer(R"([{"siid":2,"piid":4,"code":-4001},{"siid":2,"piid":3,"value":2700}])");
  const auto readings = loop.run(talk->read({{2, 1}, {2, 2}, {2, 3}, {2, 4}}));
  ASSERT_TRUE(readings.ok());
  EXPECT_EQ(line.chunk_, 2U);
  EXPECT_EQ(*(*readings)[2].value, Value{std::int64_t{2700}});
  EXPECT_FALSE((*readings)[3].value.ok());
}

TEST_F(TalkTest, AClassicAnswerOfAnotherLengthIsAskedForAgainInSmallerParts) {
  const auto families = parse_families(R"({"models":["*"],"properties":[
    {"of":"light/on","get":"power","as":"on-off"},{"of":"light/brightness","get":"bright"}]})",
                                       "test");
  const auto talk = make_classic_talk(line, *spec, families->back());
  line.answer(R"(["on"])");
  line.answer(R"(["on"])");
  line.answer("[]");
  const auto readings = loop.run(talk->read({{2, 1}, {2, 2}}));
  ASSERT_TRUE(readings.ok());
  EXPECT_THAT(line.asked,
              ElementsAre(R"(get_prop ["power","bright"])", R"(get_prop ["power"])", R"(get_prop ["bright"])"));
  EXPECT_EQ(*(*readings)[0].value, Value{true});
  EXPECT_EQ((*readings)[1].value.error().code, ErrorCode::not_found);
}

TEST_F(TalkTest, ARefusalInWordsIsOne) {
  const auto families =
      parse_families(R"({"models":["*"],"properties":[{"of":"light/on","set":["set_power","$"]}]})", "test");
  const auto talk = make_classic_talk(line, *spec, families->back());
  line.answer(R"(["error"])");
  std::vector<model::PropertyWrite> writes = {{{2, 1}, Value{true}}};
  const auto written = loop.run(talk->write(writes));
  ASSERT_TRUE(written.ok());
  EXPECT_EQ((*written)[0].outcome.error().message, R"(on (2.1): the device refused: ["error"])");
}

}  // namespace
}  // namespace entente::miio
