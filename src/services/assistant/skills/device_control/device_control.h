// SPDX-License-Identifier: GPL-3.0-or-later
// Does what people ask of devices: on and off, light, fan, climate, covers, sound, cleaning. Waits for each device's
// own word before it says that something is done; devices of one sentence are asked side by side. Remembers what each
// was before, so that it can be taken back.
#pragma once

#include "services/assistant/skill.h"
#include "services/assistant/skills/device_control/orders.h"
#include "services/assistant/skills/targets.h"

namespace entente::assistant {

class DeviceControl : public Skill {
 public:
  DeviceControl(Loop& loop, home::Home& home) : loop_(loop), home_(home) {}

  std::vector<std::string_view> intents() const override;
  Task<Answer> answer(const model::Intent& intent, const Moment& moment) override;

 private:
  // What came of one order.
  struct Done {
    Result<void> result;
    std::vector<Step> undo;
    bool undo_is_partial = false;
    std::shared_ptr<Json> value;
  };

  Task<Answer> activate(std::string scene);
  Task<Done> carry_out(Order order);
  Task<Result<void>> remember(const Order& order, std::map<model::PropertyId, model::Value>& before);
  Task<Answer> perform(std::vector<Order> orders, const model::Intent& intent, const Targets& targets);

  Loop& loop_;
  home::Home& home_;
};

}  // namespace entente::assistant
