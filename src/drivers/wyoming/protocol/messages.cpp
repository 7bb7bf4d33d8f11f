// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/protocol/messages.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "infra/audio/wav.h"

namespace entente::wyoming {
namespace {

constexpr int rate = 16'000;
constexpr std::size_t most_models = 1'000;

Json format() { return {{"rate", rate}, {"width", 2}, {"channels", 1}}; }

std::int64_t milliseconds_at(std::int64_t sample) { return sample * 1'000 / rate; }

std::vector<std::string> texts_in(const Json& object, std::string_view key) {
  std::vector<std::string> texts;
  if (const auto* list = find(object, key); list && list->is_array()) {
    for (const auto& each : *list) {
      if (each.is_string() && texts.size() < most_models) texts.push_back(each.get<std::string>());
    }
  }
  return texts;
}

std::vector<ServerInfo::Model> models_in(const Json& program, std::string_view key) {
  std::vector<ServerInfo::Model> models;
  const auto* list = find(program, key);
  if (!list || !list->is_array()) return models;
  for (const auto& each : *list) {
    const auto name = string_or(each, "name", "");
    if (name.empty() || !bool_or(each, "installed", true) || models.size() >= most_models) continue;
    models.push_back({name, texts_in(each, "languages"), string_or(each, "phrase", "")});
  }
  return models;
}

// All models of the programs in one part of the info, "asr" for instance.
bool collect(const Json& info, std::string_view part, std::string_view key, std::vector<ServerInfo::Model>& models,
             bool* streams = nullptr) {
  const auto* programs = find(info, part);
  if (!programs || !programs->is_array() || programs->empty()) return false;
  for (const auto& program : *programs) {
    for (auto& model : models_in(program, key)) models.push_back(std::move(model));
    if (streams) *streams = *streams || bool_or(program, "supports_synthesize_streaming", false);
  }
  return true;
}

// "zh_CN" and "zh-cn" are one.
std::string normal_tag(std::string_view language) {
  return text::to_lower_ascii(text::replace_all(std::string(language), "_", "-"));
}

std::string family_of(std::string_view language) {
  return normal_tag(language.substr(0, language.find_first_of("-_")));
}

// The tag with which one of the models names the language, or at least its family.
std::optional<std::string> listed_tag(std::string_view language, const std::vector<ServerInfo::Model>& models) {
  std::optional<std::string> family;
  for (const auto& model : models) {
    for (const auto& tag : model.languages) {
      if (normal_tag(tag) == normal_tag(language)) return tag;
      if (!family && family_of(tag) == family_of(language)) family = tag;
    }
  }
  return family;
}

// "okay_nabu_v0.1" and "Okay, Nabu!" are both "okay nabu".
std::string normal_phrase(std::string_view phrase) {
  std::string normal;
  for (const char each : text::to_lower_ascii(phrase)) {
    const bool separates = each == '_' || each == '-' || each == ' ' || each == ',' || each == '.' || each == '!';
    if (!separates) normal += each;
    if (separates && !normal.empty() && normal.back() != ' ') normal += ' ';
  }
  auto trimmed = std::string(text::trim(normal));
  const auto version = trimmed.rfind(" v");
  const bool versioned = version != trimmed.npos && version + 2 < trimmed.size() &&
                         trimmed.find_first_not_of("0123456789 ", version + 2) == trimmed.npos;
  return versioned ? trimmed.substr(0, version) : trimmed;
}

Json voice_json(const VoiceChoice& voice) {
  if (!voice.name.empty()) {
    Json json = {{"name", voice.name}};
    if (!voice.speaker.empty()) json["speaker"] = voice.speaker;
    return json;
  }
  return voice.language.empty() ? Json::object() : Json{{"language", voice.language}};
}

void add_voice(Json& data, const VoiceChoice& voice) {
  if (auto json = voice_json(voice); !json.empty()) data["voice"] = std::move(json);
}

}  // namespace

ServerInfo read_info(const Json& data) {
  ServerInfo info;
  info.hears = collect(data, "asr", "models", info.asr);
  info.speaks = collect(data, "tts", "voices", info.voices, &info.speech_streams);
  info.wakes = collect(data, "wake", "models", info.wake);
  return info;
}

std::string language_for(std::string_view language, const std::vector<ServerInfo::Model>& models) {
  return listed_tag(language, models).value_or(family_of(language));
}

bool knows_language(std::string_view language, const std::vector<ServerInfo::Model>& models) {
  return listed_tag(language, models).has_value();
}

std::optional<std::string> wake_model_for(std::string_view phrase, const ServerInfo& info) {
  const auto wanted = normal_phrase(phrase);
  const auto found = std::find_if(info.wake.begin(), info.wake.end(), [&wanted](const auto& model) {
    return normal_phrase(model.phrase) == wanted || normal_phrase(model.name) == wanted;
  });
  if (found == info.wake.end() || wanted.empty()) return std::nullopt;
  return found->name;
}

Event describe() { return {"describe", Json::object(), {}}; }

Event transcribe(std::string_view language, std::string_view model) {
  Event event{"transcribe", Json::object(), {}};
  if (!language.empty()) event.data["language"] = language;
  if (!model.empty()) event.data["name"] = model;
  return event;
}

Event detect(std::span<const std::string> names) {
  Event event{"detect", Json::object(), {}};
  if (!names.empty()) event.data["names"] = std::vector<std::string>(names.begin(), names.end());
  return event;
}

Event audio_start() {
  Event event{"audio-start", format(), {}};
  event.data["timestamp"] = 0;
  return event;
}

Event audio_chunk(std::span<const std::int16_t> samples, std::int64_t first_sample) {
  Event event{"audio-chunk", format(), audio::to_wire(samples)};
  event.data["timestamp"] = milliseconds_at(first_sample);
  return event;
}

Event audio_stop(std::int64_t samples) { return {"audio-stop", Json{{"timestamp", milliseconds_at(samples)}}, {}}; }

Event synthesize(std::string_view text, const VoiceChoice& voice) {
  Event event{"synthesize", Json{{"text", text}}, {}};
  add_voice(event.data, voice);
  return event;
}

// The "synthesize" among them is for servers that do not stream; the others are to ignore it.
std::vector<Event> synthesize_in_pieces(std::string_view text, const VoiceChoice& voice) {
  Event start{"synthesize-start", Json::object(), {}};
  add_voice(start.data, voice);
  Event chunk{"synthesize-chunk", Json{{"text", text}}, {}};
  Event stop{"synthesize-stop", Json::object(), {}};
  return {std::move(start), std::move(chunk), synthesize(text, voice), std::move(stop)};
}

Error error_in(const Event& event) {
  const auto reason = text::shorten(string_or(event.data, "text", "no reason given"), 200);
  return Error{ErrorCode::failed, fmt::format("wyoming: the server says: {}", reason)};
}

}  // namespace entente::wyoming
