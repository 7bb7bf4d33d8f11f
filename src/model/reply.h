// SPDX-License-Identifier: GPL-3.0-or-later
// What the assistant answers to one utterance. Plain value, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/device.h"
#include "model/intent.h"
#include "model/trace.h"

namespace entente::model {

enum class Outcome {
  done,            // a device's state changed as asked, by the device's own word
  answered,        // a question got its answer, or there was nothing to do
  refused,         // understood, but impossible here: no such device, out of range, not what it can do
  failed,          // understood and tried, but a device did not do it
  not_understood,  // no sentence fits
};

const char* to_string(Outcome outcome);  // "not_understood"

struct Reply {
  std::string text;      // to be shown and spoken
  std::string language;  // BCP 47, of the text
  Outcome outcome = Outcome::not_understood;
  std::string heard;              // the words it answers
  std::optional<Intent> intent;   // none when not understood
  std::vector<DeviceId> devices;  // the ones that were asked to do something
  bool asks = false;              // the text is a question; what is said next is its answer
  bool stops = false;             // whatever is sounding (speech, music, an alarm) should fall silent
  Trace trace;
};

}  // namespace entente::model
