// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/device.h"

#include <algorithm>

namespace entente::model {
namespace {

template <class T>
const T* with_id(const std::vector<T>& items, std::int32_t id) {
  const auto found = std::find_if(items.begin(), items.end(), [id](const T& item) { return item.id == id; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Service* DeviceSpec::service(std::int32_t id) const { return with_id(services, id); }

const Property* DeviceSpec::property(PropertyId id) const {
  const Service* holder = service(id.service);
  return holder == nullptr ? nullptr : with_id(holder->properties, id.property);
}

const Action* DeviceSpec::action(ActionId id) const {
  const Service* holder = service(id.service);
  return holder == nullptr ? nullptr : with_id(holder->actions, id.action);
}

const Event* DeviceSpec::event(EventId id) const {
  const Service* holder = service(id.service);
  return holder == nullptr ? nullptr : with_id(holder->events, id.event);
}

}  // namespace entente::model
