// SPDX-License-Identifier: GPL-3.0-or-later
// What the usual tools write that fetch the tokens of a Xiaomi account: JSON (Xiaomi-cloud-tokens-extractor,
// python-miio's cloud list, a homebridge-miot configuration, our own), CSV with a head line, and printed lists of
// "NAME: …" lines. A pure function.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace entente::apps {

struct ImportedDevice {
  std::string name;
  std::vector<std::string> aliases;
  std::string room;
  std::string model;
  std::string host;
  std::uint16_t port = 0;
  std::string token;
  std::string device_id;  // "did"
  std::string mac;
};

// Every device in it that has a token, in the file's order, each once. An Error for a file without one.
Result<std::vector<ImportedDevice>> parse_device_export(std::string_view text, std::string_view source);

// Why such a device cannot be one of the home's, whatever its model; empty when nothing is missing.
std::string what_is_missing(const ImportedDevice& device);

}  // namespace entente::apps
