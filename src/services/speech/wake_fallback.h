// SPDX-License-Identifier: GPL-3.0-or-later
// A wake engine on another machine with the built-in one behind it. While the other one is there, the built-in one
// hears only for phrases that the other does not know; the moment it goes away the built-in one goes on with the last
// two seconds, so that a word which was being said is not lost. Thread-safe as wake.h says; the engines outlive it.
#pragma once

#include <memory>
#include <vector>

#include "services/speech/fallback.h"
#include "services/speech/remote.h"
#include "services/speech/wake.h"

namespace entente::speech {

struct RestingWakeSpotter {
  RemoteWakeSpotter* engine;
  Duration rest;  // after its first failure
};

class FallbackWakeSpotter final : public WakeSpotter {
 public:
  // `built_in` may be null.
  FallbackWakeSpotter(const RestingWakeSpotter& remote, WakeSpotter* built_in, Now now);

  bool supports(std::string_view language) const override;
  Result<std::shared_ptr<const WakeModel>> prepare(std::span<const WakePhrase> phrases) override;
  std::unique_ptr<WakeStream> start(std::shared_ptr<const WakeModel> model) override;

 private:
  struct Model;
  class Stream;

  RemoteWakeSpotter& remote_;
  WakeSpotter* built_in_;
  Rest rest_;
};

}  // namespace entente::speech
