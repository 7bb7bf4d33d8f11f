// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/commands/bench_understanding_corpus.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "base/yaml.h"

namespace entente::apps {
namespace {

namespace fs = std::filesystem;

const Json& member(const Json& object, std::string_view key) {
  static const Json none;
  const auto* const found = find(object, key);
  return found == nullptr ? none : *found;
}

std::string text_of(const Json& value) {
  return value.is_null() ? std::string() : model::to_text(model::value_from_json(value));
}

// An id made from a name, as Home Assistant would.
std::string slug(std::string_view name) { return text::replace_all(text::to_lower_ascii(text::trim(name)), " ", "_"); }

std::string area_name(const TestHome& home, const std::string& id) {
  const auto area = std::find_if(home.areas.begin(), home.areas.end(), [&](const auto& one) { return one.id == id; });
  return area == home.areas.end() ? std::string() : area->name;
}

void read_state(TestEntity& entity, const Json& from) {
  const auto& state = member(from, "state");
  if (state.is_object()) {
    entity.state = text_of(member(state, "out"));
    entity.shown_state = text_of(member(state, "in"));
  } else if (!state.is_null()) {
    entity.state = text_of(state);
  } else {
    entity.state = string_or(from, "state_with_unit", "off");
  }
}

// In the older layout ids are given, areas are ids, and the context holds all attributes.
TestEntity entity_of(const Json& from, const TestHome& home) {
  TestEntity entity;
  entity.name = text_of(member(from, "name"));
  entity.id = string_or(from, "id", "");
  const bool old_layout = !entity.id.empty();
  entity.domain = old_layout ? entity.id.substr(0, entity.id.find('.')) : string_or(from, "domain", "");
  if (!old_layout) entity.id = entity.domain + "." + slug(entity.name);
  read_state(entity, from);
  const auto area = text_of(member(from, "area"));
  if (!area.empty()) entity.area = old_layout ? area : slug(area);
  if (const auto& attributes = member(from, "attributes"); attributes.is_object()) entity.attributes = attributes;
  entity.exposed = bool_or(from, "is_exposed", true);
  if (old_layout) {
    for (const auto& [key, value] : entity.attributes.items()) entity.context[key] = model::value_from_json(value);
    if (auto name = area_name(home, entity.area); !name.empty()) entity.context["area"] = std::move(name);
  }
  entity.context["domain"] = entity.domain;
  return entity;
}

TestPlace place_of(const Json& from) {
  TestPlace place;
  place.name = text_of(member(from, "name"));
  place.id = string_or(from, "id", "");
  place.floor = string_or(from, "floor", "");
  if (place.id.empty()) {
    place.id = slug(place.name);
    place.floor = slug(place.floor);
  }
  return place;
}

TestHome home_of(const Json& from) {
  TestHome home;
  for (const auto& floor : member(from, "floors")) home.floors.push_back(place_of(floor));
  for (const auto& area : member(from, "areas")) home.areas.push_back(place_of(area));
  for (const auto& entity : member(from, "entities")) home.entities.push_back(entity_of(entity, home));
  return home;
}

std::string speaker_area(const Json& from) {
  for (const auto& area : member(from, "areas")) {
    if (bool_or(area, "context_area", false)) return text_of(member(area, "name"));
  }
  return unnamed_area;
}

std::set<std::string> domains_of(const Json& by_importance) {
  std::set<std::string> domains;
  for (const auto& group : by_importance) {
    for (const auto& domain : group) domains.insert(text_of(domain));
  }
  return domains;
}

TestCombination combination_of(const std::string& name, const Json& schema) {
  return {name, domains_of(member(schema, "name_domains")), domains_of(member(schema, "inferred_domains")),
          bool_or(schema, "context_area", false)};
}

std::vector<std::string> responses_of(const Json& response) {
  std::vector<std::string> all;
  if (!response.is_array()) return {text_of(response)};
  for (const auto& one : response) all.push_back(text_of(one));
  return all;
}

class CorpusReader {
 public:
  explicit CorpusReader(TestCorpus& corpus) : corpus_(corpus) {}

  void read_intent(const fs::path& folder, const Json& schema) {
    const auto files = list_files(folder, ".yaml");
    if (!files) return problem(files.error().message);
    for (const auto& file : *files) {
      const auto* const combination = find(member(schema, "slot_combinations"), file.stem().string());
      if (combination == nullptr) {
        problem(fmt::format("{}: no such combination in intents.yaml; left out", file.string()));
      } else if (const auto document = load(file)) {
        read_combination(file, *document, combination_of(file.stem().string(), *combination));
      }
    }
  }

  void read_old(const fs::path& folder, const std::vector<fs::path>& files) {
    std::error_code ignored;
    if (fs::exists(folder / "_fixtures.yaml", ignored)) {
      if (const auto document = load(folder / "_fixtures.yaml")) fixtures_ = *document;
    }
    for (const auto& file : files) {
      if (file.filename().string().starts_with('_')) continue;
      if (const auto document = load(file)) read_old_file(file, *document);
    }
  }

  std::optional<Json> load(const fs::path& path) {
    const auto bytes = read_file(path, 4U << 20U);
    if (!bytes) return problem(bytes.error().message), std::nullopt;
    auto parsed = parse_yaml(*bytes, path.string());
    if (!parsed) return problem(parsed.error().message), std::nullopt;
    return *std::move(parsed);
  }

 private:
  void problem(std::string text) { corpus_.problems.push_back(std::move(text)); }

  // A group's own timers and such come before those of the whole file.
  static TestCase expectation(const Json& group, const Json& file) {
    TestCase expected;
    const auto nearest = [&](const char* key) {
      const auto& own = member(group, key);
      return own.is_null() ? member(file, key) : own;
    };
    expected.timers = nearest("timers");
    expected.media = nearest("media");
    expected.completed_items = nearest("completed_items");
    if (const auto* response = find(group, "response")) expected.responses = responses_of(*response);
    return expected;
  }

  static void add_cases(TestFile& file, const TestCase& expected, const Json& sentences) {
    for (const auto& sentence : sentences) {
      file.cases.push_back(expected);
      file.cases.back().sentence = text_of(sentence);
    }
  }

  void read_combination(const fs::path& path, const Json& document, TestCombination combination) {
    TestFile file{path, std::move(combination), home_of(document), {}};
    for (const auto& group : member(document, "tests")) {
      auto expected = expectation(group, document);
      expected.intent = path.parent_path().filename().string();
      expected.context["area"] = speaker_area(document);
      if (const auto& slots = member(group, "slots"); slots.is_object()) expected.slots = slots;
      if (!expected.responses) expected.responses.emplace(1);  // as if it were ""
      add_cases(file, expected, member(group, "sentences"));
    }
    corpus_.files.push_back(std::move(file));
  }

  void read_old_file(const fs::path& path, const Json& document) {
    TestFile file{path, std::nullopt, home_of(fixtures_), {}};
    for (const auto& group : member(document, "tests")) {
      const auto& intent = member(group, "intent");
      auto expected = expectation(group, fixtures_);
      expected.intent = string_or(intent, "name", "");
      if (const auto& slots = member(intent, "slots"); slots.is_object()) expected.slots = slots;
      const auto& context = member(intent, "context");
      for (const auto& [key, value] : context.items()) expected.context[key] = model::value_from_json(value);
      add_cases(file, expected, member(group, "sentences"));
    }
    corpus_.files.push_back(std::move(file));
  }

  TestCorpus& corpus_;
  Json fixtures_ = Json::object();
};

// Names that nobody gives to a device, so that they change no sentence's meaning: sounds in the script of the language.
std::string invented(int number, bool chinese) {
  constexpr const char* latin[] = {"vel", "mor", "quil", "zan", "tor", "pex", "lum", "dra", "fio", "gan",
                                   "hux", "jor", "kel",  "nim", "osk", "rav", "sib", "tul", "wex", "yar"};
  constexpr const char* han[] = {"璟", "霖", "皓", "钰", "骞", "瀚", "弈", "曦", "璇", "煜",
                                 "澈", "翊", "峤", "劭", "霁", "珩", "岚", "珏", "昕", "玥"};
  const auto& sounds = chinese ? han : latin;
  std::string name;
  for (int rest = number, i = 0; i < 3; ++i, rest /= 20) name += sounds[static_cast<std::size_t>(rest % 20)];
  return name;
}

struct Thing {
  const char* domain;
  const char* latin;
  const char* han;
};
constexpr Thing things[] = {{"light", "light", "灯"},          {"light", "lamp", "台灯"},
                            {"switch", "plug", "插座"},        {"fan", "fan", "风扇"},
                            {"cover", "blind", "窗帘"},        {"climate", "thermostat", "空调"},
                            {"media_player", "radio", "音箱"}, {"sensor", "sensor", "传感器"}};

}  // namespace

std::size_t TestCorpus::case_count() const {
  std::size_t count = 0;
  for (const auto& file : files) count += file.cases.size();
  return count;
}

Result<TestCorpus> read_corpus(const fs::path& repository, const std::string& language) {
  const auto folder = repository / "tests" / language;
  TestCorpus corpus;
  CorpusReader reader(corpus);
  std::error_code ignored;
  const auto schema = fs::exists(repository / "intents.yaml", ignored) ? reader.load(repository / "intents.yaml")
                                                                       : std::optional<Json>(Json::object());
  std::vector<fs::path> intents;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->is_directory(ignored)) intents.push_back(at->path());
  }
  if (error) {
    return Error{ErrorCode::not_found, fmt::format("{}: {}", folder.string(), system_reason(error.value()))};
  }
  std::sort(intents.begin(), intents.end());
  for (const auto& intent : intents) {
    reader.read_intent(intent, member(schema.value_or(Json()), intent.filename().string()));
  }
  ENTENTE_TRY(const auto files, list_files(folder, ".yaml"));
  reader.read_old(folder, files);
  if (corpus.case_count() == 0) {
    return Error{ErrorCode::not_found, fmt::format("{}: no tests of sentences", folder.string())};
  }
  return corpus;
}

TestHome merged_home(const TestCorpus& corpus) {
  TestHome merged;
  const auto add = [](auto& into, const auto& from) {
    const auto same = [&](const auto& held) { return held.name == from.name; };
    if (std::none_of(into.begin(), into.end(), same)) into.push_back(from);
  };
  for (const auto& file : corpus.files) {
    for (const auto& entity : file.home.entities) add(merged.entities, entity);
    for (const auto& area : file.home.areas) add(merged.areas, area);
    for (const auto& floor : file.home.floors) add(merged.floors, floor);
  }
  return merged;
}

void furnish(TestHome& home, int devices, const std::string& language) {
  const bool chinese = language.starts_with("zh") || language.starts_with("ja");
  constexpr int per_area = 25;
  for (int i = 0; i * per_area < devices; ++i) {
    const auto name = chinese ? invented(8000 - 1 - i, true) + "室" : invented(8000 - 1 - i, false) + " room";
    home.areas.push_back({name, slug(name), {}});
  }
  for (int i = 0; i < devices; ++i) {
    const auto& thing = things[static_cast<std::size_t>(i) % std::size(things)];
    const int number = i / static_cast<int>(std::size(things));
    TestEntity entity;
    entity.name = chinese ? invented(number, true) + thing.han : invented(number, false) + " " + thing.latin;
    entity.id = fmt::format("{}.invented_{}", thing.domain, i);
    entity.domain = thing.domain;
    entity.state = "off";
    entity.context["domain"] = entity.domain;
    home.entities.push_back(std::move(entity));
  }
}

language::Lists lists_of(const TestHome& home) {
  language::Lists lists;
  // The words of a template are its value; a plain name is its own.
  const auto value = [](const std::string& name) {
    return name.find_first_of("[(<{|") == std::string::npos ? model::Value(name) : model::Value();
  };
  auto& names = lists["name"];
  for (const auto& entity : home.entities) names.push_back({entity.name, value(entity.name), entity.context});
  auto& areas = lists["area"];
  for (const auto& area : home.areas) areas.push_back({area.name, value(area.name), {}});
  auto& floors = lists["floor"];
  for (const auto& floor : home.floors) floors.push_back({floor.name, value(floor.name), {}});
  return lists;
}

}  // namespace entente::apps
