// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/responses.h"

#include <map>
#include <vector>

#include "base/json.h"
#include "services/language/impl/jinja.h"
#include "services/language/impl/replies.h"

namespace entente::language {

struct Responses::Impl {
  struct Reply {
    std::vector<Jinja> variants;
  };
  using Key = std::pair<std::string, std::string>;  // intent, key; the intent is empty for errors
  std::map<Key, Reply> replies;

  const Reply* find(std::string_view intent, std::string_view key) const {
    const auto found = replies.find(Key(intent, key));
    return found == replies.end() ? nullptr : &found->second;
  }
};

namespace {

std::string name_of(std::string_view intent, std::string_view key) {
  return intent.empty() ? fmt::format("errors/{}", key) : fmt::format("{}/{}", intent, key);
}

// The line of the file on which an error in a block of text lies is not exactly known to YAML's readers: a literal
// block
// ("|") begins on the line after its key.
void compile_reply(Responses::Impl& into, const std::string& intent, const std::string& key,
                   const std::vector<PlacedText>& variants, std::vector<Problem>& problems) {
  Responses::Impl::Reply reply;
  for (const auto& variant : variants) {
    auto parsed = Jinja::parse(variant.text);
    if (parsed.ok()) {
      reply.variants.push_back(std::move(parsed).value());
    } else {
      problems.push_back({variant.place.file, variant.place.line,
                          fmt::format("the reply {}: {}", name_of(intent, key), parsed.error().message)});
    }
  }
  if (!reply.variants.empty()) into.replies[{intent, key}] = std::move(reply);
}

Result<std::string> render_reply(const Responses::Impl* impl, std::string_view intent, std::string_view key,
                                 const Json& variables, std::uint64_t turn) {
  const auto* reply = impl == nullptr ? nullptr : impl->find(intent, key);
  if (reply == nullptr) return Error{ErrorCode::not_found, fmt::format("there is no reply {}", name_of(intent, key))};
  auto rendered = reply->variants[turn % reply->variants.size()].render(variables);
  if (!rendered.ok()) return rendered.error().within(fmt::format("the reply {}", name_of(intent, key)));
  return rendered;
}

}  // namespace

Responses::Responses() = default;
Responses::Responses(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<std::string> Responses::render(std::string_view intent, std::string_view key, const Json& variables,
                                      std::uint64_t turn) const {
  return render_reply(impl_.get(), intent, key, variables, turn);
}
Result<std::string> Responses::render_error(std::string_view key, const Json& variables, std::uint64_t turn) const {
  return render_reply(impl_.get(), {}, key, variables, turn);
}

bool Responses::has(std::string_view intent, std::string_view key) const {
  return impl_ != nullptr && impl_->find(intent, key) != nullptr;
}
bool Responses::has_error(std::string_view key) const { return has({}, key); }

Responses compile_replies(const std::map<std::string, std::map<std::string, std::vector<PlacedText>>>& replies,
                          const std::map<std::string, std::vector<PlacedText>>& refusals,
                          std::vector<Problem>& problems) {
  auto impl = std::make_shared<Responses::Impl>();
  for (const auto& [intent, keys] : replies) {
    for (const auto& [key, variants] : keys) compile_reply(*impl, intent, key, variants, problems);
  }
  for (const auto& [key, variants] : refusals) compile_reply(*impl, {}, key, variants, problems);
  return Responses(std::move(impl));
}

}  // namespace entente::language
