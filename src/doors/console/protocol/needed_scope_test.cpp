// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/protocol/needed_scope.h"

#include <gtest/gtest.h>

namespace entente::console {
namespace {

struct Case {
  const char* method;
  const char* path;
  Scope scope;
};

class NeededScope : public testing::TestWithParam<Case> {};

TEST_P(NeededScope, IsWhatTheRequestDoes) {
  EXPECT_STREQ(to_string(needed_scope(GetParam().method, GetParam().path)), to_string(GetParam().scope));
}

INSTANTIATE_TEST_SUITE_P(
    Requests, NeededScope,
    testing::Values(Case{"GET", "/api/v1/devices", Scope::read}, Case{"GET", "/api/v1/events", Scope::read},
                    Case{"POST", "/api/v1/ask", Scope::control}, Case{"POST", "/api/v1/say", Scope::control},
                    Case{"PATCH", "/api/v1/devices/lamp/properties", Scope::control},
                    Case{"PATCH", "/api/v1/groups/all/properties", Scope::control},
                    Case{"POST", "/api/v1/devices/robot/actions/dock", Scope::control},
                    Case{"POST", "/api/v1/scenes/night/activate", Scope::control},
                    Case{"POST", "/api/v1/routines/night/run", Scope::control},
                    Case{"PUT", "/api/v1/presence/ann", Scope::control},
                    Case{"PUT", "/api/v1/routines/night", Scope::owner},
                    Case{"PATCH", "/api/v1/devices/lamp", Scope::owner},
                    Case{"DELETE", "/api/v1/devices/properties", Scope::owner},
                    Case{"POST", "/api/v1/devices", Scope::owner}, Case{"PUT", "/api/v1/scenes/night", Scope::owner},
                    Case{"POST", "/api/v1/ask/again", Scope::owner}, Case{"PATCH", "/api/v1/home", Scope::owner},
                    Case{"GET", "/api/v1/tokens", Scope::owner}, Case{"POST", "/api/v1/tokens", Scope::owner},
                    Case{"GET", "/somewhere/else", Scope::owner}, Case{"BREW", "/api/v1/devices", Scope::owner}));

}  // namespace
}  // namespace entente::console
