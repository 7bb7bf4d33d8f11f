// SPDX-License-Identifier: GPL-3.0-or-later
// Waits for wake words with any Wyoming server that has a part "wake" (openWakeWord …). Such a server knows a few
// phrases, by name; the others are not covered. Thread-safe; the server outlives it, it outlives its streams.
#pragma once

#include <string>

#include "drivers/wyoming/server.h"
#include "services/speech/remote.h"

namespace entente::wyoming {

class WakeSpotter final : public speech::RemoteWakeSpotter {
 public:
  // `model`: the server's name for the first phrase; empty where the server's own list says it ("okay_nabu" is "okay
  // nabu").
  WakeSpotter(Server& server, std::string model) : server_(server), model_(std::move(model)) {}

  std::string_view name() const override { return server_.settings().name; }
  bool supports(std::string_view language) const override { return server_.speaks_of(language); }
  std::unique_ptr<speech::RemoteWakeStream> start(const std::vector<speech::WakePhrase>& phrases) override;

 private:
  Server& server_;
  const std::string model_;
};

}  // namespace entente::wyoming
