// SPDX-License-Identifier: GPL-3.0-or-later
//   device:  -4001 … -4007, -9999, -30001, JSON-RPC's -32601 and -32602
//   gateway: -70XXXYZZZ: XXX like an HTTP status, Y where it went wrong, ZZZ what
#include "drivers/miio/result_code.h"

#include <fmt/format.h>

#include <algorithm>

namespace entente::miio {
namespace {

struct Meaning {
  std::int64_t code;
  ErrorCode kind;
  std::string_view words;
};

constexpr Meaning device_codes[] = {{-4001, ErrorCode::unsupported, "cannot be read"},
                                    {-4002, ErrorCode::unsupported, "cannot be set"},
                                    {-4003, ErrorCode::not_found, "does not exist in this device"},
                                    {-4004, ErrorCode::failed, "the device failed inside"},
                                    {-4005, ErrorCode::invalid, "the device does not take this value"},
                                    {-4006, ErrorCode::invalid, "the device does not take these arguments"},
                                    {-4007, ErrorCode::invalid, "the device id is wrong"},
                                    {-9999, ErrorCode::unavailable, "the device was too busy to answer"},
                                    {-30001, ErrorCode::unavailable, "the device was too busy to answer"},
                                    {-5001, ErrorCode::invalid, "the device does not take these arguments"},
                                    {-32601, ErrorCode::unsupported, "the device does not know this kind of request"},
                                    {-32602, ErrorCode::invalid, "the device does not take these arguments"}};

// By the last three digits.
constexpr Meaning gateway_codes[] = {{1, ErrorCode::not_found, "the gateway knows no such device"},
                                     {2, ErrorCode::not_found, "no such service in this device"},
                                     {3, ErrorCode::not_found, "does not exist in this device"},
                                     {4, ErrorCode::not_found, "no such event in this device"},
                                     {5, ErrorCode::not_found, "no such action in this device"},
                                     {11, ErrorCode::unavailable, "the device is offline behind its gateway"},
                                     {13, ErrorCode::unsupported, "cannot be read"},
                                     {15, ErrorCode::failed, "the device failed to do it"},
                                     {23, ErrorCode::unsupported, "cannot be set"},
                                     {25, ErrorCode::invalid, "wrong number of arguments"},
                                     {35, ErrorCode::invalid, "the device does not take these arguments"},
                                     {36, ErrorCode::timeout, "the device did not answer its gateway in time"},
                                     {43, ErrorCode::invalid, "the device does not take this value"},
                                     {100, ErrorCode::failed, "not possible in the state that the device is in"},
                                     {992, ErrorCode::exhausted, "asked too often"},
                                     {999, ErrorCode::unavailable, "the device is offline behind its gateway"}};

template <std::size_t count>
const Meaning* meaning_of(const Meaning (&table)[count], std::int64_t code) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [code](const Meaning& meaning) { return meaning.code == code; });
  return found == std::end(table) ? nullptr : found;
}

const Meaning* meaning_of(std::int64_t code) {
  constexpr std::int64_t gateway_low = -709'999'999;
  constexpr std::int64_t gateway_high = -700'000'000;
  if (code >= gateway_low && code <= gateway_high) return meaning_of(gateway_codes, -code % 1000);
  return meaning_of(device_codes, code);
}

}  // namespace

Error to_error(std::int64_t code, std::string_view what, std::string_view said) {
  const Meaning* meaning = meaning_of(code);
  const auto words = meaning == nullptr ? std::string_view("the device refused") : meaning->words;
  const auto own_words = said.empty() ? std::string() : fmt::format(": {}", said);
  return Error{meaning == nullptr ? ErrorCode::failed : meaning->kind,
               fmt::format("{}: {} (code {}{})", what, words, code, own_words)};
}

}  // namespace entente::miio
