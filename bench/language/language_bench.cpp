// SPDX-License-Identifier: GPL-3.0-or-later
// How fast sentences are loaded, compiled with a home's names, and understood. Run from the repository's root:
//   language_bench                                   our own English sentences
//   LANGUAGE_BENCH_PATH=x.yaml language_bench        any folder or file in hassil's format
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "services/language/language.h"

namespace {

using namespace entente;
using namespace entente::language;

SentenceSet load() {
  const char* const given = std::getenv("LANGUAGE_BENCH_PATH");
  const std::filesystem::path path = given == nullptr ? "sentences/en" : given;
  return SentenceSet::load({&path, 1}, "en");
}

Lists home(std::int64_t devices) {
  const std::string rooms[] = {"bedroom", "kitchen", "living room", "hall", "bathroom"};
  const std::string kinds[] = {"lamp", "fan", "plug", "ceiling light", "heater"};
  const std::string domains[] = {"light", "fan", "switch", "light", "switch"};
  Lists lists;
  for (const auto& room : rooms) lists["area"].push_back({room, room, {}});
  for (std::int64_t i = 0; i < devices; ++i) {
    const auto& room = rooms[static_cast<std::size_t>(i) % 5];
    const auto kind = static_cast<std::size_t>(i / 5) % 5;
    lists["name"].push_back(
        {room + " " + kinds[kind] + " " + std::to_string(i / 25 + 1), i, {{"domain", domains[kind]}, {"area", room}}});
  }
  return lists;
}

void loading(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(load());
}

void compiling(benchmark::State& state) {
  const auto set = load();
  const auto lists = home(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(Grammar::compile(set, lists));
}

void compiling_with_word_graph(benchmark::State& state) {
  const auto set = load();
  const auto lists = home(state.range(0));
  for (auto _ : state) {
    const auto grammar = Grammar::compile(set, lists);
    benchmark::DoNotOptimize((*grammar)->word_graph());
  }
}

void understanding(benchmark::State& state, const std::string& sentence) {
  const auto grammar = Grammar::compile(load(), home(state.range(0)));
  const Context here{{"area", std::string("bedroom")}};
  for (auto _ : state) benchmark::DoNotOptimize((*grammar)->understand(sentence, here));
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(loading)->Unit(benchmark::kMillisecond);
BENCHMARK(compiling)->Arg(10)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK(compiling_with_word_graph)->Arg(10)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(understanding, name, "turn on the bedroom lamp 1")->Arg(10)->Arg(1000);
BENCHMARK_CAPTURE(understanding, area, "turn off all the lights in the kitchen")->Arg(10)->Arg(1000);
BENCHMARK_CAPTURE(understanding, number, "set the brightness of the bedroom lamp 1 to fifty five percent")
    ->Arg(10)
    ->Arg(1000);
BENCHMARK_CAPTURE(understanding, polite, "could you please turn on the bedroom lamp 1 for me")->Arg(10)->Arg(1000);
BENCHMARK_CAPTURE(understanding, out_of_grammar, "what is the capital of france and why")->Arg(10)->Arg(1000);

}  // namespace

BENCHMARK_MAIN();
