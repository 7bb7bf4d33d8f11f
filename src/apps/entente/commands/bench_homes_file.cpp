// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/commands/bench_homes_file.h"

#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"

namespace entente::apps {
namespace {

Error wrong(const std::string& what) { return Error{ErrorCode::invalid, what}; }

std::string text_of(const Json& object, std::string_view key) {
  const Json* held = find(object, key);
  return held != nullptr && held->is_string() ? held->get<std::string>() : std::string();
}

std::vector<std::string> texts_of(const Json* list) {
  std::vector<std::string> texts;
  if (list == nullptr) return texts;
  if (list->is_string()) texts.push_back(list->get<std::string>());
  if (!list->is_array()) return texts;
  for (const auto& one : *list) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return texts;
}

HomeState state_of(const Json* object) {
  HomeState state;
  if (object == nullptr || !object->is_object()) return state;
  for (const auto& [device, values] : object->items()) {
    if (!values.is_object()) continue;
    for (const auto& [trait, value] : values.items()) state[device][trait] = model::value_from_json(value);
  }
  return state;
}

Result<HomeCase> case_of(const Json& object) {
  HomeCase made;
  made.said = texts_of(find(object, "say"));
  if (made.said.empty()) return wrong("a test says nothing");
  made.area = text_of(object, "area");
  made.start = state_of(find(object, "start"));
  made.expected = state_of(find(object, "expect"));
  const Json* refused = find(object, "refused");
  made.refused = refused != nullptr && refused->is_boolean() && refused->get<bool>();
  made.kind = text_of(object, "kind");
  if (made.kind.empty()) made.kind = made.said.size() > 1 ? "talk" : made.refused ? "refused" : "single";
  if (made.expected.empty() && !made.refused) return wrong("\"" + made.said.front() + "\" expects nothing");
  return made;
}

Result<HomeFile> home_of(const Json& document, const std::string& name) {
  HomeFile home;
  home.name = name;
  home.languages = texts_of(find(document, "languages"));
  if (home.languages.empty()) home.languages = {"en"};
  const Json* devices = find(document, "devices");
  if (devices == nullptr || !devices->is_array()) return wrong("there is no list 'devices'");
  for (const auto& device : *devices) {
    home.devices.push_back({text_of(device, "name"), texts_of(find(device, "aliases")), text_of(device, "room"),
                            text_of(device, "model")});
    const Json* state = find(device, "state");
    if (state == nullptr) continue;
    const Json object{{home.devices.back().name, *state}};
    home.start.merge(state_of(&object));
  }
  const Json* tests = find(document, "tests");
  if (tests == nullptr || !tests->is_array()) return wrong("there is no list 'tests'");
  for (const auto& test : *tests) {
    ENTENTE_TRY(auto made, case_of(test));
    home.cases.push_back(std::move(made));
  }
  return home;
}

}  // namespace

Result<std::vector<HomeFile>> read_homes(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> files{path};
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    ENTENTE_TRY(files, list_files(path, ".yaml"));
  }
  std::vector<HomeFile> homes;
  for (const auto& file : files) {
    ENTENTE_TRY(const auto bytes, read_file(file));
    ENTENTE_TRY(const auto document, parse_yaml(bytes, file.string()));
    auto home = home_of(document, file.stem().string());
    if (!home) return home.error().within(file.string());
    homes.push_back(*std::move(home));
  }
  if (homes.empty()) return Error{ErrorCode::not_found, path.string() + ": no homes in there"};
  return homes;
}

}  // namespace entente::apps
