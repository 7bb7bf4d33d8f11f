// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wake/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/file.h"

namespace entente::wake {
namespace {

const std::string folder = "src/drivers/wake/testdata/";

std::string small_bytes() { return *read_file(folder + "small.bin"); }
std::shared_ptr<const Network> small_network() {
  return std::make_shared<const Network>(*Network::parse(small_bytes(), "small.bin"));
}

struct Table {
  std::vector<FeatureFrame> features;
  std::vector<PhoneFrame> phones;
};
Table small_table() {
  std::ifstream file(folder + "small.txt");
  Table table;
  std::array<float, phone_count> row{};
  const auto next = [&] {
    for (float& x : row) file >> x;
    return static_cast<bool>(file);
  };
  for (int i = 0; i < 60 && next(); ++i) {
    std::copy_n(row.begin(), feature_size, table.features.emplace_back().begin());
  }
  while (next()) table.phones.push_back(row);
  return table;
}

std::vector<PhoneFrame> heard(std::span<const FeatureFrame> features, std::size_t chunk) {
  NetworkStream stream(small_network());
  std::vector<PhoneFrame> out;
  for (std::size_t at = 0; at < features.size(); at += chunk) {
    stream.feed(features.subspan(at, std::min(chunk, features.size() - at)), out);
  }
  return out;
}

std::string with_checksum_of(std::string bytes) {
  std::uint32_t sum = 0xFFFFFFFFU;
  bytes.resize(bytes.size() - 4);
  for (const char byte : bytes) {
    sum ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ (0xEDB88320U & (0U - (sum & 1U)));
  }
  sum = ~sum;
  return bytes.append(reinterpret_cast<const char*>(&sum), 4);
}

TEST(Network, ComputesWhatTorchComputes) {
  const auto table = small_table();
  ASSERT_EQ(table.phones.size(), 30U);
  const auto out = heard(table.features, table.features.size());
  // Its end is missing: there the network still waits for what comes.
  ASSERT_EQ(out.size(), (60 - small_network()->look_ahead() + 1) / 2);
  for (std::size_t t = 0; t < out.size(); ++t) {
    for (std::size_t i = 0; i < phone_count; ++i) ASSERT_NEAR(out[t][i], table.phones[t][i], 1e-3) << t << ", " << i;
  }
}

TEST(Network, HearsTheSameHoweverFeaturesAreCut) {
  const auto table = small_table();
  const auto whole = heard(table.features, table.features.size());
  for (const std::size_t chunk : {1U, 2U, 3U, 7U, 59U}) EXPECT_EQ(heard(table.features, chunk), whole) << chunk;
}

TEST(Network, LooksAheadLessThan150Milliseconds) { EXPECT_LE(small_network()->look_ahead(), 15U); }

TEST(Network, NamesAFileThatIsNoWeights) {
  const auto network = Network::parse("what is this", "x.bin");
  ASSERT_FALSE(network);
  EXPECT_EQ(network.error().code, ErrorCode::corrupt);
  EXPECT_EQ(network.error().message, "wake: x.bin: not a file of wake word weights");
}

TEST(Network, NoticesASingleWrongBit) {
  auto bytes = small_bytes();
  bytes[bytes.size() / 2] ^= 4;
  const auto network = Network::parse(bytes, "x.bin");
  ASSERT_FALSE(network);
  EXPECT_THAT(network.error().message, testing::HasSubstr("checksum"));
}

TEST(Network, NoticesAFileThatEndsEarly) {
  const auto bytes = small_bytes();
  for (std::size_t size = 0; size < bytes.size(); size += 97) {
    EXPECT_FALSE(Network::parse(bytes.substr(0, size), "x.bin")) << size;
    if (size <= 12) continue;
    EXPECT_FALSE(Network::parse(with_checksum_of(bytes.substr(0, size)), "x.bin")) << size;
  }
}

TEST(Network, RefusesLayersOfImpossibleSize) {
  auto bytes = small_bytes();
  bytes[15] = 0x7F;  // the first layer's inputs: two thousand million
  const auto network = Network::parse(with_checksum_of(bytes), "x.bin");
  ASSERT_FALSE(network);
  EXPECT_THAT(network.error().message, testing::HasSubstr("impossible size"));
}

TEST(Network, NamesAFileThatIsNotThere) {
  const auto network = Network::open("/nowhere/phones.bin");
  ASSERT_FALSE(network);
  EXPECT_THAT(network.error().message, testing::HasSubstr("/nowhere/phones.bin"));
}

}  // namespace
}  // namespace entente::wake
