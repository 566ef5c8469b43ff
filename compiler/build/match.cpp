#include "compiler/build/match.h"

#include <algorithm>
#include <tuple>

#include "compiler/go/load/semver.h"

namespace instc::build {
namespace {

/// The version that decides for a plugin, if its library is in the build at all.
struct LibraryVersion {
  bool found = false;
  std::string version;  ///< empty: without one
};

LibraryVersion FindLibrary(const pack::Library& library, const Listing& listing,
                           const std::string& go_version) {
  if (library.is_std) return {listing.count(library.path) != 0, go_version};
  for (const auto& [path, package] : listing) {
    const ListedModule& module = package.module;
    if (module.path != library.path) continue;
    // A replacement by another version has that version's text but may be a fork: only its source tells.
    return {true, module.is_replaced ? "" : module.version};
  }
  return {};
}

const pack::Variant* FindVariant(const pack::Plugin& plugin, const std::string& version) {
  if (version.empty()) return nullptr;
  for (const pack::Variant& variant : plugin.variants) {
    if (go::CompareSemver(variant.first, version) <= 0 && go::CompareSemver(version, variant.last) <= 0)
      return &variant;
  }
  return nullptr;
}

template <typename T, typename Equal>
void AddOnce(std::vector<T>& list, const T& element, Equal equal) {
  if (std::none_of(list.begin(), list.end(), [&](const T& known) { return equal(known, element); })) {
    list.push_back(element);
  }
}

class Matcher {
 public:
  Matcher(const pack::RulePack& pack, const Listing& listing, SpecialiseInput input,
          const Specialise& specialise)
      : pack_(pack), listing_(listing), input_(std::move(input)), specialise_(specialise) {}

  Result<Matched> Run() {
    for (const pack::Plugin& plugin : pack_.plugins) {
      if (llvm::Error error = MatchPlugin(plugin)) return error;
    }
    for (const pack::Patch& patch : pack_.patches) {
      if (InRange(input_.go_version, patch.go)) matched_.patches.push_back(patch);
    }
    for (auto& [path, target] : targets_) {
      if (llvm::Error error = Finish(target)) return error;
      matched_.targets.push_back(std::move(target));
    }
    return std::move(matched_);
  }

 private:
  void Skip(const pack::Plugin& plugin, const std::string& version, std::string reason) {
    matched_.skipped.push_back({plugin.name, version, std::move(reason)});
  }

  llvm::Error MatchPlugin(const pack::Plugin& plugin) {
    LibraryVersion library = FindLibrary(plugin.library, listing_, input_.go_version);
    if (!library.found) return llvm::Error::success();
    if (!library.version.empty() && !InRange(library.version, plugin.library.range)) {
      Skip(plugin, library.version, "is not in " + RangeText(plugin.library.range));
      return llvm::Error::success();
    }
    if (!InRange(input_.go_version, plugin.go)) {
      Skip(plugin, library.version, "needs Go " + RangeText(plugin.go));
      return llvm::Error::success();
    }
    if (const pack::Variant* variant = FindVariant(plugin, library.version)) return Apply(plugin, *variant);
    return ApplySpecialised(plugin, library.version);
  }

  llvm::Error ApplySpecialised(const pack::Plugin& plugin, const std::string& version) {
    if (!specialise_) {
      Skip(plugin, version, "is not among the versions that the pack was compiled for");
      return llvm::Error::success();
    }
    input_.version = version;
    Result<Specialised> specialised = specialise_(plugin, input_);
    if (!specialised) return specialised.takeError();
    if (specialised->variant) return Apply(plugin, *specialised->variant);
    Skip(plugin, version, specialised->reason);
    return llvm::Error::success();
  }

  llvm::Error Apply(const pack::Plugin& plugin, const pack::Variant& variant) {
    for (const pack::Package& package : variant.packages) {
      auto listed = listing_.find(package.path);
      if (listed == listing_.end()) continue;
      Target& target = targets_[package.path];
      target.package = &listed->second;
      for (const pack::Field& field : package.fields) {
        AddOnce(target.fields, field,
                [](const auto& a, const auto& b) { return a.type == b.type && a.text == b.text; });
      }
      for (const pack::Extern& entry : package.externs) {
        if (llvm::Error error = AddExtern(plugin, entry, target)) return error;
      }
      for (const pack::Hook& hook : package.hooks) target.hooks.push_back({&plugin, 0, hook});
      for (const pack::Metric& metric : package.metrics) target.metrics.push_back({&plugin, metric});
    }
    return llvm::Error::success();
  }

  static llvm::Error AddExtern(const pack::Plugin& plugin, const pack::Extern& entry, Target& target) {
    for (const pack::Extern& known : target.externs) {
      if (known.symbol != entry.symbol) continue;
      if (std::tie(known.type, known.package, known.func) ==
          std::tie(entry.type, entry.package, entry.func)) {
        return llvm::Error::success();
      }
      return Fail("plugin {0}: the extern `{1}` stands for two functions in package {2}", plugin.name,
                  entry.symbol, target.package->path);
    }
    target.externs.push_back(entry);
    return llvm::Error::success();
  }

  /// Orders the hooks and numbers the rules.
  static llvm::Error Finish(Target& target) {
    std::stable_sort(target.hooks.begin(), target.hooks.end(), [](const TargetHook& a, const TargetHook& b) {
      return std::tie(a.hook.order, a.plugin->name) < std::tie(b.hook.order, b.plugin->name);
    });
    for (const TargetHook& hook : target.hooks) {
      AddOnce(target.rules, TargetRule{hook.plugin, hook.hook.rule},
              [](const auto& a, const auto& b) { return a.plugin == b.plugin && a.rule == b.rule; });
    }
    std::sort(target.rules.begin(), target.rules.end(), [](const TargetRule& a, const TargetRule& b) {
      return std::tie(a.plugin->name, a.rule) < std::tie(b.plugin->name, b.rule);
    });
    const std::vector<std::string>& imports = target.package->imports;
    bool has_context = std::find(imports.begin(), imports.end(), "context") != imports.end();
    for (TargetHook& hook : target.hooks) {
      if (hook.hook.uses_context && !has_context) {
        return Fail("rule `{0}` changes a context in package {1}, which does not import context",
                    hook.hook.rule, target.package->path);
      }
      while (target.rules[hook.rule].plugin != hook.plugin || target.rules[hook.rule].rule != hook.hook.rule)
        ++hook.rule;
    }
    return llvm::Error::success();
  }

  const pack::RulePack& pack_;
  const Listing& listing_;
  SpecialiseInput input_;
  const Specialise& specialise_;
  std::map<std::string, Target> targets_;
  Matched matched_;
};

bool Holds(const pack::VersionBound& bound, llvm::StringRef version) {
  int order = go::CompareSemver(version, bound.version);
  if (bound.op == "==") return order == 0;
  if (bound.op == "!=") return order != 0;
  if (bound.op == "<") return order < 0;
  if (bound.op == "<=") return order <= 0;
  if (bound.op == ">") return order > 0;
  return order >= 0;
}

}  // namespace

Result<Matched> Match(const pack::RulePack& pack, const Listing& listing, SpecialiseInput input,
                      const Specialise& specialise) {
  return Matcher(pack, listing, std::move(input), specialise).Run();
}

std::string GoAsSemver(llvm::StringRef go_version) {
  go_version = go_version.split(' ').first;
  go_version.consume_front("go");
  size_t end = go_version.find_first_not_of("0123456789.");
  llvm::StringRef numbers = go_version.take_front(end);
  llvm::StringRef pre = end == llvm::StringRef::npos ? "" : go_version.drop_front(end);
  std::string version = "v" + numbers.str();
  if (numbers.count('.') == 1) version += ".0";
  // A vendor's suffix (go1.26.1-custom, go1.27-devel_abc) is a later patch of what it follows, not a
  // pre-release.
  if (pre.startswith("rc") || pre.startswith("beta")) version += "-" + pre.str();
  return version;
}

bool InRange(llvm::StringRef version, const std::vector<pack::VersionBound>& range) {
  return std::all_of(range.begin(), range.end(),
                     [&](const pack::VersionBound& bound) { return Holds(bound, version); });
}

std::string RangeText(const std::vector<pack::VersionBound>& range) {
  std::string text;
  for (const pack::VersionBound& bound : range)
    text += (text.empty() ? "" : ", ") + bound.op + " " + bound.version;
  return "[" + text + "]";
}

}  // namespace instc::build
