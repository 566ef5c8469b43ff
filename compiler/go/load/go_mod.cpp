#include "compiler/go/load/go_mod.h"

#include "compiler/go/syntax/scanner.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::go {
namespace {

// One logical line: its words, quotes and comments removed.
bool Words(llvm::StringRef line, llvm::SmallVectorImpl<std::string>& words) {
  while (true) {
    line = line.ltrim(" \t\r");
    if (line.empty() || line.startswith("//")) return true;
    if (line.front() == '"' || line.front() == '`') {
      size_t end = line.find(line.front(), 1);
      if (end == llvm::StringRef::npos) return false;
      std::string value;
      if (!UnquoteString(line.take_front(end + 1), value)) return false;
      words.push_back(std::move(value));
      line = line.drop_front(end + 1);
      continue;
    }
    llvm::StringRef word = line.take_until([](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    words.push_back(word.str());
    line = line.drop_front(word.size());
  }
}

class GoModParser {
 public:
  Result<GoMod> Run(llvm::StringRef text) {
    while (!text.empty()) {
      auto [line, rest] = text.split('\n');
      text = rest;
      ++line_;
      llvm::SmallVector<std::string, 8> words;
      if (!Words(line, words)) return Fail("go.mod line {0}: quoted string is not closed", line_);
      if (words.empty()) continue;
      if (!Line(words)) return Fail("go.mod line {0}: malformed `{1}`", line_, llvm::join(words, " "));
    }
    return std::move(mod_);
  }

 private:
  bool Line(llvm::ArrayRef<std::string> words) {
    if (!block_.empty()) {
      if (words.front() == ")") {
        block_.clear();
        return true;
      }
      return Directive(block_, words);
    }
    const std::string& verb = words.front();
    if (words.size() == 2 && words[1] == "(") {
      block_ = verb;
      return true;
    }
    return Directive(verb, words.drop_front());
  }

  bool Directive(llvm::StringRef verb, llvm::ArrayRef<std::string> args) {
    if (verb == "module") return One(args, mod_.module);
    if (verb == "go") return One(args, mod_.go_version);
    if (verb == "toolchain") return One(args, mod_.toolchain);
    if (verb == "require") return Version(args, mod_.requires_);
    if (verb == "exclude") return Version(args, mod_.excludes);
    if (verb == "replace") return Replace(args);
    return true;  // retract, tool, godebug, ignore: nothing that instc needs
  }

  static bool One(llvm::ArrayRef<std::string> args, std::string& into) {
    if (args.size() != 1) return false;
    into = args.front();
    return true;
  }

  static bool Version(llvm::ArrayRef<std::string> args, std::vector<ModuleVersion>& into) {
    if (args.size() != 2) return false;
    into.push_back({args[0], args[1]});
    return true;
  }

  // old [version] => new [version]
  bool Replace(llvm::ArrayRef<std::string> args) {
    size_t arrow = 0;
    while (arrow < args.size() && args[arrow] != "=>") ++arrow;
    llvm::ArrayRef<std::string> from = args.take_front(arrow);
    llvm::ArrayRef<std::string> to = args.drop_front(std::min(arrow + 1, args.size()));
    if (from.empty() || from.size() > 2 || to.empty() || to.size() > 2) return false;
    mod_.replaces.push_back({{from[0], from.size() > 1 ? from[1] : ""}, {to[0], to.size() > 1 ? to[1] : ""}});
    return true;
  }

  GoMod mod_;
  std::string block_;
  int line_ = 0;
};

}  // namespace

Result<GoMod> ParseGoMod(llvm::StringRef text) {
  return GoModParser().Run(text);
}

std::string EscapeModulePath(llvm::StringRef path) {
  std::string escaped;
  for (char c : path) {
    if (c >= 'A' && c <= 'Z') escaped += '!';
    escaped += llvm::toLower(c);
  }
  return escaped;
}

}  // namespace instc::go
