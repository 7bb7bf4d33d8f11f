// SPDX-License-Identifier: GPL-3.0-or-later
// The weights' file, with its checksum put right so that what lies behind it is reached; a file that is taken must run.
#include <string>

#include "drivers/wake/network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace entente::wake;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  std::uint32_t sum = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    sum ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ (0xEDB88320U & (0U - (sum & 1U)));
  }
  sum = ~sum;
  (void)Network::parse(bytes, "fuzz");
  bytes.append(reinterpret_cast<const char*>(&sum), 4);
  auto network = Network::parse(bytes, "fuzz");
  if (!network.ok()) return 0;
  NetworkStream stream(std::make_shared<const Network>(std::move(*network)));
  std::vector<FeatureFrame> features(20);
  std::vector<PhoneFrame> heard;
  stream.feed(features, heard);
  return 0;
}
