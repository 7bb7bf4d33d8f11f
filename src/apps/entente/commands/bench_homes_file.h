// SPDX-License-Identifier: GPL-3.0-or-later
// A home to measure in: its devices, what is said in it, and what must have changed then. The format stands in
// bench/homes/README.md.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "apps/entente/demo_home.h"
#include "base/result.h"
#include "model/value.h"

namespace entente::apps {

// By device name, by trait ("brightness").
using HomeState = std::map<std::string, std::map<std::string, model::Value>>;

struct HomeCase {
  std::string kind;  // "single", "several", "refused", "mixed", "talk" …: how the results are grouped
  std::vector<std::string> said;
  std::string area;      // the speaker's room
  HomeState start;       // beside the home's own
  HomeState expected;    // every difference to the start, and no other
  bool refused = false;  // something of it must be refused, or asked back
};

struct HomeFile {
  std::string name;
  std::vector<std::string> languages;
  std::vector<DemoDevice> devices;
  HomeState start;
  std::vector<HomeCase> cases;
};

// Every *.yaml of the folder, sorted, or the file itself.
Result<std::vector<HomeFile>> read_homes(const std::filesystem::path& path);

}  // namespace entente::apps
