// SPDX-License-Identifier: GPL-3.0-or-later
// What each kind of component is as a MIoT service, and what is tied to which topic. The numbers of properties are
// fixed by what they mean, so that they stay the same whatever a device announces besides.
#pragma once

#include "drivers/mqtt_discovery/protocol/builder.h"

namespace entente::mqtt_discovery::kinds {

void light(Builder& builder);  // all three schemas

void air_conditioner(Builder& builder);  // "climate"
void water_heater(Builder& builder);
void humidifier(Builder& builder);
void fan(Builder& builder);

void cover(Builder& builder);
void valve(Builder& builder);
void lock(Builder& builder);
void vacuum(Builder& builder);
void lawn_mower(Builder& builder);

void relay(Builder& builder);  // "switch"
void siren(Builder& builder);
void number(Builder& builder);
void select(Builder& builder);
void text(Builder& builder);
void button(Builder& builder);
void scene(Builder& builder);
void event(Builder& builder);
void device_trigger(Builder& builder);  // "device_automation"

void sensor(Builder& builder);
void binary_sensor(Builder& builder);
void device_tracker(Builder& builder);

}  // namespace entente::mqtt_discovery::kinds
