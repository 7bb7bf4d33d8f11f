// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/url.h"

#include <gtest/gtest.h>

namespace entente::net {
namespace {

TEST(Url, SplitsIntoItsParts) {
  const auto url = parse_url("HTTPS://Hub.Local:8443/a/b?c=d#fragment");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "hub.local");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/a/b?c=d");
  EXPECT_TRUE(url->encrypted());
}

TEST(Url, FillsInPortAndPath) {
  EXPECT_EQ(parse_url("http://h")->port, 80);
  EXPECT_EQ(parse_url("wss://h")->port, 443);
  EXPECT_EQ(parse_url("http://h")->target, "/");
  EXPECT_EQ(parse_url("http://h?x=1")->target, "/?x=1");
}

TEST(Url, HostHeaderHasThePortOnlyWhereItIsUnusual) {
  EXPECT_EQ(parse_url("http://h:80/")->host_header(), "h");
  EXPECT_EQ(parse_url("http://h:81/")->host_header(), "h:81");
  EXPECT_EQ(parse_url("https://[::1]:443/")->host_header(), "[::1]");
  EXPECT_EQ(parse_url("https://[::1]:80/")->host_header(), "[::1]:80");
}

TEST(Url, RefusesWhatItCannotReach) {
  for (const char* text : {"", "h", "//h", "ftp://h/", "http://", "http:///x", "http://a b/", "http://u@h/",
                           "http://h:0/", "http://h:99999/", "http://h:/", "http://h:8x/", "http://[::1/",
                           "http://[1.2.3.4]/", "http://[::1]x/", "http://h/a b", "http://h/a\r\nX: y"}) {
    EXPECT_FALSE(parse_url(text).ok()) << text;
  }
}

TEST(Target, DecodesPathAndParameters) {
  const auto target = parse_target("/devices/bed%20lamp+1?q=a%26b+c&empty=&flag&&q=2");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, "/devices/bed lamp+1");
  const QueryParameters expected{{"q", "a&b c"}, {"empty", ""}, {"flag", ""}, {"q", "2"}};
  EXPECT_EQ(target->query, expected);
}

TEST(Target, RefusesWhatCouldEscapeOrMislead) {
  for (const char* text :
       {"", "x", "/%", "/%4", "/%zz", "/%ff", "/a/../b", "/a/%2e%2e/b", "/..", "/%00", "/?x=%", "/?%zz=1"}) {
    EXPECT_FALSE(parse_target(text).has_value()) << text;
  }
}

TEST(Target, DotsInsideANameAreFine) { EXPECT_TRUE(parse_target("/a..b/...").has_value()); }

TEST(PercentCoding, DecodesWhatItEncodes) {
  const std::string text = "a b/ü?&=%+~";
  EXPECT_EQ(percent_encode(text), "a%20b%2F%C3%BC%3F%26%3D%25%2B~");
  EXPECT_EQ(percent_decode(percent_encode(text)), text);
}

}  // namespace
}  // namespace entente::net
