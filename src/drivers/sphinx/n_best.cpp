// SPDX-License-Identifier: GPL-3.0-or-later
// What a Decoder has heard: its word ends are a lattice, searched backwards from the end, best first.
#include <algorithm>
#include <queue>
#include <unordered_set>

#include "drivers/sphinx/decoder.h"

namespace entente::sphinx {
namespace {

constexpr std::size_t step_limit = 20000;  // of the search for further sentences
constexpr float complete_within = 10;      // of the best token, for a sentence to count as complete

}  // namespace

std::vector<speech::Hypothesis> Decoder::best_sentences(std::size_t most) const {
  struct Suffix {  // words that follow, as a chain
    std::uint32_t word;
    std::int32_t next;
    std::uint64_t hash;
  };
  struct Item {
    double total;  // of the best sentence through here
    double after;  // score from the end of `end` to the end of the utterance
    std::int32_t end;
    std::int32_t suffix;
    bool operator<(const Item& other) const { return total < other.total; }
  };
  std::vector<speech::Hypothesis> sentences;
  if (first_of_frame_.empty()) return sentences;

  std::vector<Suffix> suffixes;
  std::priority_queue<Item> queue;
  for (auto i = first_of_frame_.back(); i < ends_.size(); ++i) {
    const WordEnd& end = ends_[i];
    if (!places_[end.place].accepts || !(end.followers & only(model_.silence()))) continue;
    const double ending = cost_of_ending(end);
    queue.push(Item{end.score + ending, ending, static_cast<std::int32_t>(i), -1});
  }

  std::unordered_set<std::uint64_t> seen;
  std::unordered_set<std::string> texts;  // a word can be both the grammar's and a wildcard's
  for (std::size_t steps = 0; !queue.empty() && sentences.size() < most && steps < step_limit; ++steps) {
    const Item item = queue.top();
    queue.pop();
    const WordEnd& end = ends_[static_cast<std::size_t>(item.end)];
    auto suffix = item.suffix;
    std::uint64_t hash = suffix < 0 ? 0 : suffixes[static_cast<std::size_t>(suffix)].hash;
    if (end.word != filler_word) {
      hash = (hash ^ (end.word + 1)) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 29U;
      suffixes.push_back(Suffix{end.word, suffix, hash});
      suffix = static_cast<std::int32_t>(suffixes.size()) - 1;
    }
    const WordEnd* before = end.previous < 0 ? nullptr : &ends_[static_cast<std::size_t>(end.previous)];
    const std::uint64_t where =
        before ? (std::uint64_t{before->place} << 32U) ^ static_cast<std::uint32_t>(before->frame) : ~std::uint64_t{0};
    if (!seen.insert(hash ^ (where * 0xC2B2AE3D27D4EB4FU)).second) continue;
    if (!before) {
      std::string text;
      for (auto at = suffix; at >= 0; at = suffixes[static_cast<std::size_t>(at)].next) {
        if (!text.empty()) text += ' ';
        text += text_of_word(suffixes[static_cast<std::size_t>(at)].word);
      }
      if (!text.empty() && texts.insert(text).second)
        sentences.push_back(speech::Hypothesis{std::move(text), item.total});
      continue;
    }
    const double after = item.after + end.score - before->score;
    const bool weighed = speech_ && end.language != before->language;
    const auto frame = static_cast<std::size_t>(before->frame);
    const auto stop = frame + 1 < first_of_frame_.size() ? first_of_frame_[frame + 1] : ends_.size();
    for (auto i = first_of_frame_[frame]; i < stop; ++i) {
      const WordEnd& other = ends_[i];
      if (other.place != before->place || !(other.followers & only(end.start))) continue;
      // The n-grams' part is of another word before it; of the rest, so is only what crosses a filler.
      double change = 0;
      if (weighed && &other != before) {
        change = static_cast<double>(language_cost(end.word, other.last_word, other.before_last)) -
                 (end.language - before->language);
      }
      queue.push(Item{other.score + after + change, after + change, static_cast<std::int32_t>(i), suffix});
    }
  }
  return sentences;
}

std::string Decoder::text_of(std::int32_t history) const {
  std::vector<std::uint32_t> words;
  for (; history >= 0; history = ends_[static_cast<std::size_t>(history)].previous) {
    auto word = ends_[static_cast<std::size_t>(history)].word;
    if (word != filler_word) words.push_back(word);
  }
  std::string text;
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    if (!text.empty()) text += ' ';
    text += text_of_word(*word);
  }
  return text;
}

std::string_view Decoder::text_of_word(std::uint32_t word) const {
  return word & free_word ? speech_->model().word(word & ~free_word) : std::string_view(graph_.word(word));
}

const Decoder::WordEnd* Decoder::best_end() const {
  const WordEnd* best = nullptr;
  for (auto i = first_of_frame_.empty() ? ends_.size() : first_of_frame_.back(); i < ends_.size(); ++i) {
    const WordEnd& end = ends_[i];
    if (!places_[end.place].accepts || !(end.followers & only(model_.silence()))) continue;
    if (!best || end.score + cost_of_ending(end) > best->score + cost_of_ending(*best)) best = &end;
  }
  return best;
}

double Decoder::language_score() const {
  const WordEnd* best = best_end();
  return best ? best->language + cost_of_ending(*best) : 0;
}

std::vector<Decoder::SpokenWord> Decoder::best_words() const {
  std::vector<SpokenWord> words;
  for (const WordEnd* end = best_end(); end;) {
    const WordEnd* before = end->previous < 0 ? nullptr : &ends_[static_cast<std::size_t>(end->previous)];
    if (end->word != filler_word) {
      SpokenWord& word = words.emplace_back();
      word.first = before ? static_cast<std::size_t>(before->frame) + 1 : 0;
      word.after = static_cast<std::size_t>(end->frame) + 1;
      word.fits = end->score - end->language - (before ? before->score - before->language : 0);
      word.free = end->free;
    }
    end = before;
  }
  std::reverse(words.begin(), words.end());
  return words;
}

// Of a sentence that ends inside a wildcard: not every word can be a last one.
double Decoder::cost_of_ending(const WordEnd& end) const {
  if (!end.free || end.last_word == NgramModel::no_word || speech_->sentence_end() == NgramModel::no_word) return 0;
  const float likelihood = speech_->model().score(speech_->sentence_end(), end.last_word, end.before_last);
  return static_cast<double>(settings_.language_weight * likelihood);
}

speech::Partial Decoder::partial() const {
  speech::Partial partial;
  const Token* best = nullptr;
  const Token* complete = nullptr;
  for (const Token& token : tokens_) {
    if (!best || token.best > best->best) best = &token;
    const bool whole = is_filler(token.node) && places_[token.place].accepts;
    if (whole && (!complete || token.best > complete->best)) complete = &token;
  }
  if (!best || best->best < never / 2) return partial;
  const auto history = [](const Token& token) {
    const auto state = std::max_element(token.score.begin(), token.score.end()) - token.score.begin();
    return token.history[static_cast<std::size_t>(state)];
  };
  partial.text = text_of(history(*best));
  partial.complete = !partial.text.empty() && complete && complete->best >= best->best - complete_within;
  if (!partial.complete) return partial;
  const auto at = history(*complete);
  partial.closed = places_[complete->place].more == 0;
  partial.open = places_[complete->place].more > 1;
  partial.dictated = at >= 0 && ends_[static_cast<std::size_t>(at)].free;
  return partial;
}

}  // namespace entente::sphinx
