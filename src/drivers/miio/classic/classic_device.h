// SPDX-License-Identifier: GPL-3.0-or-later
// The wire of a simulated device that knows no MIoT: a family's table in reverse, over a VirtualDevice. What it is
// asked with is checked as MIoT is. No socket, no clock. Borrows the family and the device.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/miio/classic/dialect.h"
#include "drivers/miio/virtual_device.h"

namespace entente::miio {

class ClassicDevice {
 public:
  ClassicDevice(VirtualDevice& device, const ClassicFamily& family);

  VirtualDevice::Answer handle(std::string_view method, const Json& params, TimePoint now);

 private:
  using Answer = VirtualDevice::Answer;

  Answer get_prop(const Json& names) const;
  Json said(const std::string& method, const std::string& name) const;
  std::optional<Answer> answer_of(const std::string& method) const;
  std::optional<Answer> set_by(const std::string& method, const Json& params, TimePoint now);
  std::optional<Result<model::Value>> value_in(const ClassicProperty& entry, const model::Property& property,
                                               const std::string& method, const Json& params) const;
  bool set_to(model::PropertyId id, const model::Value& value, TimePoint now);
  std::optional<Answer> act_by(const std::string& method, const Json& params, TimePoint now);
  bool has_call(const std::string& method) const;

  VirtualDevice& device_;
  const ClassicDialect dialect_;
};

}  // namespace entente::miio
