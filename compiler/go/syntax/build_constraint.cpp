#include "compiler/go/syntax/build_constraint.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace instc::go {
namespace {

bool IsKnownOs(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", true)
      .Cases("linux", "nacl", "netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows", "zos", true)
      .Default(false);
}

bool IsUnix(llvm::StringRef os) {
  return llvm::StringSwitch<bool>(os)
      .Cases("aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", true)
      .Cases("ios", "linux", "netbsd", "openbsd", "solaris", true)
      .Default(false);
}

bool IsKnownArch(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", true)
      .Cases("mips", "mipsle", "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le",
             true)
      .Cases("riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm", true)
      .Default(false);
}

bool IsTagChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Recursive descent over `a && (b || !c)`. Both operands are always parsed; nesting is bounded.
class ConstraintParser {
 public:
  ConstraintParser(llvm::StringRef text, llvm::function_ref<bool(llvm::StringRef)> has_tag)
      : rest_(text.trim()), has_tag_(has_tag) {}

  std::optional<bool> Run() {
    bool value = Or();
    if (!ok_ || !rest_.empty()) return std::nullopt;
    return value;
  }

 private:
  static constexpr int kMaxDepth = 100;

  bool Accept(llvm::StringRef token) {
    if (!rest_.consume_front(token)) return false;
    rest_ = rest_.ltrim();
    return true;
  }

  bool Or() {
    bool value = And();
    while (ok_ && Accept("||")) value = And() || value;
    return value;
  }

  bool And() {
    bool value = Not();
    while (ok_ && Accept("&&")) value = Not() && value;
    return value;
  }

  bool Not() {
    bool negate = false;
    while (Accept("!")) negate = !negate;
    return Primary() != negate;
  }

  bool Primary() {
    if (Accept("(")) {
      if (++depth_ > kMaxDepth) return ok_ = false;
      bool value = Or();
      --depth_;
      ok_ = ok_ && Accept(")");
      return value;
    }
    llvm::StringRef tag = rest_.take_while(IsTagChar);
    if (tag.empty()) return ok_ = false;
    rest_ = rest_.drop_front(tag.size()).ltrim();
    return has_tag_(tag);
  }

  llvm::StringRef rest_;
  llvm::function_ref<bool(llvm::StringRef)> has_tag_;
  int depth_ = 0;
  bool ok_ = true;
};

// "linux,!cgo darwin" -> "((linux && !cgo) || (darwin))"
std::string TranslatePlusBuild(llvm::StringRef line) {
  llvm::SmallVector<llvm::StringRef, 4> alternatives;
  llvm::SplitString(line, alternatives, " \t");
  std::string out = "(";
  for (llvm::StringRef alternative : alternatives) {
    if (out.size() > 1) out += " || ";
    llvm::SmallVector<llvm::StringRef, 4> tags;
    llvm::SplitString(alternative, tags, ",");
    out += "(" + llvm::join(tags, " && ") + ")";
  }
  return out + ")";
}

// What a file's head says before its package clause.
struct Header {
  llvm::StringRef go_build;
  std::vector<llvm::StringRef> plus_build;
};

// Splits off the first line.
llvm::StringRef TakeLine(llvm::StringRef& rest) {
  auto [line, tail] = rest.split('\n');
  rest = tail;
  return line.trim();
}

// Skips a /* */ comment that starts `line`; false when something else follows it on its last line.
bool SkipBlockComment(llvm::StringRef line, llvm::StringRef& rest) {
  while (true) {
    auto [before, after] = line.split("*/");
    if (before.size() != line.size()) return after.trim().empty();
    if (rest.empty()) return false;
    line = TakeLine(rest);
  }
}

// A // +build line counts only when a blank line separates it from the package clause.
Header ReadHeader(llvm::StringRef source) {
  source.consume_front("\xEF\xBB\xBF");
  Header header;
  std::vector<llvm::StringRef> pending;
  llvm::StringRef rest = source;
  while (!rest.empty()) {
    llvm::StringRef line = TakeLine(rest);
    if (line.empty()) {
      header.plus_build.insert(header.plus_build.end(), pending.begin(), pending.end());
      pending.clear();
      continue;
    }
    if (line.startswith("/*")) {
      if (!SkipBlockComment(line.drop_front(2), rest)) break;
      continue;
    }
    if (!line.startswith("//")) break;
    llvm::StringRef comment = line.drop_front(2);
    if (comment.consume_front("go:build") && (comment.startswith(" ") || comment.startswith("\t"))) {
      if (header.go_build.empty()) header.go_build = comment.trim();
      continue;
    }
    comment = comment.ltrim();
    if (comment.consume_front("+build") && (comment.startswith(" ") || comment.startswith("\t"))) {
      pending.push_back(comment.trim());
    }
  }
  return header;
}

}  // namespace

bool BuildContext::HasTag(llvm::StringRef tag) const {
  if (tag == goos || tag == goarch || tag == compiler) return true;
  if (tag == "cgo") return cgo_enabled;
  if (tag == "unix") return IsUnix(goos);
  if (goos == "android" && tag == "linux") return true;
  if (goos == "illumos" && tag == "solaris") return true;
  if (goos == "ios" && tag == "darwin") return true;
  llvm::StringRef experiment = tag;
  if (experiment.consume_front("goexperiment.") && DefaultExperiment(experiment, *this)) return true;
  if (tag.contains('.') && DefaultArchitectureTag(tag, *this)) return true;
  llvm::StringRef release = tag;
  unsigned minor = 0;
  if (release.consume_front("go1.") && !release.getAsInteger(10, minor)) {
    return minor >= 1 && static_cast<int>(minor) <= go_minor;
  }
  return llvm::is_contained(tags, tag);
}

bool IsTestFileName(llvm::StringRef name) {
  return name.endswith("_test.go");
}

bool FileNameMatches(llvm::StringRef name, const BuildContext& context) {
  if (name.startswith("_") || name.startswith(".") || !name.endswith(".go")) return false;
  name = name.take_until([](char c) { return c == '.'; });
  size_t underscore = name.find('_');
  if (underscore == llvm::StringRef::npos) return true;
  llvm::SmallVector<llvm::StringRef, 4> parts;
  name.drop_front(underscore + 1).split(parts, '_');
  if (parts.back() == "test") parts.pop_back();
  if (parts.empty()) return true;
  llvm::StringRef last = parts.back();
  if (parts.size() >= 2 && IsKnownOs(parts[parts.size() - 2]) && IsKnownArch(last)) {
    return context.HasTag(parts[parts.size() - 2]) && context.HasTag(last);
  }
  return (!IsKnownOs(last) && !IsKnownArch(last)) || context.HasTag(last);
}

std::optional<bool> EvaluateConstraint(llvm::StringRef expression,
                                       llvm::function_ref<bool(llvm::StringRef)> has_tag) {
  return ConstraintParser(expression, has_tag).Run();
}

std::string HeaderConstraint(llvm::StringRef source) {
  Header header = ReadHeader(source);
  if (!header.go_build.empty()) return header.go_build.str();
  std::string all;
  for (llvm::StringRef line : header.plus_build)
    all += (all.empty() ? "" : " && ") + TranslatePlusBuild(line);
  return all;
}

bool FileMatches(llvm::StringRef name, llvm::StringRef source, const BuildContext& context) {
  if (!FileNameMatches(name, context)) return false;
  std::string constraint = HeaderConstraint(source);
  if (constraint.empty()) return true;
  return EvaluateConstraint(constraint, [&](llvm::StringRef tag) { return context.HasTag(tag); })
      .value_or(false);
}

}  // namespace instc::go
