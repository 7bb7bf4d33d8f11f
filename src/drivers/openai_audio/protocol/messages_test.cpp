// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/openai_audio/protocol/messages.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace entente::openai_audio {
namespace {

TEST(TranscriptionRequest, IsAFormWithTheSoundInIt) {
  const auto body = transcription_body({"whisper-1", "zh-CN", "RIFFsound"}, "frontier");
  EXPECT_EQ(body.type, "multipart/form-data; boundary=frontier");
  EXPECT_EQ(body.bytes,
            "--frontier\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n"
            "--frontier\r\nContent-Disposition: form-data; name=\"language\"\r\n\r\nzh\r\n"
            "--frontier\r\nContent-Disposition: form-data; name=\"response_format\"\r\n\r\njson\r\n"
            "--frontier\r\nContent-Disposition: form-data; name=\"temperature\"\r\n\r\n0\r\n"
            "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"speech.wav\"\r\n"
            "Content-Type: audio/wav\r\n\r\nRIFFsound\r\n--frontier--\r\n");
}

TEST(SpeechRequest, AsksForWav) {
  const auto body = speech_body({"tts-1", "alloy", "say \"hi\"", 1.5});
  EXPECT_EQ(body.type, "application/json");
  EXPECT_EQ(Json::parse(body.bytes), (Json{{"model", "tts-1"},
                                           {"voice", "alloy"},
                                           {"input", "say \"hi\""},
                                           {"response_format", "wav"},
                                           {"speed", 1.5}}));
}

TEST(Transcription, IsReadFromJsonAndFromPlainText) {
  EXPECT_EQ(transcription_in("application/json", R"({"text": " Turn on the lamp."})").value_or(""),
            " Turn on the lamp.");
  EXPECT_EQ(transcription_in("text/plain; charset=utf-8", "turn on").value_or(""), "turn on");
}

TEST(Transcription, WithoutATextIsRefused) {
  for (const auto* body : {"", "<html>", "[]", "{}", R"({"text": 3})", R"({"text": null})"}) {
    EXPECT_FALSE(transcription_in("application/json", body).ok()) << body;
  }
  EXPECT_EQ(transcription_in("text/plain", std::string(100'000, 'x')).error().code, ErrorCode::exhausted);
}

TEST(Refusal, SaysWhatTheStatusMeansAndWhatTheServerSays) {
  struct Case {
    int status;
    const char* body;
    ErrorCode code;
    const char* message;
  };
  const Case cases[] = {
      {401, R"({"error": {"message": "Incorrect API key"}})", ErrorCode::denied,
       "the key is refused (401): Incorrect API key"},
      {404, R"({"error": "model 'x' not found"})", ErrorCode::not_found,
       "no such address or model (404): model 'x' not found"},
      {422, R"({"detail": [{"loc": ["body"], "msg": "field required"}]})", ErrorCode::failed,
       "the request is refused (422): field required"},
      {429, R"({"detail": "slow down"})", ErrorCode::exhausted,
       "too many requests, or nothing left to pay them with (429): slow down"},
      {302, "", ErrorCode::failed, "the address leads elsewhere (302)"},
      {500, "Internal\nServer Error", ErrorCode::unavailable,
       "the server has trouble of its own (500): Internal Server Error"},
  };
  for (const auto& each : cases) {
    const auto error = refusal(each.status, each.body, "");
    EXPECT_EQ(error.message, each.message);
    EXPECT_EQ(error.code, each.code) << each.status;
  }
}

TEST(Refusal, IsShort) {
  EXPECT_LT(refusal(500, std::string(1'000'000, 'x'), "").message.size(), 300U);
  EXPECT_LT(refusal(500, "\xFF\xFE\x1b[31m", "").message.size(), 100U);
}

TEST(Refusal, NeverHoldsTheKey) {
  EXPECT_EQ(refusal(401, R"({"error": {"message": "bad key sk-secret!"}})", "sk-secret").message,
            "the key is refused (401): bad key …!");
}

}  // namespace
}  // namespace entente::openai_audio
