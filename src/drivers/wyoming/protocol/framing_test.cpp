// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/protocol/framing.h"

#include <gtest/gtest.h>

namespace entente::wyoming {
namespace {

std::vector<Event> read(std::string_view bytes, EventReader::Limits limits = {}) {
  EventReader reader(limits);
  std::vector<Event> events;
  const auto fed = reader.feed(bytes, events);
  EXPECT_TRUE(fed.ok()) << (fed ? "" : fed.error().message);
  return events;
}

Error problem(std::string_view bytes, EventReader::Limits limits = {}) {
  EventReader reader(limits);
  std::vector<Event> events;
  const auto fed = reader.feed(bytes, events);
  EXPECT_FALSE(fed.ok());
  return fed ? Error() : fed.error();
}

// As the protocol's own documentation shows it.
constexpr std::string_view chunk =
    "{\"type\": \"audio-chunk\", \"version\": \"1.9.0\", \"data_length\": 60, \"payload_length\": 4}\n"
    "{\"rate\": 16000, \"width\": 2, \"channels\": 1, \"timestamp\": 640}abcd";

TEST(Framing, ReadsHeaderDataAndPayload) {
  const auto events = read(chunk);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].type, "audio-chunk");
  EXPECT_EQ(events[0].data["timestamp"], 640);
  EXPECT_EQ(events[0].payload, "abcd");
}

TEST(Framing, ReadsTheSameByteByByte) {
  EventReader reader;
  std::vector<Event> events;
  for (int twice = 0; twice < 2; ++twice) {
    for (const char& each : chunk) ASSERT_TRUE(reader.feed({&each, 1}, events).ok());
  }
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].data["rate"], 16'000);
  EXPECT_EQ(events[1].payload, "abcd");
}

TEST(Framing, ReadsSeveralEventsAtOnce) {
  const auto events = read("{\"type\": \"ping\"}\n{\"type\": \"pong\"}\n");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].type, "pong");
}

TEST(Framing, DataAfterTheHeaderGoesOverDataInIt) {
  const auto events = read("{\"type\":\"x\",\"data\":{\"a\":1,\"b\":1},\"data_length\":7}\n{\"b\":2}");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].data["a"], 1);
  EXPECT_EQ(events[0].data["b"], 2);
}

TEST(Framing, WhatIsWrittenCanBeRead) {
  const auto events = read(to_bytes({"audio-chunk", Json{{"rate", 16'000}}, std::string("\0\n{\xFF", 4)}) +
                           to_bytes({"describe", Json::object(), {}}));
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].payload, std::string("\0\n{\xFF", 4));
  EXPECT_EQ(events[0].data["rate"], 16'000);
  EXPECT_EQ(events[1].type, "describe");
}

TEST(Framing, LengthsOverTheLimitAreRefusedBeforeABitOfThemCame) {
  EXPECT_EQ(problem("{\"type\":\"x\",\"payload_length\":1000000000}\n").message,
            "wyoming: an event with 1000000000 bytes of sound");
  EXPECT_EQ(problem("{\"type\":\"x\",\"data_length\":18446744073709551615}\n").code, ErrorCode::exhausted);
}

TEST(Framing, ALineWithoutAnEndIsRefused) {
  EXPECT_EQ(problem(std::string(70'000, 'x')).message, "wyoming: a line of more than 65536 bytes");
}

TEST(Framing, WhatIsNoEventIsRefused) {
  for (const auto* bytes : {"HTTP/1.1 400 Bad Request\r\n", "\n", "[]\n", "{}\n", "{\"type\":3}\n", "{\"type\":\"\"}\n",
                            "{\"type\":\"x\",\"data_length\":-1}\n", "{\"type\":\"x\",\"data_length\":\"7\"}\n",
                            "{\"type\":\"x\",\"payload_length\":1.5}\n", "{\"type\":\"x\",\"data_length\":2}\n[]",
                            "{\"type\":\"x\",\"data_length\":2}\n{{"}) {
    EXPECT_EQ(problem(bytes).code, ErrorCode::corrupt) << bytes;
  }
}

TEST(Framing, NothingIsReadAfterAnError) {
  EventReader reader;
  std::vector<Event> events;
  EXPECT_FALSE(reader.feed("nonsense\n", events).ok());
  EXPECT_TRUE(reader.feed("{\"type\":\"ping\"}\n", events).ok());
  EXPECT_TRUE(events.empty());
}

}  // namespace
}  // namespace entente::wyoming
