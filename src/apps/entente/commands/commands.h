// SPDX-License-Identifier: GPL-3.0-or-later
// The subcommands of `entente`. Each takes what the command line said, prints, and returns the exit code: 0 when what
// was asked was done, 1 when it was not, 2 when the command line or the configuration is wrong.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace entente::apps {

constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

// What every subcommand takes.
struct CommonOptions {
  std::optional<std::filesystem::path> config;
  std::optional<std::filesystem::path> state;
  std::string log_level;  // empty: as configured
  bool json = false;
};

struct ServeOptions {
  bool demo = false;
  bool speaker = false;  // also where the config file does not say so
  std::string listen;    // empty: as configured
};
int serve(const CommonOptions& common, const ServeOptions& options);

struct DemoOptions {
  bool once = false;
  std::string command = "turn on the bedroom lamp";
};
int demo(const CommonOptions& common, const DemoOptions& options);

struct AskOptions {
  std::string sentence;
  std::string language;  // empty: any of the home's
  std::string area;
};
int ask(const CommonOptions& common, const AskOptions& options);

struct SayOptions {
  std::string text;
  std::string language = "en";
  std::filesystem::path output;  // empty: the loudspeaker
  bool ssml = false;             // the text is marked up
};
int say(const CommonOptions& common, const SayOptions& options);

struct ListenOptions {
  std::string source;  // a file, "-" for standard input, empty for the microphone
  std::string area;
  bool silent = false;  // no spoken reply
};
int listen(const CommonOptions& common, const ListenOptions& options);

struct SpeakerOptions {
  bool demo = false;
  std::filesystem::path source;    // a sound file instead of the microphone
  std::filesystem::path sink;      // where what it would have played goes; needs a source
  std::vector<std::string> names;  // empty: as configured
};
int speaker(const CommonOptions& common, const SpeakerOptions& options);

int device_list(const CommonOptions& common);
int device_show(const CommonOptions& common, const std::string& name);
struct DeviceAddOptions {
  std::string name;
  std::vector<std::string> aliases;
  std::string room;
  std::string model;
  std::string host;
  std::uint16_t port = 0;
  std::string token;
  std::string found;  // a key of device_search: what is left out is taken from there
};
int device_search(const CommonOptions& common);
int device_add(const CommonOptions& common, const DeviceAddOptions& options);
struct DeviceImportOptions {
  std::filesystem::path file;
  bool dry_run = false;
};
int device_import(const CommonOptions& common, const DeviceImportOptions& options);
struct DeviceProvisionOptions {
  std::string ssid;
  std::string host;  // empty: whoever answers on this machine's networks
  std::uint16_t port = 0;
  std::uint64_t user_id = 0;
  bool open_network = false;  // no password
};
int device_provision(const CommonOptions& common, const DeviceProvisionOptions& options);
int device_remove(const CommonOptions& common, const std::string& name);
struct DeviceChange {
  std::string name;
  std::string new_name;
  std::string new_room;
  std::string new_host;
  std::optional<std::uint16_t> new_port;
  std::string new_token;
  std::vector<std::string> settings;  // "brightness=40"
};
int device_set(const CommonOptions& common, const DeviceChange& change);
int device_act(const CommonOptions& common, const std::string& name, const std::string& action,
               const std::vector<std::string>& values);

int room_list(const CommonOptions& common);
struct RoomChange {
  std::string name;
  std::string floor;  // empty: on none
};
int room_set(const CommonOptions& common, const RoomChange& change);

struct CollectionOptions {
  std::string name;
  std::vector<std::string> aliases;
  std::vector<std::string> devices;   // a group's members; a scene's, as they are set now
  std::vector<std::string> settings;  // "lamp.brightness=40": a scene's
};
int group_list(const CommonOptions& common);
int group_set(const CommonOptions& common, const CollectionOptions& options);
int group_remove(const CommonOptions& common, const std::string& name);
int scene_list(const CommonOptions& common);
int scene_set(const CommonOptions& common, const CollectionOptions& options);
int scene_activate(const CommonOptions& common, const std::string& name);
int scene_remove(const CommonOptions& common, const std::string& name);
int child_lock(const CommonOptions& common, const std::string& wanted);  // "on", "off"; empty: only shows it

int token_list(const CommonOptions& common);
int token_add(const CommonOptions& common, const std::string& name, const std::string& scope);
int token_remove(const CommonOptions& common, const std::string& id);

struct SimulateOptions {
  std::vector<std::string> models;
  std::string address = "127.0.0.1";
  std::uint16_t first_port = 54321;
  std::string token;            // empty: a random one each
  std::string faults;           // of all devices; docs/simulator.md
  std::filesystem::path home;   // a file that describes the devices, instead of models
  std::filesystem::path write;  // where what `device import` reads is written
  bool classic = false;         // speak as older devices do, also where the model might not
  bool unprovisioned = false;   // fresh from the factory
};
int simulate(const CommonOptions& common, const SimulateOptions& options);

// The household's routines; docs/routines.md.
struct RoutineOptions {
  std::filesystem::path file;
  std::string name;  // empty: after the file
};
int routine_list(const CommonOptions& common);
int routine_show(const CommonOptions& common, const std::string& name);
int routine_check(const CommonOptions& common, const RoutineOptions& options);
int routine_put(const CommonOptions& common, const RoutineOptions& options);
int routine_remove(const CommonOptions& common, const std::string& name);
int routine_run(const CommonOptions& common, const std::string& name);
int routine_resume(const CommonOptions& common, const std::string& name);
int routine_runs(const CommonOptions& common, const std::string& name);
struct HistoryOptions {
  std::string device;
  std::string property;
  std::string from = "-24h";
  std::string to;  // empty: now
  int points = 100;
};
int device_history(const CommonOptions& common, const HistoryOptions& options);

// A household's own sentences; docs/sentences.md.
struct SentenceOptions {
  std::vector<std::string> sentences;
  std::vector<std::string> commands;
  std::string reply;
  std::string language = "en";
  std::string name;
};
int sentences_add(const CommonOptions& common, const SentenceOptions& options);
int sentences_list(const CommonOptions& common);
int sentences_remove(const CommonOptions& common, const SentenceOptions& options);

// `entente bench …`
struct SpeechCommandsOptions {
  std::filesystem::path folder;
  std::filesystem::path sentences;  // empty: sentences.yaml in the folder, else our own for the coffee machine
  std::vector<std::filesystem::path> noises;  // none: clean
  std::vector<double> snr_db{24};
  std::vector<std::filesystem::path> reject;  // folders of speech that is no command
  std::filesystem::path svg;                  // where the curve goes
  double gain_db = 0;
  int every = 1;  // takes one recording of so many,
  int from = 0;   // beginning with this one
  std::uint64_t seed = 1;
  bool verbose = false;
};
int bench_speech_commands(const CommonOptions& common, const SpeechCommandsOptions& options);
struct WakeBenchOptions {
  std::filesystem::path folder;  // clips of the phrase
  std::string phrase;
  std::filesystem::path background;  // any other sound, walked recursively
  std::filesystem::path noise;       // empty: clean
  double snr_db = 10;
  double hours = 0;  // of background at least; 0: as much as there is
  std::filesystem::path svg;
};
int bench_wake(const CommonOptions& common, const WakeBenchOptions& options);
struct ReplyBenchOptions {
  int commands = 200;
  bool typed = false;
};
int bench_reply(const CommonOptions& common, const ReplyBenchOptions& options);
struct HomeBenchOptions {
  int devices = 1000;
};
int bench_home(const CommonOptions& common, const HomeBenchOptions& options);
struct DevicesBenchOptions {
  int count = 500;
  int commands = 200;
  int seconds = 60;  // of quiet
};
int bench_devices(const CommonOptions& common, const DevicesBenchOptions& options);
struct HomesBenchOptions {
  std::filesystem::path folder;
  bool verbose = false;
};
int bench_homes(const CommonOptions& common, const HomesBenchOptions& options);
int bench_start(const CommonOptions& common);
struct RoutinesBenchOptions {
  int devices = 200;
  int routines = 200;
  int seconds = 10;
};
int bench_routines(const CommonOptions& common, const RoutinesBenchOptions& options);
struct HistoryBenchOptions {
  int devices = 200;
  int values = 500'000;
  int rate = 1'000;  // a second
};
int bench_history(const CommonOptions& common, const HistoryBenchOptions& options);
struct VoiceBenchOptions {
  int texts = 40;  // of one sentence, for each voice and language
};
int bench_voice(const CommonOptions& common, const VoiceBenchOptions& options);
int bench_echo(const CommonOptions& common);
struct HourBenchOptions {
  int minutes = 60;
};
int bench_hour(const CommonOptions& common, const HourBenchOptions& options);
struct EndingBenchOptions {
  std::filesystem::path folder;
  int every = 1;  // takes one recording of so many
  bool verbose = false;
};
int bench_ending(const CommonOptions& common, const EndingBenchOptions& options);
struct DictationBenchOptions {
  std::filesystem::path folder;  // clips and labels.txt; empty: said by our own voice
  std::optional<double> snr_db;  // none: clean
  bool verbose = false;
};
int bench_dictation(const CommonOptions& common, const DictationBenchOptions& options);
struct UnderstandingBenchOptions {
  std::filesystem::path folder;  // a repository of sentences with tests
  std::string language;
  std::string perturb;           // empty, "all", or one kind of damage
  std::filesystem::path reject;  // sentences that must be refused, instead of the tests; empty: none
  int devices = 0;               // added to every home
  std::uint64_t seed = 1;
  bool verbose = false;
};
int bench_understanding(const CommonOptions& common, const UnderstandingBenchOptions& options);

// `entente sentences …`
struct SentencesCheckOptions {
  std::filesystem::path path;
  std::string language;  // empty: all that are there
};
int sentences_check(const CommonOptions& common, const SentencesCheckOptions& options);

}  // namespace entente::apps
