// SPDX-License-Identifier: GPL-3.0-or-later
// What we say to a Wyoming server, and what we read in its answers. Values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/wyoming/protocol/framing.h"

namespace entente::wyoming {

// What a server says that it can do. An absent part is empty; what is malformed in it is left out.
struct ServerInfo {
  struct Model {
    std::string name;
    std::vector<std::string> languages;
    std::string phrase;  // of a wake word
  };
  bool hears = false;  // has a part "asr"; and so on
  bool speaks = false;
  bool wakes = false;
  std::vector<Model> asr, voices, wake;
  bool speech_streams = false;  // takes text in pieces, and so gives the first sentence's sound first
};
ServerInfo read_info(const Json& data);

// The tag that the server's models use for the language: "zh-CN", "zh_CN" or "zh"; "zh" when it lists none of them.
std::string language_for(std::string_view language, const std::vector<ServerInfo::Model>& models);
bool knows_language(std::string_view language, const std::vector<ServerInfo::Model>& models);
// The name of the installed wake model that waits for the phrase; nothing when there is none.
std::optional<std::string> wake_model_for(std::string_view phrase, const ServerInfo& info);

struct VoiceChoice {
  std::string name;  // empty: the server's voice for the language
  std::string speaker;
  std::string language;
};

// Sound goes out as 16 kHz mono of 16 bits. Timestamps are milliseconds since the sound began.
Event describe();
Event transcribe(std::string_view language, std::string_view model);
Event detect(std::span<const std::string> names);
Event audio_start();
Event audio_chunk(std::span<const std::int16_t> samples, std::int64_t first_sample);
Event audio_stop(std::int64_t samples);
Event synthesize(std::string_view text, const VoiceChoice& voice);
// The same where the server streams.
std::vector<Event> synthesize_in_pieces(std::string_view text, const VoiceChoice& voice);

// The reason in an "error" event: "wyoming: the server says: no such model".
Error error_in(const Event& event);

}  // namespace entente::wyoming
