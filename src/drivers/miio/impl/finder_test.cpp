// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/impl/finder.h"

#include <gtest/gtest.h>

#include "drivers/miio/simulated_device.h"
#include "services/home/spec_library.h"

namespace entente::miio {
namespace {

using namespace std::chrono_literals;

class Watcher : public home::SightingObserver {
 public:
  explicit Watcher(net::EventLoop& event_loop) : loop(event_loop) {}
  void sighted(home::Sighting sighting) override {
    seen.push_back(std::move(sighting));
    if (seen.size() >= wanted) loop.stop();
  }
  void withdrawn(const home::Address&) override {}

  net::EventLoop& loop;
  std::vector<home::Sighting> seen;
  std::size_t wanted = 1;
};

class FinderTest : public testing::Test {
 protected:
  FinderTest() {
    loop.after(10s, [this] {
      ADD_FAILURE() << "nothing more was seen";
      loop.stop();
    });
  }
  std::unique_ptr<SimulatedDevice> lamp(std::uint64_t device_id, bool unprovisioned = false) {
    const std::filesystem::path folder[] = {"specs"};
    SimulatedDevice::Options options;
    options.device_id = device_id;
    options.unprovisioned = unprovisioned;
    return SimulatedDevice::open(loop, home::SpecLibrary::load(folder).find("entente.light.color1").value(), options)
        .value();
  }
  Finder& look_at(std::vector<net::Endpoint> endpoints) {
    Finder::Options options;
    options.broadcast = false;
    options.mdns_at = net::Endpoint::loopback();
    options.look_at = std::move(endpoints);
    return finder.emplace(loop, std::move(options));
  }
  void wait_for(std::size_t count) {
    watcher.wanted = count;
    if (watcher.seen.size() < count) loop.run();
  }

  net::EventLoop loop;
  Watcher watcher{loop};
  std::optional<Finder> finder;
};

TEST_F(FinderTest, AHelloTellsIdAndPlace) {
  const auto device = lamp(260426251);
  look_at({device->endpoint()}).search(&watcher);
  wait_for(1);
  const auto& address = watcher.seen.at(0).address;
  EXPECT_EQ(address.driver, "miio");
  EXPECT_EQ(address.hardware_id, "260426251");
  EXPECT_EQ(address.device_id, "");
  EXPECT_EQ(address.host, "127.0.0.1");
  EXPECT_EQ(address.port, device->endpoint().port());
  EXPECT_EQ(address.token, "");
}

TEST_F(FinderTest, ADeviceFreshFromTheFactoryTellsItsToken) {
  const auto device = lamp(7, true);
  look_at({device->endpoint()}).search(&watcher);
  wait_for(1);
  EXPECT_EQ(watcher.seen.at(0).address.token, "00112233445566778899aabbccddeeff");
}

TEST_F(FinderTest, EachSearchTellsEverythingAgainAndNothingTwiceBetween) {
  const auto device = lamp(7);
  auto& looking = look_at({device->endpoint(), device->endpoint()});
  looking.search(&watcher);
  wait_for(1);
  looking.search(&watcher);
  wait_for(2);
  loop.after(50ms, [this] { loop.stop(); });
  loop.run();
  EXPECT_EQ(watcher.seen.size(), 2U);
}

TEST_F(FinderTest, TwoWithOneIdAreBothTold) {
  const auto first = lamp(7);
  const auto second = lamp(7);
  look_at({first->endpoint(), second->endpoint()}).search(&watcher);
  wait_for(2);
  EXPECT_NE(watcher.seen[0].address.port, watcher.seen[1].address.port);
  EXPECT_EQ(watcher.seen[0].address.hardware_id, watcher.seen[1].address.hardware_id);
}

TEST_F(FinderTest, MdnsTellsTheModel) {
  look_at({}).search(&watcher);
  auto responder = net::UdpSocket::open(loop, net::Endpoint::loopback()).value();
  // The answer "PTR yeelink-light-ct2_miio77", without address: it is where it comes from.
  Bytes message = {0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0};
  const auto label = [&message](std::string_view text) {
    message.push_back(static_cast<std::uint8_t>(text.size()));
    message.insert(message.end(), text.begin(), text.end());
  };
  for (const auto* part : {"_miio", "_udp", "local"}) label(part);
  for (const int byte : {0, 0, 12, 0, 1, 0, 0, 0, 120, 0, 27}) message.push_back(static_cast<std::uint8_t>(byte));
  label("yeelink-light-ct2_miio77");
  message.push_back(0xc0);
  message.push_back(12);
  ASSERT_TRUE(responder.send_to(*finder->mdns_endpoint(), message).ok());
  wait_for(1);
  EXPECT_EQ(watcher.seen[0].model, "yeelink.light.ct2");
  EXPECT_EQ(watcher.seen[0].address.hardware_id, "77");
  EXPECT_EQ(watcher.seen[0].address.host, "127.0.0.1");
  EXPECT_EQ(watcher.seen[0].address.port, 0);
}

TEST_F(FinderTest, AnEndIsAnEnd) {
  const auto device = lamp(7);
  auto& looking = look_at({device->endpoint()});
  looking.search(&watcher);
  looking.search(nullptr);
  loop.after(50ms, [this] { loop.stop(); });
  loop.run();
  EXPECT_TRUE(watcher.seen.empty());
}

}  // namespace
}  // namespace entente::miio
