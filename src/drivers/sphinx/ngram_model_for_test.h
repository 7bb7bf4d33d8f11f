// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: writes a small n-gram model as sphinxbase would, and computes the same likelihoods slowly and obviously.
#pragma once

#include <cmath>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace entente::sphinx {

class NgramWriter {
 public:
  using Word = std::uint32_t;
  struct Weights {
    float likelihood = 0;  // natural logarithms
    float back_off = 0;
  };

  // Words are numbered in the order in which they are added.
  Word add(const std::string& text, float likelihood, float back_off = 0) {
    words_.push_back(text);
    unigrams_.push_back({likelihood, back_off});
    return static_cast<Word>(words_.size() - 1);
  }
  // In the order of speech.
  void add(Word first, Word second, Weights weights) { bigrams_[{second, first}] = weights; }
  void add(Word first, Word second, Word third, float likelihood) {
    trigrams_[{third, second, first}] = {likelihood, 0};
    bigrams_.try_emplace({third, second},
                         Weights{static_cast<float>(score(third, second)), 0});  // as the file needs it
  }

  double score(Word word, Word last) const {
    if (auto found = bigrams_.find({word, last}); found != bigrams_.end()) return found->second.likelihood;
    return static_cast<double>(unigrams_[word].likelihood) + unigrams_[last].back_off;
  }
  double score(Word word, Word last, Word before) const {
    if (auto found = trigrams_.find({word, last, before}); found != trigrams_.end()) return found->second.likelihood;
    double back_off = 0;
    if (auto found = bigrams_.find({last, before}); found != bigrams_.end()) back_off = found->second.back_off;
    return score(word, last) + back_off;
  }

  std::string bytes(std::uint8_t order = 3) const {
    std::string out = "Trie Language Model";
    append(out, order);
    const auto words = static_cast<std::uint32_t>(words_.size());
    const auto bigrams = static_cast<std::uint32_t>(bigrams_.size());
    append(out, words);
    if (order > 1) append(out, bigrams);
    if (order > 2) append(out, static_cast<std::uint32_t>(trigrams_.size()));
    if (order > 1) append(out, std::uint32_t{0});

    Table bigram_likelihood;
    Table bigram_back_off;
    Table trigram_likelihood;
    Packed second(width(words), order > 2 ? width(trigrams_.size()) : 0);
    Packed third(width(words), 0);
    std::uint32_t next = 0;
    for (const auto& [key, weights] : bigrams_) {
      second.word(key[1]);
      if (order > 2) second.bits(bigram_back_off.code(weights.back_off), 16);
      second.bits(bigram_likelihood.code(weights.likelihood), 16);
      second.first(next);
      for (const auto& [longer, weight] : trigrams_) {
        if (longer[0] != key[0] || longer[1] != key[1]) continue;
        third.word(longer[2]);
        third.bits(trigram_likelihood.code(weight.likelihood), 16);
        ++next;
      }
    }
    second.word(0);
    if (order > 2) second.bits(0, 32);
    if (order == 2) second.bits(0, 16);
    second.first(next);
    third.word(0);
    third.bits(0, 16);

    if (order > 1) out += bigram_likelihood.bytes();
    if (order > 2) out += bigram_back_off.bytes() + trigram_likelihood.bytes();
    std::uint32_t from = 0;
    for (Word word = 0; word <= words; ++word) {
      append(out, word < words ? unigrams_[word].likelihood / natural : 0.0F);
      append(out, word < words ? unigrams_[word].back_off / natural : 0.0F);
      append(out, from);
      for (const auto& entry : bigrams_) from += entry.first[0] == word;
    }
    if (order > 1) out += second.bytes();
    if (order > 2) out += third.bytes();
    std::string text;
    for (const auto& word : words_) text += word + '\0';
    append(out, static_cast<std::uint32_t>(text.size()));
    return out + text;
  }

 private:
  static constexpr float natural = 9.9995e-5F;

  template <class T>
  static void append(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  static unsigned width(std::size_t value) {
    unsigned bits = 0;
    for (; value > 0; value /= 2) ++bits;
    return bits;
  }

  // What 16 bits stand for.
  class Table {
   public:
    std::uint32_t code(float value) {
      values_.push_back(value / natural);
      return static_cast<std::uint32_t>(values_.size() - 1);
    }
    std::string bytes() const {
      auto all = values_;
      all.resize(65536, 0);
      return {reinterpret_cast<const char*>(all.data()), all.size() * sizeof(float)};
    }

   private:
    std::vector<float> values_;
  };

  class Packed {
   public:
    Packed(unsigned word_bits, unsigned first_bits) : word_bits_(word_bits), first_bits_(first_bits) {}
    void bits(std::uint32_t value, unsigned count) {
      for (unsigned i = 0; i < count; ++i) all_.push_back((value >> i) & 1U);
    }
    void word(std::uint32_t value) { bits(value, word_bits_); }
    void first(std::uint32_t value) { bits(value, first_bits_); }
    std::string bytes() const {
      std::string out((all_.size() + 7) / 8 + 8, '\0');
      for (std::size_t i = 0; i < all_.size(); ++i) {
        out[i / 8] = static_cast<char>(static_cast<unsigned char>(out[i / 8]) | (all_[i] << (i % 8)));
      }
      return out;
    }

   private:
    unsigned word_bits_, first_bits_;
    std::vector<unsigned> all_;
  };

  std::vector<std::string> words_;
  std::vector<Weights> unigrams_;
  std::map<std::vector<Word>, Weights> bigrams_;   // last word first
  std::map<std::vector<Word>, Weights> trigrams_;  // likewise
};

}  // namespace entente::sphinx
