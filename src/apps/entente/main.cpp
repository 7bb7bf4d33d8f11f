// SPDX-License-Identifier: GPL-3.0-or-later
// The command line of `entente`: what it takes and what it is called. The commands themselves are in commands/.
#include <CLI/CLI.hpp>

#include "apps/entente/commands/commands.h"
#include "base/version.h"

namespace entente::apps {
namespace {

// Sets `exit_code` to what the chosen subcommand returns.
class CommandLine {
 public:
  CommandLine() : app_("Entente: the assistant and the devices of a home, on your own machine.", "entente") {
    app_.set_version_flag("--version", std::string("entente ") + version);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_help_all_flag("--help-all", "Help for all subcommands");
    app_.add_option("--config", common_.config, "Config file (TOML); docs/configuration.md has every key");
    app_.add_option("--state", common_.state, "State folder instead of the configured one");
    app_.add_option("--log-level", common_.log_level, "debug, info, warning, error or off");
    app_.add_flag("--json", common_.json, "Answer as JSON, for programs");
    app_.footer("Exit codes: 0 done, 1 not done, 2 wrong command line or configuration.");
    add_serve();
    add_demo();
    add_speech();
    add_device();
    add_room();
    add_group();
    add_scene();
    add_token();
    add_routine();
    add_simulate();
    add_sentences();
    add_bench();
  }

  int run(int count, char** arguments) {
    try {
      app_.parse(count, arguments);
    } catch (const CLI::ParseError& problem) {
      return app_.exit(problem) == 0 ? exit_done : exit_usage;
    }
    return exit_code_;
  }

 private:
  void add_serve() {
    auto* command = app_.add_subcommand("serve", "Run the home: devices, assistant, speech and the API");
    command->add_flag("--demo", serve_.demo, "With a demo home of simulated devices, in a state folder of its own");
    command->add_flag("--speaker", serve_.speaker, "Listen for its name all the time, on this machine's microphone");
    command->add_option("--listen", serve_.listen, "Address of the API instead of the configured one");
    command->callback([this] { exit_code_ = serve(common_, serve_); });
  }

  void add_demo() {
    auto* command = app_.add_subcommand("demo", "A demo home, a spoken command through it, then a prompt");
    command->add_flag("--once", demo_.once, "End after the spoken command");
    command->add_option("--command", demo_.command, "What to say to it")->capture_default_str();
    command->callback([this] { exit_code_ = demo(common_, demo_); });
  }

  void add_speech() {
    auto* ask_command = app_.add_subcommand("ask", "Say a sentence to the assistant in writing");
    ask_command->add_option("sentence", ask_.sentence, "\"turn on the bedroom lamp\"")->required();
    ask_command->add_option("--language", ask_.language, "Only this language of the home: en, zh-CN");
    ask_command->add_option("--area", ask_.area, "The room you are in");
    ask_command->callback([this] { exit_code_ = ask(common_, ask_); });

    auto* say_command = app_.add_subcommand("say", "Speak a text, to the loudspeaker or into a file");
    say_command->add_option("text", say_.text, "What to speak")->required();
    say_command->add_option("-o,--output", say_.output, "WAV file to write; - is standard output");
    say_command->add_option("--language", say_.language, "en, zh-CN, de …")->capture_default_str();
    say_command->add_flag("--ssml", say_.ssml, "The text is SSML: <speak>Hello <break time=\"1s\"/> there</speak>");
    say_command->callback([this] { exit_code_ = say(common_, say_); });

    auto* listen_command = app_.add_subcommand("listen", "Hear a spoken command and do it");
    listen_command->add_option("source", listen_.source, "WAV or FLAC file, - for standard input; default: microphone");
    listen_command->add_option("--area", listen_.area, "The room it was said in");
    listen_command->add_flag("--silent", listen_.silent, "Do not speak the reply");
    listen_command->callback([this] { exit_code_ = listen(common_, listen_); });

    auto* speaker_command =
        app_.add_subcommand("speaker", "Wait for its name, then do what is said: a speaker, no API");
    speaker_command->add_flag("--demo", speaker_.demo, "With a demo home of simulated devices");
    speaker_command->add_option("--name", speaker_.names, "What it is called, instead of the configured names");
    auto* source = speaker_command->add_option("--source", speaker_.source, "A WAV or FLAC file as the microphone");
    speaker_command->add_option("--sink", speaker_.sink, "A WAV file for what it plays")->needs(source);
    speaker_command->callback([this] { exit_code_ = speaker(common_, speaker_); });
  }

  void add_device() {
    auto* device = app_.add_subcommand("device", "The devices of this home");
    device->require_subcommand(1);

    auto* list = device->add_subcommand("list", "All devices and how they are");
    list->callback([this] { exit_code_ = device_list(common_); });

    auto* show = device->add_subcommand("show", "One device: state, properties, actions");
    show->add_option("device", name_, "Name or id")->required();
    show->callback([this] { exit_code_ = device_show(common_, name_); });

    auto* search = device->add_subcommand("search", "Look around for devices that are not the home's yet");
    search->callback([this] { exit_code_ = device_search(common_); });

    auto* add = device->add_subcommand("add", "Add a device");
    add->add_option("name", add_.name, "What it is called: \"bedroom lamp\"")->required();
    add->add_option("--model", add_.model, "Its model: yeelink.light.color1; names a file in specs/");
    add->add_option("--host", add_.host, "Its address in the local network");
    add->add_option("--port", add_.port, "Its UDP port, where it is not 54321");
    add->add_option("--token", add_.token, "Its token: 32 hexadecimal digits");
    add->add_option("--found", add_.found, "What \"device search\" calls it: its host and model are known then");
    add->add_option("--room", add_.room, "The room it is in");
    add->add_option("--alias", add_.aliases, "Another name; may be repeated");
    add->callback([this] { exit_code_ = device_add(common_, add_); });

    auto* taken = device->add_subcommand("import", "Add the devices of a token extractor's file (JSON, CSV or text)");
    taken->add_option("file", import_.file, "What the extractor wrote; docs/devices.md names the known ones")
        ->required();
    taken->add_flag("--dry-run", import_.dry_run, "Only say what would be added");
    taken->callback([this] { exit_code_ = device_import(common_, import_); });

    auto* provision = device->add_subcommand("provision", "Bring a device fresh from the factory into your network");
    provision->add_option("--ssid", provision_.ssid, "The network's name; its password is asked for")->required();
    provision->add_option("--host", provision_.host, "The device's address in its own network; default: who answers");
    provision->add_option("--port", provision_.port, "Its UDP port, where it is not 54321");
    provision->add_option("--uid", provision_.user_id, "The account that it may report to; default: none");
    provision->add_flag("--open", provision_.open_network, "The network has no password");
    provision->callback([this] { exit_code_ = device_provision(common_, provision_); });

    auto* remove = device->add_subcommand("remove", "Forget a device");
    remove->add_option("device", name_, "Name or id")->required();
    remove->callback([this] { exit_code_ = device_remove(common_, name_); });

    auto* set = device->add_subcommand("set", "Set properties, or its name, room or address");
    set->add_option("device", change_.name, "Name or id")->required();
    set->add_option("settings", change_.settings, "PROPERTY=VALUE: on=true brightness=40 light.mode=2");
    set->add_option("--name", change_.new_name, "A new name");
    set->add_option("--room", change_.new_room, "Another room");
    set->add_option("--host", change_.new_host, "Another address in the network");
    set->add_option("--port", change_.new_port, "Another port; 0 is the protocol's own");
    set->add_option("--token", change_.new_token, "Another token, after it was paired anew");
    set->callback([this] { exit_code_ = device_set(common_, change_); });

    auto* history = device->add_subcommand("history", "What a property was");
    history->add_option("device", history_.device, "Name or id")->required();
    history->add_option("property", history_.property, "brightness, light.mode, 2.1")->required();
    history->add_option("--from", history_.from, "-24h, 2026-11-23, 2026-11-23T12:00:00Z")->capture_default_str();
    history->add_option("--to", history_.to, "The same; default: now");
    history->add_option("--points", history_.points, "At most")->check(CLI::Range(10, 10000))->capture_default_str();
    history->callback([this] { exit_code_ = device_history(common_, history_); });

    auto* act = device->add_subcommand("act", "Call an action: start_cleaning, vacuum.start-sweep, 2.1");
    act->add_option("device", name_, "Name or id")->required();
    act->add_option("action", action_, "Its name")->required();
    act->add_option("values", values_, "Its input values");
    act->callback([this] { exit_code_ = device_act(common_, name_, action_, values_); });
  }

  void add_group() {
    auto* group = app_.add_subcommand("group", "Devices that are spoken of as one");
    group->require_subcommand(1);
    group->add_subcommand("list", "All groups")->callback([this] { exit_code_ = group_list(common_); });

    auto* set = group->add_subcommand("set", "Make a group, or say anew what it holds");
    set->add_option("name", collection_.name, "\"reading lights\"")->required();
    set->add_option("devices", collection_.devices, "Names or ids of its devices")->required();
    set->add_option("--alias", collection_.aliases, "Another name; may be repeated");
    set->callback([this] { exit_code_ = group_set(common_, collection_); });

    auto* remove = group->add_subcommand("remove", "Forget a group; its devices stay");
    remove->add_option("name", name_, "Its name")->required();
    remove->callback([this] { exit_code_ = group_remove(common_, name_); });
  }

  void add_scene() {
    auto* scene = app_.add_subcommand("scene", "What several devices are set to at one word");
    scene->require_subcommand(1);
    scene->add_subcommand("list", "All scenes")->callback([this] { exit_code_ = scene_list(common_); });

    auto* set = scene->add_subcommand("set", "Make a scene: from settings, or from how devices are set now");
    set->add_option("name", collection_.name, "\"movie night\"")->required();
    set->add_option("settings", collection_.settings, "DEVICE.PROPERTY=VALUE: \"bedroom lamp.brightness=10\"");
    set->add_option("--as-now", collection_.devices, "A device whose present settings belong to it; may be repeated");
    set->add_option("--alias", collection_.aliases, "Another name; may be repeated");
    set->callback([this] { exit_code_ = scene_set(common_, collection_); });

    auto* activate = scene->add_subcommand("activate", "Set all its devices");
    activate->add_option("name", name_, "Its name")->required();
    activate->callback([this] { exit_code_ = scene_activate(common_, name_); });

    auto* remove = scene->add_subcommand("remove", "Forget a scene");
    remove->add_option("name", name_, "Its name")->required();
    remove->callback([this] { exit_code_ = scene_remove(common_, name_); });

    auto* lock = app_.add_subcommand("child-lock", "While it is on, nobody unlocks or lights a stove by asking");
    lock->add_option("wanted", wanted_, "on or off; left out, it is only shown")->check(CLI::IsMember({"on", "off"}));
    lock->callback([this] { exit_code_ = child_lock(common_, wanted_); });
  }

  void add_token() {
    auto* token = app_.add_subcommand("token", "Who may use this home's API from other machines");
    token->require_subcommand(1);
    token->add_subcommand("list", "All tokens, by name and scope")->callback([this] {
      exit_code_ = token_list(common_);
    });

    auto* add = token->add_subcommand("add", "Make a token; it is shown this once");
    add->add_option("name", name_, "Whose it is: \"hall screen\"")->required();
    add->add_option("--scope", scope_, "read, control or owner")
        ->check(CLI::IsMember({"read", "control", "owner"}))
        ->capture_default_str();
    add->callback([this] { exit_code_ = token_add(common_, name_, scope_); });

    auto* remove = token->add_subcommand("remove", "Make a token worth nothing");
    remove->add_option("id", name_, "As the list shows it")->required();
    remove->callback([this] { exit_code_ = token_remove(common_, name_); });
  }

  void add_room() {
    auto* room = app_.add_subcommand("room", "The rooms of this home");
    room->require_subcommand(1);

    auto* list = room->add_subcommand("list", "All rooms, and the floors they are on");
    list->callback([this] { exit_code_ = room_list(common_); });

    auto* set = room->add_subcommand("set", "Say which floor a room is on");
    set->add_option("room", room_.name, "Its name")->required();
    set->add_option("--floor", room_.floor, "\"upstairs\", \"ground floor\"; empty for none")->required();
    set->callback([this] { exit_code_ = room_set(common_, room_); });
  }

  void add_routine() {
    auto* routine = app_.add_subcommand("routine", "When this happens, if that is so, then do this");
    routine->require_subcommand(1);
    routine->add_subcommand("list", "All routines and how they are")->callback([this] {
      exit_code_ = routine_list(common_);
    });
    const auto named = [&](const char* word, const char* what, int (*does)(const CommonOptions&, const std::string&)) {
      auto* command = routine->add_subcommand(word, what);
      command->add_option("name", name_, "Its name, as `routine list` shows it")->required();
      command->callback([this, does] { exit_code_ = does(common_, name_); });
    };
    named("show", "Its file, and what is wrong with it", routine_show);
    named("remove", "Forget it", routine_remove);
    named("run", "Run it now, and say what it did", routine_run);
    named("runs", "What it did, step by step, and why it did not", routine_runs);
    named("resume", "Let it run again after it was paused", routine_resume);
    const auto filed = [&](const char* word, const char* what,
                           int (*does)(const CommonOptions&, const RoutineOptions&)) {
      auto* command = routine->add_subcommand(word, what);
      command->add_option("file", routine_.file, "Its YAML; docs/routines.md shows how it is written")->required();
      command->add_option("--name", routine_.name, "What it is called; default: after the file");
      command->callback([this, does] { exit_code_ = does(common_, routine_); });
    };
    filed("check", "What is wrong with a file, in this home", routine_check);
    filed("put", "Add a routine, or replace the one of this name", routine_put);
  }

  void add_simulate() {
    auto* command = app_.add_subcommand("simulate", "Simulated miIO devices, each on a UDP port of its own");
    command->add_option("models", simulate_.models, "Models from specs/: entente.light.color1 …");
    command->add_option("--home", simulate_.home, "A file that describes a whole home of them; docs/simulator.md");
    command->add_option("--address", simulate_.address, "Where they listen")->capture_default_str();
    command->add_option("--port", simulate_.first_port, "Port of the first; the others follow")->capture_default_str();
    command->add_option("--token", simulate_.token, "Their token; default: a random one each");
    command->add_option("--fault", simulate_.faults, "What goes wrong: drop=10%,late=800ms; docs/simulator.md has all");
    command->add_option("--write", simulate_.write, "Write them to this file, for `entente device import`");
    command->add_flag("--classic", simulate_.classic, "Speak the older form, as models without MIoT do");
    command->add_flag("--unprovisioned", simulate_.unprovisioned, "Fresh from the factory, for `device provision`");
    command->callback([this] { exit_code_ = simulate(common_, simulate_); });
  }

  void add_sentences() {
    auto* sentences = app_.add_subcommand("sentences", "What people can say");
    sentences->require_subcommand(1);
    auto* add = sentences->add_subcommand("add", "Your own words, and what is done when somebody says them");
    add->add_option("sentences", own_.sentences, "What people say: \"movie time\", \"(good|sweet) night\"")->required();
    add->add_option("--do", own_.commands, "A sentence that is done then; may stand several times");
    add->add_option("--reply", own_.reply, "What is answered; default: what the commands answer");
    add->add_option("--language", own_.language, "Of the sentences")->capture_default_str();
    add->add_option("--name", own_.name, "Of the file; default: after the sentence");
    add->callback([this] { exit_code_ = sentences_add(common_, own_); });
    auto* list = sentences->add_subcommand("list", "Your own sentences");
    list->callback([this] { exit_code_ = sentences_list(common_); });
    auto* remove = sentences->add_subcommand("remove", "Forget sentences of your own");
    remove->add_option("name", own_.name, "As `sentences list` shows it")->required();
    remove->add_option("--language", own_.language, "Of the sentences")->capture_default_str();
    remove->callback([this] { exit_code_ = sentences_remove(common_, own_); });
    auto* check = sentences->add_subcommand("check", "Read sentence files: what is wrong with them, what they hold");
    check->add_option("path", check_.path, "A file, a folder, or a repository of the Home Assistant intents")
        ->required();
    check->add_option("--language", check_.language, "Only this one; default: all that are there");
    check->callback([this] { exit_code_ = sentences_check(common_, check_); });
  }

  void add_bench() {
    auto* bench = app_.add_subcommand("bench", "Measure what docs/performance.md promises, on this machine");
    bench->require_subcommand(1);

    auto* speech = bench->add_subcommand("speech-commands", "How many recorded commands are understood, and how fast");
    speech->add_option("folder", speech_bench_.folder, "Clips, labels.json, slots.json")->required();
    speech->add_option("--sentences", speech_bench_.sentences, "Their grammar; default: sentences.yaml in the folder");
    speech->add_option("--noise", speech_bench_.noises, "Noises to mix in: WAV or FLAC files");
    speech->add_option("--snr", speech_bench_.snr_db, "Signals to noise, dB: 24,21,18")->delimiter(',');
    speech->add_option("--reject", speech_bench_.reject, "Folders with speech that is no command");
    speech->add_option("--svg", speech_bench_.svg, "Write the curve to this file");
    speech->add_option("--gain", speech_bench_.gain_db, "Makes the sound louder or softer, dB; too loud clips");
    speech->add_option("--every", speech_bench_.every, "Take only one clip of so many")->check(CLI::Range(1, 1000));
    speech->add_option("--from", speech_bench_.from, "The first of them")->check(CLI::Range(0, 999));
    speech->add_option("--seed", speech_bench_.seed, "Chooses the pieces of noise")->capture_default_str();
    speech->add_flag("--verbose", speech_bench_.verbose, "Print each clip that was not understood");
    speech->callback([this] { exit_code_ = bench_speech_commands(common_, speech_bench_); });

    auto* reply = bench->add_subcommand("reply", "End of speech, or a typed sentence, to the device's packet");
    reply->add_option("--commands", reply_bench_.commands, "How many")->capture_default_str();
    reply->add_flag("--typed", reply_bench_.typed, "Typed sentences instead of spoken ones");
    reply->callback([this] { exit_code_ = bench_reply(common_, reply_bench_); });

    auto* home = bench->add_subcommand("home", "A home of many devices: rename, compile, recognise");
    home->add_option("--devices", home_bench_.devices, "How many")->capture_default_str();
    home->callback([this] { exit_code_ = bench_home(common_, home_bench_); });

    auto* devices =
        bench->add_subcommand("devices", "Many devices, all polled: what they cost, and commands among them");
    devices->add_option("--count", devices_bench_.count, "How many")->capture_default_str();
    devices->add_option("--commands", devices_bench_.commands, "How many")->capture_default_str();
    devices->add_option("--seconds", devices_bench_.seconds, "Of quiet, to see what that costs")->capture_default_str();
    devices->callback([this] { exit_code_ = bench_devices(common_, devices_bench_); });

    auto* understanding =
        bench->add_subcommand("understanding", "The tests of a repository of sentences: how many are right, how fast");
    understanding->add_option("folder", understanding_bench_.folder, "Home Assistant intents, or laid out like them")
        ->required();
    understanding->add_option("language", understanding_bench_.language, "en, zh-CN …")->required();
    understanding->add_option(
        "--perturb", understanding_bench_.perturb,
        "Damage each sentence first: all, filler-prefix, drop-article, double-article, drop-word, "
        "replace-word, typo, lower, upper");
    understanding->add_option("--reject", understanding_bench_.reject,
                              "A file of sentences that must be refused, instead of the tests");
    understanding->add_option("--devices", understanding_bench_.devices, "Devices to add to every home")
        ->capture_default_str();
    understanding->add_option("--seed", understanding_bench_.seed, "Chooses the damage")->capture_default_str();
    understanding->add_flag("--verbose", understanding_bench_.verbose, "Print everything that is not right");
    understanding->callback([this] { exit_code_ = bench_understanding(common_, understanding_bench_); });

    auto* homes = bench->add_subcommand("homes", "Whole homes: does what is said change exactly what it must?");
    homes->add_option("folder", homes_bench_.folder, "Homes and their tests: bench/homes")->required();
    homes->add_flag("--verbose", homes_bench_.verbose, "Print each test that went wrong");
    homes->callback([this] { exit_code_ = bench_homes(common_, homes_bench_); });

    auto* ending =
        bench->add_subcommand("ending", "How long after the last sound an order is acted on, and how many are cut");
    ending->add_option("folder", ending_bench_.folder, "Recorded orders")->required();
    ending->add_option("--every", ending_bench_.every, "Only one recording of so many")->capture_default_str();
    ending->add_flag("--verbose", ending_bench_.verbose, "Print each recording");
    ending->callback([this] { exit_code_ = bench_ending(common_, ending_bench_); });

    auto* echo = bench->add_subcommand("echo", "The echo canceller in simulated rooms");
    echo->callback([this] { exit_code_ = bench_echo(common_); });

    auto* hour = bench->add_subcommand("hour", "An hour of sound through a speaker: is memory flat, what does it cost");
    hour->add_option("--minutes", hour_bench_.minutes, "How long")->check(CLI::Range(1, 1440))->capture_default_str();
    hour->callback([this] { exit_code_ = bench_hour(common_, hour_bench_); });

    auto* dictation =
        bench->add_subcommand("dictation", "Free text in sentences: how many of its words are heard wrong");
    dictation->add_option("folder", dictation_bench_.folder, "Clips and labels.txt; default: said by our own voice");
    dictation->add_option("--snr", dictation_bench_.snr_db, "Signal to noise, dB; default: no noise");
    dictation->add_flag("--verbose", dictation_bench_.verbose, "Print each sentence that was heard wrong");
    dictation->callback([this] { exit_code_ = bench_dictation(common_, dictation_bench_); });

    auto* voice = bench->add_subcommand("voice", "How soon each voice speaks, and what a second of its speech costs");
    voice->add_option("--texts", voice_bench_.texts, "Of one sentence, for each")->capture_default_str();
    voice->callback([this] { exit_code_ = bench_voice(common_, voice_bench_); });

    auto* wake = bench->add_subcommand("wake", "How often a wake word is missed, against false alarms in other speech");
    wake->add_option("folder", wake_bench_.folder, "Clips of the phrase")->required();
    wake->add_option("--phrase", wake_bench_.phrase, "What is said in them")->required();
    wake->add_option("--background", wake_bench_.background, "A folder of any other sound")->required();
    wake->add_option("--noise", wake_bench_.noise, "A sound to mix into everything");
    wake->add_option("--snr", wake_bench_.snr_db, "Signal to noise, dB")->capture_default_str();
    wake->add_option("--hours", wake_bench_.hours, "Of background: what is missing is the same at other speeds");
    wake->add_option("--svg", wake_bench_.svg, "Where a picture of the curve goes");
    wake->callback([this] { exit_code_ = bench_wake(common_, wake_bench_); });

    auto* routines = bench->add_subcommand("routines", "State changes through the routines of a large household");
    routines->add_option("--devices", routines_bench_.devices, "How many")
        ->check(CLI::Range(10, 5000))
        ->capture_default_str();
    routines->add_option("--routines", routines_bench_.routines, "How many")
        ->check(CLI::Range(1, 2000))
        ->capture_default_str();
    routines->add_option("--seconds", routines_bench_.seconds, "At 1,000 a second")
        ->check(CLI::Range(1, 600))
        ->capture_default_str();
    routines->callback([this] { exit_code_ = bench_routines(common_, routines_bench_); });

    auto* kept = bench->add_subcommand("history", "What it costs to keep what every property was");
    kept->add_option("--devices", history_bench_.devices, "How many")
        ->check(CLI::Range(20, 5000))
        ->capture_default_str();
    kept->add_option("--values", history_bench_.values, "How many")
        ->check(CLI::Range(1000, 100000000))
        ->capture_default_str();
    kept->add_option("--rate", history_bench_.rate, "A second")->check(CLI::Range(1, 10000))->capture_default_str();
    kept->callback([this] { exit_code_ = bench_history(common_, history_bench_); });

    auto* start = bench->add_subcommand("start", "Time until serve is ready, and its memory, with and without speech");
    start->callback([this] { exit_code_ = bench_start(common_); });
  }

  CLI::App app_;
  int exit_code_ = exit_done;
  CommonOptions common_;
  ServeOptions serve_;
  DemoOptions demo_;
  AskOptions ask_;
  SayOptions say_;
  ListenOptions listen_;
  SpeakerOptions speaker_;
  DeviceAddOptions add_;
  DeviceChange change_;
  RoomChange room_;
  CollectionOptions collection_;
  std::string wanted_;
  std::string scope_ = "control";
  DeviceImportOptions import_;
  DeviceProvisionOptions provision_;
  SimulateOptions simulate_;
  SpeechCommandsOptions speech_bench_;
  WakeBenchOptions wake_bench_;
  ReplyBenchOptions reply_bench_;
  VoiceBenchOptions voice_bench_;
  EndingBenchOptions ending_bench_;
  HomeBenchOptions home_bench_;
  DevicesBenchOptions devices_bench_;
  DictationBenchOptions dictation_bench_;
  HourBenchOptions hour_bench_;
  HomesBenchOptions homes_bench_;
  UnderstandingBenchOptions understanding_bench_;
  SentencesCheckOptions check_;
  SentenceOptions own_;
  RoutineOptions routine_;
  HistoryOptions history_;
  RoutinesBenchOptions routines_bench_;
  HistoryBenchOptions history_bench_;
  std::string name_;
  std::string action_;
  std::vector<std::string> values_;
};

}  // namespace
}  // namespace entente::apps

int main(int count, char** arguments) { return entente::apps::CommandLine().run(count, arguments); }
