// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>

#include "apps/entente/play.h"
#include "apps/entente/session.h"
#include "base/file.h"
#include "base/json.h"
#include "infra/audio/read_audio.h"

namespace entente::apps {

int say(const CommonOptions& common, const SayOptions& options) {
  const Json body{{options.ssml ? "ssml" : "text", options.text}, {"language", options.language}};
  Parts parts;
  parts.speaking = true;
  return call_home_raw(common, parts, "POST", "/api/v1/say", to_text(body), [&](const std::string& wav) {
    if (options.output == "-") {
      return std::fwrite(wav.data(), 1, wav.size(), stdout) == wav.size() ? exit_done : exit_failed;
    }
    if (!options.output.empty()) {
      const auto written = write_file(options.output, wav);
      return written ? exit_done : fail(written.error());
    }
    const auto settings = settings_of(common);
    const auto sound = audio::read_audio(wav, "the server's answer");
    if (!settings || !sound) return exit_failed;
    const auto played = play(settings->loudspeaker, sound->pcm);
    return played ? exit_done : fail(played.error().within("say needs a loudspeaker, or -o FILE"));
  });
}

}  // namespace entente::apps
