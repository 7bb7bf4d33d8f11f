// SPDX-License-Identifier: GPL-3.0-or-later
// The device models this program knows: MIoT-spec instances read from folders of JSON files. A broken file is reported
// and the rest is loaded. Odd specs (missing lists, duplicates, float ranges) load with a note.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/device.h"

namespace entente::home {

// One spec from its JSON text. The model is what `name` says ("yeelink.light.color1", or a path whose file name is
// that). Tolerates what real specs do; `notes` receives a line for each oddity. Refuses what is no spec at all.
Result<model::DeviceSpec> parse_spec(std::string_view json, std::string_view name, std::vector<std::string>& notes);

// The JSON text of a spec: what parse_spec reads back as the same.
std::string write_spec(const model::DeviceSpec& spec);

class SpecLibrary {
 public:
  struct Problem {
    std::filesystem::path file;
    std::string reason;
    bool loaded = false;  // true: a note about an odd spec that loaded all the same
  };

  // Later folders win. Missing folders are no problem. Reads only names now, each file when it is asked for.
  static SpecLibrary load(std::span<const std::filesystem::path> folders);

  Result<std::shared_ptr<const model::DeviceSpec>> find(std::string_view model) const;
  std::vector<std::string> models() const;
  // Reads every file.
  std::vector<Problem> check() const;

 private:
  std::map<std::string, std::filesystem::path, std::less<>> files_;
  mutable std::map<std::string, std::shared_ptr<const model::DeviceSpec>, std::less<>> loaded_;
};

}  // namespace entente::home
