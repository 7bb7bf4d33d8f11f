// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/home/spec_library.h"

namespace entente::home {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Parsed {
  Result<model::DeviceSpec> spec;
  std::vector<std::string> notes;
};

Parsed parse(std::string_view json, std::string_view name = "test.light.one") {
  Parsed parsed{Error{}, {}};
  parsed.spec = parse_spec(json, name, parsed.notes);
  return parsed;
}

std::string device(std::string_view services) {
  return fmt::format(R"({{"type":"urn:miot-spec-v2:device:light:0000A001:test-one:1","services":{}}})", services);
}
// A device with one service with one property, which has `fields` besides its iid and type.
std::string one_property(std::string_view fields) {
  return device(fmt::format(R"([{{"iid":2,"type":"urn:miot-spec-v2:service:light:00007802",
      "properties":[{{"iid":1,"type":"urn:miot-spec-v2:property:brightness:0000000D",{}}}]}}])",
                            fields));
}
model::Property property_of(const Parsed& parsed) {
  const auto* found = parsed.spec.ok() ? parsed.spec->property({2, 1}) : nullptr;
  return found == nullptr ? model::Property{} : *found;
}

TEST(ParseSpec, ReadsAPropertyAsTheSpecSaysIt) {
  const auto parsed = parse(one_property(
      R"("description":"How bright","format":"uint8","access":["read","write"],"unit":"percentage","value-range":[1,100,1])"));
  ASSERT_TRUE(parsed.spec.ok()) << parsed.spec.error().message;
  const auto property = property_of(parsed);
  EXPECT_EQ(property.type.name, "brightness");
  EXPECT_EQ(property.format, model::Format::uint8);
  EXPECT_TRUE(property.readable);
  EXPECT_TRUE(property.writable);
  EXPECT_FALSE(property.notifies);
  EXPECT_EQ(property.unit, "percentage");
  ASSERT_TRUE(property.range.has_value());
  EXPECT_EQ(property.range->high, 100);
  EXPECT_THAT(parsed.notes, testing::IsEmpty());
}

TEST(ParseSpec, TakesTheModelFromTheFileName) {
  EXPECT_EQ(parse(one_property(R"("format":"bool")"), "/var/specs/a.light.b.json").spec->model, "a.light.b");
  EXPECT_EQ(parse(one_property(R"("format":"bool")"), "a.light.b").spec->model, "a.light.b");
}

TEST(ParseSpec, ReadsActionsAndEventsWhoseListsMayBeNull) {
  const auto parsed = parse(device(R"([{"iid":2,"type":"urn:dreame-spec:service:clean:00007801","properties":null,
      "actions":[{"iid":3,"type":"urn:miot-spec-v2:action:start-sweep:00002804","in":[4,5],"out":null}],
      "events":[{"iid":1,"type":"urn:miot-spec-v2:event:low-battery:00005003","arguments":[1]}]}])"));
  ASSERT_TRUE(parsed.spec.ok());
  const auto* action = parsed.spec->action({2, 3});
  ASSERT_NE(action, nullptr);
  EXPECT_THAT(action->in, ElementsAre(4, 5));
  EXPECT_THAT(action->out, testing::IsEmpty());
  EXPECT_FALSE(parsed.spec->services[0].type.standard());
  EXPECT_THAT(parsed.spec->services[0].events[0].arguments, ElementsAre(1));
}

TEST(ParseSpec, AnEmptyAccessListMeansOnlyAnArgument) {
  const auto property = property_of(parse(one_property(R"("format":"string","access":[])")));
  EXPECT_FALSE(property.readable || property.writable || property.notifies);
}

TEST(ParseSpec, UnknownFormatBecomesTextWithANote) {
  const auto parsed = parse(one_property(R"("format":"hex")"));
  EXPECT_EQ(property_of(parsed).format, model::Format::text);
  EXPECT_THAT(parsed.notes, ElementsAre(HasSubstr("unknown format 'hex'")));
}

TEST(ParseSpec, ARangeUpsideDownIsLeftOutWithANote) {
  const auto parsed = parse(one_property(R"("format":"uint8","value-range":[100,1,1])"));
  EXPECT_FALSE(property_of(parsed).range.has_value());
  EXPECT_THAT(parsed.notes, ElementsAre(HasSubstr("range [100,1,1] makes no sense")));
}

TEST(ParseSpec, AStepOfNothingBecomesOne) {
  const auto parsed = parse(one_property(R"("format":"uint8","value-range":[1,100,0])"));
  ASSERT_TRUE(property_of(parsed).range.has_value());
  EXPECT_EQ(property_of(parsed).range->step, 1);
}

TEST(ParseSpec, AValueListedTwiceCountsOnce) {
  const auto parsed = parse(one_property(
      R"("format":"uint8","value-list":[{"value":1,"description":"a"},{"value":1,"description":"b"},{"description":"c"}])"));
  ASSERT_EQ(property_of(parsed).list.size(), 1U);
  EXPECT_EQ(property_of(parsed).list[0].description, "a");
  EXPECT_EQ(parsed.notes.size(), 2U);
}

TEST(ParseSpec, ASecondHolderOfAnIidIsLeftOutWithANote) {
  const auto parsed = parse(device(R"([{"iid":2,"type":"urn:miot-spec-v2:service:light:00007802"},
                                       {"iid":2,"type":"urn:miot-spec-v2:service:fan:00007808"}])"));
  ASSERT_TRUE(parsed.spec.ok());
  EXPECT_EQ(parsed.spec->services.size(), 1U);
  EXPECT_THAT(parsed.notes, ElementsAre("services[1]: iid 2 is taken already, left out"));
}

TEST(ParseSpec, NotesOfABrokenSpecAreBounded) {
  std::string services = "[";
  for (int i = 0; i < 500; ++i) services += "{},";
  services += R"({"iid":2,"type":"urn:miot-spec-v2:service:light:00007802"}])";
  const auto parsed = parse(device(services));
  ASSERT_TRUE(parsed.spec.ok());
  EXPECT_EQ(parsed.notes.size(), 100U);
}

TEST(ParseSpec, RefusesWhatIsNoSpecNamingItAndTheCause) {
  const std::pair<std::string_view, std::string_view> refusals[] = {
      {"{", "spec test.light.one: not JSON"},
      {"[]", "spec test.light.one: not a JSON object"},
      {R"({"services":[]})", "no \"type\" with a device URN"},
      {R"({"type":"urn:miot-spec-v2:service:light:1","services":[]})", "no \"type\" with a device URN"},
      {R"({"type":"urn:miot-spec-v2:device:light:1","services":{}})", "spec test.light.one: no services"},
      {R"({"type":"urn:miot-spec-v2:device:light:1","services":[1,"two",[]]})", "spec test.light.one: no services"}};
  for (const auto& [json, reason] : refusals) {
    const auto parsed = parse(json);
    ASSERT_FALSE(parsed.spec.ok()) << json;
    EXPECT_THAT(parsed.spec.error().message, HasSubstr(std::string(reason)));
  }
}

TEST(WriteSpec, WritesWhatReadsAsTheSame) {
  const std::string services =
      R"([{"iid":2,"type":"urn:miot-spec-v2:service:light:00007802:test-one:1","description":"L",
    "properties":[
      {"iid":1,"type":"urn:miot-spec-v2:property:on:00000006","format":"bool","access":["read","write","notify"]},
      {"iid":2,"type":"urn:own-spec:property:speed:00000001","format":"float","access":[],"unit":"celsius",
       "value-range":[0.5,3.4e+38,0.5]},
      {"iid":3,"type":"urn:miot-spec-v2:property:mode:00000008","format":"uint64","access":["read"],
       "value-list":[{"value":-1,"description":"Schlaf \u00e4"},{"value":7,"description":""}]}],
    "actions":[{"iid":1,"type":"urn:miot-spec-v2:action:toggle:00002811","in":[1,2],"out":[3]}],
    "events":[{"iid":1,"type":"urn:miot-spec-v2:event:low-battery:00005003","arguments":[2]}]}])";
  const auto once = parse(device(services));
  ASSERT_TRUE(once.spec.ok());
  const auto text = write_spec(*once.spec);
  const auto again = parse(text);
  ASSERT_TRUE(again.spec.ok());
  EXPECT_THAT(again.notes, testing::IsEmpty());
  EXPECT_EQ(write_spec(*again.spec), text);
  EXPECT_EQ(again.spec->type, once.spec->type);
  const auto* speed = again.spec->property({2, 2});
  ASSERT_NE(speed, nullptr);
  EXPECT_EQ(speed->format, model::Format::real);
  EXPECT_EQ(speed->range->high, 3.4e+38);
  EXPECT_EQ(again.spec->property({2, 3})->list[0].description, "Schlaf ä");
  EXPECT_THAT(again.spec->action({2, 1})->in, ElementsAre(1, 2));
  EXPECT_THAT(again.spec->event({2, 1})->arguments, ElementsAre(2));
}

}  // namespace
}  // namespace entente::home
