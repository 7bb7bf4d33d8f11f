// SPDX-License-Identifier: GPL-3.0-or-later
// The devices here are ALSA's own file plug-in before its null device: all of ALSA but the hardware, and no clock.
#include "infra/audio/devices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "base/file.h"
#include "infra/audio/wav.h"
#include "tests/support/manual_loop.h"

namespace entente::audio {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::ManualLoop;
using Samples = std::vector<std::int16_t>;

class Devices : public ::testing::Test {
 protected:
  Devices() {
    std::string pattern = (fs::temp_directory_path() / "entente-sound-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    const auto file_device = [&](std::string_view name, std::string_view slave, std::string_view in,
                                 std::string_view out) {
      return fmt::format("pcm.{} {{ type file; slave.pcm {}; file \"{}\"; infile \"{}\"; format raw }}\n", name, slave,
                         out, in);
    };
    const auto in = (folder_ / "in.raw").string();
    const auto out = (folder_ / "out.raw").string();
    const auto config = "pcm.nothing { type null }\n" + file_device("file_in", "nothing", in, "/dev/null") +
                        file_device("file_out", "nothing", "/dev/null", out);
    EXPECT_TRUE(write_file(folder_ / "asound.conf", config).ok());
    ::setenv("ALSA_CONFIG_PATH", (folder_ / "asound.conf").c_str(), 1);
  }
  ~Devices() override {
    ::unsetenv("ALSA_CONFIG_PATH");
    fs::remove_all(folder_);
  }

  static Samples ramp(std::size_t count) {
    Samples samples(count);
    for (std::size_t i = 0; i < count; ++i) samples[i] = static_cast<std::int16_t>(i % 30'000 + 1);
    return samples;
  }
  Samples what_was_heard() const {
    Samples samples;
    const auto bytes = read_file(folder_ / "out.raw");
    EXPECT_TRUE(bytes.ok());
    if (bytes) append_from_wire(*bytes, samples);
    return samples;
  }

  fs::path folder_;
  ManualLoop loop_;
};

TEST_F(Devices, AMachineWithoutMicrophoneSaysSo) {
  const auto microphone = Microphone::open(loop_, {"default", 16'000}, 20ms, {});
  ASSERT_FALSE(microphone.ok());
  EXPECT_EQ(microphone.error().code, ErrorCode::not_found);
  EXPECT_THAT(microphone.error().message, ::testing::StartsWith("audio: no microphone: "));
}

TEST_F(Devices, ADeviceThatIsNotThereIsNamed) {
  const auto loudspeaker = Loudspeaker::open(loop_, {"plughw:7,3", 16'000});
  ASSERT_FALSE(loudspeaker.ok());
  EXPECT_THAT(loudspeaker.error().message, ::testing::StartsWith("audio: no loudspeaker plughw:7,3: "));
}

TEST_F(Devices, AlsaSaysNothingOnStandardError) {
  ::testing::internal::CaptureStderr();
  (void)Microphone::open(loop_, {"none", 16'000}, 20ms, {});
  (void)Loudspeaker::open(loop_, {"none", 16'000});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(Devices, AbsurdSettingsAreRefused) {
  for (const int rate : {0, -5, 7'999, 2'000'000'000}) {
    EXPECT_EQ(Microphone::open(loop_, {"file_in", rate}, 20ms, {}).error().code, ErrorCode::invalid);
    EXPECT_EQ(Loudspeaker::open(loop_, {"file_out", rate}).error().code, ErrorCode::invalid);
  }
  EXPECT_FALSE(Microphone::open(loop_, {"file_in", 16'000}, 0ms, {}).ok());
  EXPECT_FALSE(Microphone::open(loop_, {"file_in", 16'000}, 2000ms, {}).ok());
}

TEST_F(Devices, TheMicrophoneDeliversWhatItHearsInChunks) {
  const auto spoken = ramp(8'000);
  ASSERT_TRUE(write_file(folder_ / "in.raw", to_wire(spoken)).ok());
  Samples heard;
  const auto on_chunk = [&](std::span<const std::int16_t> chunk) {
    EXPECT_EQ(chunk.size(), 480U);
    heard.insert(heard.end(), chunk.begin(), chunk.end());
  };
  auto microphone = Microphone::open(loop_, {"file_in", 16'000}, 30ms, {on_chunk, nullptr});
  ASSERT_TRUE(microphone.ok()) << microphone.error().message;
  while (heard.size() < spoken.size()) loop_.wait_for_post();
  heard.resize(spoken.size());
  EXPECT_EQ(heard, spoken);
}

TEST_F(Devices, TheMicrophoneMayBeDestroyedInsideItsCallback) {
  ASSERT_TRUE(write_file(folder_ / "in.raw", to_wire(ramp(8'000))).ok());
  std::unique_ptr<Microphone> microphone;
  int chunks = 0;
  const auto on_chunk = [&](std::span<const std::int16_t>) {
    ++chunks;
    microphone.reset();
  };
  auto opened = Microphone::open(loop_, {"file_in", 16'000}, 20ms, {on_chunk, nullptr});
  ASSERT_TRUE(opened.ok());
  microphone = std::move(opened).value();
  loop_.wait_for_post();
  loop_.run_ready();
  EXPECT_EQ(chunks, 1);
}

TEST_F(Devices, ABusyLoopLosesSoundAndIsTold) {
  ASSERT_TRUE(write_file(folder_ / "in.raw", to_wire(ramp(160'000))).ok());
  auto microphone = Microphone::open(loop_, {"file_in", 16'000}, 20ms, {[](auto) {}, nullptr});
  ASSERT_TRUE(microphone.ok());
  while ((*microphone)->dropped() == 0) std::this_thread::yield();
  SUCCEED();
}

TEST_F(Devices, TheLoudspeakerPlaysWhatItIsGiven) {
  auto loudspeaker = Loudspeaker::open(loop_, {"file_out", 16'000});
  ASSERT_TRUE(loudspeaker.ok()) << loudspeaker.error().message;
  const auto sound = ramp(5'001);
  bool played = false;
  ASSERT_TRUE((*loudspeaker)->play(std::span(sound).first(2'000)).ok());
  ASSERT_TRUE((*loudspeaker)->play(std::span(sound).subspan(2'000)).ok());
  (*loudspeaker)->when_played([&] { played = true; });
  EXPECT_FALSE(played);
  while (!played) loop_.wait_for_post();
  loudspeaker->reset();

  auto heard = what_was_heard();
  std::erase(heard, 0);  // the silence after each end; this device needs no time, so there may be two
  EXPECT_EQ(heard, sound);
}

TEST_F(Devices, TheLoudspeakerTellsWhatGoesToTheDevice) {
  const auto sound = ramp(5'001);
  Samples told;
  Loudspeaker::Callbacks callbacks;
  callbacks.on_playing = [&](std::span<const std::int16_t> piece) {
    told.insert(told.end(), piece.begin(), piece.end());
  };
  auto loudspeaker = Loudspeaker::open(loop_, {"file_out", 16'000}, std::move(callbacks));
  ASSERT_TRUE(loudspeaker.ok());
  ASSERT_TRUE((*loudspeaker)->play(sound).ok());
  bool played = false;
  (*loudspeaker)->when_played([&] { played = true; });
  while (!played) loop_.wait_for_post();
  std::erase(told, 0);
  EXPECT_EQ(told, sound);
}

TEST_F(Devices, AnIdleLoudspeakerHasPlayedAllThereWas) {
  auto loudspeaker = Loudspeaker::open(loop_, {"file_out", 16'000});
  bool played = false;
  (*loudspeaker)->when_played([&] { played = true; });
  while (!played) loop_.wait_for_post();
}

// A pipe that nobody reads is a device that plays no further.
TEST_F(Devices, FlushingForgetsWhatIsQueuedAndTellsWhoWaits) {
  ASSERT_EQ(::mkfifo((folder_ / "out.raw").c_str(), 0600), 0);
  const int pipe = ::open((folder_ / "out.raw").c_str(), O_RDONLY | O_NONBLOCK);
  auto loudspeaker = Loudspeaker::open(loop_, {"file_out", 16'000});
  ASSERT_TRUE(loudspeaker.ok()) << loudspeaker.error().message;
  ASSERT_TRUE((*loudspeaker)->play(Samples(200'000, 5)).ok());
  bool played = false;
  (*loudspeaker)->when_played([&] { played = true; });
  (*loudspeaker)->flush();

  std::size_t heard = 0;
  std::array<char, 4096> bytes;
  while (!played) {
    heard += static_cast<std::size_t>(std::max<ssize_t>(::read(pipe, bytes.data(), bytes.size()), 0)) / 2;
    loop_.run_ready();
  }
  EXPECT_LT(heard, 100'000U);
  loudspeaker->reset();
  ::close(pipe);
}

TEST_F(Devices, PlaysAgainAfterAFlush) {
  auto loudspeaker = Loudspeaker::open(loop_, {"file_out", 16'000});
  ASSERT_TRUE((*loudspeaker)->play(Samples(16'000, 5)).ok());
  (*loudspeaker)->flush();
  ASSERT_TRUE((*loudspeaker)->play(Samples(321, 7)).ok());
  bool played = false;
  (*loudspeaker)->when_played([&] { played = true; });
  while (!played) loop_.wait_for_post();
  loudspeaker->reset();
  const auto heard = what_was_heard();
  EXPECT_EQ(std::count(heard.begin(), heard.end(), 7), 321);
}

TEST_F(Devices, TooMuchSoundIsRefused) {
  auto loudspeaker = Loudspeaker::open(loop_, {"file_out", 16'000});
  const auto refused = (*loudspeaker)->play(Samples(16'000 * 601));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::exhausted);
}

TEST_F(Devices, NobodyIsCalledAfterTheLoudspeakerIsGone) {
  auto loudspeaker = Loudspeaker::open(loop_, {"file_out", 16'000});
  (*loudspeaker)->when_played([] { FAIL() << "called"; });
  loudspeaker->reset();
  loop_.run_ready();
}

}  // namespace
}  // namespace entente::audio
