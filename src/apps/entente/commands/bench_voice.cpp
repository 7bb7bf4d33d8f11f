// SPDX-License-Identifier: GPL-3.0-or-later
// How soon the first sound of a text comes, and what a second of speech costs, for each voice and language. Every text
// is new to the voice, so that nothing comes from its cache. Besides the time it takes the processor's: on a busy
// machine the first says more of the others.
#include <unistd.h>

#include "apps/entente/commands/bench.h"
#include "apps/entente/session.h"
#include "apps/entente/wording.h"
#include "base/log.h"
#include "drivers/espeak/espeak.h"
#include "drivers/flite/flite.h"

namespace entente::apps {
namespace {

struct Language {
  const char* tag;
  const char* texts[4];  // each with a place for a number
};

constexpr Language languages[] = {
    {"en",
     {"The bedroom lamp is at {}%.", "It is {} °C in the kitchen.",
      "The washing machine has finished, the air purifier needs a new filter in {} days, and nobody has closed the "
      "window in the bathroom yet.",
      "I have turned off all {} lights upstairs and sent the vacuum cleaner back to its dock because nobody is at "
      "home."}},
    {"zh-CN",
     {"卧室的灯是{}%。", "厨房里{}度。", "洗衣机已经洗完了，空气净化器{}天以后要换滤网，浴室的窗户还没有关。",
      "楼上的{}盏灯我都关了，扫地机器人也回到了充电座，因为家里没有人。"}},
    {"es",
     {"La lámpara está al {}%.", "Hay {} °C en la cocina.",
      "La lavadora ha terminado, el purificador necesita un filtro nuevo dentro de {} días, y nadie ha cerrado la "
      "ventana "
      "del baño.",
      "He apagado las {} luces de arriba y he enviado la aspiradora a su base porque no hay nadie en casa."}},
    {"de",
     {"Die Lampe ist auf {} %.", "In der Küche sind es {} °C.",
      "Die Waschmaschine ist fertig, der Luftreiniger braucht in {} Tagen einen neuen Filter, und das Fenster im Bad "
      "ist "
      "noch offen.",
      "Ich habe oben alle {} Lichter ausgeschaltet und den Staubsauger zurückgeschickt, weil niemand zu Hause ist."}},
    {"fr",
     {"La lampe est à {} %.", "Il fait {} °C dans la cuisine.",
      "La machine à laver a fini, le purificateur aura besoin d'un filtre neuf dans {} jours, et personne n'a fermé la "
      "fenêtre de la salle de bains.",
      "J'ai éteint les {} lumières de l'étage et renvoyé l'aspirateur à sa base parce qu'il n'y a personne à la "
      "maison."}},
};

struct Outcome {
  std::vector<double> first_ms;
  std::vector<double> first_processor_ms;
  Duration audio{};
  Duration processor{};
};

Task<Result<void>> measure(Loop& loop, speech::Voice& voice, std::string text, std::string language, Outcome& outcome) {
  const auto start = loop.now();
  const auto before = processor_time();
  bool heard = false;
  speech::Voice::OnPiece on_piece = [&](const audio::Pcm& piece) {
    if (!heard) {
      outcome.first_ms.push_back(in_milliseconds(loop.now() - start));
      outcome.first_processor_ms.push_back(in_milliseconds(processor_time() - before));
    }
    heard = true;
    outcome.audio += piece.duration();
  };
  const auto said = co_await voice.stream(std::move(text), std::move(language), std::move(on_piece));
  outcome.processor += processor_time() - before;
  co_return said;
}

// About as long as the longest text that is spoken at once.
std::string long_text(const Language& language, int number) {
  std::string text;
  while (text.size() < 4'000) {
    for (const auto* each : language.texts) text += fmt::format(fmt::runtime(each), number++) + ' ';
  }
  return text;
}

Task<Result<void>> measure_language(Loop& loop, speech::Voice& voice, const Language& language, int texts,
                                    std::string name, Figures& figures) {
  Outcome one_sentence;
  Outcome many;
  const std::string tag = language.tag;
  Outcome warming;
  auto warm = fmt::format(fmt::runtime(language.texts[0]), 0);
  ENTENTE_CO_TRY_VOID(co_await measure(loop, voice, std::move(warm), tag, warming));
  for (int i = 0; i < texts; ++i) {
    auto text = fmt::format(fmt::runtime(language.texts[static_cast<std::size_t>(i) % 4]), 2 + i);
    ENTENTE_CO_TRY_VOID(co_await measure(loop, voice, std::move(text), tag, one_sentence));
  }
  for (int i = 0; i < 5; ++i) {
    auto text = long_text(language, 100 * i);
    ENTENTE_CO_TRY_VOID(co_await measure(loop, voice, std::move(text), tag, many));
  }
  const auto prefix = fmt::format("{}_{}", name, tag);
  figures.add(prefix + "_first_p50", percentile(one_sentence.first_ms, 50), "ms", "one sentence, to its first sound");
  figures.add(prefix + "_first_p95", percentile(one_sentence.first_ms, 95), "ms");
  figures.add(prefix + "_first_cpu_p95", percentile(one_sentence.first_processor_ms, 95), "ms", "of the processor");
  figures.add(prefix + "_long_first_p95", percentile(many.first_ms, 95), "ms", "4,000 bytes of text");
  figures.add(prefix + "_long_first_cpu_p95", percentile(many.first_processor_ms, 95), "ms", "of the processor");
  figures.add(prefix + "_cost", 1000 * in_milliseconds(many.processor) / in_milliseconds(many.audio), "ms/s",
              "processor time a second of speech");
  co_return Result<void>();
}

Task<Result<void>> run(Loop& loop, Settings settings, int texts, Figures& figures) {
  ENTENTE_CO_TRY(const auto espeak, espeak::open());
  ENTENTE_CO_TRY(const auto flite, flite::open());
  speech::VoiceSettings uncached;
  uncached.cache_bytes = 0;
  for (auto* engine : {flite.get(), espeak.synthesiser.get()}) {
    std::vector<speech::Synthesiser*> engines{engine};
    speech::Voice voice(loop, std::move(engines), uncached, wording_from({settings.data_folder / "sentences"}));
    for (const auto& language : languages) {
      if (!voice.supports(language.tag)) continue;
      const std::string name(engine->name());
      ENTENTE_CO_TRY_VOID(co_await measure_language(loop, voice, language, texts, name, figures));
    }
  }
  co_return Result<void>();
}

}  // namespace

int bench_voice(const CommonOptions& common, const VoiceBenchOptions& options) {
  const auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (common.log_level.empty()) log::set_level(log::Level::warning);
  net::EventLoop loop;
  Figures figures("voice");
  const double before = resident_megabytes(::getpid());
  const auto done = loop.run_until_complete(run(loop, *settings, options.texts, figures));
  if (!done) return exit_failed;
  if (!*done) return fail(done->error());
  figures.add("memory", resident_megabytes(::getpid()) - before, "MB", "both engines and all tables, above the rest");
  figures.print(common.json);
  return exit_done;
}

}  // namespace entente::apps
