// Parsed files by their text.
//
// Most files of a library are the same in version after version, so a run that checks many versions would
// parse the same text over and over. What is kept is bounded: where there is no more room, whoever asks
// parses for itself.
#ifndef INSTC_COMPILER_GO_LOAD_PARSED_FILES_H
#define INSTC_COMPILER_GO_LOAD_PARSED_FILES_H

#include <memory>
#include <string>
#include <unordered_map>

#include "compiler/go/syntax/ast.h"
#include "llvm/ADT/StringRef.h"

namespace instc::go {

class ParsedFiles {
 public:
  static constexpr uint64_t kMaxBytes = uint64_t{96} << 20;  ///< of texts and trees

  explicit ParsedFiles(uint64_t max_bytes = kMaxBytes) : room_(max_bytes) {}
  /// What a file of this text says; null when it has syntax errors, which want a place to be reported at, or
  /// when there is no more room.
  const FileContent* Find(llvm::StringRef text);

 private:
  struct Entry {
    std::string text;
    File file;
  };
  const Entry* Known(llvm::StringRef text, uint64_t hash) const;

  std::unordered_multimap<uint64_t, std::unique_ptr<Entry>> entries_;  // by hash of the text; lookups only
  uint64_t room_;
};

}  // namespace instc::go

#endif  // INSTC_COMPILER_GO_LOAD_PARSED_FILES_H
