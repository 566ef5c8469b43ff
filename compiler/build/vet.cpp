#include "compiler/build/vet.h"

#include "compiler/go/load/semver.h"
#include "llvm/ADT/SmallVector.h"

namespace instc::build {
namespace {

/// A check that `go test` makes when it is not told which, and the Go that began with it.
struct Check {
  const char* flag;
  const char* since;
};

constexpr Check kChecks[] = {
    {"-atomic", "v1.0.0"},        {"-bools", "v1.0.0"},    {"-buildtag", "v1.0.0"},
    {"-directive", "v1.0.0"},     {"-errorsas", "v1.0.0"}, {"-ifaceassert", "v1.0.0"},
    {"-nilfunc", "v1.0.0"},       {"-printf", "v1.0.0"},   {"-slog", "v1.0.0"},
    {"-stringintconv", "v1.0.0"}, {"-tests", "v1.24.0"},   {"-stdversion", "v1.27.0"},
};

}  // namespace

std::optional<std::vector<std::string>> VetFlags(const std::optional<std::string>& asked,
                                                 llvm::StringRef go_version) {
  std::vector<std::string> flags;
  if (asked == "off") return std::nullopt;
  if (asked == "all") return flags;
  if (!asked || asked->empty()) {
    for (const Check& check : kChecks) {
      if (go::CompareSemver(go_version, check.since) >= 0) flags.emplace_back(check.flag);
    }
    return flags;
  }
  llvm::SmallVector<llvm::StringRef, 8> names;
  llvm::StringRef(*asked).split(names, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef name : names) flags.push_back("-" + name.str());
  return flags;
}

}  // namespace instc::build
