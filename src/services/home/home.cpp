// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/home.h"

#include <algorithm>

#include "services/home/impl/household.h"

namespace entente::home {

const model::Value* DeviceView::known(model::PropertyId wanted) const {
  const auto found = std::find_if(state.begin(), state.end(), [&](const Known& held) { return held.id == wanted; });
  return found == state.end() ? nullptr : &found->value;
}

Result<std::unique_ptr<Home>> Home::open(Loop& loop, store::Database& database, bus::Bus& bus, const SpecLibrary& specs,
                                         std::vector<Driver*> drivers, Options options) {
  ENTENTE_TRY(DeviceRows rows, DeviceRows::open(database));
  ENTENTE_TRY(std::vector<DeviceRecord> records, rows.load());
  ENTENTE_TRY(auto floors, rows.floors());
  ENTENTE_TRY(auto unwanted, rows.unwanted());
  ENTENTE_TRY(const bool child_lock, rows.child_lock());
  ENTENTE_TRY(GroupsAndScenes collections, GroupsAndScenes::open(database));
  auto household =
      std::make_unique<Household>(loop, rows, std::move(collections), bus, specs, std::move(drivers), options);
  household->take_in(std::move(records), std::move(floors), std::move(unwanted), child_lock);
  return std::unique_ptr<Home>(std::move(household));
}

}  // namespace entente::home
