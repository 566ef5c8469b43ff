// Labels: what is known of a value beyond its type. A secret may leave in no attribute, a value of unbounded
// variety may name no span and no series of a metric, statement text must be sanitised. Labels come from
// facts about Go declarations (`fact`, shipped and of plugins) and flow through expressions; sanitising
// built-ins, externs that say `is ...` and `trust` end them.
#ifndef INSTC_COMPILER_CHECK_LABELS_H
#define INSTC_COMPILER_CHECK_LABELS_H

#include <map>
#include <optional>
#include <string>

#include "compiler/check/rule_set.h"
#include "compiler/rules/ir.h"

namespace instc::check {

/// Bits of rules::Expr::labels.
enum Label : uint8_t {
  kSecret = 1,     ///< a password, a token, a connection string
  kPii = 2,        ///< says something about a person
  kUnbounded = 4,  ///< as many different values as there are calls
  kSanitized = 8,  ///< text without the values that were in it
  kBounded = 16,   ///< few different values, whatever it was made of
  kAnswer = 32,    ///< of an error variable: an answer of the library rather than a failure
  kTrusted = 64,   ///< behind `trust`; has no name
};

/// The label of this name; nullopt: there is none.
std::optional<uint8_t> LabelOf(llvm::StringRef name);
/// The labels behind `is`; unknown names are reported.
uint8_t LabelsOf(const ast::Labels& labels, diag::Emitter& emitter);

/// What the `fact` declarations in reach of one plugin say.
class Facts {
 public:
  Facts(const RuleSet& set, const RuleFile& plugin);

  /// Of a package-level name, a field, a method's result: path is `Name` or `Type.Member`.
  uint8_t Of(llvm::StringRef package, llvm::StringRef path) const;
  /// What the package has that is an answer: names of variables, and `Type.Method` or functions that are the
  /// ones to give them.
  std::vector<std::string> AnswersOf(llvm::StringRef package) const;
  /// Of a parameter of a function or method, by its name in the library.
  uint8_t OfParam(llvm::StringRef package, llvm::StringRef func, llvm::StringRef param) const;

 private:
  void Add(const ast::FactDecl& fact);
  std::map<std::string, uint8_t> facts_;  ///< by `package.Path`, of parameters with a leading `param `
};

/// The labels of an expression from those of its parts, without facts about what it selects or calls.
uint8_t LabelsOfParts(const decltype(rules::Expr::node)& node);
/// Whether everything in this text that is not constant has been sanitised.
bool IsSanitized(const rules::Expr& expr);
/// Whether it takes only values that the user or the author of the rule has listed.
bool IsBounded(const rules::Expr& expr);
/// The innermost part that the label comes from.
const rules::Expr& SourceOf(const rules::Expr& expr, uint8_t label);

}  // namespace instc::check

#endif  // INSTC_COMPILER_CHECK_LABELS_H
