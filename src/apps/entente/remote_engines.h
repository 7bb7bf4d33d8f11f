// SPDX-License-Identifier: GPL-3.0-or-later
// The engines on other machines that the config file names ([[speech.engines]], docs/engines.md): what people can say
// of them, and the engines made of it. Owned by the system; outlives the parts that hear and speak. Loop thread, but
// the engines are called where speech.h says.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/time.h"
#include "services/speech/fallback.h"
#include "services/speech/speech.h"
#include "services/speech/wake_fallback.h"

namespace entente::apps {

struct RemoteEngineSettings {
  enum class Kind { wyoming, openai };

  Kind kind = Kind::wyoming;
  std::string name;  // in the log
  std::string url;
  bool recognises = false;
  bool speaks = false;
  bool wakes = false;
  std::vector<std::string> languages;
  std::string model;
  std::string voice;
  std::string speaker;
  std::string api_key_file;  // at most one of the two
  std::string api_key_variable;
  std::string authority_file;  // PEM; empty: what the operating system trusts
  milliseconds answer_time{};
  Duration rest{};  // after a failure
};

// In the order of the file. What is wrong is left to config.check().
std::vector<RemoteEngineSettings> read_remote_engines(Config& config, const std::vector<std::string>& languages);

class RemoteEngines {
 public:
  // Reads keys and certificates; an engine without its own is said in the log and left out. Connects to nobody yet.
  static std::unique_ptr<RemoteEngines> open(const std::vector<RemoteEngineSettings>& settings);
  virtual ~RemoteEngines() = default;

  // In the order of the file.
  virtual std::vector<speech::RestingRecogniser> recognisers() const = 0;
  virtual std::vector<speech::Synthesiser*> voices() const = 0;
  virtual std::vector<speech::RestingWakeSpotter> wake_spotters() const = 0;
};

}  // namespace entente::apps
