// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/mqtt_announce/announcer.h"

#include "services/home/home_for_test.h"
#include "tests/support/mqtt_client.h"
#include "tests/support/temporary_folder.h"

namespace entente::mqtt_announce {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class AnnouncerTest : public testing::Test {
 protected:
  AnnouncerTest() {
    std::ofstream(folder_.path() / "test.light.lamp.json") << home::lamp_spec;
    specs_ = home::SpecLibrary::load(std::vector<std::filesystem::path>{folder_.path()});
    database_ = store::Database::open_in_memory().value();
    home::Home::Options options;
    options.polling = false;
    home_ = home::Home::open(loop_, *database_, bus_, specs_, {&driver_}, options).value();
    announcer_.emplace(loop_, *home_, bus_, client_, Announcer::Options{"homeassistant", "entente_1"});
  }

  std::string add(const std::string& name) {
    const auto id = home_->add({name, {}, "bedroom", "test.light.lamp", {"miio", "lamp", 0, "beef", ""}});
    EXPECT_TRUE(id.ok());
    loop_.run_ready();
    return id.ok() ? id->text : "";
  }
  std::string config_topic(const std::string& id) { return "homeassistant/light/entente_1/" + id + "/config"; }
  std::string topic(const std::string& id, const std::string& leaf) {
    return "entente/entente_1/device/" + id + "/" + leaf;
  }
  home::Script& script() { return driver_.scripts["lamp"]; }
  void command(const std::string& id, const std::string& trait, const std::string& payload) {
    client_.say(topic(id, trait + "/set"), payload);
    loop_.run_ready();
  }

  test::ManualLoop loop_;
  test::TemporaryFolder folder_;
  home::ScriptedDriver driver_{loop_};
  home::SpecLibrary specs_;
  std::unique_ptr<store::Database> database_;
  bus::Bus bus_{loop_};
  test::FakeMqttClient client_;
  std::unique_ptr<home::Home> home_;
  std::optional<Announcer> announcer_;
};

TEST_F(AnnouncerTest, AnnouncesEveryDeviceOnceTheBrokerIsThere) {
  const auto id = add("lamp");
  EXPECT_TRUE(client_.published.empty());
  client_.connect();
  EXPECT_EQ(client_.kept["entente/entente_1/status"], "online");
  EXPECT_THAT(client_.kept[config_topic(id)], HasSubstr(R"("name":"lamp")"));
}

TEST_F(AnnouncerTest, FollowsTheHome) {
  client_.connect();
  const auto id = add("lamp");
  EXPECT_THAT(client_.kept[config_topic(id)], HasSubstr(R"("name":"lamp")"));
  ASSERT_TRUE(home_->rename({id}, "sun").ok());
  loop_.run_ready();
  EXPECT_THAT(client_.kept[config_topic(id)], HasSubstr(R"("name":"sun")"));
  ASSERT_TRUE(loop_.run_through(home_->write({id}, home::on, model::Value{true})).ok());
  loop_.run_ready();
  EXPECT_EQ(client_.kept[topic(id, "on")], "ON");
  EXPECT_EQ(client_.kept[topic(id, "reach")], "online");
  ASSERT_TRUE(home_->remove({id}).ok());
  loop_.run_ready();
  EXPECT_EQ(client_.kept[config_topic(id)], "");
  EXPECT_EQ(client_.kept[topic(id, "on")], "");
}

TEST_F(AnnouncerTest, DoesWhatItIsTold) {
  client_.connect();
  const auto id = add("lamp");
  command(id, "brightness", "40");
  ASSERT_EQ(script().writes.size(), 1U);
  EXPECT_EQ(script().writes[0].value, home::number(40));
  EXPECT_EQ(client_.kept[topic(id, "brightness")], "40");
}

TEST_F(AnnouncerTest, SaysTheOldStateAgainWhenACommandFails) {
  client_.connect();
  const auto id = add("lamp");
  command(id, "on", "ON");
  script().failure = Error{ErrorCode::unavailable, "no answer"};
  client_.published.clear();
  command(id, "on", "OFF");
  EXPECT_EQ(client_.last(topic(id, "on")), "ON");
}

TEST_F(AnnouncerTest, IgnoresCommandsThatTheBrokerKept) {
  client_.connect();
  const auto id = add("lamp");
  client_.say(topic(id, "on/set"), "ON", true);
  loop_.run_ready();
  EXPECT_TRUE(script().writes.empty());
}

TEST_F(AnnouncerTest, SaysEverythingAgainToABrokerThatComesBack) {
  client_.connect();
  const auto id = add("lamp");
  client_.lose("gone");
  client_.kept.clear();
  client_.connect();
  EXPECT_THAT(client_.kept[config_topic(id)], HasSubstr("lamp"));
}

TEST_F(AnnouncerTest, TakesBackWhatWasRemovedWhileItWasAway) {
  client_.connect();
  const auto id = add("lamp");
  client_.say(config_topic(id), "{}", true);
  client_.say(config_topic("lamp-gone"), "{}", true);
  loop_.advance(4s);
  EXPECT_EQ(client_.kept.at(config_topic("lamp-gone")), "");
  EXPECT_NE(client_.kept.at(config_topic(id)), "");
}

TEST_F(AnnouncerTest, NeverShowsWhatCameFromABroker) {
  class Other : public home::ScriptedDriver {
   public:
    using ScriptedDriver::ScriptedDriver;
    std::string_view name() const override { return "mqtt"; }
  } other(loop_);
  announcer_.reset();
  home_.reset();
  home_ = home::Home::open(loop_, *database_, bus_, specs_, {&other}, {}).value();
  announcer_.emplace(loop_, *home_, bus_, client_, Announcer::Options{"homeassistant", "entente_1"});
  client_.connect();
  ASSERT_TRUE(home_->add({"lamp", {}, "", "test.light.lamp", {"mqtt", "lamp", 0, "beef", "x"}}).ok());
  loop_.run_ready();
  EXPECT_EQ(client_.kept.size(), 1U);  // its own status
  announcer_.reset();
  home_.reset();
}

}  // namespace
}  // namespace entente::mqtt_announce
