// SPDX-License-Identifier: GPL-3.0-or-later
// Families of devices that do not speak MIoT on the wire but the older form, with methods of their own ("get_prop",
// "set_power"): which method stands for which property of their spec. One JSON file per family (specs/classic/README.md
// has the form). Properties are named by URN names, so that any spec of such a model fits. Plain values, any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/device.h"

namespace entente::miio {

// A method and its parameters, in which "$" stands for the value, "$1" for an action's first argument, "$1..." for its
// parts between commas, and "$name" for what get_prop says to that name.
struct ClassicCall {
  std::string method;
  Json params = Json::array();
};

// Where a value stands: in get_prop's answer to the name, or in another method's answer, by name or place.
struct ClassicSource {
  std::string method = "get_prop";
  std::string name;
};

struct ClassicProperty {
  // What the device says, and what of the property's list (or which number or bool) that means: the first that there
  // is. "*" says the rest.
  struct Wording {
    Json said;
    std::vector<Json> meanings;
  };
  struct Choice {
    Json value;
    ClassicCall call;
  };
  enum class Shape : std::uint8_t { any, list, range };
  enum class Words : std::uint8_t { plain, on_off, zero_one };

  std::string service;  // URN name, or "*" for any
  std::string property;
  Shape shape = Shape::any;  // of the property, where a service has two of one name
  std::optional<ClassicSource> get;
  std::optional<ClassicCall> set;
  std::vector<Choice> set_each;                   // a method for each value
  Words words = Words::plain;                     // of a bool
  double scale = 1;                               // the value is what the device says times this
  std::optional<std::pair<double, double>> span;  // the device's numbers, spread over the property's range or list
  std::vector<Wording> wordings;
};

struct ClassicAction {
  std::string service;
  std::string action;
  std::vector<ClassicCall> calls;  // one after the other; only the last has to go well
};

struct ClassicFamily {
  std::string name;
  std::vector<std::string> models;  // patterns: "yeelink.light.*"
  std::vector<std::string> known;   // of these nobody need ask whether they speak MIoT
  std::size_t chunk = 15;           // names in one get_prop
  bool answers_text = false;        // numbers come as text
  std::vector<ClassicProperty> properties;
  std::vector<ClassicAction> actions;
  Json also = Json::object();  // what a simulated device says besides: {"get_status": {"msg_ver": 8}}
};

// The families of one file: variants for certain models first, then the family itself. `what` names it in errors.
Result<std::vector<ClassicFamily>> parse_families(std::string_view json, std::string_view what);

class ClassicFamilies {
 public:
  ClassicFamilies() = default;
  explicit ClassicFamilies(std::vector<ClassicFamily> families) : families_(std::move(families)) {}
  // Later folders come first. Missing folders are no problem; a broken file is a warning in the log.
  static ClassicFamilies load(std::span<const std::filesystem::path> folders);

  // The family whose pattern fits best; null for none. Valid as long as this object.
  const ClassicFamily* find(std::string_view model) const;
  static bool known_classic(const ClassicFamily& family, std::string_view model);

 private:
  std::vector<ClassicFamily> families_;
};

// Whether the name fits a pattern in which "*" stands for anything.
bool fits_pattern(std::string_view name, std::string_view pattern);

}  // namespace entente::miio
