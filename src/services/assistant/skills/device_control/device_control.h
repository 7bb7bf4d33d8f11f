// SPDX-License-Identifier: GPL-3.0-or-later
// Does what people ask of devices: on and off, light, fan speed, cleaning. Waits for each device's own word before it
// says that something is done; devices of one sentence are asked side by side.
#pragma once

#include "services/assistant/skill.h"
#include "services/assistant/skills/targets.h"

namespace entente::assistant {

class DeviceControl : public Skill {
 public:
  DeviceControl(Loop& loop, home::Home& home) : loop_(loop), home_(home) {}

  std::vector<std::string_view> intents() const override;
  Task<Answer> answer(const model::Intent& intent, const Moment& moment) override;

 private:
  // What one device is asked to do, in this order.
  struct Order {
    home::DeviceView device;
    std::vector<model::PropertyWrite> writes;
    std::optional<model::ActionCall> call;
  };
  using Planner = std::function<std::optional<Order>(const home::DeviceView&)>;

  static Planner planner_of(const model::Intent& intent);
  static Json said_value(const model::Intent& intent);
  Task<Result<void>> carry_out(Order order);
  Task<Answer> perform(std::vector<Order> orders, const model::Intent& intent, const Targets& targets);

  Loop& loop_;
  home::Home& home_;
};

}  // namespace entente::assistant
