// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/mqtt_side.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/wait.h"
#include "doors/mqtt_announce/announcer.h"
#include "infra/net/crypto.h"

namespace entente::apps {
namespace {

// Under this name the program is known at the broker, today and tomorrow.
std::string node_name(const std::filesystem::path& state_folder) {
  std::error_code ignored;
  const auto folder = std::filesystem::weakly_canonical(state_folder, ignored).string();
  const auto digest = net::sha256(net::bytes_of(folder));
  return "entente_" + text::to_hex(digest).substr(0, 8);
}

}  // namespace

MqttSettings read_mqtt_settings(Config& config) {
  MqttSettings settings;
  settings.broker = config.text("mqtt.broker", "");
  settings.ca_file = config.text("mqtt.ca_file", "");
  settings.prefix = config.text("mqtt.discovery_prefix", "homeassistant");
  settings.discover = config.boolean("mqtt.discover", true);
  settings.announce = config.boolean("mqtt.announce", true);
  if (!settings.broker.empty()) {
    const auto broker = mqtt::parse_broker(settings.broker);
    if (!broker.ok()) config.refuse("mqtt.broker", fmt::format("is wrong: {}", broker.error().message));
  }
  if (!mqtt::is_topic(settings.prefix)) config.refuse("mqtt.discovery_prefix", "is no topic");
  return settings;
}

Result<std::unique_ptr<MqttSide>> MqttSide::open(Loop& loop, const MqttSettings& settings,
                                                 const std::filesystem::path& state_folder) {
  if (settings.broker.empty()) return std::unique_ptr<MqttSide>();
  mqtt::ClientOptions options;
  ENTENTE_TRY(options.broker, mqtt::parse_broker(settings.broker));
  options.broker.ca_file = settings.ca_file;
  const auto node = node_name(state_folder);
  if (settings.announce) options.will = mqtt_announce::will_of(node);
  ENTENTE_TRY(auto client, mqtt::Client::open(loop, std::move(options)));
  return std::unique_ptr<MqttSide>(new MqttSide(loop, settings, node, std::move(client)));
}

MqttSide::MqttSide(Loop& loop, MqttSettings settings, std::string node, std::unique_ptr<mqtt::Client> client)
    : loop_(loop), settings_(std::move(settings)), node_(std::move(node)), client_(std::move(client)) {
  if (!settings_.discover) return;
  mqtt_discovery::MqttDriver::Options options;
  options.prefix = settings_.prefix;
  options.own_node = node_;
  driver_ = std::make_unique<mqtt_discovery::MqttDriver>(loop_, *client_, std::move(options));
}

MqttSide::~MqttSide() = default;

home::Driver* MqttSide::driver() { return driver_.get(); }

Task<void> MqttSide::until_heard() {
  constexpr Duration most = seconds(3);
  constexpr Duration step = milliseconds(20);
  const auto deadline = Deadline::in(loop_, most);
  while (!client_->connected() && client_->trouble().empty() && deadline.left(loop_) > Duration::zero()) {
    co_await sleep(loop_, step);
  }
  if (!client_->connected()) co_return;
  constexpr Duration kept = milliseconds(700);  // for the announcements, and then for the states
  co_await sleep(loop_, kept);
}

void MqttSide::announce(home::Home& home, bus::Bus& bus) {
  if (!settings_.announce) return;
  mqtt_announce::Announcer::Options options;
  options.prefix = settings_.prefix;
  options.node = node_;
  announcer_ = std::make_unique<mqtt_announce::Announcer>(loop_, home, bus, *client_, std::move(options));
}

void MqttSide::close() { announcer_.reset(); }

}  // namespace entente::apps
