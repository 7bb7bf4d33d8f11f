// SPDX-License-Identifier: GPL-3.0-or-later
// A Talk puts home's requests into the words of one device and its answers into home's. There is one for MIoT and one
// for the older, classic form. The Line below it carries single requests. Owned by the link, loop thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/miio/classic/dialect.h"
#include "drivers/miio/protocol/client_session.h"
#include "services/home/driver.h"

namespace entente::miio {

class Line {
 public:
  using Finished = ClientSession::Finished;
  using Outcome = ClientSession::Outcome;

  virtual ~Line() = default;
  virtual Task<Finished> ask(ClientSession::Request request) = 0;
  virtual bool token_proven() const = 0;
  // How much a device of this model takes in one request; who finds that it was too much makes it less.
  virtual std::size_t& chunk() = 0;
  // What an outcome other than `answered` means, for people.
  virtual Error failure(const Finished& finished, std::string_view what) const = 0;
  // These were taken and are not done yet: they are to be read again soon, unasked.
  virtual void read_back(std::vector<model::PropertyId> properties) = 0;
};

class Talk {
 public:
  virtual ~Talk() = default;
  virtual Task<Result<std::vector<home::Reading>>> read(std::vector<model::PropertyId> properties) = 0;
  virtual Task<Result<std::vector<home::Written>>> write(std::vector<model::PropertyWrite> properties) = 0;
  virtual Task<Result<std::vector<model::Value>>> act(model::ActionCall call) = 0;
};

// `sub_device`: the did of a device behind the one that answers; empty for that one itself.
std::unique_ptr<Talk> make_miot_talk(Line& line, const model::DeviceSpec& spec, std::string sub_device);
std::unique_ptr<Talk> make_classic_talk(Line& line, const model::DeviceSpec& spec, const ClassicFamily& family);

// "brightness (2.2)", or the number alone.
std::string property_name(const model::DeviceSpec& spec, model::PropertyId id);
std::string action_name(const model::DeviceSpec& spec, model::ActionId id);

}  // namespace entente::miio
