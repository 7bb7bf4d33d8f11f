// SPDX-License-Identifier: GPL-3.0-or-later
// Answers questions about devices: is it on, which are on, how warm, how clean, how full. Asks the devices themselves;
// one that does not answer is named.
#pragma once

#include "services/assistant/skill.h"
#include "services/assistant/skills/targets.h"

namespace entente::assistant {

class DeviceQuery : public Skill {
 public:
  DeviceQuery(Loop& loop, home::Home& home) : loop_(loop), home_(home) {}

  std::vector<std::string_view> intents() const override;
  Task<Answer> answer(const model::Intent& intent, const Moment& moment) override;

 private:
  // One device's answer about one property, which is of the device's spec.
  struct Measured {
    home::DeviceView device;
    const model::Property* property = nullptr;
    Result<model::Value> value;
  };

  Task<Measured> measure(home::DeviceView device, model::PropertyId property);
  // Of the devices that have the trait.
  Task<std::vector<Measured>> measure_all(std::vector<home::DeviceView> devices, home::Trait trait);
  Task<Answer> answer_measure(const model::Intent& intent, const Moment& moment);
  Task<Answer> answer_state(const model::Intent& intent, const Targets& targets);

  Loop& loop_;
  home::Home& home_;
};

}  // namespace entente::assistant
