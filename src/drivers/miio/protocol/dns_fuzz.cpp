// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/protocol/dns.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto records = entente::miio::decode_dns_answer({bytes, size});
  if (records.ok()) (void)entente::miio::announcements_in(*records);
  return 0;
}
