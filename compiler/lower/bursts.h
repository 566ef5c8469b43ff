// Writing to a span. Start attributes go straight to the fresh body, which nobody else can see yet.
// Everything later is a burst: all its expressions are evaluated first, then the body is opened (locked),
// written and closed, so that nothing foreign ever runs under the lock.
#ifndef INSTC_COMPILER_LOWER_BURSTS_H
#define INSTC_COMPILER_LOWER_BURSTS_H

#include <string>
#include <vector>

#include "compiler/lower/values.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace instc::lower {

/// Writes `sets` to `body`; constant ones in one piece, ahead of the others.
void WriteStartAttributes(const std::vector<rules::AttributeSet>& sets, const std::string& body,
                          HookScope& scope, GoWriter& out);

class Burst {
 public:
  /// Of attributes: a span's own, an enrichment's, or those of a measurement without a span.
  enum class Policy { kAppend, kReplace, kSample };
  /// `node`: text of the span's node; may be written twice.
  Burst(std::string node, Policy policy, HookScope& scope)
      : node_(std::move(node)), policy_(policy), scope_(scope) {}

  void Add(const rules::AttributeSet& set);
  void Add(const rules::Rename& rename);
  void Add(const rules::StatusStmt& status);
  void Add(const rules::EventStmt& event);
  void Add(const rules::MetricStmt& metric);
  /// `owner`: a variable that is not nil, or empty.
  void Add(const rules::Observe& observe, const std::string& owner);
  bool empty() const { return writes_.empty(); }
  /// What `add` adds is evaluated and written only where `guard` holds.
  void Under(const rules::ExprPtr& guard, llvm::function_ref<void()> add);
  /// What follows the writes: the body is closed, or the span ends.
  enum class Last { kClose, kEnd };
  void WriteTo(GoWriter& out, Last last = Last::kClose);

 private:
  /// One call under the lock: `instcAPI.FUNC(instcB, ARGUMENTS)`; or several under one condition.
  struct Write {
    std::string condition;  ///< empty: always
    std::string call;
    std::vector<Write> inner;
  };
  struct Prepared {
    std::string text;       ///< of the port's type
    std::string condition;  ///< under which there is a value; empty: always
  };
  Prepared Prepare(const rules::Expr& value, const rules::Expr* guard, conventions::ValueType type);
  Prepared PrepareGuarded(GoWriter part, const std::string& value, conventions::ValueType type);
  void AddTuple(const rules::AttributeSet& set, const std::vector<const go::Type*>& types);
  std::string GuardVariable(const rules::ExprPtr& guard);
  GoWriter& Declarations() { return outside_ != nullptr ? *outside_ : evaluation_; }
  std::vector<Write> Aside(const std::vector<rules::AttributeSet>& sets);
  std::string Measured(const rules::MetricStmt& metric, std::string& condition);
  std::string Reader(const rules::Observe& observe);
  static void WriteAll(const std::vector<Write>& writes, GoWriter& out);
  std::string Call(const std::string& key, conventions::ValueType type, const std::string& value) const;

  std::string node_;
  Policy policy_;
  HookScope& scope_;
  GoWriter evaluation_;
  std::vector<Write> writes_;
  /// What stands in front of the block that is evaluated; null: there is none.
  GoWriter* outside_ = nullptr;
  std::string under_;  ///< the condition of that block
};

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_BURSTS_H
