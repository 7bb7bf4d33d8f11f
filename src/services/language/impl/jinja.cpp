// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/jinja.h"

#include <fmt/format.h>

#include "services/language/impl/jinja/renderer.h"
#include "services/language/impl/jinja/syntax.h"
#include "services/language/impl/scan.h"

namespace entente::language {
namespace {

constexpr std::size_t template_size_limit = 64 * 1024;

}  // namespace

struct Jinja::Impl {
  std::vector<jinja::Node> nodes;
};

Result<Jinja> Jinja::parse(std::string_view text) try {
  if (text.size() > template_size_limit) {
    return Error{ErrorCode::exhausted,
                 fmt::format("a reply of {} bytes; {} are the limit", text.size(), template_size_limit)};
  }
  auto impl = std::make_shared<Impl>();
  impl->nodes = jinja::parse_document(text);
  return Jinja(std::move(impl));
} catch (const jinja::Failure& failure) {
  return failure.error;
}

Result<std::string> Jinja::render(const Json& variables) const try {
  return collapse_spaces(jinja::Renderer(variables).run(impl_->nodes));
} catch (const jinja::Failure& failure) {
  return failure.error;
}

}  // namespace entente::language
