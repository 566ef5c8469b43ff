#include "compiler/go/syntax/build_constraint.h"

#include <algorithm>

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

// One word of a // +build line between commas; what is no tag never holds.
std::string TranslateTag(llvm::StringRef tag) {
  bool negated = tag.consume_front("!");
  bool is_tag = !tag.empty() && llvm::all_of(tag, IsTagChar);
  if (!is_tag) return "ignore";
  return ((negated ? "!" : "") + tag).str();
}

// "linux,!cgo darwin" -> "((linux && !cgo) || (darwin))"
std::string TranslatePlusBuild(llvm::StringRef line) {
  llvm::SmallVector<llvm::StringRef, 4> alternatives;
  llvm::SplitString(line, alternatives, " \t");
  if (alternatives.empty()) return "(ignore)";
  std::string out = "(";
  for (llvm::StringRef alternative : alternatives) {
    if (out.size() > 1) out += " || ";
    llvm::SmallVector<llvm::StringRef, 4> tags;
    alternative.split(tags, ',');
    out += "(" + llvm::join(llvm::map_range(tags, TranslateTag), " && ") + ")";
  }
  return out + ")";
}

// What a file's head says before its package clause.
struct Header {
  std::vector<llvm::StringRef> go_build;
  std::vector<llvm::StringRef> plus_build;
};

// Splits off the first line.
llvm::StringRef TakeLine(llvm::StringRef& rest) {
  auto [line, tail] = rest.split('\n');
  rest = tail;
  return line.trim();
}

// The text after `word` in a comment line that consists of it: `go:build x`, `+build x`.
std::optional<llvm::StringRef> Directive(llvm::StringRef comment, llvm::StringRef word) {
  if (!comment.consume_front(word)) return std::nullopt;
  if (!comment.empty() && comment.front() != ' ' && comment.front() != '\t') return std::nullopt;
  return comment.trim();
}

// Lines of comments before the first text that is none. A //go:build line counts anywhere there; a // +build
// line only when a blank line follows it before anything but // comments does.
class HeaderReader {
 public:
  Header Run(llvm::StringRef rest) {
    while (!rest.empty()) {
      llvm::StringRef line = TakeLine(rest);
      if (line.empty() && only_lines_) {
        header_.plus_build.insert(header_.plus_build.end(), pending_.begin(), pending_.end());
        pending_.clear();
        continue;
      }
      only_lines_ = only_lines_ && line.startswith("//");
      if (!in_block_ && line.startswith("//")) Comment(line.drop_front(2));
      if (!SkipComments(line)) break;
    }
    return std::move(header_);
  }

 private:
  void Comment(llvm::StringRef text) {
    if (std::optional<llvm::StringRef> go_build = Directive(text, "go:build"))
      header_.go_build.push_back(*go_build);
    if (!only_lines_) return;
    if (std::optional<llvm::StringRef> plus_build = Directive(text.ltrim(), "+build"))
      pending_.push_back(*plus_build);
  }

  // Whether the line holds nothing but comments.
  bool SkipComments(llvm::StringRef line) {
    while (!line.empty()) {
      if (in_block_) {
        size_t end = line.find("*/");
        if (end == llvm::StringRef::npos) return true;
        in_block_ = false;
        line = line.drop_front(end + 2).ltrim();
      } else if (line.startswith("//")) {
        return true;
      } else if (line.startswith("/*")) {
        in_block_ = true;
        line = line.drop_front(2);
      } else {
        return false;
      }
    }
    return true;
  }

  Header header_;
  std::vector<llvm::StringRef> pending_;
  bool only_lines_ = true;  // no text but // comments and blank lines so far
  bool in_block_ = false;
};

// 21 for "21"; 0 when it is no minor version as a release tag has it.
int ReleaseMinor(llvm::StringRef text) {
  int minor = 0;
  if (text.startswith("0") || text.getAsInteger(10, minor)) return 0;
  return std::max(minor, 0);
}

}  // namespace

bool BuildContext::HasTag(llvm::StringRef tag) const {
  if (tag == goos || tag == goarch || tag == compiler) return true;
  if (tag == "cgo") return cgo_enabled;
  if (tag == "boringcrypto") tag = "goexperiment.boringcrypto";
  if (tag == "unix") return IsUnix(goos);
  if (goos == "android" && tag == "linux") return true;
  if (goos == "illumos" && tag == "solaris") return true;
  if (goos == "ios" && tag == "darwin") return true;
  llvm::StringRef experiment = tag;
  if (experiment.consume_front("goexperiment.") && DefaultExperiment(experiment, *this)) return true;
  if (tag.contains('.') && DefaultArchitectureTag(tag, *this)) return true;
  llvm::StringRef release = tag;
  int minor = release.consume_front("go1.") ? ReleaseMinor(release) : 0;
  if (minor > 0) return minor <= go_minor;
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
  source.consume_front("\xEF\xBB\xBF");
  Header header = HeaderReader().Run(source);
  if (header.go_build.size() > 1) return "more than one //go:build line";  // malformed
  if (!header.go_build.empty() && header.go_build.front().empty()) return "!";
  if (!header.go_build.empty()) return header.go_build.front().str();
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
