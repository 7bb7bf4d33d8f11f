// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/settings.h"

#include <unistd.h>

#include <cstdlib>

#include "base/config.h"

namespace entente::apps {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return fs::path(value);
}

// $XDG_…_HOME/entente, or its default below the home folder.
std::optional<fs::path> user_folder(const char* variable, const char* below_home) {
  if (const auto folder = environment(variable)) return *folder / "entente";
  if (const auto home = environment("HOME")) return *home / below_home / "entente";
  return std::nullopt;
}

fs::path default_state_folder() {
  if (::geteuid() != 0) {
    if (const auto folder = user_folder("XDG_STATE_HOME", ".local/state")) return *folder;
  }
  return "/var/lib/entente";
}

Result<Config> open_config(const std::optional<fs::path>& named) {
  if (named) return Config::load(*named);
  std::error_code ignored;
  if (const auto folder = user_folder("XDG_CONFIG_HOME", ".config")) {
    if (fs::exists(*folder / "config.toml", ignored)) return Config::load(*folder / "config.toml");
  }
  const fs::path system_wide = "/etc/entente/config.toml";
  if (fs::exists(system_wide, ignored)) return Config::load(system_wide);
  return Config();
}

// Where the home stands has no default: nobody lives at 0, 0.
void read_place_and_history(Config& config, Settings& settings) {
  constexpr double nowhere = 1000;
  const double latitude = config.number("home.latitude", nowhere, -90, 90);
  const double longitude = config.number("home.longitude", nowhere, -180, 180);
  if (latitude != nowhere && longitude != nowhere) settings.location = home::Location{latitude, longitude};
  if ((latitude == nowhere) != (longitude == nowhere)) {
    config.refuse(latitude == nowhere ? "home.longitude" : "home.latitude", "comes with the other of the two");
  }
  const auto days = [&](const char* key, int usual) {
    return std::chrono::hours(24 * config.integer(key, usual, 1, 36500));
  };
  settings.history.keep_raw = days("history.raw_days", 7);
  settings.history.keep_five_minutes = days("history.five_minute_days", 90);
  settings.history.keep_hours = days("history.hour_days", 730);
}

}  // namespace

Result<fs::path> find_data_folder() {
  std::vector<fs::path> candidates;
  if (const auto folder = environment("ENTENTE_DATA")) candidates.push_back(*folder);
  std::error_code problem;
  if (const auto binary = fs::read_symlink("/proc/self/exe", problem); !problem) {
    const auto bin = binary.parent_path();
    candidates.push_back(bin.parent_path() / "share" / "entente");
    candidates.push_back(bin.parent_path().parent_path().parent_path());  // build/release/bin in a checkout
  }
  candidates.push_back("/usr/share/entente");
  for (const auto& candidate : candidates) {
    if (fs::is_directory(candidate / "sentences", problem)) return candidate;
  }
  return Error{ErrorCode::not_found, fmt::format("no folder with sentences/ and specs/: looked in {} and others; "
                                                 "ENTENTE_DATA names it",
                                                 candidates.front().string())};
}

Result<Settings> load_settings(const std::optional<fs::path>& config_file) {
  ENTENTE_TRY(auto config, open_config(config_file));
  Settings settings;
  settings.state_folder = config.text("state_folder", default_state_folder().string());
  settings.data_folder = config.text("data_folder", "");
  settings.languages = config.texts("languages", {"en", "zh-CN"});
  settings.area = config.text("area", "");
  for (const auto& file : config.texts("sentence_files", {})) settings.sentence_files.emplace_back(file);
  for (const auto& folder : config.texts("sentence_folders", {})) settings.sentence_folders.emplace_back(folder);
  const auto level = config.text("log_level", "info");

  settings.listen = config.text("console.listen", "127.0.0.1:8321");
  settings.server_names = config.texts("console.names", {});

  settings.hearing = config.boolean("speech.hearing", true);
  settings.speaking = config.boolean("speech.speaking", true);
  settings.acoustic_model = config.text("speech.acoustic_model", "/usr/share/pocketsphinx/model/en-us/en-us");
  settings.dictionary = config.text("speech.dictionary", "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict");
  settings.microphone = config.text("speech.microphone", "default");
  settings.loudspeaker = config.text("speech.loudspeaker", "default");
  settings.pause_closed = milliseconds(config.integer("speech.pause_closed_ms", 200, 80, 3000));
  settings.pause_open = milliseconds(config.integer("speech.pause_open_ms", 330, 80, 3000));
  settings.pause_complete = milliseconds(config.integer("speech.pause_complete_ms", 250, 80, 3000));
  settings.pause_incomplete = milliseconds(config.integer("speech.pause_incomplete_ms", 1500, 100, 5000));
  settings.voice_speed = config.number("speech.voice_speed", 1.0, 0.5, 2.0);
  settings.brief = config.boolean("assistant.brief", false);
  settings.least_confidence = config.number("speech.least_confidence", 0.4, 0.0, 1.0);
  settings.engines = read_remote_engines(config, settings.languages);

  settings.speaker = read_speaker_settings(config);
  settings.mqtt = read_mqtt_settings(config);
  read_place_and_history(config, settings);

  settings.polling = config.boolean("home.polling", true);
  settings.poll_quiet = seconds(config.integer("home.poll_quiet_s", 30, 1, 86400));
  settings.poll_after_command = milliseconds(config.integer("home.poll_after_command_ms", 1000, 100, 60000));

  ENTENTE_TRY_VOID(config.check());
  if (!log::parse_level(level, settings.log_level)) {
    return Error{ErrorCode::invalid,
                 fmt::format("log_level is '{}'; it takes debug, info, warning, error or off", level)};
  }
  if (settings.languages.empty()) return Error{ErrorCode::invalid, "languages is empty; name at least one, \"en\""};
  if (settings.speaker.names.empty()) {
    return Error{ErrorCode::invalid, "speaker.names is empty; name at least one, \"hey computer\""};
  }
  if (settings.data_folder.empty()) {
    ENTENTE_TRY(settings.data_folder, find_data_folder());
  }
  return settings;
}

}  // namespace entente::apps
