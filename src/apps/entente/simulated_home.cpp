// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/simulated_home.h"

#include "base/config.h"
#include "base/json.h"
#include "base/text.h"
#include "infra/net/crypto.h"
#include "infra/net/interfaces.h"
#include "services/home/traits.h"

namespace entente::apps {
namespace {

constexpr std::uint64_t first_device_id = 0x0e000001;

// In single quotes, as shells take it.
std::string quoted(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_-./:") == std::string::npos;
  return plain ? text : "'" + text::replace_all(text, "'", "'\\''") + "'";
}

// The same token every time, so that a home that knows the device knows it still after a restart.
std::string token_for(const SimulatedSettings& settings) {
  if (!settings.token.empty()) return settings.token;
  return text::to_hex(net::md5(net::bytes_of("simulated: " + settings.name + " " + settings.model)));
}

// Where others find a device that listens on all addresses.
std::string host_of(const net::Endpoint& endpoint) {
  if (!endpoint.is_unspecified()) return endpoint.address();
  for (const auto& interface : net::interfaces()) {
    if (!interface.loopback) return interface.address.address();
  }
  return "127.0.0.1";
}

Result<SimulatedSettings::Speaks> parse_speaks(const std::string& text) {
  if (text == "auto") return SimulatedSettings::Speaks::as_model;
  if (text == "miot") return SimulatedSettings::Speaks::miot;
  if (text == "classic") return SimulatedSettings::Speaks::classic;
  return Error{ErrorCode::invalid, "it takes auto, miot and classic"};
}

SimulatedSettings read_device(Config& config, const std::string& key) {
  SimulatedSettings device;
  device.name = config.text(key + "name", "");
  device.model = config.text(key + "model", "");
  device.room = config.text(key + "room", "");
  device.aliases = config.texts(key + "aliases", {});
  device.port = static_cast<std::uint16_t>(config.integer(key + "port", 0, 0, 65535));
  device.token = config.text(key + "token", "");
  device.device_id = static_cast<std::uint64_t>(config.integer(key + "id", 0, 0, INT64_MAX));
  device.state = config.texts(key + "state", {});
  device.unprovisioned = config.boolean(key + "unprovisioned", false);
  const auto faults = miio::Faults::parse(config.text(key + "faults", ""));
  if (faults) device.faults = *faults;
  if (!faults) config.refuse(key + "faults", faults.error().message);
  const auto speaks = parse_speaks(config.text(key + "speaks", "auto"));
  if (speaks) device.speaks = *speaks;
  if (!speaks) config.refuse(key + "speaks", speaks.error().message);
  if (device.model.empty()) config.refuse(key + "model", "a device needs one");
  if (device.name.empty()) device.name = device.model;
  return device;
}

// "40", "true" as what they are; anything else as text.
model::Value value_in(std::string_view said) {
  const auto parsed = parse_json(said, "value");
  return parsed && parsed->is_primitive() && !parsed->is_null() ? model::value_from_json(*parsed)
                                                                : model::Value{std::string(said)};
}

// "light.brightness" or "brightness" alone.
std::optional<model::PropertyId> property_named(const model::DeviceSpec& spec, std::string_view name) {
  for (const auto& service : spec.services) {
    for (const auto& property : service.properties) {
      if (name == property.type.name || name == service.type.name + "." + property.type.name) {
        return model::PropertyId{service.id, property.id};
      }
    }
  }
  return std::nullopt;
}

Result<void> set_state(miio::SimulatedDevice& device, std::string_view setting) {
  const auto equals = setting.find('=');
  const auto id = property_named(device.spec(), text::trim(setting.substr(0, equals)));
  if (equals == std::string_view::npos || !id) {
    return Error{ErrorCode::invalid, fmt::format("'{}' is no PROPERTY=VALUE of a {}", setting, device.spec().model)};
  }
  const auto wanted = value_in(text::trim(setting.substr(equals + 1)));
  ENTENTE_TRY(const model::Value value, home::to_device_value(*device.spec().property(*id), wanted));
  device.set(*id, value);
  return {};
}

}  // namespace

Result<std::vector<SimulatedSettings>> parse_simulated_home(std::string_view toml, std::string_view source) {
  ENTENTE_TRY(Config config, Config::parse(toml, source));
  const auto address = config.text("address", "127.0.0.1");
  auto port = config.integer("port", 54321, 0, 65535);
  std::vector<SimulatedSettings> devices;
  for (const auto& key : config.tables("device")) {
    devices.push_back(read_device(config, key));
    auto& device = devices.back();
    // With an address of its own a device can be where clients expect it.
    device.address = config.text(key + "address", "");
    if (!device.address.empty() && device.port == 0) device.port = miio::default_port;
    if (device.address.empty()) device.address = address;
    if (device.port == 0 && port != 0) device.port = static_cast<std::uint16_t>(port++);
  }
  ENTENTE_TRY_VOID(config.check());
  if (devices.empty()) return Error{ErrorCode::invalid, fmt::format("{}: no [[device]] in it", source)};
  return devices;
}

Result<std::unique_ptr<SimulatedHome>> SimulatedHome::open(net::EventLoop& loop, const home::SpecLibrary& specs,
                                                           const miio::ClassicFamilies& families,
                                                           std::vector<SimulatedSettings> devices) {
  auto home = std::make_unique<SimulatedHome>();
  home->families_ = families;
  for (auto& settings : devices) {
    const auto name = settings.name;
    if (home->find(name) != nullptr) {
      return Error{ErrorCode::exists, fmt::format("two simulated devices are called {}", name)};
    }
    if (const auto added = home->add(loop, specs, std::move(settings)); !added) return added.error().within(name);
  }
  return home;
}

Result<void> SimulatedHome::add(net::EventLoop& loop, const home::SpecLibrary& specs, SimulatedSettings settings) {
  using Speaks = SimulatedSettings::Speaks;
  ENTENTE_TRY(auto spec, specs.find(settings.model));
  const auto* family = families_.find(settings.model);
  if (settings.speaks == Speaks::classic && family == nullptr) {
    return Error{ErrorCode::not_found, fmt::format("no table in specs/classic has a {}", settings.model)};
  }
  const bool classic =
      settings.speaks == Speaks::classic || (settings.speaks == Speaks::as_model && family != nullptr &&
                                             miio::ClassicFamilies::known_classic(*family, settings.model));
  miio::SimulatedDevice::Options options;
  ENTENTE_TRY(options.address, net::Endpoint::of(settings.address, settings.port));
  options.token = settings.token = token_for(settings);
  if (settings.device_id == 0) settings.device_id = first_device_id + members_.size();
  options.device_id = settings.device_id;
  options.faults = settings.faults;
  options.unprovisioned = settings.unprovisioned;
  if (classic) options.classic = family;
  ENTENTE_TRY(auto device, miio::SimulatedDevice::open(loop, std::move(spec), options));
  for (const auto& setting : settings.state) ENTENTE_TRY_VOID(set_state(*device, setting));
  members_.push_back({std::move(settings), std::move(device), classic});
  return {};
}

std::string SimulatedHome::add_line(const Member& member) const {
  const auto& settings = member.settings;
  const auto endpoint = member.device->endpoint();
  auto line = fmt::format("entente device add {} --model {} --host {} --port {} --token {}", quoted(settings.name),
                          settings.model, host_of(endpoint), endpoint.port(), settings.token);
  if (!settings.room.empty()) line += " --room " + quoted(settings.room);
  for (const auto& alias : settings.aliases) line += " --alias " + quoted(alias);
  return line;
}

Json SimulatedHome::import_file() const {
  Json devices = Json::array();
  for (const auto& member : members_) {
    const auto& settings = member.settings;
    const auto endpoint = member.device->endpoint();
    devices.push_back({{"name", settings.name},
                       {"model", settings.model},
                       {"room", settings.room},
                       {"aliases", settings.aliases},
                       {"ip", host_of(endpoint)},
                       {"port", endpoint.port()},
                       {"token", settings.token},
                       {"did", std::to_string(settings.device_id)}});
  }
  return devices;
}

SimulatedHome::Member* SimulatedHome::find(std::string_view name) {
  for (auto& member : members_) {
    if (text::to_lower_ascii(member.settings.name) == text::to_lower_ascii(text::trim(name))) return &member;
  }
  return nullptr;
}

std::string SimulatedHome::list() const {
  std::string lines;
  for (const auto& member : members_) {
    lines += fmt::format("{} ({}{}) at {}: {}\n", member.settings.name, member.settings.model,
                         member.classic ? ", classic" : "", member.device->endpoint().to_string(),
                         member.device->faults().to_text());
  }
  return lines;
}

std::string SimulatedHome::set_faults(std::string_view name, std::string_view text) {
  const auto faults = miio::Faults::parse(text);
  if (!faults) return faults.error().message + "\n";
  auto* one = name.empty() ? nullptr : find(name);
  if (!name.empty() && one == nullptr) return fmt::format("no device is called '{}'\n", name);
  for (auto& member : members_) {
    if (one == nullptr || one == &member) member.device->set_faults(*faults);
  }
  return fmt::format("{}: {}\n", one == nullptr ? "all" : one->settings.name, faults->to_text());
}

std::string SimulatedHome::obey(std::string_view line) {
  line = text::trim(line);
  const auto space = line.find(' ');
  const auto verb = line.substr(0, space);
  const auto rest = space == std::string_view::npos ? std::string_view() : text::trim(line.substr(space));
  // Names come before a colon that a space follows, so that "late=1s:10%" is no name.
  const auto colon = rest.find(": ");
  const auto name = colon == std::string_view::npos ? std::string_view() : rest.substr(0, colon);
  const auto said = colon == std::string_view::npos ? rest : text::trim(rest.substr(colon + 1));
  if (verb == "list") return list();
  if (verb == "faults") return set_faults(name, said);
  auto* member = find(verb == "reboot" ? rest : name);
  if ((verb == "set" || verb == "reboot") && member == nullptr) return fmt::format("no device is called '{}'\n", rest);
  if (verb == "reboot") return member->device->reboot(), fmt::format("{}: off and on\n", member->settings.name);
  if (verb == "set") {
    const auto set = set_state(*member->device, said);
    return set ? std::string() : set.error().message + "\n";
  }
  return "faults [NAME: ]drop=10%, late=800ms | none\nset NAME: PROPERTY=VALUE\nreboot NAME\nlist\n";
}

}  // namespace entente::apps
