// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/impl/websocket_frames.h"

#include <gtest/gtest.h>

namespace entente::net {
namespace {

constexpr std::uint32_t mask = 0x37fa213d;

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

// What a client's reader makes of `input` in one go: "text:..", "close:1000:..", "problem:1002", "more".
std::string read(const std::string& input, std::size_t limit = 1000) {
  FrameReader reader(WebSocketSide::client, limit);
  reader.feed(input);
  std::string seen;
  for (;;) {
    const auto next = reader.next();
    if (std::holds_alternative<std::monostate>(next)) return seen;
    if (!seen.empty()) seen += ' ';
    if (const auto* problem = std::get_if<FrameProblem>(&next)) return seen + fmt::format("!{}", problem->close_code);
    const auto& event = std::get<FrameEvent>(next);
    constexpr std::array<const char*, 11> names{"?", "text", "binary", "?",    "?",   "?",
                                                "?", "?",    "close",  "ping", "pong"};
    seen += fmt::format("{}:{}", names[static_cast<std::size_t>(event.kind)], event.bytes);
    if (event.kind == Opcode::close) seen += fmt::format("({})", event.close_code);
  }
}

// RFC 6455 section 5.7.
TEST(WebSocketFrames, ReadsTheExamplesOfTheStandard) {
  EXPECT_EQ(read(bytes({0x81, 5}) + "Hello"), "text:Hello");
  EXPECT_EQ(read(bytes({0x01, 3}) + "Hel" + bytes({0x80, 2}) + "lo"), "text:Hello");
  EXPECT_EQ(read(bytes({0x89, 5}) + "Hello"), "ping:Hello");
  FrameReader server(WebSocketSide::server, 100);
  server.feed(bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}));
  EXPECT_EQ(std::get<FrameEvent>(server.next()).bytes, "Hello");
}

TEST(WebSocketFrames, WritesTheExamplesOfTheStandard) {
  EXPECT_EQ(frame_text(Opcode::text, "Hello", std::nullopt), bytes({0x81, 5}) + "Hello");
  EXPECT_EQ(frame_text(Opcode::text, "Hello", mask),
            bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}));
  EXPECT_EQ(frame_text(Opcode::binary, std::string(256, 'x'), std::nullopt).substr(0, 4), bytes({0x82, 0x7e, 1, 0}));
  EXPECT_EQ(frame_text(Opcode::binary, std::string(65536, 'x'), std::nullopt).substr(0, 10),
            bytes({0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0}));
}

TEST(WebSocketFrames, EveryLengthComesBackByteByByte) {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 65535U, 65536U}) {
    const std::string payload(size, 'x');
    FrameReader reader(WebSocketSide::server, 65536);
    std::optional<FrameEvent> event;
    for (const char byte : frame_text(Opcode::binary, payload, mask)) {
      ASSERT_FALSE(event.has_value());
      reader.feed({&byte, 1});
      auto next = reader.next();
      if (auto* found = std::get_if<FrameEvent>(&next)) event = std::move(*found);
    }
    ASSERT_TRUE(event.has_value()) << size;
    EXPECT_EQ(event->bytes, payload);
  }
}

TEST(WebSocketFrames, ControlFramesMayStandBetweenFragments) {
  EXPECT_EQ(read(bytes({0x01, 1}) + "a" + bytes({0x89, 0}) + bytes({0x00, 0}) + bytes({0x80, 1}) + "b"),
            "ping: text:ab");
}

TEST(WebSocketFrames, ACharacterMayBeSplitOverFragments) {
  EXPECT_EQ(read(bytes({0x01, 1, 0xc3, 0x80, 1, 0xbc})), "text:ü");
}

TEST(WebSocketFrames, ViolationsHaveTheirCloseCode) {
  EXPECT_EQ(read(bytes({0xc1, 0})), "!1002") << "reserved bit";
  EXPECT_EQ(read(bytes({0x83, 0})), "!1002") << "unknown opcode";
  EXPECT_EQ(read(bytes({0x81, 0x80, 0, 0, 0, 0})), "!1002") << "a server that masks";
  EXPECT_EQ(read(bytes({0x80, 0})), "!1002") << "continuation of nothing";
  EXPECT_EQ(read(bytes({0x01, 0, 0x81, 0})), "!1002") << "message in a message";
  EXPECT_EQ(read(bytes({0x09, 0})), "!1002") << "fragmented ping";
  EXPECT_EQ(read(bytes({0x89, 126, 0, 126})), "!1002") << "long ping";
  EXPECT_EQ(read(bytes({0x88, 1, 3})), "!1002") << "half a close code";
  EXPECT_EQ(read(bytes({0x88, 2, 0x03, 0xed})), "!1002") << "1005 may not be sent";
  EXPECT_EQ(read(bytes({0x88, 3, 0x03, 0xe8, 0xff})), "!1007") << "close reason";
  EXPECT_EQ(read(bytes({0x81, 1, 0xff})), "!1007") << "text";
}

TEST(WebSocketFrames, AMessageTooLongIsRefusedByItsLengthAlone) {
  EXPECT_EQ(read(bytes({0x82, 11}), 10), "!1009");
  EXPECT_EQ(read(bytes({0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255}), 10), "!1009");
  EXPECT_EQ(read(bytes({0x02, 6}) + "123456" + bytes({0x80, 5}), 10), "!1009");
  EXPECT_EQ(read(bytes({0x02, 5}) + "12345" + bytes({0x80, 5}) + "67890", 10), "binary:1234567890");
}

TEST(WebSocketFrames, CloseCarriesCodeAndReason) {
  EXPECT_EQ(read(bytes({0x88, 0})), "close:(1005)");
  EXPECT_EQ(read(frame_text(Opcode::close, close_payload(1001, "bye"), std::nullopt)), "close:bye(1001)");
  EXPECT_LE(close_payload(1000, std::string(1000, 'x')).size(), 125U);
}

}  // namespace
}  // namespace entente::net
