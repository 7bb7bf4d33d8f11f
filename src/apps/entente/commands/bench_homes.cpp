// SPDX-License-Identifier: GPL-3.0-or-later
// Whole homes of simulated devices: what is said in them, and whether exactly what must change has changed.
#include <unistd.h>

#include "apps/entente/commands/bench.h"
#include "apps/entente/commands/bench_homes_file.h"
#include "apps/entente/session.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

namespace entente::apps {
namespace {

struct Count {
  int right = 0;
  int all = 0;
};

struct Verdict {
  bool right = false;
  std::string why;  // what was wrong, for people
};

// One home while it is measured.
class MeasuredHome {
 public:
  MeasuredHome(System& system, DemoHome& devices, const HomeFile& file)
      : system_(system), devices_(devices), file_(file) {
    devices_.observe([this](const std::string& name, const miio::SimulatedDevice::Happening& happening) {
      if (happening.method == "action") ++calls_[name];
    });
  }

  // How every device is before each test.
  Result<void> settle() {
    ENTENTE_TRY_VOID(set(file_.start));
    baseline_ = snapshot();
    return {};
  }

  Task<Verdict> run(const HomeCase& test, int number) {
    co_await restore();
    if (const auto started = set(test.start); !started) co_return Verdict{false, started.error().message};
    co_await learn();
    const auto before = snapshot();
    calls_.clear();
    bool refused = false;
    std::string replies;
    for (const auto& said : test.said) {
      model::Utterance utterance;
      utterance.text = said;
      utterance.area = test.area;
      utterance.session = fmt::format("{} {}", file_.name, number);
      const auto reply = co_await system_.assistant().answer(std::move(utterance));
      refused = reply.asks || (reply.outcome != model::Outcome::done && reply.outcome != model::Outcome::answered);
      replies += fmt::format(" [{}] {}", model::to_string(reply.outcome), reply.text);
    }
    auto why = differences(before, test.expected);
    if (why.empty() && refused != test.refused) why = test.refused ? "was not refused" : "was refused";
    co_return Verdict{why.empty(), why.empty() ? why : why + " —" + replies};
  }

 private:
  using Snapshot = std::map<std::string, std::map<model::PropertyId, model::Value>>;

  static std::optional<model::PropertyId> property(const model::DeviceSpec& spec, std::string_view trait) {
    for (const auto one : home::traits_of(spec)) {
      if (trait == home::to_string(one)) return home::find_property(spec, one);
    }
    return std::nullopt;
  }

  // Listed values may be given by their words.
  static model::Value value_for(const model::Property& property, const model::Value& wanted) {
    const auto* words = std::get_if<std::string>(&wanted);
    for (const auto& listed : property.list) {
      if (words != nullptr && text::to_lower_ascii(listed.description) == text::to_lower_ascii(*words))
        return listed.value;
    }
    const auto value = home::to_device_value(property, wanted);
    return value ? *value : wanted;
  }

  Result<void> set(const HomeState& state) {
    for (const auto& [name, values] : state) {
      auto* device = devices_.find(name);
      if (device == nullptr) return Error{ErrorCode::not_found, "there is no device " + name};
      for (const auto& [trait, value] : values) {
        const auto id = property(device->spec(), trait);
        if (!id) return Error{ErrorCode::not_found, fmt::format("{} has no {}", name, trait)};
        device->set(*id, value_for(*device->spec().property(*id), value));
      }
    }
    return {};
  }

  Snapshot snapshot() const {
    Snapshot made;
    for (const auto& member : file_.devices) {
      const auto* device = devices_.find(member.name);
      for (const auto& service : device->spec().services) {
        for (const auto& one : service.properties) {
          const model::PropertyId id{service.id, one.id};
          if (const auto* value = device->value(id)) made[member.name][id] = *value;
        }
      }
    }
    return made;
  }

  Task<void> restore() {
    for (const auto& [name, values] : baseline_) {
      for (const auto& [id, value] : values) devices_.find(name)->set(id, value);
    }
    co_return;
  }

  // The home is told how its devices are, as its polls would find.
  Task<void> learn() {
    for (const auto& device : system_.home().devices()) {
      std::vector<model::PropertyId> wanted;
      for (const auto trait : home::traits_of(*device.spec)) {
        const auto id = home::find_property(*device.spec, trait);
        if (id && device.spec->property(*id)->readable) wanted.push_back(*id);
      }
      const auto readings = co_await system_.home().read(device.id, std::move(wanted));
      if (!readings) log::warning("bench", "{}: {}", device.name, readings.error().message);
    }
  }

  std::string differences(const Snapshot& before, const HomeState& expected) {
    std::string why;
    const auto add = [&](const std::string& more) { why += (why.empty() ? "" : "; ") + more; };
    auto wanted = before;
    auto calls = calls_;
    for (const auto& [name, values] : expected) {
      const auto* device = devices_.find(name);
      if (device == nullptr) return "the test expects something of " + name + ", which is not there";
      for (const auto& [trait, value] : values) {
        if (trait == "calls") {
          if (calls[name] != model::to_number(value)) add(fmt::format("{} was called {} times", name, calls[name]));
          continue;
        }
        const auto id = property(device->spec(), trait);
        if (!id) return fmt::format("the test expects {} of {}, which has none", trait, name);
        wanted[name][*id] = value_for(*device->spec().property(*id), value);
      }
    }
    for (const auto& [name, values] : snapshot()) {
      const auto& spec = devices_.find(name)->spec();
      for (const auto& [id, value] : values) {
        const auto& right = wanted[name][id];
        if (value == right || model::to_number(value) == model::to_number(right)) continue;
        // What a device shows of what it does is no wish of anybody.
        if (!spec.property(id)->writable && expected.count(name) != 0) continue;
        add(fmt::format("{} {} is {}, not {}", name, spec.property(id)->type.name, model::to_text(value),
                        model::to_text(right)));
      }
    }
    return why;
  }

  System& system_;
  DemoHome& devices_;
  const HomeFile& file_;
  Snapshot baseline_;
  std::map<std::string, int> calls_;
};

struct Totals {
  std::map<std::string, Count> by_kind;
  std::map<std::string, Count> by_home;
  Count all;
};

Task<Result<void>> measure(net::EventLoop& loop, Settings settings, const HomeFile& file, bool verbose,
                           Totals& totals) {
  Parts parts;
  parts.forget = true;
  parts.polling = false;
  settings.languages = file.languages;
  auto system = co_await System::start(loop, std::move(settings), std::move(parts));
  if (!system) co_return system.error();
  auto devices = DemoHome::open(loop, (*system)->specs(), file.devices);
  if (!devices) co_return devices.error();
  ENTENTE_CO_TRY_VOID((*devices)->add_to((*system)->home()));
  ENTENTE_CO_TRY_VOID(co_await (*system)->grammars().refresh());
  MeasuredHome home(**system, **devices, file);
  ENTENTE_CO_TRY_VOID(home.settle());
  for (std::size_t i = 0; i < file.cases.size(); ++i) {
    const auto& test = file.cases[i];
    const auto result = co_await home.run(test, static_cast<int>(i));
    for (auto* count : {&totals.by_kind[test.kind], &totals.by_home[file.name], &totals.all}) {
      ++count->all;
      if (result.right) ++count->right;
    }
    if (verbose && !result.right) {
      fmt::print("{}: \"{}\": {}\n", file.name, text::join(test.said, "\" \""), result.why);
    }
  }
  co_return Result<void>();
}

Task<Result<void>> measure_all(net::EventLoop& loop, Settings settings, const std::vector<HomeFile>& homes,
                               bool verbose, Totals& totals) {
  for (const auto& file : homes) {
    auto own = settings;
    own.state_folder /= file.name;
    if (const auto done = co_await measure(loop, std::move(own), file, verbose, totals); !done) {
      co_return done.error().within(file.name);
    }
  }
  co_return Result<void>();
}

void add_figures(Figures& figures, const std::string& prefix, const std::map<std::string, Count>& counts) {
  for (const auto& [name, count] : counts) {
    figures.add(prefix + name, 100.0 * count.right / std::max(count.all, 1), "%",
                fmt::format("{} of {}", count.right, count.all));
  }
}

}  // namespace

int bench_homes(const CommonOptions& common, const HomesBenchOptions& options) {
  auto settings = settings_of(common);
  if (!settings) return exit_usage;
  if (common.log_level.empty()) log::set_level(log::Level::error);
  const auto homes = read_homes(options.folder);
  if (!homes) return fail(homes.error(), exit_usage);
  settings->state_folder = std::filesystem::temp_directory_path() / fmt::format("entente-bench-{}", ::getpid());
  net::EventLoop loop;
  Totals totals;
  const auto done = loop.run_until_complete(measure_all(loop, *settings, *homes, options.verbose, totals));
  std::error_code ignored;
  std::filesystem::remove_all(settings->state_folder, ignored);
  if (!done) return exit_failed;
  if (!*done) return fail(done->error());
  Figures figures(fmt::format("{} homes", homes->size()));
  add_figures(figures, "kind ", totals.by_kind);
  add_figures(figures, "home ", totals.by_home);
  add_figures(figures, "", {{"right", totals.all}});
  figures.print(common.json);
  return exit_done;
}

}  // namespace entente::apps
