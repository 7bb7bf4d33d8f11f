// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/provisioning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/miio/simulated_device.h"
#include "services/home/spec_library.h"

namespace entente::miio {
namespace {

using testing::HasSubstr;

std::unique_ptr<SimulatedDevice> lamp(net::EventLoop& loop, bool unprovisioned, std::string_view faults) {
  const std::filesystem::path folder[] = {"specs"};
  SimulatedDevice::Options options;
  options.unprovisioned = unprovisioned;
  options.faults = *Faults::parse(faults);
  return SimulatedDevice::open(loop, home::SpecLibrary::load(folder).find("entente.light.color1").value(), options)
      .value();
}

Result<ProvisionedDevice> provision_at(net::EventLoop& loop, const net::Endpoint& place, std::string ssid) {
  std::vector<net::Endpoint> places = {place};
  Network network{std::move(ssid), "secret", 0};
  return std::move(*loop.run_until_complete(provision(loop, std::move(places), std::move(network))));
}

TEST(Provisioning, TakesTheTokenAndTellsTheNetwork) {
  net::EventLoop loop;
  const auto device = lamp(loop, true, "none");
  const auto done = provision_at(loop, device->endpoint(), "home");
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(done->token, "00112233445566778899aabbccddeeff");
  EXPECT_EQ(done->model, "entente.light.color1");
  EXPECT_EQ(done->device_id, 0x0419f3aaU);
  EXPECT_TRUE(done->confirmed);
}

TEST(Provisioning, AFirstHelloThatIsLostIsSaidAgain) {
  net::EventLoop loop;
  const auto device = lamp(loop, true, "drop-in=1x");
  EXPECT_TRUE(provision_at(loop, device->endpoint(), "home").ok());
}

TEST(Provisioning, ARefusalIsSaid) {
  net::EventLoop loop;
  const auto device = lamp(loop, true, "none");
  EXPECT_THAT(provision_at(loop, device->endpoint(), "").error().message, HasSubstr("does not take the network"));
}

TEST(Provisioning, ADeviceThatHasJoinedTellsItsTokenNoMore) {
  net::EventLoop loop;
  const auto device = lamp(loop, true, "none");
  ASSERT_TRUE(provision_at(loop, device->endpoint(), "home").ok());
  const auto again = provision_at(loop, device->endpoint(), "home");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::exists);
}

}  // namespace
}  // namespace entente::miio
