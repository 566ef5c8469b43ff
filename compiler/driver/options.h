// Command-line options. Boost.Program_options and its exceptions stay behind this header.
#ifndef INSTC_COMPILER_DRIVER_OPTIONS_H
#define INSTC_COMPILER_DRIVER_OPTIONS_H

#include <map>
#include <string>
#include <vector>

#include "dsl/base/result.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace instc {

struct OptionSpec {
  std::string name;  // "dump": --dump
  enum class Takes { Nothing, Value } takes = Takes::Nothing;
};

struct ParsedOptions {
  std::map<std::string, std::vector<std::string>> values;  // a flag has one empty value
  std::vector<std::string> positional;

  [[nodiscard]] bool Has(const std::string& name) const { return values.count(name) != 0; }
  // The last value given, or `otherwise`.
  [[nodiscard]] std::string Get(const std::string& name, llvm::StringRef otherwise = "") const;
};

// Accepts --name, --name=value, --name value and positional words in any order; `--` ends the options.
[[nodiscard]] Result<ParsedOptions> ParseOptions(llvm::ArrayRef<OptionSpec> specs,
                                                 const std::vector<std::string>& args);

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_OPTIONS_H
