// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/quantities_tables.h"

#include <map>

namespace entente::language {
namespace {

using Kind = Saying::Kind;
using Half = DayPart::Half;

constexpr int noon = 12'000;  // as quantities.cpp codes it
constexpr int minute = 60, hour = 3600, day = 24 * hour, week = 7 * day;

SayingTable english() {
  SayingTable made;
  made.leading_zero = {"oh", "o", "zero"};
  made.ordinal_days = true;
  made.parts = {{Half::am, "AM"},
                {Half::morning, "in the morning"},
                {Half::pm, "PM"},
                {Half::afternoon, "in the afternoon"},
                {Half::evening, "(in the evening|tonight)"},
                {Half::night, "at night"}};
  made.times = {{"{hour} [o'clock] [{part}]"},
                {"{hour} {minute} [{part}]"},
                {"half [past] {hour} [o'clock] [{part}]", 30},
                {"[a] quarter (past|after) {hour} [o'clock] [{part}]", 15},
                {"[a] quarter (to|till|before|of) {hour} [o'clock] [{part}]", -15},
                {"{past} [minute[s]] (past|after) {hour} [o'clock] [{part}]"},
                {"{to} [minute[s]] (to|till|before) {hour} [o'clock] [{part}]"},
                {"[12|twelve] (noon|midday)", noon},
                {"[12|twelve] midnight"}};
  made.durations = {{"{seconds} (second[s]|sec[s]|s)"},
                    {"{minutes} (minute[s]|min[s]|m)"},
                    {"{hours} (hour[s]|hr[s]|h)"},
                    {"{days} (day[s]|d)"},
                    {"{weeks} week[s]"},
                    {"{half_minutes} (minute[s]|min[s])"},
                    {"{half_hours} (hour[s]|hr[s]|h)"},
                    {"{half_days} day[s]"},
                    {"a second", 1},
                    {"(a|one) minute", minute},
                    {"(an|a) hour", hour},
                    {"a day", day},
                    {"a week", week},
                    {"a fortnight", 2 * week},
                    {"a couple of seconds", 2},
                    {"a couple of minutes", 2 * minute},
                    {"a couple of hours", 2 * hour},
                    {"a couple of days", 2 * day},
                    {"half a minute", 30},
                    {"half an hour", hour / 2},
                    {"half a day", day / 2},
                    {"[a] quarter of an hour", hour / 4},
                    {"[a] quarter hour", hour / 4},
                    {"three quarters of an hour", 3 * hour / 4},
                    {"a minute and a half", 90},
                    {"(an|a) hour and a half", hour + hour / 2},
                    {"(an|a) hour and a quarter", hour + hour / 4},
                    {"a day and a half", day + day / 2},
                    {"{few_minutes} minute[s] and a half", 30},
                    {"{few_hours} hour[s] and a half", hour / 2},
                    {"{few_hours} (hour[s]|hr[s]|h) [and] {less_minutes} (minute[s]|min[s]|m)"},
                    {"{few_hours} h {less_minutes}"},
                    {"(an|a) hour [and] {less_minutes} minute[s]", hour},
                    {"{few_minutes} (minute[s]|min[s]|m) [and] {less_seconds} (second[s]|sec[s]|s)"},
                    {"a minute [and] {less_seconds} second[s]", minute},
                    {"{few_days} (day[s]|d) [and] {less_hours} (hour[s]|hr[s]|h)"},
                    {"a day [and] {less_hours} hour[s]", day}};
  made.dates = {{"today", 0},
                {"tomorrow", 1},
                {"[the] day after tomorrow", 2},
                {"yesterday", -1},
                {"[the] day before yesterday", -2},
                {"[on|this|the coming] {weekday}", 0, Kind::weekday},
                {"next {weekday}", 0, Kind::next_weekday},
                {"{weekday} next week", 0, Kind::next_weekday},
                {"[on] [the] {day} of {month}", 0, Kind::month_day},
                {"[on] [the] {day} {month}", 0, Kind::month_day},
                {"[on] {month} [the] {day}", 0, Kind::month_day},
                {"[on] the {ordinal}", 0, Kind::day_of_month},
                {"in {number} day[s]"},
                {"in a day", 1},
                {"{number} days from (now|today)"},
                {"in {number_of_weeks} week[s]"},
                {"in a week", 7},
                {"a week from (now|today)", 7},
                {"{number} days ago", 0, Kind::past},
                {"a day ago", -1},
                {"{number_of_weeks} weeks ago", 0, Kind::past},
                {"a week ago", -7}};
  return made;
}

SayingTable german() {
  SayingTable made;
  made.ordinal_days = made.dotted = true;
  made.parts = {{Half::morning, "(morgens|früh|vormittags|in der Früh|am Morgen|am Vormittag)"},
                {Half::noon, "(mittags|am Mittag)"},
                {Half::afternoon, "(nachmittags|am Nachmittag)"},
                {Half::evening, "(abends|am Abend)"},
                {Half::night, "(nachts|in der Nacht)"}};
  made.times = {{"{hour} [Uhr] [{part}]"},
                {"{hour} Uhr {minute} [{part}]"},
                {"{hour} {minute} [Uhr] [{part}]"},
                {"{clock} [Uhr] [{part}]"},
                {"halb {hour} [{part}]", -30},
                {"viertel nach {hour} [Uhr] [{part}]", 15},
                {"viertel vor {hour} [Uhr] [{part}]", -15},
                {"(dreiviertel|drei viertel) {hour} [{part}]", -15},
                {"viertel {hour} [{part}]", -45},
                {"{past} [Minute[n]] nach {hour} [Uhr] [{part}]"},
                {"{to} [Minute[n]] vor {hour} [Uhr] [{part}]"},
                {"{past} nach halb {hour} [{part}]", -30},
                {"{to} vor halb {hour} [{part}]", -30},
                {"(Mittag|zwölf Uhr mittags)", noon},
                {"Mitternacht"}};
  made.durations = {{"{seconds} (Sekunde[n]|Sek|s)"},
                    {"{minutes} (Minute[n]|Min)"},
                    {"{hours} (Stunde[n]|Std|h)"},
                    {"{days} (Tag|Tage|Tagen)"},
                    {"{weeks} Woche[n]"},
                    {"{half_minutes} Minute[n]"},
                    {"{half_hours} (Stunde[n]|Std|h)"},
                    {"{half_days} (Tag|Tage|Tagen)"},
                    {"[eine|einer|ne] (halbe|halben) Minute", 30},
                    {"[eine|einer|ne] (halbe|halben) Stunde", hour / 2},
                    {"(einen halben|halben) Tag", day / 2},
                    {"[eine|einer|ne] (Viertelstunde|viertel Stunde)", hour / 4},
                    {"[eine|einer|ne] (Dreiviertelstunde|dreiviertel Stunde)", 3 * hour / 4},
                    {"{few_hours} Stunde[n] [und] {less_minutes} Minute[n]"},
                    {"{few_hours} (Std|h) {less_minutes} [Min]"},
                    {"{few_minutes} (Minute[n]|Min) [und] {less_seconds} (Sekunde[n]|Sek)"},
                    {"{few_days} (Tag|Tage|Tagen) [und] {less_hours} Stunde[n]"}};
  made.dates = {{"heute", 0},
                {"morgen", 1},
                {"übermorgen", 2},
                {"gestern", -1},
                {"vorgestern", -2},
                {"[am|diesen|kommenden|nächsten] {weekday}", 0, Kind::weekday},
                {"am (kommenden|nächsten) {weekday}", 0, Kind::weekday},
                {"nächste Woche [am] {weekday}", 0, Kind::next_weekday},
                {"[am] {weekday} nächster Woche", 0, Kind::next_weekday},
                {"[am|der|den] {day} {month}", 0, Kind::month_day},
                {"[am] {dotted_day}", 0, Kind::month_day},
                {"(am|der|den) {day}", 0, Kind::day_of_month},
                {"in {number} (Tag|Tagen)"},
                {"in {number_of_weeks} Woche[n]"},
                {"heute in einer Woche", 7},
                {"vor {number} (Tag|Tagen)", 0, Kind::past},
                {"vor {number_of_weeks} Woche[n]", 0, Kind::past}};
  return made;
}

SayingTable spanish() {
  SayingTable made;
  made.parts = {{Half::morning, "(de|por) la (mañana|madrugada)"},
                {Half::noon, "(del mediodía|al mediodía)"},
                {Half::afternoon, "(de|por) la tarde"},
                {Half::evening, "(de|por) la noche"},
                {Half::am, "AM"},
                {Half::pm, "PM"}};
  made.times = {{"[la|las] {hour} [en punto|horas] [{part}]"},
                {"[la|las] {hour} [y|con] {minute} [{part}]"},
                {"[las] {clock} [horas|{part}]"},
                {"[la|las] {hour} y cuarto [{part}]", 15},
                {"[la|las] {hour} y media [{part}]", 30},
                {"[la|las] {hour} menos cuarto [{part}]", -15},
                {"[la|las] {hour} menos {to} [{part}]"},
                {"[un] cuarto para (la|las) {hour} [{part}]", -15},
                {"{to} para (la|las) {hour} [{part}]"},
                {"[el] mediodía", noon},
                {"[la] medianoche"}};
  made.durations = {{"{seconds} (segundo[s]|s)"},
                    {"{minutes} (minuto[s]|min)"},
                    {"{hours} (hora[s]|h)"},
                    {"{days} (día[s]|d)"},
                    {"{weeks} semana[s]"},
                    {"{half_hours} (hora[s]|h)"},
                    {"medio minuto", 30},
                    {"media hora", hour / 2},
                    {"medio día", day / 2},
                    {"[un] cuarto de hora", hour / 4},
                    {"tres cuartos de hora", 3 * hour / 4},
                    {"{few_minutes} minuto[s] y medio", 30},
                    {"{few_hours} hora[s] y media", hour / 2},
                    {"{few_hours} hora[s] y cuarto", hour / 4},
                    {"{few_days} día[s] y medio", day / 2},
                    {"{few_hours} (hora[s]|h) [y|con] {less_minutes} (minuto[s]|min)"},
                    {"{few_hours} h {less_minutes}"},
                    {"{few_minutes} (minuto[s]|min) [y|con] {less_seconds} (segundo[s]|s)"},
                    {"{few_days} día[s] [y|con] {less_hours} hora[s]"}};
  made.dates = {{"hoy", 0},
                {"mañana", 1},
                {"pasado mañana", 2},
                {"ayer", -1},
                {"(anteayer|antier|antes de ayer)", -2},
                {"[el] [próximo] {weekday}", 0, Kind::weekday},
                {"[este] {weekday}", 0, Kind::weekday},
                {"[el] {weekday} que viene", 0, Kind::weekday},
                {"[el] {weekday} de la (próxima semana|semana que viene)", 0, Kind::next_weekday},
                {"[el] [día] {day} de {month}", 0, Kind::month_day},
                {"[el] (primero|uno) de {month}", 1, Kind::month_day},
                {"(el|el día) {day}", 0, Kind::day_of_month},
                {"(en|dentro de) {number} día[s]"},
                {"(en|dentro de) {number_of_weeks} semana[s]"},
                {"hace {number} día[s]", 0, Kind::past},
                {"hace {number_of_weeks} semana[s]", 0, Kind::past}};
  return made;
}

SayingTable french() {
  SayingTable made;
  made.leading_zero = {"zéro"};
  made.parts = {{Half::morning, "du matin"}, {Half::afternoon, "de l'après-midi"}, {Half::evening, "du soir"}};
  made.times = {{"{hour} (heure[s]|h) [pile] [{part}]"},
                {"{hour} (heure[s]|h) {minute} [{part}]"},
                {"{hour} (heure[s]|h) {past} [{part}]"},
                {"{hour} {minute}"},
                {"{hour} heure[s] et quart [{part}]", 15},
                {"{hour} heure[s] et demi[e] [{part}]", 30},
                {"{hour} heure[s] moins [le] quart [{part}]", -15},
                {"{hour} heure[s] moins {to} [{part}]"},
                {"midi", noon},
                {"midi et quart", noon + 15},
                {"midi et demi[e]", noon + 30},
                {"midi moins [le] quart", noon - 15},
                {"midi {minute}", noon},
                {"midi {past}", noon},
                {"minuit"},
                {"minuit et quart", 15},
                {"minuit et demi[e]", 30},
                {"minuit moins [le] quart", -15},
                {"minuit {minute}"}};
  made.durations = {{"{seconds} (seconde[s]|s)"},
                    {"{minutes} (minute[s]|min)"},
                    {"{hours} (heure[s]|h)"},
                    {"{days} (jour[s]|j)"},
                    {"{weeks} semaine[s]"},
                    {"{half_hours} (heure[s]|h)"},
                    {"[une] demi-minute", 30},
                    {"[une] demi-heure", hour / 2},
                    {"[une] demi-journée", day / 2},
                    {"[un] quart d'heure", hour / 4},
                    {"trois quarts d'heure", 3 * hour / 4},
                    {"{few_minutes} minute[s] et demie", 30},
                    {"{few_hours} heure[s] et demie", hour / 2},
                    {"{few_hours} heure[s] et quart", hour / 4},
                    {"{few_days} jour[s] et demi", day / 2},
                    {"{few_hours} (heure[s]|h) [et] {less_minutes} [minute[s]|min]"},
                    {"{few_minutes} (minute[s]|min) [et] {less_seconds} [seconde[s]|s]"},
                    {"{few_days} (jour[s]|j) [et] {less_hours} (heure[s]|h)"}};
  made.dates = {{"aujourd'hui", 0},
                {"demain", 1},
                {"après-demain", 2},
                {"hier", -1},
                {"avant-hier", -2},
                {"[le|ce] {weekday}", 0, Kind::weekday},
                {"[le] {weekday} prochain", 0, Kind::weekday},
                {"[le] {weekday} de la semaine prochaine", 0, Kind::next_weekday},
                {"[le] {day} {month}", 0, Kind::month_day},
                {"[le] premier {month}", 1, Kind::month_day},
                {"le {day}", 0, Kind::day_of_month},
                {"le premier", 1, Kind::day_of_month},
                {"dans {number} jour[s]"},
                {"dans {number_of_weeks} semaine[s]"},
                {"il y a {number} jour[s]", 0, Kind::past},
                {"il y a {number_of_weeks} semaine[s]", 0, Kind::past}};
  return made;
}

SayingTable chinese() {
  SayingTable made;
  made.leading_zero = {"零", "〇"};
  made.parts = {{Half::morning, "(凌晨|清晨|早上|早晨|上午|今早)"},
                {Half::noon, "(中午|正午)"},
                {Half::afternoon, "下午"},
                {Half::evening, "(傍晚|晚上|晚间|今晚)"},
                {Half::night, "(夜里|半夜|深夜)"}};
  made.times = {{"[{part}]{hour}(点|點)[钟|鐘|整]"},
                {"[{part}]{hour}(点|點)半", 30},
                {"[{part}]{hour}(点|點)[过|過]一刻", 15},
                {"[{part}]{hour}(点|點)三刻", 45},
                {"[{part}]{hour}(点|點|时)[过|過]{minute}[分]"},
                {"[{part}]{hour}(点|點|时)[过|過]{past}分"},
                {"[{part}]{hour}(点|點)差{to}分"},
                {"[{part}]差{to}分[钟]{hour}(点|點)"},
                {"[{part}]差一刻{hour}(点|點)", -15},
                {"[{part}]{hour} {minute}"},
                {"(中午|正午)", noon},
                {"(午夜|半夜|零点|零點)"}};
  made.durations = {{"{seconds}秒[钟|鐘]"},
                    {"{minutes}(分钟|分鐘|分)"},
                    {"{hours}[个|個](小时|小時|钟头)"},
                    {"{days}天"},
                    {"{weeks}[个|個](星期|礼拜|周)"},
                    {"{half_hours}[个|個](小时|小時)"},
                    {"半(分钟|分鐘)", 30},
                    {"半[个|個](小时|小時|钟头)", hour / 2},
                    {"半天", day / 2},
                    {"一刻(钟|鐘)", hour / 4},
                    {"三刻(钟|鐘)", 3 * hour / 4},
                    {"{few_minutes}分半[钟|鐘]", 30},
                    {"{few_hours}(个|個)半(小时|小時|钟头)", hour / 2},
                    {"{few_hours}(小时|小時)半", hour / 2},
                    {"{few_days}天半", day / 2},
                    {"{few_hours}[个|個](小时|小時)[零|又]{less_minutes}(分钟|分鐘|分)"},
                    {"{few_minutes}(分钟|分鐘|分)[零|又]{less_seconds}秒[钟|鐘]"},
                    {"{few_days}天[零|又]{less_hours}[个|個](小时|小時)"}};
  made.dates = {{"今天", 0},
                {"明天", 1},
                {"(后天|後天)", 2},
                {"(大后天|大後天)", 3},
                {"昨天", -1},
                {"前天", -2},
                {"[这|本|這][个]{weekday}", 0, Kind::weekday},
                {"下[个|個]{weekday}", 0, Kind::next_weekday},
                {"{month}{day}(日|号|號)", 0, Kind::month_day},
                {"[这个月|本月]{day}(日|号|號)", 0, Kind::day_of_month},
                {"{number}天(后|後|之后|以后)"},
                {"{number_of_weeks}[个|個](星期|礼拜|周)(后|後|之后|以后)"},
                {"{number}天(前|之前|以前)", 0, Kind::past}};
  return made;
}

}  // namespace

const SayingTable* saying_table(std::string_view language) {
  static const std::map<std::string_view, SayingTable> tables = {
      {"en", english()}, {"de", german()}, {"es", spanish()}, {"fr", french()}, {"zh", chinese()}};
  const auto found = tables.find(language.substr(0, language.find_first_of("-_")));
  return found == tables.end() ? nullptr : &found->second;
}

}  // namespace entente::language
