// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations with a device that the test plays itself, datagram by datagram.
#include "drivers/miio/protocol/client_session.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "drivers/miio/protocol/device_session.h"
#include "drivers/miio/protocol/tolerant_json.h"

namespace entente::miio {
namespace {

using namespace std::chrono_literals;
using Outcome = ClientSession::Outcome;
using Reach = ClientSession::Reach;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Keys keys = derive_keys(*parse_token("00112233445566778899aabbccddeeff"));
const Keys other_keys = derive_keys(*parse_token("ffeeddccbbaa99887766554433221100"));

// What the session put on the wire.
struct Sent {
  bool hello = false;
  Header header;
  std::int64_t id = 0;
  std::string method;
  Json params;
};

Sent read_sent(const ClientSession::Datagram& datagram) {
  const auto packet = decode(datagram.bytes);
  if (!packet.ok() || packet->kind == Packet::Kind::hello) return {packet.ok(), {}, 0, "hello", {}};
  const auto payload = decrypt(datagram.bytes, keys);
  const Json json = payload.ok() ? Json::parse(*payload) : Json::object();
  return {false, packet->header, integer_or(json, "id", 0), string_or(json, "method", "?"),
          json.contains("params") ? json["params"] : Json()};
}

class Conversation : public testing::Test {
 protected:
  std::vector<Sent> sent() {
    std::vector<Sent> all;
    for (const auto& datagram : session.take_datagrams()) all.push_back(read_sent(datagram));
    return all;
  }
  std::vector<std::string> methods() {
    std::vector<std::string> names;
    for (const auto& one : sent()) names.push_back(one.method);
    return names;
  }
  // The one datagram that must be there.
  Sent one_sent() {
    const auto all = sent();
    EXPECT_THAT(all, SizeIs(1));
    return all.empty() ? Sent{} : all.front();
  }
  std::vector<Outcome> outcomes() {
    std::vector<Outcome> all;
    for (auto& finished : session.take_finished()) {
      all.push_back(finished.outcome);
      last = std::move(finished);
    }
    return all;
  }

  ClientSession::Ticket ask(std::string method, ClientSession::Urgency urgency = ClientSession::Urgency::poll) {
    ClientSession::Request request;
    request.method = std::move(method);
    request.urgency = urgency;
    return session.submit(std::move(request), now);
  }
  ClientSession::Ticket act() {
    ClientSession::Request request;
    request.method = "action";
    request.params = {{"siid", 2}, {"aiid", 1}};
    request.repeat = ClientSession::Repeat::never;
    request.urgency = ClientSession::Urgency::command;
    return session.submit(std::move(request), now);
  }
  void pass(Duration time) {
    const auto end = now + time;
    while (session.wake() && *session.wake() <= end) {
      now = *session.wake();
      session.tick(now);
    }
    now = end;
  }

  void hello(std::uint32_t stamp = 1000) { session.receive(encode_hello_reply({42, stamp}), now); }
  void say(std::string_view payload, std::uint32_t stamp = 1000, const Keys& with = keys) {
    session.receive(encode_message({42, stamp}, payload, with), now);
  }
  void answer(std::int64_t id, std::string_view result = R"(["ok"])") {
    say(fmt::format(R"({{"id":{},"result":{}}})", id, result));
  }
  void refuse(std::int64_t id, int code) {
    say(fmt::format(R"({{"id":{},"error":{{"code":{},"message":"no"}}}})", id, code));
  }
  // A first request that is answered: the device is known then and its token proven.
  void meet() {
    ask("miIO.info");
    hello();
    sent();
    answer(session_first_id());
    ASSERT_THAT(outcomes(), ElementsAre(Outcome::answered));
  }
  std::int64_t session_first_id() const { return 100'000'007; }

  ClientSession session{keys, 7};
  TimePoint now = TimePoint{} + 1h;
  ClientSession::Finished last;
};

TEST_F(Conversation, BeginsWithAHelloAndThenAsks) {
  ask("get_properties");
  EXPECT_THAT(methods(), ElementsAre("hello"));
  hello(1000);
  const auto request = one_sent();
  EXPECT_EQ(request.method, "get_properties");
  EXPECT_EQ(request.header.device_id, 42U);
  EXPECT_EQ(request.header.stamp, 1000U);
  answer(request.id, R"([{"code":0}])");
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
  EXPECT_EQ(last.result, Json::parse(R"([{"code":0}])"));
  EXPECT_EQ(session.reach(), Reach::reachable);
  EXPECT_EQ(session.wake(), std::nullopt);
}

TEST_F(Conversation, TheStampFollowsTheDevicesClock) {
  meet();
  now += 7500ms;
  ask("a");
  EXPECT_EQ(one_sent().header.stamp, 1007U);
}

TEST_F(Conversation, AnAnswersLaterStampMovesTheClockOnAndAnEarlierOneDoesNot) {
  meet();
  ask("a");
  say(R"({"id":100000008,"result":[]})", 1500);
  ask("b");
  say(R"({"id":100000009,"result":[]})", 1400);
  sent();
  ask("c");
  EXPECT_EQ(one_sent().header.stamp, 1500U);
}

TEST_F(Conversation, AfterTwoMinutesWithoutAWordTheHelloComesAgain) {
  meet();
  now += 120s;
  ask("a");
  EXPECT_THAT(methods(), ElementsAre("a"));
  answer(100'000'008);
  now += 121s;
  ask("b");
  EXPECT_THAT(methods(), ElementsAre("hello"));
}

TEST_F(Conversation, IdsStartHighAndGrowByOne) {
  meet();
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 3; ++i) {
    ask("a");
    ids.push_back(one_sent().id);
    answer(ids.back());
  }
  EXPECT_THAT(ids, ElementsAre(100'000'008, 100'000'009, 100'000'010));
}

TEST_F(Conversation, IdsWrapBelowTheSignBitAndNeverReachZero) {
  // The last usable id is 2^31 - 1; the session begins one before it.
  session = ClientSession(keys, 0x7fffffffU - 100'000'000U - 1);
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 3; ++i) {
    ask("a");
    if (i == 0) {
      sent();
      hello();
    }
    ids.push_back(one_sent().id);
    answer(ids.back());
  }
  EXPECT_THAT(ids, ElementsAre(0x7ffffffe, 0x7fffffff, 100'000'000));
}

TEST_F(Conversation, ObjectsWithAServiceGetTheDevicesOwnId) {
  ClientSession::Request request;
  request.method = "get_properties";
  request.params = Json::parse(R"([{"siid":2,"piid":1},{"siid":2,"piid":2,"did":"sub"}])");
  session.submit(request, now);
  sent();
  hello();
  EXPECT_EQ(one_sent().params, Json::parse(R"([{"did":"42","siid":2,"piid":1},{"did":"sub","siid":2,"piid":2}])"));
}

TEST_F(Conversation, ALostRequestGoesOutAgainAfterAHelloWithANewId) {
  meet();
  ask("a");
  const auto first = one_sent();
  pass(799ms);
  EXPECT_THAT(methods(), IsEmpty());
  pass(1ms);
  EXPECT_THAT(methods(), ElementsAre("hello"));
  hello();
  const auto second = one_sent();
  EXPECT_EQ(second.method, "a");
  EXPECT_NE(second.id, first.id);
  answer(second.id);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
}

TEST_F(Conversation, ALateAnswerToTheFirstTryCounts) {
  meet();
  ask("a");
  const auto first = one_sent();
  pass(1s);
  hello();
  sent();
  answer(first.id);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
}

TEST_F(Conversation, AnswersThatComeTwiceOrInAnotherOrderHurtNobody) {
  meet();
  ask("a");
  const auto first = one_sent();
  pass(1s);
  hello();
  const auto second = sent().back();
  answer(second.id);
  answer(second.id);
  answer(first.id);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
  ask("b");
  answer(first.id);
  EXPECT_THAT(outcomes(), IsEmpty());
}

TEST_F(Conversation, ASwitchedOffAndOnDeviceIsMetWithItsNewStamp) {
  meet();
  now += 60s;
  ask("a");
  EXPECT_EQ(one_sent().header.stamp, 1060U);
  pass(800ms);
  hello(3);
  EXPECT_THAT(sent().back().header.stamp, 3U);
}

TEST_F(Conversation, NoAnswerAtAllIsOfflineAfterFiveSeconds) {
  ask("a");
  pass(5299ms);
  EXPECT_THAT(outcomes(), IsEmpty());
  pass(1ms);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::offline));
  EXPECT_THAT(methods(), ElementsAre("hello", "hello", "hello"));
  EXPECT_EQ(session.reach(), Reach::offline);
}

TEST_F(Conversation, HelloAnsweredAndCommandsNotMeansAWrongToken) {
  ask("a");
  hello();
  pass(800ms);
  hello();
  pass(1500ms);
  hello();
  pass(3s);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::token_wrong));
  EXPECT_EQ(session.reach(), Reach::token_wrong);
}

TEST_F(Conversation, AnswersUnderAnotherTokenAreNoAnswers) {
  ask("a");
  hello();
  say(R"({"id":100000007,"result":[]})", 1000, other_keys);
  EXPECT_THAT(outcomes(), IsEmpty());
  EXPECT_FALSE(session.token_proven());
}

TEST_F(Conversation, ADeviceUnpluggedInTheMiddleIsOfflineAndNotAWrongToken) {
  ask("a");
  hello();
  pass(800ms);
  hello();
  pass(6s);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::offline));
}

TEST_F(Conversation, OneUnansweredRequestDoesNotMakeAProvenTokenWrong) {
  meet();
  const auto unanswered_request = [this] {
    ask("a");
    hello();
    for (const auto wait : {800ms, 1500ms, 3000ms}) {
      pass(wait);
      hello();
    }
    return outcomes();
  };
  EXPECT_THAT(unanswered_request(), ElementsAre(Outcome::silent));
  EXPECT_EQ(session.reach(), Reach::reachable);
  EXPECT_THAT(unanswered_request(), ElementsAre(Outcome::token_wrong));
}

TEST_F(Conversation, WhatWaitsBehindALostDeviceEndsWithIt) {
  ask("a");
  ask("b");
  ask("c");
  pass(6s);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::offline, Outcome::offline, Outcome::offline));
}

TEST_F(Conversation, ALostDeviceIsFoundAgainByTheNextRequest) {
  ask("a");
  pass(6s);
  outcomes();
  sent();
  ask("b");
  hello();
  answer(sent().back().id);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
  EXPECT_EQ(session.reach(), Reach::reachable);
}

TEST_F(Conversation, ABusyDeviceIsAskedAgainTwice) {
  meet();
  ask("a");
  for (int i = 0; i < 2; ++i) {
    refuse(one_sent().id, -9999);
    EXPECT_THAT(outcomes(), IsEmpty());
    pass(200ms);
  }
  refuse(one_sent().id, -9999);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::refused));
  EXPECT_EQ(last.error_code, -9999);
}

TEST_F(Conversation, ABusyDeviceThatRecoversAnswers) {
  meet();
  ask("a");
  refuse(one_sent().id, -30001);
  pass(200ms);
  answer(one_sent().id);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
}

TEST_F(Conversation, ABusyAnswerToALostTryLeavesTheOtherTryAlone) {
  meet();
  ask("a");
  const auto first = one_sent();
  pass(800ms);
  hello();
  const auto second = sent().back();
  refuse(first.id, -9999);
  answer(second.id);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
}

TEST_F(Conversation, OtherErrorsAreFinalAtOnce) {
  meet();
  ask("a");
  refuse(one_sent().id, -32601);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::refused));
  EXPECT_EQ(last.error_message, "no");
}

TEST_F(Conversation, BrokenJsonIsAskedForAgainAndThenGivenUp) {
  meet();
  ask("a");
  for (int i = 0; i < 3; ++i) {
    one_sent();
    EXPECT_THAT(outcomes(), IsEmpty());
    say("{\"id\":");
    pass(200ms);
  }
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::nonsense));
}

TEST_F(Conversation, OddButReadableJsonIsAnAnswer) {
  meet();
  ask("a");
  say(fmt::format("{{\"id\":{},,\"result\":[{{\"value\":00}}]}}\n", one_sent().id));
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
}

TEST_F(Conversation, RubbishOfAllKindsIsSurvived) {
  meet();
  ask("a");
  const auto id = one_sent().id;
  session.receive({}, now);
  session.receive(Bytes(7, 0x21), now);
  session.receive(encode_hello(), now);
  hello(5);
  auto torn = encode_message({42, 1000}, "{}", keys);
  torn.pop_back();
  session.receive(torn, now);
  say(R"({"id":99,"result":[]})");
  say(R"({"id":"text","result":[]})");
  say(R"({"id":5,"method":"properties_changed","params":[]})");
  EXPECT_THAT(outcomes(), IsEmpty());
  answer(id);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
}

TEST_F(Conversation, AnActionIsNeverSentTwice) {
  meet();
  act();
  EXPECT_EQ(one_sent().method, "action");
  pass(800ms);
  hello();
  EXPECT_THAT(methods(), ElementsAre("hello", "miIO.info"));
  pass(1500ms);
  hello();
  EXPECT_THAT(methods(), ElementsAre("hello", "miIO.info"));
}

TEST_F(Conversation, AnActionThatWasNotConfirmedByALivingDeviceIsInDoubt) {
  meet();
  act();
  sent();
  pass(800ms);
  hello();
  answer(sent().back().id, "{}");
  EXPECT_THAT(outcomes(), IsEmpty());
  pass(1500ms);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::unanswered));
}

TEST_F(Conversation, ALateAnswerToAnActionIsTaken) {
  meet();
  act();
  const auto action = one_sent();
  pass(800ms);
  hello();
  answer(sent().back().id, "{}");
  pass(1s);
  answer(action.id, R"({"code":0})");
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
}

TEST_F(Conversation, ABusyDevicesActionIsNotTriedAgain) {
  meet();
  act();
  refuse(one_sent().id, -9999);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::refused));
}

TEST_F(Conversation, AnActionUnderAWrongTokenIsFoundOut) {
  act();
  hello();
  for (const auto wait : {800ms, 1500ms}) {
    pass(wait);
    hello();
  }
  pass(3s);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::token_wrong));
}

TEST_F(Conversation, OneRequestIsUnderWayAtATime) {
  meet();
  ask("a");
  ask("b");
  const auto first = one_sent();
  EXPECT_EQ(first.method, "a");
  answer(first.id);
  EXPECT_EQ(one_sent().method, "b");
}

TEST_F(Conversation, CommandsGoBeforePolls) {
  meet();
  ask("poll 1");
  ask("poll 2");
  ask("command 1", ClientSession::Urgency::command);
  ask("command 2", ClientSession::Urgency::command);
  std::vector<std::string> order;
  for (int i = 0; i < 4; ++i) {
    const auto next = one_sent();
    order.push_back(next.method);
    answer(next.id);
  }
  EXPECT_THAT(order, ElementsAre("poll 1", "command 1", "command 2", "poll 2"));
}

TEST_F(Conversation, ACommandDoesNotWaitForAPollThatHangs) {
  meet();
  ask("poll");
  pass(1s);
  sent();
  ask("command", ClientSession::Urgency::command);
  EXPECT_THAT(methods(), ElementsAre("hello"));
  hello();
  const auto command = one_sent();
  EXPECT_EQ(command.method, "command");
  answer(command.id);
  EXPECT_EQ(one_sent().method, "poll");
}

TEST_F(Conversation, ACommandBehindAPollThatBeginsToHangGoesFirst) {
  meet();
  ask("poll");
  ask("command", ClientSession::Urgency::command);
  sent();
  pass(800ms);
  hello();
  EXPECT_THAT(methods(), ElementsAre("hello", "command"));
}

TEST_F(Conversation, ACancelledRequestMakesRoomForTheNext) {
  meet();
  const auto first = ask("a");
  const auto second = ask("b");
  ask("c");
  sent();
  session.cancel(second, now);
  session.cancel(first, now);
  const auto third = one_sent();
  EXPECT_EQ(third.method, "c");
  answer(third.id);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
}

TEST_F(Conversation, TooManyRequestsAreRefusedAndNotKept) {
  for (int i = 0; i < 257; ++i) ask("a");
  EXPECT_THAT(outcomes(), IsEmpty());
  ask("a");
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::overloaded));
}

TEST_F(Conversation, ARequestThatNoDatagramHoldsIsRefused) {
  ClientSession::Request request;
  request.method = "set_properties";
  request.params = {std::string(70'000, 'x')};
  session.submit(request, now);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::overloaded));
}

TEST_F(Conversation, ADeviceAtANewAddressIsMetFromTheStart) {
  meet();
  session.forget_device();
  EXPECT_EQ(session.reach(), Reach::unknown);
  ask("a");
  EXPECT_THAT(methods(), ElementsAre("hello"));
}

TEST_F(Conversation, AReportIsHeardOnceAndAnsweredEachTime) {
  meet();
  sent();
  const char* report = R"({"id":7,"method":"properties_changed","params":[{"siid":2,"piid":1,"value":true}]})";
  say(report);
  const auto uplinks = session.take_uplinks();
  ASSERT_EQ(uplinks.size(), 1U);
  EXPECT_EQ(uplinks[0].method, "properties_changed");
  EXPECT_EQ(uplinks[0].params[0]["value"], true);
  const auto answers = session.take_datagrams();
  ASSERT_EQ(answers.size(), 1U);
  const Json answer = Json::parse(decrypt(answers[0].bytes, keys).value());
  EXPECT_EQ(answer, Json::parse(R"({"id":7,"result":{"code":0}})"));
  now += 4s;
  say(report, 1004);
  EXPECT_TRUE(session.take_uplinks().empty());
  EXPECT_EQ(session.take_datagrams().size(), 1U);
}

TEST_F(Conversation, ARecordedReportIsNothing) {
  meet();
  sent();
  now += 5min;
  say(R"({"id":8,"method":"properties_changed","params":[]})", 1000);
  EXPECT_TRUE(session.take_uplinks().empty());
  EXPECT_TRUE(session.take_datagrams().empty());
  say(R"({"id":8,"method":"properties_changed","params":[]})", 1300);
  EXPECT_EQ(session.take_uplinks().size(), 1U);
}

TEST_F(Conversation, AReportFromSomebodyElseIsNothing) {
  meet();
  sent();
  say(R"({"id":9,"method":"properties_changed","params":[]})", 1000, other_keys);
  session.receive(encode_message({43, 1000}, R"({"id":9,"method":"properties_changed"})", keys), now);
  say(R"({"method":"properties_changed"})");
  EXPECT_TRUE(session.take_uplinks().empty());
}

TEST_F(Conversation, AReportBeforeTheDeviceIsKnownIsNothing) {
  say(R"({"id":9,"method":"properties_changed","params":[]})");
  EXPECT_TRUE(session.take_uplinks().empty());
  EXPECT_EQ(session.reach(), Reach::unknown);
}

TEST_F(Conversation, ARecordedAnswerDoesNotMakeADeviceReachable) {
  meet();
  sent();
  ask("a");
  const auto id = one_sent().id;
  answer(id);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::answered));
  ask("b");
  pass(10s);
  EXPECT_THAT(outcomes(), ElementsAre(Outcome::offline));
  answer(id);
  EXPECT_EQ(session.reach(), Reach::offline);
}

TEST_F(Conversation, ADeviceThatOnlyReportsIsNotKeptWithoutEnd) {
  meet();
  for (int i = 0; i < 1000; ++i) {
    say(fmt::format(R"({{"id":{},"method":"properties_changed","params":[]}})", i + 1));
    (void)session.take_datagrams();
  }
  EXPECT_LE(session.take_uplinks().size(), 256U);
}

TEST_F(Conversation, ACommandThatMetSilenceGoesOutTogetherWithTheHelloAndAgainInside) {
  meet();
  sent();
  ask("set", ClientSession::Urgency::command);
  sent();
  pass(800ms);
  EXPECT_THAT(methods(), ElementsAre("hello", "set"));
  pass(700ms);
  EXPECT_THAT(methods(), ElementsAre("hello", "set"));
  hello(1001);
  EXPECT_THAT(methods(), IsEmpty());
}

TEST_F(Conversation, ADeviceThatWasOffGetsTheCommandByItsNewClock) {
  meet();
  sent();
  ask("set", ClientSession::Urgency::command);
  sent();
  pass(800ms);
  sent();
  hello(3);
  const auto again = one_sent();
  EXPECT_EQ(again.method, "set");
  EXPECT_EQ(again.header.stamp, 3U);
}

// One datagram of ten is lost on either way; the device itself answers at once.
TEST(LossyNetwork, LosesNoCommandAndKeepsTheTime) {
  TimePoint now = TimePoint{} + 1h;
  ClientSession client(keys, 5);
  DeviceSession device(keys.token, 42, 1000, now);
  std::minstd_rand random(3);
  const auto arrives = [&random] { return std::uniform_int_distribution<int>(1, 10)(random) > 1; };
  const auto exchange = [&] {
    for (auto going = client.take_datagrams(); !going.empty(); going = client.take_datagrams()) {
      for (const auto& datagram : going) {
        if (!arrives()) continue;
        const auto heard = device.receive(datagram.bytes, now);
        if (heard.hello_reply && arrives()) client.receive(*heard.hello_reply, now);
        if (!heard.command || !arrives()) continue;
        client.receive(device.say(fmt::format(R"({{"id":{},"result":[]}})", heard.command->id), now), now);
      }
    }
  };
  std::vector<Duration> took;
  for (int i = 0; i < 2000; ++i) {
    now += 1s;
    const auto start = now;
    ClientSession::Request request;
    request.method = "set_properties";
    request.urgency = ClientSession::Urgency::command;
    client.submit(std::move(request), now);
    exchange();
    while (client.wake()) {
      now = *client.wake();
      client.tick(now);
      exchange();
    }
    for (const auto& finished : client.take_finished()) EXPECT_EQ(finished.outcome, Outcome::answered);
    took.push_back(now - start);
  }
  std::sort(took.begin(), took.end());
  EXPECT_LE(took[took.size() * 95 / 100], 1200ms);
}

}  // namespace
}  // namespace entente::miio
