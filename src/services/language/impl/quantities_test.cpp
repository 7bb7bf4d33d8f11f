// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/quantities.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "services/language/language.h"

namespace entente::language {
namespace {

// What the words mean, as text; "-" where they mean nothing, "a, b" where they mean several things.
std::string meaning(const std::string& language, std::string_view words) {
  static std::map<std::string, std::shared_ptr<const Grammar>> grammars;
  auto& grammar = grammars[language];
  if (!grammar) {
    const bool spaceless = language.starts_with("zh");
    const SentenceFile file{"test.yaml", std::string(spaceless ? "settings: {ignore_whitespace: true}\n" : "") + R"(
intents:
  Time: {data: [{sentences: ["t {time}"]}]}
  Date: {data: [{sentences: ["d {date}"]}]}
  Duration: {data: [{sentences: ["l {duration}"]}]}
  Number: {data: [{sentences: ["n {number}"]}]}
lists:
  time: {time: true}
  date: {date: true}
  duration: {duration: true}
  number: {range: {from: -20, to: 150, fractions: tenths}}
)"};
    const auto sentences = SentenceSet::parse(std::span(&file, 1), language);
    EXPECT_TRUE(sentences.problems().empty()) << to_string(sentences.problems().front());
    auto compiled = Grammar::compile(sentences, {});
    if (!compiled.ok()) return compiled.error().message;
    grammar = std::move(compiled).value();
  }
  const auto understood = grammar->understand(words);
  if (!understood.ok()) return "-";
  auto text = model::to_text(understood->best.slots.at(0).value);
  for (const auto& other : understood->alternatives) text += ", " + model::to_text(other.slots.at(0).value);
  return text;
}

using Table = std::vector<std::pair<const char*, const char*>>;
void expect_meanings(const std::string& language, const Table& table) {
  for (const auto& [words, value] : table) EXPECT_EQ(meaning(language, words), value) << language << ": " << words;
}

TEST(Quantities, ReadTimesInEnglish) {
  expect_meanings("en", {{"t seven", "07:00"},
                         {"t seven o'clock", "07:00"},
                         {"t seven thirty", "07:30"},
                         {"t seven oh five", "07:05"},
                         {"t half past seven", "07:30"},
                         {"t half seven", "07:30"},
                         {"t quarter to eight AM", "07:45"},
                         {"t a quarter past eight p m", "20:15"},
                         {"t ten to twelve at night", "23:50"},
                         {"t twenty five minutes past three in the afternoon", "15:25"},
                         {"t seven o'clock in the evening", "19:00"},
                         {"t twelve am", "00:00"},
                         {"t twelve pm", "12:00"},
                         {"t 12:30 am", "00:30"},
                         {"t noon", "12:00"},
                         {"t midnight", "00:00"},
                         {"t 19:30", "19:30"},
                         {"t 7:05 pm", "19:05"},
                         {"t 7pm", "19:00"},
                         {"t 07:30", "07:30"},
                         {"t quarter to one pm", "12:45"},
                         {"t two at night", "02:00"},
                         {"t fifteen am", "-"},
                         {"t seven sixty", "-"},
                         {"t thirty", "-"}});
}

TEST(Quantities, ReadTimesInOtherLanguages) {
  expect_meanings("de", {{"t sieben Uhr", "07:00"},
                         {"t halb acht", "07:30"},
                         {"t halb acht abends", "19:30"},
                         {"t viertel nach drei", "03:15"},
                         {"t Viertel vor acht Uhr", "07:45"},
                         {"t dreiviertel acht", "07:45"},
                         {"t viertel acht", "07:15"},
                         {"t fünf vor halb acht", "07:25"},
                         {"t zehn nach acht Uhr morgens", "08:10"},
                         {"t neunzehn Uhr dreißig", "19:30"},
                         {"t ein Uhr nachts", "01:00"},
                         {"t 19:30 Uhr", "19:30"},
                         {"t 19.30 Uhr", "19:30"},
                         {"t 7 Uhr 5", "07:05"},
                         {"t Mitternacht", "00:00"}});
  expect_meanings("es", {{"t las siete", "07:00"},
                         {"t siete y media", "07:30"},
                         {"t las ocho menos cuarto", "07:45"},
                         {"t la una y cuarto de la tarde", "13:15"},
                         {"t las diez de la noche", "22:00"},
                         {"t las doce de la noche", "00:00"},
                         {"t las siete menos diez", "06:50"},
                         {"t cuarto para las ocho", "07:45"},
                         {"t veintiuna horas", "21:00"},
                         {"t 19:30", "19:30"},
                         {"t mediodía", "12:00"}});
  expect_meanings("fr", {{"t sept heures", "07:00"},
                         {"t sept heures et demie", "07:30"},
                         {"t huit heures moins le quart", "07:45"},
                         {"t une heure du matin", "01:00"},
                         {"t sept heures du soir", "19:00"},
                         {"t dix-neuf heures trente", "19:30"},
                         {"t 19h30", "19:30"},
                         {"t 7 h", "07:00"},
                         {"t midi et demi", "12:30"},
                         {"t minuit moins le quart", "23:45"}});
  expect_meanings("zh-CN", {{"t七点", "07:00"},
                            {"t七点半", "07:30"},
                            {"t下午三点一刻", "15:15"},
                            {"t晚上八点", "20:00"},
                            {"t两点钟", "02:00"},
                            {"t二点", "02:00"},
                            {"t早上六点零五分", "06:05"},
                            {"t下午3点20分", "15:20"},
                            {"t差五分八点", "07:55"},
                            {"t中午十二点", "12:00"},
                            {"t凌晨十二点半", "00:30"},
                            {"t19:30", "19:30"}});
}

TEST(Quantities, ReadDurations) {
  expect_meanings("en", {{"l five minutes", "300"},
                         {"l an hour and a half", "5400"},
                         {"l one and a half hours", "5400"},
                         {"l half an hour", "1800"},
                         {"l one hour twenty minutes", "4800"},
                         {"l two hours and five minutes", "7500"},
                         {"l 90 seconds", "90"},
                         {"l 1h 20m", "4800"},
                         {"l 2.5 hours", "9000"},
                         {"l a quarter of an hour", "900"},
                         {"l a minute", "60"},
                         {"l three days", "259200"},
                         {"l two weeks", "1209600"},
                         {"l two and a half minutes", "150"},
                         {"l minutes", "-"}});
  expect_meanings("de", {{"l fünf Minuten", "300"},
                         {"l eine halbe Stunde", "1800"},
                         {"l anderthalb Stunden", "5400"},
                         {"l zweieinhalb Stunden", "9000"},
                         {"l 1,5 Stunden", "5400"},
                         {"l einer Stunde", "3600"},
                         {"l eine Stunde und zwanzig Minuten", "4800"},
                         {"l einundzwanzig Sekunden", "21"},
                         {"l eine Viertelstunde", "900"}});
  expect_meanings("es", {{"l cinco minutos", "300"},
                         {"l una hora y media", "5400"},
                         {"l media hora", "1800"},
                         {"l veintiún minutos", "1260"},
                         {"l un cuarto de hora", "900"},
                         {"l dos horas y diez minutos", "7800"}});
  expect_meanings("fr", {{"l cinq minutes", "300"},
                         {"l une heure et demie", "5400"},
                         {"l une demi-heure", "1800"},
                         {"l quatre-vingt-dix secondes", "90"},
                         {"l nonante secondes", "90"},
                         {"l une heure vingt", "4800"},
                         {"l un quart d'heure", "900"}});
  expect_meanings("zh-CN", {{"l五分钟", "300"},
                            {"l两个半小时", "9000"},
                            {"l半小时", "1800"},
                            {"l一个小时二十分钟", "4800"},
                            {"l90秒", "90"},
                            {"l一分半钟", "90"},
                            {"l三天", "259200"}});
  expect_meanings("it", {{"l cinque minuti", "300"}, {"l un'ora", "-"}, {"l due ore", "7200"}, {"l 90 secondi", "90"}});
}

TEST(Quantities, ReadDates) {
  expect_meanings("en", {{"d today", "+0"},
                         {"d tomorrow", "+1"},
                         {"d the day after tomorrow", "+2"},
                         {"d yesterday", "-1"},
                         {"d on monday", "W1"},
                         {"d next friday", "W5+1"},
                         {"d december twenty fourth", "--12-24"},
                         {"d the 24th of december", "--12-24"},
                         {"d December 24", "--12-24"},
                         {"d the first of may", "--05-01"},
                         {"d on the third", "---03"},
                         {"d in three days", "+3"},
                         {"d in two weeks", "+14"},
                         {"d two days ago", "-2"},
                         {"d february thirtieth", "-"},
                         {"d february twenty ninth", "--02-29"}});
  expect_meanings("de", {{"d übermorgen", "+2"},
                         {"d am Montag", "W1"},
                         {"d nächste Woche Dienstag", "W2+1"},
                         {"d am vierundzwanzigsten Dezember", "--12-24"},
                         {"d 24. Dezember", "--12-24"},
                         {"d am 24.12.", "--12-24"},
                         {"d in drei Tagen", "+3"},
                         {"d vor zwei Tagen", "-2"}});
  expect_meanings("es", {{"d pasado mañana", "+2"},
                         {"d el lunes", "W1"},
                         {"d el 24 de diciembre", "--12-24"},
                         {"d el primero de mayo", "--05-01"},
                         {"d dentro de tres días", "+3"}});
  expect_meanings("fr", {{"d après-demain", "+2"},
                         {"d aujourd'hui", "+0"},
                         {"d lundi prochain", "W1"},
                         {"d le vingt-quatre décembre", "--12-24"},
                         {"d le premier mai", "--05-01"}});
  expect_meanings("zh-CN", {{"d明天", "+1"},
                            {"d后天", "+2"},
                            {"d下周一", "W1+1"},
                            {"d星期天", "W7"},
                            {"d十二月二十四号", "--12-24"},
                            {"d12月24日", "--12-24"},
                            {"d三天后", "+3"}});
  expect_meanings("it",
                  {{"d domani", "+1"}, {"d lunedì", "W1"}, {"d 24 dicembre", "--12-24"}, {"d tra 3 giorni", "+3"}});
}

TEST(Quantities, ReadNumbers) {
  expect_meanings("en", {{"n twenty point five", "20.5"},
                         {"n twenty and a half", "20.5"},
                         {"n minus five", "-5"},
                         {"n negative five", "-5"},
                         {"n one hundred and five", "105"},
                         {"n one hundred five", "105"},
                         {"n twenty-one", "21"},
                         {"n half", "0.5"}});
  expect_meanings("en-US", {{"n twenty one", "21"}});
  expect_meanings("de", {{"n einundzwanzig", "21"},
                         {"n ein", "1"},
                         {"n eine", "1"},
                         {"n einem", "1"},
                         {"n zwanzig Komma fünf", "20.5"},
                         {"n zwanzigeinhalb", "20.5"},
                         {"n anderthalb", "1.5"},
                         {"n minus fünf", "-5"}});
  expect_meanings("es", {{"n veintiún", "21"},
                         {"n veintiuna", "21"},
                         {"n veintiuno", "21"},
                         {"n veinte coma cinco", "20.5"},
                         {"n veinte y medio", "20.5"},
                         {"n menos cinco", "-5"}});
  expect_meanings("fr", {{"n quatre-vingt-dix", "90"},
                         {"n quatre vingt dix", "90"},
                         {"n nonante", "90"},
                         {"n huitante", "80"},
                         {"n vingt et demi", "20.5"},
                         {"n vingt virgule cinq", "20.5"}});
  expect_meanings(
      "zh-CN",
      {{"n二", "2"}, {"n两", "2"}, {"n二十点五", "20.5"}, {"n零下五", "-5"}, {"n负五", "-5"}, {"n一百零五", "105"}});
}

TEST(Quantities, OfLongRangesHaveWordsForSmallAndRoundNumbers) {
  const SentenceFile file{"test.yaml", R"(
intents:
  Level: {data: [{sentences: ["to {level}"]}]}
lists:
  level: {range: {from: 0, to: 86400}}
)"};
  const auto grammar = Grammar::compile(SentenceSet::parse(std::span(&file, 1), "en"), {});
  ASSERT_TRUE(grammar.ok());
  EXPECT_TRUE((*grammar)->understand("to nine hundred ninety nine").ok());
  EXPECT_TRUE((*grammar)->understand("to three thousand six hundred").ok());
  EXPECT_TRUE((*grammar)->understand("to 3601").ok());
  EXPECT_FALSE((*grammar)->understand("to three thousand six hundred one").ok());
}

TEST(Quantities, AreKnownInEveryLanguageOfICU) {
  for (const char* language : {"ja", "nl", "pt-BR", "ru", "th"}) {
    EXPECT_EQ(meaning(language, "t 19:30"), "19:30") << language;
    EXPECT_EQ(meaning(language, "n 20.5"), "20.5") << language;
  }
  expect_meanings("nl", {{"l vijf minuten", "300"}, {"d overmorgen", "+2"}, {"n anderhalf", "1.5"}});
  expect_meanings("ru", {{"l пять минут", "300"}, {"d завтра", "+1"}, {"d 24 декабря", "--12-24"}});
  expect_meanings("pt-BR", {{"l cinco minutos", "300"}, {"d amanhã", "+1"}, {"d segunda-feira", "W1"}});
  expect_meanings("ja", {{"l 5分", "300"}, {"d 明日", "+1"}});
}

TEST(Quantities, SayTheirUnit) {
  const SentenceFile file{"test.yaml", R"(
intents:
  Time: {data: [{sentences: ["t {when}"]}]}
  Level: {data: [{sentences: ["to {level}"]}]}
lists:
  when: {time: true}
  level: {range: {type: percentage, from: 0, to: 100}}
)"};
  const auto grammar = Grammar::compile(SentenceSet::parse(std::span(&file, 1), "en"), {});
  ASSERT_TRUE(grammar.ok());
  const auto time = (*grammar)->understand("t half past seven");
  ASSERT_TRUE(time.ok());
  EXPECT_EQ(time->best.metadata.at("unit"), model::Value(std::string("time")));
  EXPECT_EQ(time->best.slots.at(0).name, "when");
  EXPECT_EQ(time->best.slots.at(0).text, "half past seven");
  const auto level = (*grammar)->understand("to fifty");
  ASSERT_TRUE(level.ok());
  EXPECT_EQ(level->best.metadata.at("unit"), model::Value(std::string("%")));
}

}  // namespace
}  // namespace entente::language
