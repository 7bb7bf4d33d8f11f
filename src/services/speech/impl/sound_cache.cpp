// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/impl/sound_cache.h"

namespace entente::speech {

std::size_t SoundCache::cost(const Entry& entry) {
  constexpr std::size_t bookkeeping = 200;
  return entry.sound->samples.size() * sizeof(std::int16_t) + 2 * entry.name.size() + bookkeeping;
}

void SoundCache::forget(std::list<Entry>::iterator entry) {
  bytes_ -= cost(*entry);
  by_name_.erase(entry->name);
  entries_.erase(entry);
}

std::shared_ptr<const audio::Pcm> SoundCache::find(const std::string& name) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->sound;
}

void SoundCache::keep(const std::string& name, std::shared_ptr<const audio::Pcm> sound) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) forget(found->second);
  const Entry entry{name, std::move(sound)};
  if (cost(entry) > limit_) return;
  while (bytes_ + cost(entry) > limit_) forget(std::prev(entries_.end()));
  bytes_ += cost(entry);
  entries_.push_front(entry);
  by_name_[name] = entries_.begin();
}

}  // namespace entente::speech
