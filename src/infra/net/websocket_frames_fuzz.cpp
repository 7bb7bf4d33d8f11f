// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte chooses the side and how the rest is cut into pieces.
#include "infra/net/impl/websocket_frames.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace entente::net;
  if (size == 0) return 0;
  const auto side = (bytes[0] & 1U) != 0 ? WebSocketSide::server : WebSocketSide::client;
  const std::size_t piece = 1U + (bytes[0] >> 1U);
  std::string_view rest(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  FrameReader reader(side, 1000);
  while (!rest.empty()) {
    reader.feed(rest.substr(0, piece));
    rest.remove_prefix(std::min(piece, rest.size()));
    for (;;) {
      const auto next = reader.next();
      if (std::holds_alternative<std::monostate>(next)) break;
      if (std::holds_alternative<FrameProblem>(next)) return 0;
      if (std::get<FrameEvent>(next).bytes.size() > 1000) __builtin_trap();
    }
  }
  return 0;
}
