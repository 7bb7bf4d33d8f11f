// SPDX-License-Identifier: GPL-3.0-or-later
// A speaker in a room: what it plays comes back into its microphone, where people speak too. A name is a tone here, a
// sentence is babble (impl/fake_engines.h); time passes as sound is heard.
#include "services/speech/speaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/audio/pcm.h"
#include "infra/audio/simulated_room.h"
#include "services/speech/impl/fake_engines.h"
#include "services/speech/paced_out.h"
#include "tests/support/manual_loop.h"

namespace entente::speech {
namespace {

using State = Attention::State;
using test_sound::append;
using test_sound::babble;
using test_sound::silence;
using test_sound::spoken_phrase;
using Sound = std::vector<std::int16_t>;
constexpr milliseconds ms(int count) { return milliseconds(count); }
constexpr std::size_t chunk = 320;  // 20 ms

WakePhrase phrase(std::string text) {
  WakePhrase made;
  made.text = std::move(text);
  return made;
}

model::Reply reply(std::string text) {
  model::Reply made;
  made.text = std::move(text);
  made.language = "en";
  return made;
}

class SpeakerTest : public testing::Test {
 protected:
  Result<void> try_open(SpeakerSettings settings = names()) {
    Speaker::Parts parts{spotter_,
                         out_,
                         &voice_,
                         [this] { return hearing_.listen(recogniser_, space_); },
                         [this](Heard heard) { return answer(std::move(heard)); },
                         [this](State state) { states_.push_back(state); }};
    auto opened = loop_.run_with_pool(Speaker::open(loop_, std::move(parts), std::move(settings)));
    if (!opened) return opened.error();
    speaker_ = *std::move(opened);
    return {};
  }
  void open(SpeakerSettings settings = names()) { ASSERT_TRUE(try_open(std::move(settings)).ok()); }

  static SpeakerSettings names() {
    SpeakerSettings settings;
    settings.names = {phrase("computer"), phrase("hey house")};
    settings.stop_words = {phrase("stop")};
    return settings;
  }
  static constexpr std::size_t stop = 2;  // the phrase that says it

  Task<model::Reply> answer(Heard heard) {
    ++answered_;
    last_heard_ = std::move(heard);
    co_await sleep(loop_, thinking_);
    co_return reply_;
  }

  // What people say, chunk by chunk, with our own voice coming back.
  void say(const Sound& sound) {
    for (std::size_t at = 0; at < sound.size(); at += chunk) {
      Sound heard(sound.begin() + static_cast<std::ptrdiff_t>(at),
                  sound.begin() + static_cast<std::ptrdiff_t>(std::min(at + chunk, sound.size())));
      heard.resize(chunk);
      hear_chunk(heard);
    }
  }
  void hear_chunk(Sound heard) {
    const auto playing = out_.advance(chunk);
    if (std::any_of(playing.begin(), playing.end(), [](auto sample) { return sample != 0; })) {
      speaker_->played(playing);
      last_played_ = speaker_->position();
    }
    audio::mix_into(heard, echo_of(playing));
    speaker_->feed(heard);
    loop_.advance(ms(20));
    loop_.run_with_pool(settle());
    // The voice makes its sound on a thread of its own.
    loop_.run_ready();
    while (speaker_->state() == State::speaking && !out_.sounding() && !testing::Test::HasFatalFailure()) {
      loop_.wait_for_post();
    }
  }
  Task<bool> settle() {
    co_await speaker_->caught_up();
    co_return true;
  }
  // A straight echo, half a frame to a few frames late.
  Sound echo_of(const Sound& playing) {
    for (const auto sample : playing) on_its_way_.push_back(static_cast<std::int16_t>(sample * echo_));
    if (on_its_way_.size() < delay_ + chunk) on_its_way_.insert(on_its_way_.begin(), delay_, 0);
    Sound echo(on_its_way_.begin(), on_its_way_.begin() + chunk);
    on_its_way_.erase(on_its_way_.begin(), on_its_way_.begin() + chunk);
    return echo;
  }
  // Until it speaks, or long enough.
  bool wait_for(State state, int chunks = 200) {
    for (int i = 0; i < chunks && speaker_->state() != state; ++i) {
      hear_chunk(Sound(chunk));
      loop_.advance(ms(1));
    }
    return speaker_->state() == state;
  }
  static Sound command() {
    auto sound = babble(ms(1'000), 0.1);
    append(sound, silence(ms(600)));
    return sound;
  }
  void ask_and_let_speak() {
    say(silence(ms(1'000)));
    say(spoken_phrase(0));
    say(command());
    ASSERT_TRUE(wait_for(State::speaking));
    ASSERT_TRUE(out_.sounding());
  }

  test::ManualLoop loop_;
  test_sound::ToneSpotter spotter_;
  test_sound::KeepingRecogniser recogniser_;
  test_sound::OneSound engine_;
  std::shared_ptr<const SearchSpace> space_ = std::make_shared<test_sound::KeepingRecogniser::Space>();
  Hearing hearing_{loop_, 1};
  Voice voice_{loop_, {&engine_}};
  PacedOut out_;
  model::Reply reply_ = reply("The lamp is on.");
  Duration thinking_ = ms(0);
  double echo_ = 0;
  std::size_t delay_ = 1'000;
  std::deque<std::int16_t> on_its_way_;
  std::vector<State> states_;
  int answered_ = 0;
  Heard last_heard_;
  Attention::Position last_played_ = 0;
  std::unique_ptr<Speaker> speaker_;
};

TEST_F(SpeakerTest, DoesWhatIsSaidAfterItsNameAndSleepsAgain) {
  open();
  ask_and_let_speak();
  EXPECT_EQ(answered_, 1);
  EXPECT_EQ(last_heard_.recognition.hypotheses.front().text, "turn on the lamp");
  EXPECT_TRUE(wait_for(State::asleep));
  EXPECT_THAT(states_, testing::ElementsAre(State::listening, State::thinking, State::speaking, State::asleep));
}

TEST_F(SpeakerTest, IgnoresWhatIsSaidWithoutItsName) {
  open();
  say(command());
  say(command());
  EXPECT_EQ(answered_, 0);
  EXPECT_TRUE(states_.empty());
}

TEST_F(SpeakerTest, AnyOfItsNamesWakesIt) {
  open();
  say(silence(ms(1'000)));
  say(spoken_phrase(1));
  say(silence(ms(100)));
  EXPECT_EQ(speaker_->state(), State::listening);
}

TEST_F(SpeakerTest, HearsTheFirstSampleThatFollowsItsName) {
  open();
  auto sound = silence(ms(1'000));
  append(sound, spoken_phrase(0));
  const auto end = sound.size();
  append(sound, command());
  say(sound);
  ASSERT_EQ(answered_, 1);
  ASSERT_GE(recogniser_.sound.size(), 16'000U);
  EXPECT_TRUE(std::equal(recogniser_.sound.begin(), recogniser_.sound.begin() + 16'000,
                         sound.begin() + static_cast<std::ptrdiff_t>(end)));
}

TEST_F(SpeakerTest, SleepsAgainWhenNothingIsSaid) {
  open();
  say(spoken_phrase(0));
  say(silence(ms(5'000)));
  EXPECT_EQ(speaker_->state(), State::listening);
  say(silence(ms(1'500)));
  EXPECT_EQ(speaker_->state(), State::asleep);
  EXPECT_EQ(hearing_.listeners(), 0U);
}

TEST_F(SpeakerTest, FallsSilentWithin100MillisecondsOfItsName) {
  open();
  ask_and_let_speak();
  say(spoken_phrase(0));
  const auto named = speaker_->position();
  while (out_.sounding() && speaker_->position() < named + 16'000) hear_chunk(Sound(chunk));
  EXPECT_LE(last_played_ - named, 1'600);
  EXPECT_EQ(speaker_->state(), State::listening);
}

TEST_F(SpeakerTest, HearsACommandThatInterruptsIt) {
  open();
  ask_and_let_speak();
  say(spoken_phrase(0));
  say(command());
  EXPECT_TRUE(wait_for(State::speaking));
  EXPECT_EQ(answered_, 2);
}

TEST_F(SpeakerTest, AStopWordEndsWhatItSays) {
  open();
  ask_and_let_speak();
  say(spoken_phrase(stop));
  const auto told = speaker_->position();
  while (out_.sounding() && speaker_->position() < told + 16'000) hear_chunk(Sound(chunk));
  EXPECT_LE(last_played_ - told, 1'600);
  EXPECT_EQ(speaker_->state(), State::asleep);
}

TEST_F(SpeakerTest, AStopWordMeansNothingWhileItSleeps) {
  open();
  say(spoken_phrase(stop));
  say(silence(ms(100)));
  EXPECT_TRUE(states_.empty());
}

TEST_F(SpeakerTest, HearsTheAnswerToItsOwnQuestionWithoutItsName) {
  open();
  reply_ = reply("Which lamp?");
  reply_.asks = true;
  ask_and_let_speak();
  ASSERT_TRUE(wait_for(State::listening));
  EXPECT_TRUE(speaker_->following_up());
  reply_.asks = false;
  say(command());
  EXPECT_TRUE(wait_for(State::speaking));
  EXPECT_EQ(answered_, 2);
  EXPECT_TRUE(wait_for(State::asleep));
}

TEST_F(SpeakerTest, HearsItsNameThroughItsOwnVoice) {
  open();
  echo_ = 0.9;
  engine_.sound = babble(ms(12'000), 0.2);
  ask_and_let_speak();
  say(silence(ms(6'000)));  // it learns the room
  ASSERT_EQ(speaker_->state(), State::speaking);
  say(spoken_phrase(0, 0.05));
  say(silence(ms(100)));
  EXPECT_EQ(speaker_->state(), State::listening);
}

TEST_F(SpeakerTest, DoesNotHearItsNameThroughItsOwnVoiceWithoutTheCanceller) {
  auto settings = names();
  settings.cancel_echo = false;
  open(settings);
  echo_ = 0.9;
  engine_.sound = babble(ms(12'000), 0.2);
  ask_and_let_speak();
  say(silence(ms(6'000)));
  say(spoken_phrase(0, 0.05));
  say(silence(ms(100)));
  EXPECT_EQ(speaker_->state(), State::speaking) << "then the test before this one shows nothing";
}

class OwnName : public SpeakerTest, public testing::WithParamInterface<bool> {};

TEST_P(OwnName, SaidByItselfDoesNotWakeIt) {
  auto settings = names();
  settings.cancel_echo = GetParam();
  open(settings);
  echo_ = 0.5;
  engine_.sound = silence(ms(300));
  append(engine_.sound, spoken_phrase(0));
  append(engine_.sound, silence(ms(300)));
  append(engine_.sound, spoken_phrase(stop));
  append(engine_.sound, silence(ms(300)));
  ask_and_let_speak();
  EXPECT_TRUE(wait_for(State::asleep));
  say(silence(ms(1'000)));
  EXPECT_THAT(states_, testing::ElementsAre(State::listening, State::thinking, State::speaking, State::asleep));
  EXPECT_EQ(answered_, 1);
}
INSTANTIATE_TEST_SUITE_P(WithAndWithoutCanceller, OwnName, testing::Bool());

TEST_F(SpeakerTest, ChimesWhenItWakes) {
  auto settings = names();
  settings.chime = test_sound::tone(ms(100), 600, 0.1);
  open(settings);
  say(spoken_phrase(0));
  hear_chunk(Sound(chunk));
  EXPECT_TRUE(out_.sounding());
}

TEST_F(SpeakerTest, StaysSilentWithoutAVoice) {
  open();
  reply_.text.clear();
  say(spoken_phrase(0));
  say(command());
  EXPECT_TRUE(wait_for(State::asleep));
  EXPECT_EQ(answered_, 1);
}

TEST_F(SpeakerTest, ANewCommandDoesNotWaitForASlowAnswer) {
  open();
  thinking_ = ms(3'000);
  say(spoken_phrase(0));
  say(command());
  ASSERT_EQ(speaker_->state(), State::thinking);
  say(spoken_phrase(0));
  say(silence(ms(40)));
  EXPECT_EQ(speaker_->state(), State::listening);
  say(command());
  EXPECT_EQ(answered_, 2);
  EXPECT_TRUE(wait_for(State::speaking, 400));
}

TEST_F(SpeakerTest, AMicrophoneThatIsGoneEndsTheListening) {
  open();
  say(spoken_phrase(0));
  say(silence(ms(40)));
  ASSERT_EQ(speaker_->state(), State::listening);
  speaker_->deaf();
  EXPECT_EQ(speaker_->state(), State::asleep);
  say(spoken_phrase(0));
  say(command());
  EXPECT_EQ(answered_, 1);
}

TEST_F(SpeakerTest, CannotBeOpenedWithoutAName) {
  const auto opened = try_open(SpeakerSettings{});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::invalid);
}

TEST_F(SpeakerTest, ANameThatIsNoneIsRefused) {
  auto settings = names();
  settings.names.push_back(phrase("a"));
  const auto opened = try_open(settings);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message, testing::HasSubstr("'a'"));
}

TEST_F(SpeakerTest, IsRefusedAnEarWhenFiftyListenAlready) {
  open();
  std::vector<std::unique_ptr<Listener>> others;
  while (hearing_.listeners() < Hearing::most_listeners) {
    others.push_back(std::move(*hearing_.listen(recogniser_, space_)));
  }
  say(spoken_phrase(0));
  say(silence(ms(40)));
  EXPECT_EQ(speaker_->state(), State::asleep);
  others.pop_back();
  say(spoken_phrase(0));
  say(command());
  EXPECT_EQ(answered_, 1);
}

TEST_F(SpeakerTest, LosesTheOldestSoundWhenTheMachineIsTooSlow) {
  open();
  speaker_->feed(Sound(chunk));  // the pool has it; what follows waits
  for (int i = 0; i < 20; ++i) speaker_->feed(silence(ms(1'000)));
  EXPECT_GT(speaker_->lost_samples(), 0U);
  loop_.run_with_pool(settle());
  EXPECT_LE(spotter_.heard, 16'000U * 11);
}

TEST_F(SpeakerTest, EndsCleanlyInTheMiddleOfAnything) {
  for (int step = 0; step < 4; ++step) {
    states_.clear();
    open();
    say(spoken_phrase(0));
    if (step > 0) say(babble(ms(500), 0.1));
    if (step > 1) say(command());
    if (step > 2) wait_for(State::speaking);
    speaker_->feed(Sound(16'000));
    speaker_.reset();
    out_.flush();
    EXPECT_EQ(hearing_.listeners(), 0U);
  }
}

struct BadSound {
  const char* name;
  Sound sound;
};
class SpeakerHears : public SpeakerTest, public testing::WithParamInterface<BadSound> {};

TEST_P(SpeakerHears, AndGoesOnToWork) {
  open();
  say(GetParam().sound);
  if (speaker_->state() != State::asleep) say(silence(ms(8'000)));
  const auto before = answered_;
  say(silence(ms(500)));
  say(spoken_phrase(0));
  say(command());
  EXPECT_EQ(answered_, before + 1);
}

Sound constant(milliseconds length, std::int16_t value) { return Sound(test_sound::samples_in(length), value); }
Sound square(milliseconds length) {
  auto sound = test_sound::tone(length, 440, 1);
  for (auto& sample : sound) sample = sample < 0 ? -32'768 : 32'767;
  return sound;
}

INSTANTIATE_TEST_SUITE_P(BadSounds, SpeakerHears,
                         testing::Values(BadSound{"silence", silence(ms(10'000))},
                                         BadSound{"constant", constant(ms(5'000), 20'000)},
                                         BadSound{"fullScaleConstant", constant(ms(5'000), -32'768)},
                                         BadSound{"noise", test_sound::noise(ms(10'000), 0.2)},
                                         BadSound{"clipping", square(ms(5'000))},
                                         BadSound{"aShortClip", babble(ms(200), 0.3)}),
                         [](const auto& sound) { return std::string(sound.param.name); });

}  // namespace
}  // namespace entente::speech
