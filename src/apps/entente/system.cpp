// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/system.h"

#include <set>

#include "apps/entente/play.h"
#include "apps/entente/routine_sentences.h"
#include "apps/entente/wording.h"
#include "base/file.h"
#include "base/log.h"
#include "base/pool.h"
#include "doors/console/console.h"
#include "drivers/espeak/espeak.h"
#include "drivers/flite/flite.h"
#include "drivers/miio/miio_driver.h"
#include "drivers/sphinx/recogniser.h"
#include "infra/bus/bus.h"
#include "infra/store/folder_lock.h"
#include "infra/store/store.h"
#include "services/assistant/skills/clock/clock.h"
#include "services/assistant/skills/conversation/conversation.h"
#include "services/assistant/skills/device_control/device_control.h"
#include "services/assistant/skills/device_query/device_query.h"
#include "services/assistant/skills/routine/routine.h"
#include "services/home/history.h"
#include "services/home/routines.h"
#include "services/home/spec_library.h"
#include "services/speech/fallback.h"

namespace entente::apps {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// A self-made certificate authority and the server's certificate from it, kept in the state folder.
Result<net::TlsServerContext> own_certificate(const Settings& settings, const net::Endpoint& address) {
  const auto folder = settings.state_folder / "tls";
  ENTENTE_TRY_VOID(make_folder(folder));
  std::error_code ignored;
  if (!fs::exists(folder / "authority.pem", ignored)) {
    ENTENTE_TRY(const auto authority, net::make_certificate_authority("Entente home", 3650));
    ENTENTE_TRY_VOID(write_file(folder / "authority.key", authority.key));
    ENTENTE_TRY_VOID(write_file(folder / "authority.pem", authority.certificate));
  }
  ENTENTE_TRY(auto certificate, read_file(folder / "authority.pem"));
  ENTENTE_TRY(auto key, read_file(folder / "authority.key"));
  std::set<std::string> names(settings.server_names.begin(), settings.server_names.end());
  names.insert("localhost");
  if (!address.is_unspecified()) names.insert(address.address());
  const std::vector<std::string> list(names.begin(), names.end());
  ENTENTE_TRY(const auto identity, net::issue_certificate({std::move(certificate), std::move(key)}, list, 397));
  return net::TlsServerContext::from_pem(identity);
}

// Of Hearing: most of them only wait for another machine.
constexpr unsigned threads_with_remotes = 8;

class Wired : public System {
 public:
  Wired(net::EventLoop& loop, Settings settings, Parts parts)
      : loop_(loop), settings_(std::move(settings)), parts_(std::move(parts)), bus_(loop) {}

  ~Wired() override {
    if (mqtt_) mqtt_->close();  // what it announces is the home's
  }

  home::Home& home() override { return *home_; }
  assistant::Assistant& assistant() override { return *assistant_; }
  assistant::Grammars& grammars() override { return *grammars_; }
  const home::SpecLibrary& specs() const override { return specs_; }
  std::vector<speech::RestingWakeSpotter> remote_wake_spotters() const override {
    return remote_ ? remote_->wake_spotters() : std::vector<speech::RestingWakeSpotter>();
  }
  assistant::Ears* ears() override { return ears_ ? &*ears_ : nullptr; }
  speech::Voice* voice() override { return voice_ ? &*voice_ : nullptr; }
  std::string url() const override { return console_ ? console_->local_url() : std::string(); }

  Task<Result<void>> open() {
    ENTENTE_CO_TRY(lock_, store::StateFolderLock::take(settings_.state_folder));
    if (parts_.forget) forget_devices();
    ENTENTE_CO_TRY(database_, store::Database::open(settings_.state_folder / "home.db"));
    ENTENTE_CO_TRY_VOID(open_home());
    // The slow openings run side by side: the recogniser's model on one pool thread, the grammar on the other.
    pool_.emplace(loop_, 2, "work");
    ENTENTE_CO_TRY_VOID(open_routines());
    if (parts_.hearing || parts_.speaking) remote_ = RemoteEngines::open(settings_.engines);
    open_voices();
    if (parts_.hearing) open_recogniser();
    open_assistant();
    if (mqtt_ && !parts_.announcing) co_await mqtt_->until_heard();
    ENTENTE_CO_TRY_VOID(co_await grammars_->load());
    if (parts_.hearing) co_await open_ears();
    if (parts_.listen) ENTENTE_CO_TRY_VOID(open_console());
    co_return Result<void>();
  }

  Task<void> stop() override {
    if (console_) {
      const auto deadline = Deadline::in(loop_, 3s);
      co_await console_->stop(deadline);
    }
  }

 private:
  // Under the lock, so that it is nobody else's.
  void forget_devices() {
    std::error_code ignored;
    for (const auto* name : {"home.db", "home.db-wal", "home.db-shm"})
      fs::remove(settings_.state_folder / name, ignored);
  }

  Result<void> open_home() {
    const fs::path folders[] = {settings_.data_folder / "specs", settings_.state_folder / "specs"};
    specs_ = home::SpecLibrary::load(folders);
    const fs::path classic_folders[] = {settings_.data_folder / "specs" / "classic",
                                        settings_.state_folder / "specs" / "classic"};
    miio::MiioDriver::Options miio_options;
    miio_options.classic = miio::ClassicFamilies::load(classic_folders);
    ENTENTE_TRY(miio_, miio::MiioDriver::open(loop_, std::move(miio_options)));
    home::Home::Options options;
    options.polling = settings_.polling && parts_.polling;
    options.poll_quiet = settings_.poll_quiet;
    options.poll_after_command = settings_.poll_after_command;
    ENTENTE_TRY(mqtt_, MqttSide::open(loop_, settings_.mqtt, settings_.state_folder));
    std::vector<home::Driver*> drivers{miio_.get()};
    if (mqtt_ && mqtt_->driver() != nullptr) drivers.push_back(mqtt_->driver());
    ENTENTE_TRY(home_, home::Home::open(loop_, *database_, bus_, specs_, std::move(drivers), options));
    if (mqtt_ && parts_.announcing) mqtt_->announce(*home_, bus_);
    return {};
  }

  // Where this is no server, routines can be read and run by hand.
  Result<void> open_routines() {
    ENTENTE_TRY(history_, home::History::open(loop_, *home_, *database_, bus_, settings_.history));
    home::Routines::Options options;
    options.folder = settings_.state_folder / "routines";
    options.location = settings_.location;
    options.dormant = !parts_.routines;
    home::Routines::Outside outside;
    if (parts_.speaking) {
      outside.say = [this](std::string text, std::string language) {
        return say_aloud(std::move(text), std::move(language));
      };
    }
    ENTENTE_TRY(routines_,
                home::Routines::open(loop_, *home_, *database_, bus_, std::move(options), std::move(outside)));
    routines_changed_ = bus_.subscribe("home/routine/+/+", [this](const bus::Message& message) {
      if (message.topic.ends_with("/changed") || message.topic.ends_with("/removed")) give_sentences();
    });
    give_sentences();
    return {};
  }

  fs::path routine_sentences() const { return settings_.state_folder / "routine-sentences"; }

  // The grammars watch the files.
  void give_sentences() {
    const auto written = write_routine_sentences(routine_sentences(), settings_.languages, routines_->sentences());
    if (!written) log::warning("routines", "their sentences: {}", written.error().message);
  }

  Task<Result<void>> say_aloud(std::string text, std::string language) {
    if (!voice_) co_return Error{ErrorCode::unsupported, "this program does not speak"};
    if (language.empty()) language = settings_.languages.front();
    auto sound = co_await voice_->say(std::move(text), std::move(language), speech::Markup::none);
    if (!sound) co_return sound.error();
    auto job = [loudspeaker = settings_.loudspeaker, pcm = *std::move(sound)] { return play(loudspeaker, pcm); };
    co_return co_await pool_->run(std::move(job));
  }

  void open_voices() {
    if (!parts_.speaking && !parts_.hearing) return;
    if (auto opened = espeak::open(); opened) {
      espeak_ = *std::move(opened);
    } else {
      log::warning("speech", "no voice but English, no unknown words: {}", opened.error().message);
    }
    if (!parts_.speaking) return;
    auto engines = remote_->voices();
    if (auto opened = flite::open(); opened) {
      flite_ = *std::move(opened);
      engines.push_back(flite_.get());
    } else {
      log::warning("speech", "English is spoken by espeak: {}", opened.error().message);
    }
    if (espeak_.synthesiser) engines.push_back(espeak_.synthesiser.get());
    if (engines.empty()) return;
    speech::VoiceSettings voice;
    voice.speed = settings_.voice_speed;
    voice_.emplace(loop_, std::move(engines), voice, wording_from(sentence_folders()));
  }

  void open_recogniser() {
    sphinx::Options options;
    options.model_folder = settings_.acoustic_model;
    options.dictionary = settings_.dictionary;
    options.pronouncer = espeak_.pronouncer.get();
    starting_.spawn(load_recogniser(options));
  }

  Task<void> load_recogniser(sphinx::Options options) {
    auto job = [options] { return sphinx::Recogniser::open(options); };
    recogniser_opened_.fulfil(co_await pool_->run(std::move(job)));
  }

  // The product's first, the household's own last.
  std::vector<fs::path> sentence_folders() const {
    std::vector<fs::path> folders{settings_.data_folder / "sentences"};
    folders.insert(folders.end(), settings_.sentence_folders.begin(), settings_.sentence_folders.end());
    folders.push_back(settings_.state_folder / "sentences");
    folders.push_back(routine_sentences());
    return folders;
  }

  void open_assistant() {
    assistant::Grammars::Options options;
    options.languages = settings_.languages;
    options.sentence_folders = sentence_folders();
    options.extra_files = settings_.sentence_files;
    grammars_.emplace(loop_, *pool_, bus_, *home_, std::move(options));
    own_sentences_.emplace(settings_.state_folder / "sentences", settings_.languages, *grammars_);
    std::vector<std::unique_ptr<assistant::Skill>> skills;
    skills.push_back(std::make_unique<assistant::DeviceControl>(loop_, *home_));
    skills.push_back(std::make_unique<assistant::DeviceQuery>(loop_, *home_));
    skills.push_back(std::make_unique<assistant::ClockSkill>());
    skills.push_back(std::make_unique<assistant::RoutineSkill>(*routines_));
    skills.push_back(std::make_unique<assistant::ConversationSkill>(*home_));
    const auto replies = settings_.brief ? assistant::Replies::brief : assistant::Replies::full;
    assistant_.emplace(loop_, *home_, *grammars_, std::move(skills), replies);
  }

  Task<void> open_ears() {
    const auto deadline = Deadline::in(loop_, 60s);
    auto opened = co_await recogniser_opened_.wait(deadline, "the recogniser");
    const auto remotes = remote_->recognisers();
    if (opened && *opened) {
      recogniser_ = **std::move(opened);
    } else {
      log::warning("speech", "speech is {}understood: {}", remotes.empty() ? "not " : "only elsewhere ",
                   (opened ? opened->error() : opened.error()).message);
      if (remotes.empty()) co_return;
    }
    const speech::Now now = Clock::now;
    hearer_.emplace(remotes, recogniser_.get(), now);
    hearing_.emplace(loop_, remotes.empty() ? 1 : threads_with_remotes);
    assistant::Ears::Options options;
    options.rules.end_when_closed = settings_.pause_closed;
    options.rules.end_when_open = settings_.pause_open;
    options.rules.end_when_complete = settings_.pause_complete;
    options.rules.end_otherwise = settings_.pause_incomplete;
    options.least_confidence = settings_.least_confidence;
    ears_.emplace(loop_, *pool_, *hearing_, *hearer_, *grammars_, *assistant_, options);
    if (const auto prepared = co_await ears_->prepare(); !prepared) {
      log::warning("speech", "speech is not understood: {}", prepared.error().message);
      ears_.reset();
    }
  }

  Result<void> open_console() {
    const auto address = net::Endpoint::parse(*parts_.listen);
    if (!address) return address.error().within("console.listen");
    ENTENTE_TRY(access_, console::Access::open(loop_, *database_));
    console::Console::Options options{*address, std::nullopt};
    if (!address->is_loopback()) {
      ENTENTE_TRY(options.tls, own_certificate(settings_, *address));
      ENTENTE_TRY(const auto code, access_->make_owner_code());
      if (code) log::info("console", "owner code, good once: {}", *code);
    }
    console::Console::Services services{*assistant_,     *home_,         bus_, *access_, *own_sentences_,
                                        routines_.get(), history_.get(), {},   {}};
    if (voice_) {
      services.say = [this](std::string text, std::string language, speech::Markup markup) {
        return voice_->say(std::move(text), std::move(language), markup);
      };
    }
    if (ears_) {
      services.listen = [this](audio::Pcm sound, std::string area) {
        return listen(std::move(sound), std::move(area));
      };
    }
    ENTENTE_TRY(console_, console::Console::open(loop_, std::move(services), std::move(options)));
    if (!address->is_loopback()) log::info("console", "other machines reach it at {}", console_->url());
    return lock_->set_address(console_->local_url());
  }

  Task<Result<model::Reply>> listen(audio::Pcm sound, std::string area) {
    auto heard = co_await ears_->hear(std::move(sound));
    if (!heard) co_return heard.error();
    co_return co_await ears_->answer(*std::move(heard), std::move(area));
  }

  net::EventLoop& loop_;
  const Settings settings_;
  const Parts parts_;
  std::optional<store::StateFolderLock> lock_;
  std::unique_ptr<store::Database> database_;
  bus::Bus bus_;
  home::SpecLibrary specs_;
  std::unique_ptr<miio::MiioDriver> miio_;
  std::unique_ptr<MqttSide> mqtt_;
  std::unique_ptr<home::Home> home_;
  espeak::Faces espeak_;
  std::unique_ptr<speech::Synthesiser> flite_;
  std::unique_ptr<RemoteEngines> remote_;
  std::unique_ptr<sphinx::Recogniser> recogniser_;
  std::optional<speech::FallbackRecogniser> hearer_;  // over remote_ and recogniser_
  OneShot<Result<std::unique_ptr<sphinx::Recogniser>>> recogniser_opened_{loop_};
  std::optional<Pool> pool_;  // its jobs use what stands above
  std::optional<speech::Voice> voice_;
  std::unique_ptr<home::History> history_;
  std::unique_ptr<home::Routines> routines_;
  bus::Subscription routines_changed_;
  std::optional<speech::Hearing> hearing_;
  std::optional<assistant::Grammars> grammars_;
  std::optional<assistant::OwnSentences> own_sentences_;
  std::optional<assistant::Assistant> assistant_;
  std::optional<assistant::Ears> ears_;
  TaskGroup starting_{"start"};
  std::unique_ptr<console::Access> access_;
  std::unique_ptr<console::Console> console_;
};

}  // namespace

Task<Result<std::unique_ptr<System>>> System::start(net::EventLoop& loop, Settings settings, Parts parts) {
  auto system = std::make_unique<Wired>(loop, std::move(settings), std::move(parts));
  if (const auto opened = co_await system->open(); !opened) co_return opened.error();
  co_return Result<std::unique_ptr<System>>(std::move(system));
}

}  // namespace entente::apps
