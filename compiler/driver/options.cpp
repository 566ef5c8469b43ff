#include "compiler/driver/options.h"

#include <boost/program_options.hpp>

namespace instc {
namespace {

namespace po = boost::program_options;

constexpr const char* kPositional = "positional words";  // no option can have blanks in its name

po::options_description Describe(llvm::ArrayRef<OptionSpec> specs) {
  po::options_description description;
  for (const OptionSpec& spec : specs) {
    if (spec.takes == OptionSpec::Takes::Nothing) {
      description.add_options()(spec.name.c_str(), "");
    } else {
      description.add_options()(spec.name.c_str(), po::value<std::vector<std::string>>(), "");
    }
  }
  description.add_options()(kPositional, po::value<std::vector<std::string>>(), "");
  return description;
}

ParsedOptions Collect(const po::parsed_options& parsed) {
  ParsedOptions options;
  for (const po::option& option : parsed.options) {
    if (option.position_key >= 0) {
      options.positional.insert(options.positional.end(), option.value.begin(), option.value.end());
      continue;
    }
    std::vector<std::string>& values = options.values[option.string_key];
    values.push_back(option.value.empty() ? "" : option.value.front());
  }
  return options;
}

}  // namespace

std::string ParsedOptions::Get(const std::string& name, llvm::StringRef otherwise) const {
  auto found = values.find(name);
  return found == values.end() ? otherwise.str() : found->second.back();
}

Result<ParsedOptions> ParseOptions(llvm::ArrayRef<OptionSpec> specs, const std::vector<std::string>& args) {
  namespace style = po::command_line_style;
  po::options_description description = Describe(specs);
  po::positional_options_description positional;
  positional.add(kPositional, -1);
  try {
    po::command_line_parser parser(args);
    parser.options(description).positional(positional);
    parser.style(style::allow_long | style::long_allow_adjacent | style::long_allow_next);
    return Collect(parser.run());
  } catch (const po::error& error) {
    return Fail("{0}", error.what());
  }
}

}  // namespace instc
