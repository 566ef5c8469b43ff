#include "compiler/build/match.h"

#include <algorithm>
#include <tuple>

#include "compiler/go/load/semver.h"
#include "compiler/pack/digest.h"
#include "compiler/pack/within.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::build {
namespace {

/// The import path of Go files named on the command line.
constexpr const char* kFilesPackage = "command-line-arguments";

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
          const Specialise& specialise, const MatchOptions& options)
      : pack_(pack),
        listing_(listing),
        input_(std::move(input)),
        specialise_(specialise),
        options_(options) {}

  Result<Matched> Run() {
    for (const pack::Plugin& plugin : pack_.plugins) {
      if (llvm::Error error = MatchPlugin(plugin)) return error;
    }
    for (const pack::Patch& patch : pack_.patches) {
      if (InRange(input_.go_version, patch.go)) matched_.patches.push_back(patch);
    }
    for (auto& [path, target] : targets_) {
      if (llvm::Error error = Order(target.hooks)) return error;
    }
    MatchCalls();
    for (auto& [path, target] : targets_) {
      LeaveOutUncalled(target);
      if (target.hooks.empty() && target.fields.empty() && target.calls.empty()) continue;
      if (llvm::Error error = Number(target)) return error;
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
      if (package.path == pack::kAnyPackage) {
        if (llvm::Error error = ApplyToMarked(plugin, package)) return error;
        continue;
      }
      auto listed = listing_.find(package.path);
      if (listed == listing_.end()) continue;
      if (llvm::Error error = ApplyTo(listed->second, plugin, package)) return error;
    }
    return llvm::Error::success();
  }

  llvm::Error ApplyTo(const Listed& listed, const pack::Plugin& plugin, const pack::Package& package) {
    Target& target = targets_[listed.path];
    target.package = &listed;
    for (const pack::Field& field : package.fields) {
      AddOnce(target.fields, field,
              [](const auto& a, const auto& b) { return a.type == b.type && a.text == b.text; });
    }
    for (const pack::Extern& entry : package.externs) {
      if (llvm::Error error = AddExtern(plugin, entry, target)) return error;
    }
    for (const pack::Hook& hook : package.hooks) AddHook(plugin, hook, target);
    for (const pack::Metric& metric : package.metrics) target.metrics.push_back({&plugin, metric});
    return llvm::Error::success();
  }

  /// Hooks at directives, into the packages that have these.
  llvm::Error ApplyToMarked(const pack::Plugin& plugin, const pack::Package& package) {
    if (!options_.has_directive) return llvm::Error::success();
    for (const auto& [path, listed] : listing_) {
      std::vector<pack::Hook> hooks;
      for (const pack::Hook& hook : package.hooks) {
        if (IsForMarked(hook, listed)) hooks.push_back(hook);
      }
      if (hooks.empty()) continue;
      pack::Package here = package;
      here.hooks = std::move(hooks);
      if (llvm::Error error = ApplyTo(listed, plugin, here)) return error;
    }
    return llvm::Error::success();
  }

  /// A function has a context only where package context is imported.
  bool IsForMarked(const pack::Hook& hook, const Listed& package) const {
    const std::vector<std::string>& with = hook.directive->with;
    const bool context = std::find(with.begin(), with.end(), "context") != with.end();
    return options_.has_directive(package, hook.directive->name) &&
           pack::Holds(hook.within, package.path, MainModuleOf(package)) &&
           (!context ||
            std::find(package.imports.begin(), package.imports.end(), "context") != package.imports.end());
  }

  /// A hook at a function is for the function's package, one at calls for packages that MatchCalls looks for.
  void AddHook(const pack::Plugin& plugin, const pack::Hook& hook, Target& target) {
    if (!hook.call && !pack::Holds(hook.within, target.package->path, MainModuleOf(*target.package))) return;
    if (hook.bypass) {
      bool allowed = options_.allow_bypass.count(plugin.name) != 0;
      std::string receiver = hook.receiver ? hook.receiver->type + "." : "";
      matched_.bypassed.push_back(
          {hook.rule, target.package->path + "." + receiver + hook.func, plugin.name, allowed});
      if (!allowed) return;
    }
    target.hooks.push_back({&plugin, 0, hook});
  }

  /// What `$root` stands for at this package.
  static std::optional<std::string> MainModuleOf(const Listed& package) {
    if (package.path == kFilesPackage) return package.path;
    return package.module.is_main ? std::optional(package.module.path) : std::nullopt;
  }

  /// Every package that imports a function whose calls are hooked calls the wrapper for those hooks that are
  /// for it. Wrappers are named by their hooks, so that one more caller changes nothing for the others.
  void MatchCalls() {
    std::map<std::string, std::vector<pack::RewrittenCall>> calls;
    for (auto& [path, target] : targets_) {
      std::map<std::string, std::vector<uint32_t>> by_function;
      for (uint32_t i = 0; i < target.hooks.size(); ++i) {
        if (target.hooks[i].hook.call) by_function[target.hooks[i].hook.func].push_back(i);
      }
      if (by_function.empty()) continue;
      for (const auto& [caller_path, caller] : listing_) {
        const bool by_tests = options_.tests && caller.named && llvm::is_contained(caller.test_imports, path);
        if (!by_tests && !llvm::is_contained(caller.imports, path)) continue;
        for (const auto& [func, hooks] : by_function)
          MatchCaller(target, func, hooks, caller, calls[caller_path]);
      }
    }
    for (auto& [path, list] : calls) {
      if (list.empty()) continue;
      Target& target = targets_[path];
      target.package = &listing_.at(path);
      target.calls = std::move(list);
    }
  }

  void MatchCaller(Target& target, const std::string& func, const std::vector<uint32_t>& hooks,
                   const Listed& caller, std::vector<pack::RewrittenCall>& calls) {
    pack::Wrapper wrapper{"InstcCall_", func, {}};
    std::string symbols;
    for (uint32_t index : hooks) {
      const pack::Hook& hook = target.hooks[index].hook;
      if (!pack::Holds(hook.within, caller.path, MainModuleOf(caller))) continue;
      wrapper.hooks.push_back(index);
      symbols += hook.symbol + "\n";
    }
    if (wrapper.hooks.empty() || (options_.may_call && !options_.may_call(caller, func))) return;
    wrapper.prefix += pack::ShortDigest(pack::Sha256(symbols)).substr(0, 8) + "_";
    calls.push_back({ImportOf(target.package->path, caller), target.package->name, func, wrapper.prefix});
    AddOnce(target.wrappers, wrapper,
            [](const auto& a, const auto& b) { return a.prefix == b.prefix && a.func == b.func; });
  }

  /// The import path as the files of `caller` write it.
  static std::string ImportOf(const std::string& path, const Listed& caller) {
    for (const auto& [written, resolved] : caller.import_map) {
      if (resolved == path) return written;
    }
    return path;
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

  static bool SameFunction(const TargetHook& a, const TargetHook& b) {
    auto type = [](const TargetHook& hook) { return hook.hook.receiver ? hook.hook.receiver->type : ""; };
    return a.hook.func == b.hook.func && a.hook.call == b.hook.call && type(a) == type(b);
  }

  /// `order` clauses decide over what was decided without them.
  static bool MustPrecede(const TargetHook& a, const TargetHook& b) {
    auto names = [](const std::vector<std::string>& list, const std::string& rule) {
      return std::find(list.begin(), list.end(), rule) != list.end();
    };
    return SameFunction(a, b) && (names(a.hook.before, b.hook.rule) || names(b.hook.after, a.hook.rule));
  }

  /// Takes, again and again, the first hook that no other one must precede.
  static llvm::Error ApplyOrderClauses(std::vector<TargetHook>& hooks) {
    bool any = std::any_of(hooks.begin(), hooks.end(), [](const TargetHook& hook) {
      return !hook.hook.before.empty() || !hook.hook.after.empty();
    });
    if (!any) return llvm::Error::success();
    std::vector<TargetHook> ordered;
    while (!hooks.empty()) {
      auto free = std::find_if(hooks.begin(), hooks.end(), [&](const TargetHook& hook) {
        return std::none_of(hooks.begin(), hooks.end(),
                            [&](const TargetHook& other) { return MustPrecede(other, hook); });
      });
      if (free == hooks.end())
        return Fail("rule `{0}` is ordered in a circle; write the pack anew with `instc compile`",
                    hooks.front().hook.rule);
      ordered.push_back(std::move(*free));
      hooks.erase(free);
    }
    hooks = std::move(ordered);
    return llvm::Error::success();
  }

  static llvm::Error Order(std::vector<TargetHook>& hooks) {
    std::stable_sort(hooks.begin(), hooks.end(), [](const TargetHook& a, const TargetHook& b) {
      return std::tie(a.hook.order, a.plugin->name) < std::tie(b.hook.order, b.plugin->name);
    });
    return ApplyOrderClauses(hooks);
  }

  /// Hooks for calls that nobody in this build makes.
  static void LeaveOutUncalled(Target& target) {
    std::vector<TargetHook> kept;
    std::map<uint32_t, uint32_t> moved;
    for (uint32_t i = 0; i < target.hooks.size(); ++i) {
      bool called =
          std::any_of(target.wrappers.begin(), target.wrappers.end(), [i](const pack::Wrapper& wrapper) {
            return std::find(wrapper.hooks.begin(), wrapper.hooks.end(), i) != wrapper.hooks.end();
          });
      if (target.hooks[i].hook.call && !called) continue;
      moved[i] = static_cast<uint32_t>(kept.size());
      kept.push_back(std::move(target.hooks[i]));
    }
    target.hooks = std::move(kept);
    for (pack::Wrapper& wrapper : target.wrappers) {
      for (uint32_t& index : wrapper.hooks) index = moved.at(index);
    }
  }

  static llvm::Error Number(Target& target) {
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
  const MatchOptions& options_;
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
                      const Specialise& specialise, const MatchOptions& options) {
  return Matcher(pack, listing, std::move(input), specialise, options).Run();
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
