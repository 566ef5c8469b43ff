// The command line of `go build`, `run`, `test` and `install`, taken apart as far as instc must understand
// it: which flags change what is built, which it has to merge with its own, what are packages and what
// belongs to the program.
#ifndef INSTC_COMPILER_BUILD_ARGUMENTS_H
#define INSTC_COMPILER_BUILD_ARGUMENTS_H

#include <optional>
#include <string>
#include <vector>

#include "dsl/base/result.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace instc::build {

struct GoFlag {
  std::string name;                  ///< without dashes
  std::optional<std::string> value;  ///< absent: a bare boolean flag
  /// As one word, `-name=value`.
  std::string Text() const { return "-" + name + (value ? "=" + *value : ""); }
};

struct GoArguments {
  std::string verb;           ///< build, run, test, install
  std::vector<GoFlag> flags;  ///< those before the packages and, for `go test`, known ones behind them
  std::vector<std::string> packages;  ///< patterns, directories or Go files, as given
  std::vector<std::string> rest;      ///< arguments of the program or of the test binary
  /// A flag that nobody knew when this was written, before a word that was taken as a package: the word may
  /// be its value.
  std::optional<GoFlag> doubtful;

  /// The last value given for a flag.
  std::optional<std::string> Value(llvm::StringRef name) const;
  bool Has(llvm::StringRef name) const { return Value(name).has_value(); }
  /// The packages are Go files named one by one.
  bool NamesFiles() const;
};

/// Whether instc instruments what this verb builds.
[[nodiscard]] bool IsBuildVerb(llvm::StringRef verb);

/// `go -C DIR VERB ...` as `go VERB -C DIR ...`, which means the same; other words stay as they are.
[[nodiscard]] std::vector<std::string> DirectoryBehindVerb(std::vector<std::string> arguments);

/// `arguments` begin with the verb. A flag that misses its value is an error.
[[nodiscard]] Result<GoArguments> ParseGoArguments(llvm::ArrayRef<std::string> arguments);

/// Flags that decide which packages and files take part; `go list` gets them too.
[[nodiscard]] bool IsSelectionFlag(llvm::StringRef name);

/// Words of a flag list such as GOFLAGS: separated by blanks, optionally in single or double quotes.
[[nodiscard]] Result<std::vector<std::string>> SplitQuoted(llvm::StringRef text);
/// One word for such a list.
[[nodiscard]] Result<std::string> QuoteWord(llvm::StringRef word);

/// The flags in the text of GOFLAGS.
[[nodiscard]] Result<std::vector<GoFlag>> ParseGoFlagsVariable(llvm::StringRef text);

/// A flag's last value: the command line's, else that of GOFLAGS.
[[nodiscard]] std::optional<std::string> EffectiveFlag(const GoArguments& arguments,
                                                       const std::vector<GoFlag>& goflags,
                                                       llvm::StringRef name);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_ARGUMENTS_H
