#include "compiler/build/yields.h"

#include <map>
#include <set>

#include "compiler/pack/yields.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::build {

/// What of it this program has.
static std::set<std::string> Linked(const pack::Plugin& plugin, const Listing& listing) {
  std::set<std::string> linked;
  for (const std::string& target : plugin.yields) {
    auto package = listing.lower_bound(target);
    for (; package != listing.end() && llvm::StringRef(package->first).startswith(target); ++package)
      if (pack::IsYieldedTo(package->first, target)) linked.insert(target);
  }
  return linked;
}

std::string YieldNote(const Matched& matched, const Listing& listing) {
  std::map<std::string, std::set<std::string>> yields;
  for (const Target& target : matched.targets)
    for (const TargetRule& rule : target.rules)
      if (yields.count(rule.plugin->name) == 0) yields[rule.plugin->name] = Linked(*rule.plugin, listing);
  std::string list;
  for (const auto& [plugin, packages] : yields) {
    if (packages.empty()) continue;
    list += (list.empty() ? "" : "; ") + plugin + " to " + llvm::join(packages, ", ");
  }
  if (list.empty()) return "";
  return "calls that this program instruments itself are left to it (INSTC_YIELD=none: not): " + list;
}

}  // namespace instc::build
