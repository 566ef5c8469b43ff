// Versions at which a plugin was found good before.
//
// `instc check` always checks. `instc compile` must refuse what it would refuse, and need not do all of it
// again each time: a version without any diagnostic is noted, together with everything the verdict rests on
// (this instc, the rules, Go, the lock, the summary of that version).
#ifndef INSTC_COMPILER_COMPILE_VERDICTS_H
#define INSTC_COMPILER_COMPILE_VERDICTS_H

#include <map>
#include <string>

#include "llvm/ADT/StringRef.h"

namespace instc::compile {

class Verdicts {
 public:
  /// `basis`: a digest of what all verdicts on the plugin rest on. Verdicts of another basis are forgotten.
  /// Without `cache_dir` nothing is kept.
  Verdicts(const std::string& cache_dir, llvm::StringRef plugin, std::string basis);

  /// Whether there is a verdict, on whatever summary.
  bool Knows(const std::string& version) const { return good_.count(version) > 0; }
  bool Good(const std::string& version, llvm::StringRef summary_digest) const;
  void Note(const std::string& version, const std::string& summary_digest);
  /// Writes what has changed. That it cannot be written costs time, and nothing else.
  void Save() const;

 private:
  std::string path_;
  std::string basis_;
  std::map<std::string, std::string> good_;  // version -> digest of its summary
  bool changed_ = false;
};

}  // namespace instc::compile

#endif  // INSTC_COMPILER_COMPILE_VERDICTS_H
