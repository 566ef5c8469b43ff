// Lock files: what a plugin was checked against, beside its rules.
//
//   plugin redis.v9
//   library github.com/redis/go-redis/v9 >= v9.0.0, < v10.0.0
//   version v9.0.0
//   version v9.0.2
//   symbol github.com/redis/go-redis/v9.baseClient.process v9.0.0 1f0c9d0a2b... func by pointer (...) error
//
// A line `symbol` says since which version the symbol has that signature; it holds until the next line of the
// same symbol. So a new release without drift adds one line to the file, and drift shows as text in a review.
// The digest of a signature guards it against edits by hand; `-` says that no rule uses the symbol from that
// version on.
//
// With a lock the versions that a plugin is checked at are those that the lock knows: no network is needed,
// and the answer does not change with the next release. `instc check --new` asks about those.
#ifndef INSTC_COMPILER_COMPILE_LOCK_H
#define INSTC_COMPILER_COMPILE_LOCK_H

#include <map>
#include <string>
#include <vector>

#include "compiler/pack/pack.h"
#include "compiler/rules/ir.h"

namespace instc::compile {

struct Lock {
  struct Entry {
    std::string since;
    std::string signature;  ///< empty: not used
  };
  std::string plugin;
  std::string library;
  std::string range;                                  ///< as RangeText writes it
  std::vector<std::string> versions;                  ///< ascending
  std::map<std::string, std::vector<Entry>> symbols;  ///< entries by version, ascending

  /// Empty: the lock knows none at that version.
  llvm::StringRef SignatureAt(const std::string& symbol, llvm::StringRef version) const;
  /// Enters what one version uses. Versions are entered in ascending order.
  void Enter(const std::string& version, const std::map<std::string, rules::SymbolUse>& symbols);
};

std::string LockText(const Lock& lock);
/// The error names the line.
Result<Lock> ParseLock(llvm::StringRef text);

/// `a/b.hook` -> `a/b.lock`
std::string LockPathOf(llvm::StringRef rule_file);

}  // namespace instc::compile

#endif  // INSTC_COMPILER_COMPILE_LOCK_H
