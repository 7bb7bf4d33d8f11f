// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/protocol/client_session.h"
#include "drivers/miio/protocol/device_session.h"

namespace {

using namespace entente;
using namespace entente::miio;

const Token token = {1, 2, 3};
const Keys keys = derive_keys(token);

void drain(ClientSession& session) {
  (void)session.take_datagrams();
  (void)session.take_finished();
  (void)session.take_uplinks();
}

}  // namespace

// The bytes as a datagram, as the payload of a well-formed one, and as a script of what happens when; both sides.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const ByteSpan input(bytes, size);
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  TimePoint now = TimePoint{} + seconds(1000);
  ClientSession client(keys, 0);
  DeviceSession device(token, 42, 1000, now);
  client.submit({"get_properties", Json::array(), {}, {}}, now);
  client.receive(encode_hello_reply({42, 1000}), now);
  for (const auto byte : input) {
    now += milliseconds(byte * 16);
    client.tick(now);
    if (byte % 4 == 1) client.receive(encode_hello_reply({42, byte}), now);
    if (byte % 4 == 2) client.submit({"action", Json::object(), ClientSession::Repeat::never, {}}, now);
    if (byte % 4 == 3) client.cancel(byte / 4, now);
    drain(client);
  }
  client.receive(input, now);
  (void)device.receive(input, now);
  if (size > 60'000) return 0;
  const Bytes framed = encode_message({42, 1000}, text, keys);
  client.receive(framed, now);
  drain(client);
  device.reboot(now);
  (void)device.receive(encode_message({42, 0}, text, keys), now);
  return 0;
}
