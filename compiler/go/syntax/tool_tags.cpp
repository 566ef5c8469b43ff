// Build tags that a Go toolchain sets by itself: the experiments that are on by default, and the level of the
// architecture. The standard library chooses files by them. Taken from src/internal/buildcfg of Go 1.21
// to 1.27: an older one is taken for having none, a newer one for the last of them.
#include <algorithm>

#include "compiler/go/syntax/build_constraint.h"
#include "llvm/ADT/StringSwitch.h"

namespace instc::go {
namespace {

bool HasRegisterAbi(llvm::StringRef arch, int minor) {
  return llvm::StringSwitch<bool>(arch)
      .Cases("amd64", "arm64", "loong64", "ppc64", "ppc64le", "riscv64", true)
      .Case("s390x", minor >= 26)
      .Default(false);
}

bool HasExchange8(llvm::StringRef arch) {
  return llvm::StringSwitch<bool>(arch)
      .Cases("386", "amd64", "arm", "arm64", "ppc64", "ppc64le", true)
      .Default(false);
}

}  // namespace

bool DefaultExperiment(llvm::StringRef name, const BuildContext& context) {
  if (context.go_minor < 21) return false;
  int minor = std::min(context.go_minor, 27);
  auto in = [minor](int first, int last) { return first <= minor && minor <= last; };
  bool darwin_or_aix = context.goos == "darwin" || context.goos == "ios" || context.goos == "aix";
  return llvm::StringSwitch<bool>(name)
      .Cases("regabiwrappers", "regabiargs", HasRegisterAbi(context.goarch, minor))
      .Case("coverageredesign", minor <= 24)
      .Cases("exectracer2", "allocheaders", in(22, 22))
      .Case("aliastypeparams", in(24, 25))
      .Cases("swissmap", "synchashtriemap", in(24, 25))
      .Case("spinbitmutex", in(24, 24) && HasExchange8(context.goarch))
      .Case("dwarf5", minor >= 25 && !darwin_or_aix)
      .Cases("greenteagc", "randomizedheapbase64", minor >= 26)
      .Cases("jsonv2", "sizespecializedmalloc", minor >= 27)
      .Default(false);
}

bool DefaultArchitectureTag(llvm::StringRef tag, const BuildContext& context) {
  if (context.go_minor < 21) return false;
  return llvm::StringSwitch<bool>(context.goarch)
      .Case("386", tag == "386.sse2")
      .Case("amd64", tag == "amd64.v1")
      .Case("arm", tag == "arm.5" || tag == "arm.6" || tag == "arm.7")
      .Case("arm64", tag == "arm64.v8.0")
      .Cases("mips", "mipsle", tag == (context.goarch + ".hardfloat"))
      .Cases("mips64", "mips64le", tag == (context.goarch + ".hardfloat"))
      .Cases("ppc64", "ppc64le", tag == (context.goarch + ".power8"))
      .Case("riscv64", tag == "riscv64.rva20u64")
      .Case("wasm", context.go_minor >= 26 && (tag == "wasm.satconv" || tag == "wasm.signext"))
      .Default(false);
}

}  // namespace instc::go
