#include "compiler/build/arguments.h"

#include <algorithm>

#include "llvm/ADT/StringSwitch.h"

namespace instc::build {
namespace {

enum class FlagKind { kUnknown, kBool, kValue };

FlagKind BuildFlagKind(llvm::StringRef name) {
  return llvm::StringSwitch<FlagKind>(name)
      .Cases("a", "n", "v", "x", "race", "msan", "asan", "cover", FlagKind::kBool)
      .Cases("work", "trimpath", "linkshared", "modcacherw", "i", "json", FlagKind::kBool)
      .Case("buildvcs", FlagKind::kBool)
      .Cases("C", "o", "p", "covermode", "coverpkg", "asmflags", "buildmode", "compiler", FlagKind::kValue)
      .Cases("gccgoflags", "gcflags", "installsuffix", "ldflags", "mod", "modfile", "overlay",
             FlagKind::kValue)
      .Cases("pgo", "pkgdir", "tags", "toolexec", "exec", FlagKind::kValue)
      .Default(FlagKind::kUnknown);
}

FlagKind TestFlagKind(llvm::StringRef name) {
  name.consume_front("test.");
  return llvm::StringSwitch<FlagKind>(name)
      .Cases("benchmem", "c", "failfast", "short", "fullpath", "artifacts", FlagKind::kBool)
      .Cases("run", "bench", "benchtime", "blockprofile", "blockprofilerate", "count", "coverprofile",
             FlagKind::kValue)
      .Cases("cpu", "cpuprofile", "fuzz", "fuzztime", "fuzzminimizetime", "fuzzcachedir", "list",
             FlagKind::kValue)
      .Cases("memprofile", "memprofilerate", "mutexprofile", "mutexprofilefraction", "outputdir",
             FlagKind::kValue)
      .Cases("parallel", "shuffle", "skip", "timeout", "trace", "vet", "testlogfile", FlagKind::kValue)
      .Default(BuildFlagKind(name));
}

/// `-name`, `--name`, `-name=value`.
GoFlag SplitFlag(llvm::StringRef word) {
  word.consume_front("-");
  word.consume_front("-");
  auto [name, value] = word.split('=');
  if (name.size() == word.size()) return {name.str(), std::nullopt};
  return {name.str(), value.str()};
}

class Parser {
 public:
  explicit Parser(llvm::ArrayRef<std::string> words) : words_(words.drop_front()) {
    result_.verb = words.front();
  }

  Result<GoArguments> Parse() {
    while (at_ < words_.size()) {
      llvm::StringRef word = words_[at_];
      if (!word.startswith("-") || word == "-") {
        if (!TakePackages()) break;
      } else if (word == "--") {
        ++at_;
        TakePackages();
        break;
      } else if (llvm::Error error = TakeFlag()) {
        return error;
      }
      if (done_) break;
    }
    result_.rest.insert(result_.rest.end(), words_.begin() + static_cast<ptrdiff_t>(at_), words_.end());
    return std::move(result_);
  }

 private:
  bool IsTest() const { return result_.verb == "test"; }

  /// False: nothing but arguments of the program follows. A list of packages stands in one place, and before
  /// any flag that is not known to `go test`: the next word may be its value.
  bool TakePackages() {
    if (!result_.packages.empty() || !result_.rest.empty()) return false;
    bool files = llvm::StringRef(words_[at_]).endswith(".go");
    bool only_one = result_.verb == "run" && !files;
    while (at_ < words_.size() && !llvm::StringRef(words_[at_]).startswith("-")) {
      if (result_.verb == "run" && files && !llvm::StringRef(words_[at_]).endswith(".go")) break;
      result_.packages.push_back(words_[at_++]);
      if (only_one) break;
    }
    return IsTest();
  }

  llvm::Error TakeFlag() {
    llvm::StringRef word = words_[at_];
    GoFlag flag = SplitFlag(word);
    if (IsTest() && flag.name == "args") {
      done_ = true;
      return llvm::Error::success();
    }
    FlagKind kind = IsTest() ? TestFlagKind(flag.name) : BuildFlagKind(flag.name);
    ++at_;
    // An unknown flag of `go test` is one of the test binary; elsewhere the go command says what is wrong
    // with it.
    if (kind == FlagKind::kUnknown && IsTest()) {
      result_.rest.push_back(word.str());
      return llvm::Error::success();
    }
    if (kind == FlagKind::kUnknown && !flag.value && at_ < words_.size() &&
        !llvm::StringRef(words_[at_]).startswith("-"))
      result_.doubtful = {flag.name, words_[at_]};
    if (kind == FlagKind::kValue && !flag.value) {
      if (at_ >= words_.size()) return Fail("flag needs an argument: -{0}", flag.name);
      flag.value = words_[at_++];
    }
    result_.flags.push_back(std::move(flag));
    return llvm::Error::success();
  }

  llvm::ArrayRef<std::string> words_;
  size_t at_ = 0;
  bool done_ = false;
  GoArguments result_;
};

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

std::optional<std::string> GoArguments::Value(llvm::StringRef name) const {
  for (auto flag = flags.rbegin(); flag != flags.rend(); ++flag) {
    if (flag->name == name) return flag->value.value_or("true");
  }
  return std::nullopt;
}

bool GoArguments::NamesFiles() const {
  return !packages.empty() && llvm::StringRef(packages.front()).endswith(".go");
}

bool IsBuildVerb(llvm::StringRef verb) {
  return verb == "build" || verb == "run" || verb == "test" || verb == "install";
}

std::vector<std::string> DirectoryBehindVerb(std::vector<std::string> arguments) {
  if (arguments.empty()) return arguments;
  llvm::StringRef word = arguments.front();
  if (word.startswith("--")) word = word.drop_front();
  const size_t words = word == "-C" ? 2 : word.startswith("-C=") ? 1 : 0;
  if (words == 0 || arguments.size() <= words || !IsBuildVerb(arguments[words])) return arguments;
  const auto verb = arguments.begin() + static_cast<ptrdiff_t>(words);
  std::rotate(arguments.begin(), verb, verb + 1);
  return arguments;
}

Result<GoArguments> ParseGoArguments(llvm::ArrayRef<std::string> arguments) {
  return Parser(arguments).Parse();
}

bool IsSelectionFlag(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("tags", "mod", "modfile", "overlay", "race", "msan", "asan", "compiler", "installsuffix", true)
      .Cases("modcacherw", "trimpath", true)
      .Default(false);
}

Result<std::vector<std::string>> SplitQuoted(llvm::StringRef text) {
  std::vector<std::string> words;
  size_t at = 0;
  while (true) {
    while (at < text.size() && IsBlank(text[at])) ++at;
    if (at == text.size()) return words;
    size_t end = at;
    if (text[at] == '\'' || text[at] == '"') {
      end = text.find(text[at], at + 1);
      if (end == llvm::StringRef::npos) return Fail("unterminated {0} in `{1}`", text.substr(at, 1), text);
      words.push_back(text.slice(at + 1, end).str());
      at = end + 1;
      continue;
    }
    while (end < text.size() && !IsBlank(text[end])) ++end;
    words.push_back(text.slice(at, end).str());
    at = end;
  }
}

Result<std::string> QuoteWord(llvm::StringRef word) {
  bool plain = !word.empty() && std::none_of(word.begin(), word.end(),
                                             [](char c) { return IsBlank(c) || c == '\'' || c == '"'; });
  if (plain) return word.str();
  for (char quote : {'\'', '"'}) {
    if (word.find(quote) == llvm::StringRef::npos) return quote + word.str() + quote;
  }
  return Fail("`{0}` has both kinds of quotes", word);
}

Result<std::vector<GoFlag>> ParseGoFlagsVariable(llvm::StringRef text) {
  Result<std::vector<std::string>> words = SplitQuoted(text);
  if (!words) return words.takeError();
  std::vector<GoFlag> flags;
  for (const std::string& word : *words) flags.push_back(SplitFlag(word));
  return flags;
}

std::optional<std::string> EffectiveFlag(const GoArguments& arguments, const std::vector<GoFlag>& goflags,
                                         llvm::StringRef name) {
  if (std::optional<std::string> value = arguments.Value(name)) return value;
  for (auto flag = goflags.rbegin(); flag != goflags.rend(); ++flag) {
    if (flag->name == name) return flag->value.value_or("true");
  }
  return std::nullopt;
}

}  // namespace instc::build
