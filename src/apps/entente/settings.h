// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that people can set, with its default: the config file (TOML), the environment and the folders of this
// machine. docs/configuration.md says it for people. Plain value.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apps/entente/mqtt_side.h"
#include "apps/entente/remote_engines.h"
#include "apps/entente/speaker_settings.h"
#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "services/home/history.h"
#include "services/home/routines/sun.h"

namespace entente::apps {

struct Settings {
  std::filesystem::path state_folder;  // devices, own sentences, own specs, keys
  std::filesystem::path data_folder;   // the product's sentences/ and specs/
  log::Level log_level = log::Level::info;
  std::vector<std::string> languages;
  std::string area;  // the room of this machine's microphone

  std::vector<std::filesystem::path> sentence_files;    // further sentence files of the user
  std::vector<std::filesystem::path> sentence_folders;  // further folders: LANG/*.yaml, or a repository of intents

  std::string listen;                     // address of the console's API
  std::vector<std::string> server_names;  // what the certificate is for, off loopback

  bool hearing = true;
  bool speaking = true;
  std::filesystem::path acoustic_model;
  std::filesystem::path dictionary;
  std::string microphone;
  std::string loudspeaker;
  milliseconds pause_closed{};      // silence after a sentence that nothing can change any more
  milliseconds pause_open{};        // silence after a sentence that can take several more things
  milliseconds pause_complete{};    // silence after a sentence that could go on
  milliseconds pause_incomplete{};  // silence after anything else
  double voice_speed = 1.0;
  bool brief = false;  // "Done." instead of what was done
  double least_confidence = 0;
  std::vector<RemoteEngineSettings> engines;  // on other machines

  SpeakerSettings speaker;
  MqttSettings mqtt;

  std::optional<home::Location> location;  // of the home, for sunrise and sunset
  home::History::Options history;

  bool polling = true;
  Duration poll_quiet{};
  Duration poll_after_command{};
};

// Reads `config_file`, or where none is named the first there is of $XDG_CONFIG_HOME/entente/config.toml and
// /etc/entente/config.toml, or nothing. Every key that is unknown or wrong is named in the error.
Result<Settings> load_settings(const std::optional<std::filesystem::path>& config_file);

// Where the sentences and specs that come with the program are: ENTENTE_DATA, beside the binary, or /usr/share/entente.
Result<std::filesystem::path> find_data_folder();

}  // namespace entente::apps
