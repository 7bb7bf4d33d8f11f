// SPDX-License-Identifier: GPL-3.0-or-later
// Wyoming's events as bytes and back: no socket, no clock. Whatever comes, the reader holds at most what its limits
// add up to, and the first thing that is wrong ends it, for nobody can know where the next event would begin.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace entente::wyoming {

struct Event {
  std::string type;
  Json data = Json::object();
  std::string payload;  // the samples of "audio-chunk"
};

std::string to_bytes(const Event& event);

class EventReader {
 public:
  struct Limits {
    std::size_t header_bytes = 64U << 10U;
    std::size_t data_bytes = 1U << 20U;
    std::size_t payload_bytes = 1U << 20U;  // half a minute of sound
  };

  EventReader() = default;
  explicit EventReader(const Limits& limits) : limits_(limits) {}

  // Appends the events that these bytes complete. ErrorCode::corrupt for what is no event, ErrorCode::exhausted for one
  // that is over the limits: "wyoming: an event with 1000000000 bytes of sound". After an error bytes are ignored.
  Result<void> feed(std::string_view bytes, std::vector<Event>& events);

 private:
  enum class Stage { header, data, payload, broken };

  bool gather(std::string_view& bytes, std::size_t wanted);
  Result<bool> step(std::string_view& bytes, std::vector<Event>& events);
  Result<bool> read_header(std::string_view& bytes);
  Result<void> read_data();
  Stage after_data() const { return payload_length_ > 0 ? Stage::payload : Stage::header; }
  void give(std::vector<Event>& events);

  Limits limits_;
  Stage stage_ = Stage::header;
  std::string held_;  // the beginning of a header, data or payload that is not complete yet
  std::size_t data_length_ = 0;
  std::size_t payload_length_ = 0;
  Event event_;
};

}  // namespace entente::wyoming
