#include "compiler/lower/lower.h"

#include <algorithm>
#include <map>

#include "compiler/go/types/package.h"
#include "compiler/go/types/type_string.h"
#include "compiler/lower/hook.h"
#include "compiler/lower/objects.h"

namespace instc::lower {
namespace {

/// A package while it is put together.
struct Part {
  pack::Package package;
  std::map<std::string, pack::Extern> externs;
};

void AddField(const rules::HiddenFieldDecl& decl, pack::Package& package) {
  auto of_type = [&](const pack::Field& field) { return field.type == decl.type; };
  auto found = std::find_if(package.fields.begin(), package.fields.end(), of_type);
  if (found == package.fields.end()) found = package.fields.insert(found, {decl.type, ""});
  auto qualify = [&](const go::Package& other) {
    return other.path() == decl.package ? std::string() : other.name();
  };
  if (!found->text.empty()) found->text += "; ";
  found->text += decl.name + " " + go::TypeString(decl.field_type, qualify, go::AnySpelling::kLiteral);
}

/// The metrics of the rules that are at work in this package, in the order that the port's `measure` counts
/// them.
void AddMetrics(const rules::Plugin& plugin, pack::Package& package) {
  for (const rules::MetricDecl& metric : plugin.metrics) {
    bool here = std::any_of(package.hooks.begin(), package.hooks.end(),
                            [&](const pack::Hook& hook) { return hook.rule == metric.rule; });
    if (!here) continue;
    package.metrics.push_back({metric.rule, metric.name, metric.unit, metric.brief,
                               conventions::Name(metric.instrument).str(), metric.integer, metric.attributes,
                               conventions::AdvisedBounds(metric.name, metric.unit)});
  }
}

}  // namespace

std::vector<pack::Package> Lower(const rules::Plugin& plugin) {
  std::map<std::string, Part> parts;
  for (const rules::HiddenFieldDecl& decl : plugin.fields) AddField(decl, parts[decl.package].package);
  for (const rules::Hook& hook : plugin.hooks) {
    Part& part = parts[hook.directive ? pack::kAnyPackage.str() : hook.package];
    part.package.hooks.push_back(LowerHook(hook, part.externs));
  }
  for (const auto& object : plugin.objects) {
    Part& part = parts[object->package];
    part.package.hooks.push_back(LowerObject(*object, part.externs));
  }
  std::vector<pack::Package> packages;
  for (auto& [path, part] : parts) {
    part.package.path = path;
    AddMetrics(plugin, part.package);
    for (auto& [symbol, external] : part.externs) part.package.externs.push_back(external);
    packages.push_back(std::move(part.package));
  }
  return packages;
}

}  // namespace instc::lower
