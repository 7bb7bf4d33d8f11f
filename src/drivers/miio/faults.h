// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong with a simulated device, as one value that people can write: "drop=10%, late=800ms, reboot@30s".
//
//   faults = fault {"," fault} | "none"
//   fault  = name ["=" value] [":" amount] ["@" time] ["/" time]
//   amount = share "%" | count "x"      time = number "ms" | "s" | "m"
//
//   drop, drop-in, drop-out [=amount]   datagrams lost: both ways, on the way in, on the way out
//   duplicate [=amount]                 answers that come twice
//   late=time [:amount]                 answers that take longer
//   error=code [:amount]                commands that are answered with an error and not done
//   broken-json [=amount]               answers cut in the middle
//   wrong-token                         answers hellos, and nothing that is encrypted
//   mute, mute-after=count              answers nothing, from the start or after so many commands
//   reboot, stamp-reset                 its clock starts anew, once (@time) or again and again (/time); a reboot also
//                                       forgets which ids it has seen
//   flood=number                        so many datagrams a second to whoever spoke to it last
//
// "10%" means one of ten, "3x" the next three, nothing always. "@30s" begins 30 s after the faults are set.
// FaultScript plays them: time in, decisions out; no clock, no socket.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace entente::miio {

struct Fault {
  enum class Kind : std::uint8_t {
    drop,
    drop_in,
    drop_out,
    duplicate,
    late,
    error,
    broken_json,
    wrong_token,
    mute,
    mute_after,
    reboot,
    stamp_reset,
    flood,
  };
  Kind kind = Kind::drop;
  double share = 1;         // of the occasions
  int count = 0;            // only so many; 0: without end
  std::int64_t number = 0;  // the error's code, the commands before silence, the datagrams a second
  Duration late{};
  Duration from{};   // after the faults are set
  Duration every{};  // zero: once

  bool operator==(const Fault&) const = default;
};

struct Faults {
  std::vector<Fault> list;

  // "none" and nothing are no faults. The error names the part that is not understood.
  static Result<Faults> parse(std::string_view text);
  std::string to_text() const;
  bool operator==(const Faults&) const = default;
};

class FaultScript {
 public:
  FaultScript(Faults faults, TimePoint start, std::uint32_t seed);

  enum class Hearing : std::uint8_t { all, hellos, nothing };
  Hearing hearing(TimePoint now);  // of the datagram that came in now
  void command_heard() { ++commands_; }
  std::optional<std::int64_t> error(TimePoint now);

  struct Sending {
    int copies = 1;  // 0: lost
    Duration delay{};
    bool broken = false;
  };
  Sending sending(TimePoint now);

  // When the device does something by itself next, and what is due by now.
  enum class Event : std::uint8_t { reboot, stamp_reset, flood };
  std::optional<TimePoint> next_event() const;
  std::vector<Event> due(TimePoint now);

  Faults faults() const;

 private:
  struct Running {
    Fault fault;
    int left = 0;                   // of the count
    std::optional<TimePoint> next;  // of an event
  };
  bool strikes(Fault::Kind kind, TimePoint now, Running** which = nullptr);

  TimePoint start_;
  std::vector<Running> running_;
  std::int64_t commands_ = 0;
  std::minstd_rand random_;
};

}  // namespace entente::miio
