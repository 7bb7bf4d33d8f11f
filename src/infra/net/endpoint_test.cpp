// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/endpoint.h"

#include <gtest/gtest.h>

namespace entente::net {
namespace {

TEST(Endpoint, PrintsWhatItParses) {
  for (const char* text : {"192.168.1.20:54321", "0.0.0.0:0", "[::1]:8080", "[2001:db8::5]:65535"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint.ok()) << text;
    EXPECT_EQ(endpoint->to_string(), text);
  }
}

TEST(Endpoint, RefusesWhatIsNotAnAddressWithAPort) {
  for (const char* text :
       {"", ":", "80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4: 80", "1.2.3:80", "host:80",
        "::1:80", "[1.2.3.4]:80", "[::1]", "[::1]80", "[fe80::1%nosuchzone0]:1"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_FALSE(endpoint.ok()) << text;
    EXPECT_EQ(endpoint.error().code, ErrorCode::invalid);
  }
}

TEST(Endpoint, ErrorsNameTheText) {
  EXPECT_EQ(Endpoint::parse("lamp").error().message,
            "net: 'lamp' is not an address with a port, such as 192.168.1.20:80 or [::1]:80");
  EXPECT_EQ(Endpoint::of("lamp", 80).error().message, "net: 'lamp' is not an IPv4 or IPv6 address");
}

TEST(Endpoint, MappedIpv4BecomesIpv4) { EXPECT_EQ(*Endpoint::of("::ffff:10.0.0.7", 5), *Endpoint::of("10.0.0.7", 5)); }

TEST(Endpoint, KeepsTheZoneOfALinkLocalAddress) {
  const auto endpoint = Endpoint::of("fe80::1%7", 80);
  ASSERT_TRUE(endpoint.ok());
  EXPECT_EQ(endpoint->to_string(), "[fe80::1%7]:80");
  EXPECT_NE(*endpoint, *Endpoint::of("fe80::1%8", 80));
}

TEST(Endpoint, KnowsLoopbackAndUnspecified) {
  EXPECT_TRUE(Endpoint::of("127.9.9.9", 1)->is_loopback());
  EXPECT_TRUE(Endpoint::of("::1", 1)->is_loopback());
  EXPECT_FALSE(Endpoint::of("128.0.0.1", 1)->is_loopback());
  EXPECT_FALSE(Endpoint::of("2001:db8::1", 1)->is_loopback());
  EXPECT_TRUE(Endpoint::any().is_unspecified());
  EXPECT_TRUE(Endpoint::of("::", 0)->is_unspecified());
}

TEST(Endpoint, ServesAsAKey) {
  std::unordered_map<Endpoint, int> found;
  found[Endpoint::loopback(1)] = 1;
  found[Endpoint::loopback(2)] = 2;
  EXPECT_EQ(found[*Endpoint::parse("127.0.0.1:2")], 2);
  EXPECT_LT(Endpoint::loopback(1), Endpoint::loopback(2));
}

}  // namespace
}  // namespace entente::net
