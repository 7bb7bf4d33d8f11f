// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/ssml.h"

#include <expat.h>

#include <charconv>
#include <cmath>
#include <memory>

#include "base/text.h"

namespace entente::speech {
namespace {

using namespace std::chrono_literals;

constexpr milliseconds sentence_pause = 250ms;
constexpr milliseconds paragraph_pause = 500ms;

// The attributes of one element.
class Attributes {
 public:
  explicit Attributes(const char** pairs) : pairs_(pairs) {}
  std::string_view operator[](std::string_view name) const {
    for (const char** at = pairs_; *at != nullptr; at += 2) {
      if (name == at[0]) return text::trim(at[1]);
    }
    return {};
  }

 private:
  const char** pairs_;
};

// What holds inside an element.
struct Manner {
  std::string element;
  std::string language;
  std::string as;
  std::string voice;
  double speed = 1.0;
  double pitch = 1.0;
  double decibels = 0;
  bool silent = false;  // the text is not spoken: sub's own, metadata
};

std::optional<double> number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// "80%", "+10%", "1.2"; a number without a sign of percent is a factor.
std::optional<double> factor(std::string_view text) {
  const bool relative = text.starts_with('+') || text.starts_with('-');
  if (!text.ends_with('%')) return relative ? std::nullopt : number(text);
  const auto value = number(text.substr(0, text.size() - 1));
  if (!value) return std::nullopt;
  return (relative ? 100 + *value : *value) / 100;
}

std::optional<double> pitch_of(std::string_view text) {
  if (!text.ends_with("st")) return factor(text);
  const auto semitones = number(text.substr(0, text.size() - 2));
  if (!semitones) return std::nullopt;
  return std::exp2(*semitones / 12);
}

std::optional<double> decibels_of(std::string_view text) {
  if (text.ends_with("dB")) return number(text.substr(0, text.size() - 2));
  return std::nullopt;
}

std::optional<milliseconds> time_of(std::string_view text) {
  const bool thousandths = text.ends_with("ms");
  if (!thousandths && !text.ends_with('s')) return std::nullopt;
  const auto value = number(text.substr(0, text.size() - (thousandths ? 2 : 1)));
  if (!value || *value < 0) return std::nullopt;
  const double capped = std::min(*value * (thousandths ? 1 : 1000), 1e9);
  return milliseconds(static_cast<std::int64_t>(capped));
}

template <class Value>
using Names = std::initializer_list<std::pair<std::string_view, Value>>;

template <class Value>
std::optional<Value> named(const Names<Value>& names, std::string_view text) {
  for (const auto& [name, value] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

const Names<double> rates = {{"x-slow", 0.5}, {"slow", 0.75}, {"medium", 1},
                             {"default", 1},  {"fast", 1.35}, {"x-fast", 1.8}};
const Names<double> pitches = {{"x-low", 0.7}, {"low", 0.85}, {"medium", 1},
                               {"default", 1}, {"high", 1.2}, {"x-high", 1.45}};
const Names<double> volumes = {{"silent", -200}, {"x-soft", -12}, {"soft", -6}, {"medium", 0},
                               {"default", 0},   {"loud", 4},     {"x-loud", 8}};
const Names<milliseconds> strengths = {{"none", 0ms},     {"x-weak", 50ms},  {"weak", 120ms},
                                       {"medium", 300ms}, {"strong", 600ms}, {"x-strong", 1000ms}};

class Reader {
 public:
  explicit Reader(std::string_view language) { inside_.push_back({}), inside_.back().language = std::string(language); }

  Result<std::vector<Passage>> read(std::string_view ssml) {
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"),
                                                                              XML_ParserFree);
    if (!parser) return Error{ErrorCode::exhausted, "ssml: out of memory"};
    parser_ = parser.get();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(
        parser_, [](void* self, const char* name, const char** pairs) { of(self).begin(name, Attributes(pairs)); },
        [](void* self, const char* name) { of(self).end(name); });
    XML_SetCharacterDataHandler(parser_, [](void* self, const char* text, int size) {
      of(self).add({text, static_cast<std::size_t>(size)});
    });
    // Entities of its own are how XML is made to explode, and no SSML needs them.
    XML_SetStartDoctypeDeclHandler(parser_, [](void* self, const char*, const char*, const char*, int) {
      of(self).refuse("a document type is not allowed");
    });
    const auto parsed = XML_Parse(parser_, ssml.data(), static_cast<int>(ssml.size()), 1);
    if (problem_) return *problem_;
    if (parsed != XML_STATUS_OK) return at_line(XML_ErrorString(XML_GetErrorCode(parser_)));
    finish_passage();
    if (broke_) passages_.push_back(passage_of({}));
    if (problem_) return *problem_;
    return std::move(passages_);
  }

 private:
  static Reader& of(void* self) { return *static_cast<Reader*>(self); }

  Error at_line(std::string_view reason, ErrorCode code = ErrorCode::invalid) const {
    return {code, fmt::format("ssml: line {}: {}", XML_GetCurrentLineNumber(parser_), reason)};
  }
  void refuse(std::string_view reason, ErrorCode code = ErrorCode::invalid) {
    if (!problem_) problem_ = at_line(reason, code);
    XML_StopParser(parser_, XML_FALSE);
  }

  Passage passage_of(std::string text) {
    const auto& manner = inside_.back();
    Passage passage{std::move(text), manner.language, manner.as,       manner.voice,
                    manner.speed,    manner.pitch,    manner.decibels, std::min(pause_, milliseconds(longest_pause))};
    pause_ = 0ms;
    broke_ = false;
    return passage;
  }

  // What was said so far in this manner.
  void finish_passage() {
    const auto said = text::trim(text_);
    if (!said.empty() && !inside_.back().silent) {
      if (passages_.size() >= max_passages) {
        return refuse(fmt::format("more than {} passages", max_passages), ErrorCode::exhausted);
      }
      passages_.push_back(passage_of(std::string(said)));
    }
    text_.clear();
  }
  void pause_at_least(milliseconds pause) { pause_ = std::max(pause_, pause); }

  void begin(std::string_view name, const Attributes& attributes) {
    if (problem_) return;
    if (inside_.size() == 1 && name != "speak") {
      return refuse(fmt::format("the document begins with <{}>, not <speak>", text::shorten(name, 40)));
    }
    if (inside_.size() > static_cast<std::size_t>(max_ssml_depth)) {
      return refuse(fmt::format("elements nest deeper than {}", max_ssml_depth), ErrorCode::exhausted);
    }
    finish_passage();
    auto manner = inside_.back();
    manner.element = std::string(name);
    if (const auto language = attributes["xml:lang"]; !language.empty()) manner.language = text::shorten(language, 64);
    if (name == "p") pause_at_least(passages_.empty() ? 0ms : paragraph_pause);
    if (name == "s") pause_at_least(passages_.empty() ? 0ms : sentence_pause);
    if (name == "break") add_break(attributes);
    if (name == "prosody") change_prosody(attributes, manner);
    if (name == "emphasis") emphasise(attributes, manner);
    if (name == "say-as") manner.as = text::shorten(attributes["interpret-as"], 32);
    if (name == "voice") choose_voice(attributes, manner);
    if (name == "metadata" || name == "meta" || name == "lexicon") manner.silent = true;
    const bool substituted = name == "sub" && !attributes["alias"].empty();
    inside_.push_back(std::move(manner));
    if (!substituted) return;
    text_ = std::string(attributes["alias"]);
    finish_passage();
    inside_.back().silent = true;
  }

  void end(std::string_view name) {
    if (problem_) return;
    finish_passage();
    inside_.pop_back();
    if (name == "p") pause_at_least(paragraph_pause);
    if (name == "s") pause_at_least(sentence_pause);
  }

  void add(std::string_view text) {
    if (!problem_) text_ += text;
  }

  void add_break(const Attributes& attributes) {
    const auto time = attributes["time"];
    const auto strength = attributes["strength"];
    const auto pause = !time.empty() ? time_of(time) : named(strengths, strength.empty() ? "medium" : strength);
    if (!pause) {
      return refuse(fmt::format("a break of '{}' is no time (\"500ms\", \"2s\") and no strength",
                                text::shorten(time.empty() ? strength : time, 40)));
    }
    if (*pause > longest_pause) {
      return refuse(fmt::format("a break is at most {} s", longest_pause.count()), ErrorCode::exhausted);
    }
    pause_ += *pause;
    broke_ = true;
  }

  void change_prosody(const Attributes& attributes, Manner& manner) {
    const auto change = [&](const char* name, std::optional<double> value, double& changed) {
      if (attributes[name].empty()) return;
      if (!value || !(*value > 0)) {
        return refuse(fmt::format("prosody: {} '{}' is not known", name, text::shorten(attributes[name], 40)));
      }
      changed = std::clamp(changed * *value, 0.5, 2.0);
    };
    const auto word_or = [](const Names<double>& names, std::string_view text, auto otherwise) {
      const auto word = named(names, text);
      return word ? word : otherwise(text);
    };
    change("rate", word_or(rates, attributes["rate"], factor), manner.speed);
    change("pitch", word_or(pitches, attributes["pitch"], pitch_of), manner.pitch);
    const auto volume = attributes["volume"];
    if (volume.empty()) return;
    const auto decibels = word_or(volumes, volume, decibels_of);
    if (!decibels) return refuse(fmt::format("prosody: volume '{}' is not known", text::shorten(volume, 40)));
    const double sum = manner.decibels + *decibels;
    manner.decibels = sum <= -100 ? -200 : std::clamp(sum, -40.0, 10.0);
  }

  void emphasise(const Attributes& attributes, Manner& manner) {
    const auto level = attributes["level"].empty() ? "moderate" : attributes["level"];
    struct Stress {
      double speed, pitch, decibels;
    };
    const auto stress = named<Stress>({{"strong", {0.85, 1.1, 3}},
                                       {"moderate", {0.92, 1.05, 1.5}},
                                       {"reduced", {1.1, 0.97, -2}},
                                       {"none", {1, 1, 0}}},
                                      level);
    if (!stress) return refuse(fmt::format("emphasis: level '{}' is not known", text::shorten(level, 40)));
    manner.speed = std::clamp(manner.speed * stress->speed, 0.5, 2.0);
    manner.pitch = std::clamp(manner.pitch * stress->pitch, 0.5, 2.0);
    manner.decibels = std::min(manner.decibels + stress->decibels, 10.0);
  }

  static void choose_voice(const Attributes& attributes, Manner& manner) {
    if (!attributes["language"].empty()) manner.language = text::shorten(attributes["language"], 64);
    if (!attributes["name"].empty()) manner.voice = text::shorten(attributes["name"], 64);
  }

  XML_Parser parser_ = nullptr;
  std::vector<Manner> inside_;
  std::string text_;
  milliseconds pause_{};  // due before what comes next
  bool broke_ = false;    // a break is part of it
  std::vector<Passage> passages_;
  std::optional<Error> problem_;
};

}  // namespace

Result<std::vector<Passage>> read_ssml(std::string_view ssml, std::string_view language) {
  if (ssml.size() > max_ssml_bytes) {
    return Error{ErrorCode::exhausted, fmt::format("ssml: more than {} bytes", max_ssml_bytes)};
  }
  return Reader(language).read(ssml);
}

}  // namespace entente::speech
