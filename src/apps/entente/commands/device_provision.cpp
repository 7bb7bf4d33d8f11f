// SPDX-License-Identifier: GPL-3.0-or-later
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iostream>

#include "apps/entente/session.h"
#include "base/json.h"
#include "drivers/miio/protocol/packet.h"
#include "drivers/miio/provisioning.h"

namespace entente::apps {
namespace {

// What is typed is not shown, for as long as this lives.
class Unseen {
 public:
  Unseen() : terminal_(::isatty(STDIN_FILENO) != 0 && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!terminal_) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  ~Unseen() {
    if (!terminal_) return;
    (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    fmt::print(stderr, "\n");
  }

 private:
  termios before_{};
  bool terminal_;
};

// Never an argument: those are seen by everybody on the machine.
std::string read_password(const std::string& ssid) {
  if (::isatty(STDIN_FILENO) != 0) fmt::print(stderr, "Password of {}: ", ssid);
  const Unseen unseen;
  std::string password;
  std::getline(std::cin, password);
  return password;
}

Result<std::vector<net::Endpoint>> places_for(const std::string& host, std::uint16_t port) {
  if (host.empty()) return miio::places_of_fresh_devices();
  ENTENTE_TRY(const auto endpoint, net::Endpoint::of(host, port == 0 ? miio::default_port : port));
  return std::vector<net::Endpoint>{endpoint};
}

void print_device(const miio::ProvisionedDevice& device, bool json) {
  if (json) {
    const Json shown = {{"model", device.model},
                        {"id", std::to_string(device.device_id)},
                        {"mac", device.mac},
                        {"token", device.token},
                        {"confirmed", device.confirmed}};
    fmt::print("{}\n", to_text(shown, 2));
    return;
  }
  fmt::print("{}\n  id    {}\n  mac   {}\n  token {}\n\n", device.model, device.device_id, device.mac, device.token);
  fmt::print("{} Keep the token: the device tells it no more.\n",
             device.confirmed ? "It joins the network now." : "It did not say so, but it may be joining the network.");
  fmt::print("When it has joined, `entente device search` shows its address; then\n");
  fmt::print("  entente device add NAME --model {} --host ADDRESS --token {}\n", device.model, device.token);
}

}  // namespace

int device_provision(const CommonOptions& common, const DeviceProvisionOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (options.ssid.empty()) return fail({ErrorCode::invalid, "--ssid is empty"}, exit_usage);
  auto places = places_for(options.host, options.port);
  if (!places) return fail(places.error(), exit_usage);
  miio::Network network{options.ssid, options.open_network ? std::string() : read_password(options.ssid),
                        options.user_id};
  net::EventLoop loop;
  loop.on_signal({SIGINT, SIGTERM}, [&loop](int) { loop.stop(); });
  auto device = loop.run_until_complete(miio::provision(loop, *std::move(places), std::move(network)));
  if (!device) return fail({ErrorCode::cancelled, "interrupted"});
  if (!*device) return fail(device->error());
  print_device(**device, common.json);
  return exit_done;
}

}  // namespace entente::apps
