// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/address.h"

#include <gtest/gtest.h>

namespace entente::wyoming {
namespace {

TEST(Address, IsAHostAndAPort) {
  const std::pair<const char*, const char*> readable[] = {{"tcp://192.168.1.5:10300", "192.168.1.5:10300"},
                                                          {"whisper.local:10300", "whisper.local:10300"},
                                                          {"tcp://[fe80::1%eth0]:1/", "[fe80::1%eth0]:1"}};
  for (const auto& [text, address] : readable) {
    const auto parsed = parse_address(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(parsed->to_string(), address);
  }
}

TEST(Address, NothingElseIsOne) {
  for (const auto* text :
       {"", "tcp://", "host", "tcp://host", "tcp://host:", "tcp://:1", "tcp://host:0", "host:65536", "http://host:80",
        "tcp://ho st:1", "tcp://::1:10300", "tcp://[::1]", "[host]:1", "host:+1", "unix:///run/x", "stdio://"}) {
    EXPECT_FALSE(parse_address(text).ok()) << text;
  }
}

}  // namespace
}  // namespace entente::wyoming
