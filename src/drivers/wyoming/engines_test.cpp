// SPDX-License-Identifier: GPL-3.0-or-later
// The engines against a scripted server on this machine.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "drivers/wyoming/impl/scripted_server.h"
#include "drivers/wyoming/protocol/messages.h"
#include "drivers/wyoming/recogniser.h"
#include "drivers/wyoming/synthesiser.h"
#include "drivers/wyoming/wake_spotter.h"
#include "infra/audio/wav.h"

namespace entente::wyoming {
namespace {

using namespace std::chrono_literals;
using test::ScriptedServer;
using Samples = std::vector<std::int16_t>;

// Until something is known, or ten seconds are over: the peer lives on a thread of its own.
template <class Known>
void wait_for(const Known& known) {
  const auto now = [] { return std::chrono::steady_clock::now(); };  // lint: allow clock: a real peer
  const auto end = now() + 10s;
  while (!known() && now() < end) std::this_thread::yield();
}

const std::string silent;  // an answer of nothing

std::string bytes_of(std::string type, Json data = Json::object(), std::string payload = {}) {
  return to_bytes({std::move(type), std::move(data), std::move(payload)});
}

std::string info(bool streams = false) {
  return bytes_of(
      "info",
      Json{{"asr", {{{"models", {{{"name", "tiny"}, {"languages", {"en"}}}}}}}},
           {"tts",
            {{{"voices", {{{"name", "amy"}, {"languages", {"en_US"}}}}}, {"supports_synthesize_streaming", streams}}}},
           {"wake", {{{"models", {{{"name", "ok_nabu_v0.1"}, {"phrase", "okay nabu"}}}}}}}});
}

class EnginesTest : public testing::Test {
 protected:
  Server& at(std::uint16_t port, Duration answer_time = 10s) {
    server = std::make_unique<Server>(
        thread, ServerSettings{"the server", {"127.0.0.1", port}, {"en", "zh-CN"}, 10s, answer_time});
    return *server;
  }
  net::LoopThread thread{"test"};
  std::unique_ptr<Server> server;
};

TEST_F(EnginesTest, AServerSaysWhatItCanDo) {
  ScriptedServer peer([](const Event& event) { return event.type == "describe" ? info() : silent; });
  const auto said = at(peer.port()).ask();
  ASSERT_TRUE(said.ok()) << said.error().message;
  EXPECT_TRUE((*said)->hears);
  EXPECT_EQ((*said)->voices.front().name, "amy");
}

TEST_F(EnginesTest, EachServesItsLanguagesAndTheirKinds) {
  const auto& engine = at(1);
  EXPECT_TRUE(engine.speaks_of("en"));
  EXPECT_TRUE(engine.speaks_of("en-GB"));
  EXPECT_TRUE(engine.speaks_of("zh-cn"));
  EXPECT_FALSE(engine.speaks_of("zh"));
  EXPECT_FALSE(engine.speaks_of("eno"));
}

using RecogniserTest = EnginesTest;

std::optional<std::string> transcribes(const Event& event) {
  return event.type == "audio-stop" ? bytes_of("transcript", {{"text", " Turn on the lamp. "}}) : silent;
}

TEST_F(RecogniserTest, SendsTheSoundAndGivesTheText) {
  ScriptedServer peer(transcribes);
  Recogniser recogniser(at(peer.port()), "tiny");
  const auto utterance = recogniser.start("en-GB");
  utterance->feed(Samples(16'000));
  utterance->feed(Samples(100));
  const auto heard = utterance->result();
  ASSERT_TRUE(heard.ok()) << heard.error().message;
  ASSERT_EQ(heard->hypotheses.size(), 1U);
  EXPECT_EQ(heard->hypotheses[0].text, "Turn on the lamp.");
  EXPECT_EQ(heard->confidence, 1.0);
  EXPECT_EQ(peer.types(), (std::vector<std::string>{"transcribe", "audio-start", "audio-stop"}));
  EXPECT_EQ(peer.heard()[0].data, (Json{{"language", "en"}, {"name", "tiny"}}));
  EXPECT_EQ(peer.samples(), 16'100U);
}

TEST_F(RecogniserTest, SoundAfterAnAnswerIsHeardWithAllThatWasBeforeIt) {
  ScriptedServer peer(transcribes);
  Recogniser recogniser(at(peer.port()), "");
  const auto utterance = recogniser.start("en");
  utterance->feed(Samples(1'000));
  ASSERT_TRUE(utterance->result().ok());
  ASSERT_TRUE(utterance->result().ok());  // asks nobody
  EXPECT_EQ(peer.samples(), 1'000U);
  utterance->feed(Samples(500));
  ASSERT_TRUE(utterance->result().ok());
  EXPECT_EQ(peer.samples(), 1'000U + 1'500U);
}

TEST_F(RecogniserTest, AnEmptyTextIsNothingHeard) {
  ScriptedServer peer([](const Event& event) {
    return event.type == "audio-stop" ? bytes_of("transcript", {{"text", " \n"}}) : silent;
  });
  const auto heard = Recogniser(at(peer.port()), "").start("en")->result();
  ASSERT_TRUE(heard.ok());
  EXPECT_TRUE(heard->hypotheses.empty());
}

TEST_F(RecogniserTest, TellsTheWordsSoFarWhereTheServerDoes) {
  ScriptedServer peer([](const Event& event) {
    return event.type == "audio-chunk" ? bytes_of("transcript-chunk", {{"text", "turn on"}}) : silent;
  });
  Recogniser recogniser(at(peer.port()), "");
  const auto utterance = recogniser.start("en");
  EXPECT_EQ(utterance->words_so_far(), "");
  utterance->feed(Samples(100));
  wait_for([&] { return !utterance->words_so_far().empty(); });
  EXPECT_EQ(utterance->words_so_far(), "turn on");
}

TEST_F(RecogniserTest, KeepsNoMoreThanAMinute) {
  ScriptedServer peer(transcribes);
  Recogniser recogniser(at(peer.port()), "");
  const auto utterance = recogniser.start("en");
  for (int second = 0; second < 65; ++second) utterance->feed(Samples(16'000));
  ASSERT_TRUE(utterance->result().ok());
  EXPECT_EQ(peer.samples(), 60U * 16'000U);
}

struct Failure {
  const char* name;
  ScriptedServer::Script script;
  ErrorCode code;
};

class FailingServer : public EnginesTest, public testing::WithParamInterface<Failure> {};

TEST_P(FailingServer, IsAnErrorAndSoonOne) {
  ScriptedServer peer(GetParam().script);
  auto& failing = at(peer.port(), 300ms);
  Recogniser recogniser(failing, "");
  const auto utterance = recogniser.start("en");
  utterance->feed(Samples(1'000));
  const auto heard = utterance->result();
  ASSERT_FALSE(heard.ok());
  EXPECT_EQ(heard.error().code, GetParam().code) << heard.error().message;
  const auto spoken = Synthesiser(failing, "", "").speak({"hello", "en", 1}, [](speech::Samples) { return true; });
  ASSERT_FALSE(spoken.ok());
  EXPECT_EQ(spoken.error().code, GetParam().code) << spoken.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Wyoming, FailingServer,
    testing::Values(
        Failure{"hangs up", [](const Event&) { return std::optional<std::string>(); }, ErrorCode::unavailable},
        Failure{"is silent", [](const Event&) { return silent; }, ErrorCode::timeout},
        Failure{"talks nonsense", [](const Event&) { return "HTTP/1.1 400 Bad Request\r\n\r\n"; }, ErrorCode::corrupt},
        Failure{"announces a gigabyte", [](const Event&) { return "{\"type\":\"x\",\"payload_length\":1000000000}\n"; },
                ErrorCode::exhausted},
        Failure{"sends a line without an end", [](const Event&) { return std::string(100'000, 'x'); },
                ErrorCode::exhausted},
        Failure{"refuses",
                [](const Event&) {
                  return bytes_of("error", {{"text", "no model"}});
                },
                ErrorCode::failed}),
    [](const auto& failure) {
      auto name = std::string(failure.param.name);
      std::replace(name.begin(), name.end(), ' ', '_');
      return name;
    });

TEST_F(RecogniserTest, AServerThatIsNotThereIsAnErrorAtOnce) {
  auto port = std::make_unique<ScriptedServer>(transcribes)->port();  // and gone again
  const auto heard = Recogniser(at(port), "").start("en")->result();
  ASSERT_FALSE(heard.ok());
  EXPECT_EQ(heard.error().message, fmt::format("net: connect to 127.0.0.1:{}: connection refused", port));
}

class SynthesiserTest : public EnginesTest {
 protected:
  Result<Samples> say(std::uint16_t port, const std::string& text, std::string voice = "") {
    Samples sound;
    const auto spoken = Synthesiser(at(port), std::move(voice), "").speak({text, "en", 1}, [&](speech::Samples piece) {
      sound.insert(sound.end(), piece.begin(), piece.end());
      return wanted;
    });
    if (!spoken) return spoken.error();
    return sound;
  }
  bool wanted = true;
};

std::string sound_bytes(const Samples& samples) {
  const Json format{{"rate", 22'050}, {"width", 2}, {"channels", 1}};
  return bytes_of("audio-start", format) + bytes_of("audio-chunk", format, audio::to_wire(samples)) +
         bytes_of("audio-stop");
}

TEST_F(SynthesiserTest, GivesTheServersSound) {
  ScriptedServer peer([](const Event& event) {
    return event.type == "describe" ? info() : event.type == "synthesize" ? sound_bytes({1, 2, 3}) : silent;
  });
  EXPECT_EQ(say(peer.port(), "hello", "amy").value_or({}), (Samples{1, 2, 3}));
  EXPECT_EQ(peer.types(), (std::vector<std::string>{"describe", "synthesize"}));
  EXPECT_EQ(peer.heard()[1].data, (Json{{"text", "hello"}, {"voice", {{"name", "amy"}}}}));
}

TEST_F(SynthesiserTest, AsksAServerThatStreamsToStream) {
  ScriptedServer peer([](const Event& event) {
    if (event.type == "describe") return info(true);
    if (event.type == "synthesize-chunk") return sound_bytes({1}) + sound_bytes({2});
    return event.type == "synthesize-stop" ? bytes_of("synthesize-stopped") : silent;
  });
  EXPECT_EQ(say(peer.port(), "One. Two.").value_or({}), (Samples{1, 2}));
  EXPECT_EQ(peer.heard()[1].data, (Json{{"voice", {{"language", "en_US"}}}}));
}

TEST_F(SynthesiserTest, GivesWhatCameBeforeTheServerHungUp) {
  ScriptedServer peer([](const Event& event) -> std::optional<std::string> {
    if (event.type == "describe") return info(true);
    if (event.type == "synthesize-chunk") return sound_bytes({1, 2});
    if (event.type == "synthesize-stop") return std::nullopt;
    return silent;
  });
  Samples sound;
  const auto spoken = Synthesiser(at(peer.port()), "", "").speak({"hello", "en", 1}, [&](speech::Samples piece) {
    sound.insert(sound.end(), piece.begin(), piece.end());
    return true;
  });
  ASSERT_FALSE(spoken.ok());
  EXPECT_EQ(spoken.error().code, ErrorCode::unavailable);
  EXPECT_EQ(sound, (Samples{1, 2}));
}

TEST_F(SynthesiserTest, StopsWhenNobodyListens) {
  ScriptedServer peer([](const Event& event) {
    const auto endless = sound_bytes({1, 2}).substr(0, sound_bytes({1, 2}).rfind("{\"type\":\"audio-stop"));
    return event.type == "describe" ? info() : event.type == "synthesize" ? endless : silent;
  });
  wanted = false;
  EXPECT_TRUE(say(peer.port(), "hello").ok());
}

class WakeTest : public EnginesTest {
 protected:
  std::vector<speech::WakePhrase> phrases() const {
    std::vector<speech::WakePhrase> two(2);
    two[0].text = "hey entente";
    two[1].text = "Okay Nabu";
    return two;
  }
};

using State = speech::RemoteWakeStream::State;

TEST_F(WakeTest, GivesTheDetectionsOfTheServerInSamplesOfOurs) {
  ScriptedServer peer([](const Event& event) {
    if (event.type == "describe") return info();
    const bool second = event.type == "audio-chunk" && event.data["timestamp"] == 1'000;
    return second ? bytes_of("detection", {{"name", "ok_nabu_v0.1"}, {"timestamp", 1'000}}) : silent;
  });
  const auto stream = WakeSpotter(at(peer.port()), "").start(phrases());
  wait_for([&] { return stream->state() != State::coming; });
  ASSERT_EQ(stream->state(), State::here) << stream->why_away().message;
  EXPECT_FALSE(stream->covers(0));
  EXPECT_TRUE(stream->covers(1));
  stream->feed(Samples(16'000));
  stream->feed(Samples(16'000));
  std::optional<speech::WakeDetection> detection;
  wait_for([&] { return (detection = stream->next()).has_value(); });
  ASSERT_TRUE(detection);
  EXPECT_EQ(detection->phrase, 1U);
  EXPECT_EQ(detection->end, 16'000);
  EXPECT_FALSE(stream->next());
  EXPECT_EQ(peer.heard()[1].data, (Json{{"names", {"ok_nabu_v0.1"}}}));
}

TEST_F(WakeTest, AServerThatKnowsNoneOfThePhrasesIsAway) {
  ScriptedServer peer([](const Event& event) { return event.type == "describe" ? info() : silent; });
  const auto stream = WakeSpotter(at(peer.port()), "").start({phrases()[0]});
  wait_for([&] { return stream->state() == State::away; });
  EXPECT_EQ(stream->why_away().message, "wyoming: the server knows none of the wake words that are wanted");
}

TEST_F(WakeTest, AModelThatTheConfigNamesStandsForTheFirstPhrase) {
  ScriptedServer peer([](const Event& event) { return event.type == "describe" ? info() : silent; });
  const auto stream = WakeSpotter(at(peer.port()), "my_word").start(phrases());
  wait_for([&] { return stream->state() == State::here; });
  EXPECT_TRUE(stream->covers(0));
}

TEST_F(WakeTest, AServerThatHangsUpIsAway) {
  ScriptedServer peer([](const Event& event) -> std::optional<std::string> {
    if (event.type == "audio-chunk") return std::nullopt;
    return event.type == "describe" ? info() : silent;
  });
  const auto stream = WakeSpotter(at(peer.port()), "").start(phrases());
  wait_for([&] { return stream->state() == State::here; });
  stream->feed(Samples(100));
  wait_for([&] { return stream->state() == State::away; });
  EXPECT_EQ(stream->why_away().code, ErrorCode::unavailable);
  stream->feed(Samples(100));
  EXPECT_FALSE(stream->next());
}

}  // namespace
}  // namespace entente::wyoming
