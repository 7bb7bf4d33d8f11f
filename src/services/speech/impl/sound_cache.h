// SPDX-License-Identifier: GPL-3.0-or-later
// Whole utterances by name, the least recently used ones forgotten past a bound in bytes. Loop thread.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "infra/audio/pcm.h"

namespace entente::speech {

class SoundCache {
 public:
  explicit SoundCache(std::size_t limit) : limit_(limit) {}

  // Null where it is not known.
  std::shared_ptr<const audio::Pcm> find(const std::string& name);

  // A sound that is larger than the whole cache is not kept.
  void keep(const std::string& name, std::shared_ptr<const audio::Pcm> sound);

  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string name;
    std::shared_ptr<const audio::Pcm> sound;
  };
  static std::size_t cost(const Entry& entry);
  void forget(std::list<Entry>::iterator entry);

  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_name_;
};

}  // namespace entente::speech
