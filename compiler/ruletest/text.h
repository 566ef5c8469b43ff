// The functions of instc.dev/rt/text once more, in C++: a rule's test runs without Go.
//
// compiler/rt/text is the original; what differs is a bug here. tests/unit/ruletest/corpus.txt holds inputs
// of all of them, and a Go program and a C++ program both answer it: ctest compares the answers.
#ifndef INSTC_COMPILER_RULETEST_TEXT_H
#define INSTC_COMPILER_RULETEST_TEXT_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace instc::ruletest::text {

struct Address {
  std::string host;
  int64_t port = 0;
};

/// At most `limit` bytes, cut on a rune boundary.
std::string Cut(llvm::StringRef s, size_t limit);
constexpr size_t kMaxText = 4096;

int64_t Atoi(llvm::StringRef s);
/// nullopt outside of ASCII: the tables of Unicode are Go's own.
std::optional<std::string> Lower(llvm::StringRef s);
std::optional<std::string> Upper(llvm::StringRef s);

Address HostPort(llvm::StringRef address);

std::string HTTPMethod(llvm::StringRef method);
std::string HTTPName(llvm::StringRef method, llvm::StringRef route);
std::string HTTPVersion(llvm::StringRef proto);
std::string HTTPRoute(llvm::StringRef pattern);

std::string RedactURL(llvm::StringRef raw);
std::string RedactQuery(llvm::StringRef query);
bool OTLPExporter(llvm::StringRef method_or_agent);

/// Arguments as Text shows them.
std::string SanitizeRedis(llvm::ArrayRef<std::string> args);

std::string SanitizeSQL(llvm::StringRef query);
std::string SQLOperation(llvm::StringRef query);
std::string SQLTable(llvm::StringRef query);
std::string SQLSummary(llvm::StringRef query);

/// Both or the one that is not empty, a blank between.
std::string Words(llvm::StringRef a, llvm::StringRef b);

/// strings.ToUpper and strings.ToLower as far as they can end in ASCII: `ſ` and `K` have ASCII partners.
std::string FoldUpper(llvm::StringRef s);
std::string FoldLower(llvm::StringRef s);
/// strings.EqualFold of any text with an ASCII one.
bool EqualFold(llvm::StringRef s, llvm::StringRef ascii);

}  // namespace instc::ruletest::text

#endif  // INSTC_COMPILER_RULETEST_TEXT_H
