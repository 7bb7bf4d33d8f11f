// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/remote_engines.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "drivers/openai_audio/recogniser.h"
#include "drivers/openai_audio/synthesiser.h"
#include "drivers/wyoming/recogniser.h"
#include "drivers/wyoming/synthesiser.h"
#include "drivers/wyoming/wake_spotter.h"
#include "infra/net/url.h"
#include "services/speech/fallback.h"

namespace entente::apps {
namespace {

using Kind = RemoteEngineSettings::Kind;

bool is_this_machine(const net::Url& url) {
  if (url.host == "localhost") return true;
  const auto endpoint = net::Endpoint::of(url.host, url.port);
  return endpoint && endpoint->is_loopback();
}

// One [[speech.engines]] table.
class Reader {
 public:
  Reader(Config& config, std::string prefix) : config_(config), prefix_(std::move(prefix)) {}

  RemoteEngineSettings read(const std::vector<std::string>& languages) {
    RemoteEngineSettings engine;
    read_kind(engine);
    engine.url = config_.text(prefix_ + "url", "");
    read_uses(engine);
    engine.name = config_.text(prefix_ + "name", engine.url);
    engine.languages = config_.texts(prefix_ + "languages", languages);
    if (engine.languages.empty()) refuse("languages", "is empty; leave it out for all languages of the home");
    engine.model = config_.text(prefix_ + "model", "");
    engine.voice = config_.text(prefix_ + "voice", "");
    engine.answer_time = milliseconds(config_.integer(prefix_ + "timeout_ms", 5'000, 200, 60'000));
    engine.rest = seconds(config_.integer(prefix_ + "rest_s", 10, 1, 3'600));
    if (!kind_known_) {
      for (const auto* key : {"speaker", "api_key_file", "api_key_env", "ca_file"})
        (void)config_.text(prefix_ + key, "");
    } else if (engine.kind == Kind::wyoming) {
      read_wyoming(engine);
    } else {
      read_openai(engine);
    }
    return engine;
  }

 private:
  void refuse(std::string_view key, std::string_view reason) { config_.refuse(prefix_ + std::string(key), reason); }

  void read_kind(RemoteEngineSettings& engine) {
    const auto kind = config_.text(prefix_ + "kind", "");
    kind_known_ = kind == "wyoming" || kind == "openai";
    if (kind.empty()) return refuse("kind", "is missing; it is \"wyoming\" or \"openai\"");
    if (!kind_known_) return refuse("kind", fmt::format("is \"{}\"; it takes \"wyoming\" or \"openai\"", kind));
    engine.kind = kind == "openai" ? Kind::openai : Kind::wyoming;
  }

  void read_uses(RemoteEngineSettings& engine) {
    const auto uses = config_.texts(prefix_ + "for", {});
    if (uses.empty()) return refuse("for", "is missing; it lists what the engine does: recognise, speak, wake");
    for (const auto& use : uses) {
      if (use == "recognise" || use == "recognize") {
        engine.recognises = true;
      } else if (use == "speak") {
        engine.speaks = true;
      } else if (use == "wake") {
        engine.wakes = true;
      } else {
        refuse("for", fmt::format("holds \"{}\"; it takes recognise, speak and wake", use));
      }
    }
  }

  void read_wyoming(RemoteEngineSettings& engine) {
    engine.speaker = config_.text(prefix_ + "speaker", "");
    const auto address = wyoming::parse_address(engine.url);
    if (engine.url.empty()) {
      refuse("url", "is missing; it is written tcp://HOST:PORT");
    } else if (!address) {
      refuse("url", "is no address of a Wyoming server; it is written tcp://HOST:PORT");
    }
  }

  void read_openai(RemoteEngineSettings& engine) {
    if (engine.wakes) refuse("for", "holds \"wake\", which servers of kind \"openai\" cannot do");
    engine.api_key_file = config_.text(prefix_ + "api_key_file", "");
    engine.api_key_variable = config_.text(prefix_ + "api_key_env", "");
    engine.authority_file = config_.text(prefix_ + "ca_file", "");
    if (!engine.api_key_file.empty() && !engine.api_key_variable.empty()) {
      refuse("api_key_env", "and api_key_file: one of them is enough");
    }
    while (engine.url.ends_with('/')) engine.url.pop_back();
    const auto url = net::parse_url(engine.url);
    if (!url || (url->scheme != "http" && url->scheme != "https") || url->target.find('?') != std::string::npos) {
      return refuse("url", engine.url.empty() ? "is missing; it is written https://HOST/v1"
                                              : "is no web address; it is written https://HOST/v1");
    }
    if (engine.recognises && engine.speaks && !engine.model.empty()) {
      refuse("model", "cannot be right for both recognise and speak; give each its own [[speech.engines]]");
    }
    const bool has_key = !engine.api_key_file.empty() || !engine.api_key_variable.empty();
    if (has_key && !url->encrypted() && !is_this_machine(*url)) {
      refuse("url", "sends the key in the clear; with a key it must begin with https://");
    }
  }

  Config& config_;
  const std::string prefix_;
  bool kind_known_ = false;
};

// The API key itself; empty where the settings name none.
Result<std::string> read_key(const RemoteEngineSettings& engine) {
  std::string key;
  if (!engine.api_key_variable.empty()) {
    const char* value = std::getenv(engine.api_key_variable.c_str());
    if (!value || *value == '\0') {
      return Error{ErrorCode::not_found,
                   fmt::format("'{}': the environment has no {} (api_key_env)", engine.name, engine.api_key_variable)};
    }
    key = value;
  } else if (!engine.api_key_file.empty()) {
    auto read = read_file(engine.api_key_file, 16U << 10U);
    if (!read) return read.error().within(fmt::format("'{}': api_key_file", engine.name));
    key = *std::move(read);
  } else {
    return key;
  }
  key = text::trim(key);
  const bool printable = std::all_of(key.begin(), key.end(), [](char each) { return each > 0x20 && each < 0x7F; });
  if (key.empty() || !printable) {
    return Error{ErrorCode::invalid,
                 fmt::format("'{}': the API key is empty or holds more than one word", engine.name)};
  }
  return key;
}

class Engines final : public RemoteEngines {
 public:
  Result<void> add(const RemoteEngineSettings& engine) {
    return engine.kind == Kind::wyoming ? add_wyoming(engine) : add_openai(engine);
  }

  std::vector<speech::RestingRecogniser> recognisers() const override {
    std::vector<speech::RestingRecogniser> all;
    for (const auto& [engine, rest] : recognisers_) all.push_back({engine.get(), rest});
    return all;
  }
  std::vector<speech::Synthesiser*> voices() const override {
    std::vector<speech::Synthesiser*> all;
    for (const auto& each : voices_) all.push_back(each.get());
    return all;
  }
  std::vector<speech::RestingWakeSpotter> wake_spotters() const override {
    std::vector<speech::RestingWakeSpotter> all;
    for (const auto& [engine, rest] : wake_spotters_) all.push_back({engine.get(), rest});
    return all;
  }

 private:
  template <class T>
  struct Resting {
    std::unique_ptr<T> engine;
    Duration rest;
  };

  Result<void> add_wyoming(const RemoteEngineSettings& engine) {
    wyoming::ServerSettings settings;
    settings.name = engine.name;
    ENTENTE_TRY(settings.address, wyoming::parse_address(engine.url));
    settings.languages = engine.languages;
    settings.answer_time = engine.answer_time;
    wyoming_.push_back(std::make_unique<wyoming::Server>(thread_, std::move(settings)));
    auto& server = *wyoming_.back();
    if (engine.recognises)
      recognisers_.push_back({std::make_unique<wyoming::Recogniser>(server, engine.model), engine.rest});
    if (engine.wakes)
      wake_spotters_.push_back({std::make_unique<wyoming::WakeSpotter>(server, engine.model), engine.rest});
    if (engine.speaks)
      add_voice(std::make_unique<wyoming::Synthesiser>(server, engine.voice, engine.speaker), engine.rest);
    return {};
  }

  Result<void> add_openai(const RemoteEngineSettings& engine) {
    openai_audio::ServerSettings settings;
    settings.name = engine.name;
    settings.url = engine.url;
    settings.languages = engine.languages;
    settings.answer_time = engine.answer_time;
    ENTENTE_TRY(settings.key, read_key(engine));
    if (!engine.authority_file.empty()) {
      auto pem = read_file(engine.authority_file, 1U << 20U);
      if (!pem) return pem.error().within(fmt::format("'{}': ca_file", engine.name));
      ENTENTE_TRY(settings.tls, net::TlsClientContext::trusting(*pem));
    }
    openai_.push_back(std::make_unique<openai_audio::Server>(thread_, std::move(settings)));
    const auto& server = *openai_.back();
    const auto or_else = [](const std::string& named, const char* usual) {
      return named.empty() ? std::string(usual) : named;
    };
    if (engine.recognises) {
      const auto model = or_else(engine.model, "whisper-1");
      recognisers_.push_back({std::make_unique<openai_audio::Recogniser>(server, model), engine.rest});
    }
    if (engine.speaks) {
      const auto model = or_else(engine.model, "tts-1");
      const auto voice = or_else(engine.voice, "alloy");
      add_voice(std::make_unique<openai_audio::Synthesiser>(server, model, voice), engine.rest);
    }
    return {};
  }

  void add_voice(std::unique_ptr<speech::Synthesiser> voice, Duration rest) {
    voices_.push_back(std::make_unique<speech::RestingSynthesiser>(std::move(voice), Clock::now, rest));
  }

  net::LoopThread thread_{"remote engines"};
  std::vector<std::unique_ptr<wyoming::Server>> wyoming_;
  std::vector<std::unique_ptr<openai_audio::Server>> openai_;
  std::vector<Resting<speech::RemoteRecogniser>> recognisers_;
  std::vector<std::unique_ptr<speech::Synthesiser>> voices_;
  std::vector<Resting<speech::RemoteWakeSpotter>> wake_spotters_;
};

}  // namespace

std::vector<RemoteEngineSettings> read_remote_engines(Config& config, const std::vector<std::string>& languages) {
  std::vector<RemoteEngineSettings> engines;
  for (const auto& prefix : config.tables("speech.engines")) engines.push_back(Reader(config, prefix).read(languages));
  return engines;
}

std::unique_ptr<RemoteEngines> RemoteEngines::open(const std::vector<RemoteEngineSettings>& settings) {
  auto engines = std::make_unique<Engines>();
  for (const auto& each : settings) {
    if (const auto added = engines->add(each); !added) log::warning("speech", "left out: {}", added.error().message);
  }
  return engines;
}

}  // namespace entente::apps
