// Puts lowered hooks into the sample package the way the backend does, and hands it to the Go toolchain.
#ifndef INSTC_TESTS_UNIT_LOWER_SAMPLE_BUILD_H
#define INSTC_TESTS_UNIT_LOWER_SAMPLE_BUILD_H

#include <string>
#include <vector>

#include "compiler/go/types/package.h"
#include "compiler/pack/pack.h"

namespace instc::lower {

/// A file of this repository.
std::string ReadFile(const std::string& path);

/// The target's file with sites, hook code and hidden fields.
std::string Instrument(std::string text, const pack::Package& hooks, const go::Package& target);

/// instc_port.go: the port and one variable per extern.
std::string PortFile(const pack::Package& hooks);

struct GoResult {
  int status = 0;
  std::string output;  ///< stdout and stderr
};
/// Runs a command in a fresh directory that holds these files.
struct GoFileText {
  std::string name, text;
};
GoResult RunGo(const std::vector<GoFileText>& files, const std::string& command);

}  // namespace instc::lower

#endif  // INSTC_TESTS_UNIT_LOWER_SAMPLE_BUILD_H
