// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/impl/device_rows.h"

#include <fmt/format.h>

#include "base/json.h"

namespace entente::home {
namespace {

constexpr store::Migration migrations[] = {{1, R"(
  CREATE TABLE home_device (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    aliases TEXT NOT NULL,
    room TEXT NOT NULL,
    model TEXT NOT NULL,
    driver TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    token TEXT NOT NULL,
    device_id TEXT NOT NULL
  );
)"},
                                           {2, R"(
  CREATE TABLE home_floor (
    room TEXT PRIMARY KEY,
    floor TEXT NOT NULL
  );
)"},
                                           {3, R"(
  ALTER TABLE home_device ADD COLUMN hardware_id TEXT NOT NULL DEFAULT '';
  ALTER TABLE home_device ADD COLUMN spec TEXT NOT NULL DEFAULT '';
  CREATE TABLE home_unwanted (
    found TEXT PRIMARY KEY
  );
  CREATE TABLE home_setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  );
)"}};

std::vector<std::string> texts_in(const std::string& json) {
  std::vector<std::string> texts;
  const auto parsed = parse_json(json, "aliases");
  if (!parsed.ok() || !parsed->is_array()) return texts;
  for (const Json& entry : *parsed) {
    if (entry.is_string()) texts.push_back(entry.get<std::string>());
  }
  return texts;
}

DeviceRecord record_in(const store::Row& row) {
  Address address;
  address.driver = row.text(5);
  address.host = row.text(6);
  address.port = static_cast<std::uint16_t>(row.integer(7));
  address.token = row.text(8);
  address.device_id = row.text(9);
  address.hardware_id = row.text(10);
  return {{row.text(0)}, row.text(1),        texts_in(row.text(2)), row.text(3),
          row.text(4),   std::move(address), row.text(11)};
}

Result<void> exactly_one(const Result<std::int64_t>& changed, const model::DeviceId& id) {
  if (!changed.ok()) return changed.error();
  if (*changed == 1) return {};
  return Error{ErrorCode::corrupt, fmt::format("device {} is not in the store any more", id.text)};
}

Result<void> nothing_but_errors(const Result<std::int64_t>& changed) {
  if (!changed.ok()) return changed.error();
  return {};
}

}  // namespace

Result<DeviceRows> DeviceRows::open(store::Database& database) {
  if (auto migrated = database.migrate("home", migrations); !migrated.ok()) return migrated.error();
  return DeviceRows(database);
}

Result<std::vector<DeviceRecord>> DeviceRows::load() const {
  ENTENTE_TRY(const store::Rows rows,
              database_->query("SELECT id, name, aliases, room, model, driver, host, port, token, device_id, "
                               "hardware_id, spec FROM home_device ORDER BY place"));
  std::vector<DeviceRecord> records;
  records.reserve(rows.size());
  for (const auto& row : rows) records.push_back(record_in(row));
  return records;
}

Result<void> DeviceRows::add(const DeviceRecord& record) {
  const auto& address = record.address;
  const auto changed = database_->execute(
      "INSERT INTO home_device (id, name, aliases, room, model, driver, host, port, token, device_id, hardware_id, "
      "spec) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {record.id.text, record.name, to_text(Json(record.aliases)), record.room, record.model, address.driver,
       address.host, std::int64_t{address.port}, address.token, address.device_id, address.hardware_id, record.spec});
  return exactly_one(changed, record.id);
}

Result<void> DeviceRows::rename(const model::DeviceId& id, const std::string& name) {
  return exactly_one(database_->execute("UPDATE home_device SET name = $1 WHERE id = $2", {name, id.text}), id);
}

Result<void> DeviceRows::set_room(const model::DeviceId& id, const std::string& room) {
  return exactly_one(database_->execute("UPDATE home_device SET room = $1 WHERE id = $2", {room, id.text}), id);
}

Result<void> DeviceRows::set_address(const model::DeviceId& id, const Address& address) {
  return exactly_one(
      database_->execute("UPDATE home_device SET host = $1, port = $2, token = $3, hardware_id = $4 WHERE id = $5",
                         {address.host, std::int64_t{address.port}, address.token, address.hardware_id, id.text}),
      id);
}

Result<void> DeviceRows::set_spec(const model::DeviceId& id, const std::string& spec) {
  return exactly_one(database_->execute("UPDATE home_device SET spec = $1 WHERE id = $2", {spec, id.text}), id);
}

Result<std::map<std::string, std::string>> DeviceRows::floors() const {
  ENTENTE_TRY(const store::Rows rows, database_->query("SELECT room, floor FROM home_floor"));
  std::map<std::string, std::string> floors;
  for (const auto& row : rows) floors.emplace(row.text(0), row.text(1));
  return floors;
}

Result<void> DeviceRows::set_floor(const std::string& room, const std::string& floor) {
  const auto changed = database_->execute(
      "INSERT INTO home_floor (room, floor) VALUES ($1, $2) ON CONFLICT (room) DO UPDATE SET floor = excluded.floor",
      {room, floor});
  return nothing_but_errors(changed);
}

Result<void> DeviceRows::remove(const model::DeviceId& id) {
  return exactly_one(database_->execute("DELETE FROM home_device WHERE id = $1", {id.text}), id);
}

Result<std::set<std::string>> DeviceRows::unwanted() const {
  ENTENTE_TRY(const store::Rows rows, database_->query("SELECT found FROM home_unwanted"));
  std::set<std::string> keys;
  for (const auto& row : rows) keys.insert(row.text(0));
  return keys;
}

Result<void> DeviceRows::add_unwanted(const std::string& key) {
  return nothing_but_errors(
      database_->execute("INSERT INTO home_unwanted (found) VALUES ($1) ON CONFLICT (found) DO NOTHING", {key}));
}

Result<void> DeviceRows::remove_unwanted(const std::string& key) {
  return nothing_but_errors(database_->execute("DELETE FROM home_unwanted WHERE found = $1", {key}));
}

Result<bool> DeviceRows::child_lock() const {
  ENTENTE_TRY(const store::Rows rows, database_->query("SELECT value FROM home_setting WHERE name = 'child_lock'"));
  return !rows.empty() && rows.front().text(0) == "on";
}

Result<void> DeviceRows::set_child_lock(bool on) {
  return nothing_but_errors(
      database_->execute("INSERT INTO home_setting (name, value) VALUES ('child_lock', $1) "
                         "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                         {std::string(on ? "on" : "off")}));
}

}  // namespace entente::home
