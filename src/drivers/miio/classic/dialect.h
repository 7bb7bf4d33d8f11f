// SPDX-License-Identifier: GPL-3.0-or-later
// ClassicDialect is a family's table laid over one device's spec: which entry speaks for which property and action.
// Immutable; borrows the family and the spec.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "drivers/miio/classic/family.h"
#include "drivers/miio/classic/value.h"
#include "model/device.h"

namespace entente::miio {

class ClassicDialect {
 public:
  ClassicDialect(const ClassicFamily& family, const model::DeviceSpec& spec);

  // Null for what the family has no words for.
  const ClassicProperty* property(model::PropertyId id) const;
  const ClassicAction* action(model::ActionId id) const;

  const ClassicFamily& family() const { return family_; }
  const std::map<model::PropertyId, const ClassicProperty*>& properties() const { return properties_; }
  const std::map<model::ActionId, const ClassicAction*>& actions() const { return actions_; }

 private:
  const ClassicFamily& family_;
  std::map<model::PropertyId, const ClassicProperty*> properties_;
  std::map<model::ActionId, const ClassicAction*> actions_;
};

// The call that sets the property to the value, "$" replaced by the device's word for it.
Result<ClassicCall> setting(const ClassicProperty& entry, const model::Property& property, const model::Value& value);
// The call with an action's arguments in place of "$1", "$2" … and "$1...".
ClassicCall with_arguments(const ClassicCall& call, const std::vector<model::ActionArgument>& arguments);
// The names of get_prop that the call has holes for: "$speed_level" is a hole for "speed_level".
std::vector<std::string> names_needed(const ClassicCall& call);
void fill_in(ClassicCall& call, const std::string& name, const Json& said);

// What a method other than get_prop said of a name or place: [{"battery": 80}] and {"battery": 80} have the name
// "battery", [60] the place "0". Null when it did not.
const Json* said_of(const Json& result, const std::string& name);
// Whether an answer to a setter is a refusal in words: ["error"].
bool is_refusal(const Json& result);

}  // namespace entente::miio
