// Statements of one function: the enter function, or the exit function with the exit blocks.
#ifndef INSTC_COMPILER_LOWER_STATEMENTS_H
#define INSTC_COMPILER_LOWER_STATEMENTS_H

#include <optional>
#include <string>

#include "compiler/lower/bursts.h"
#include "compiler/lower/values.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace instc::lower {

class Statements {
 public:
  Statements(HookScope& scope, GoWriter& out) : scope_(scope), out_(out) {}

  /// All of `body` but its exit blocks.
  void Write(const rules::StmtList& body);
  /// The exit function: the exit blocks of `body`, measurements, and ends at another time than now.
  /// `last_span`: the only one that ends with the call, so that the last burst may end it.
  void WriteAtExit(const rules::StmtList& body, std::optional<unsigned> last_span);

 private:
  void WriteOpen(const rules::StmtList& body);
  void WriteExits(const rules::StmtList& body);
  void WriteExitBlocks(const rules::StmtList& body);
  void WriteLast(const rules::StmtList& body);
  void Measurements(const rules::StmtList& body);
  void EndSpansAt(const rules::StmtList& body);
  void Of(const rules::SkipWhen& n);
  void Of(const rules::Bypass& n);
  void Of(const rules::Needs& n);
  void Of(const rules::Let& n);
  void Of(const rules::Set& n);
  void Of(const rules::Extend& n);
  void Of(const rules::CallStmt& n);
  void Of(const rules::SpanStmt& n);
  void Of(const rules::Attr& n);
  void Of(const rules::Rename& n);
  void Of(const rules::StatusStmt& n);
  void Of(const rules::ErrorStmt& n);
  void Of(const rules::EventStmt& n);
  void Of(const rules::LinkStmt& n);
  void Of(const rules::InjectStmt& n);
  void Of(const rules::MetricStmt& n);
  void Of(const rules::Observe& n);
  void Of(const rules::Unobserve& n);
  void Of(const rules::RawGo& n);
  void Of(const rules::Exit& n);
  void Of(const rules::If& n);
  void Of(const rules::For& n);
  void Of(const rules::Enrich& n);
  void Of(const rules::Stamp& n);
  void Of(const rules::LogStmt& n);
  void Of(const rules::Wrap& n);
  void Of(const rules::Decorate& n);
  void Of(const rules::Resume& n);
  void Of(const rules::EndStmt& n);
  void Of(const rules::Suppress& n);
  void Of(const rules::Bind& n);
  void Of(const rules::Unbind& n);

  Values Total() { return {scope_, out_, Values::Mode::kTotal}; }
  Values Strict() { return {scope_, out_, Values::Mode::kStrict}; }
  bool Possible(const rules::ExprPtr& expr) const;
  bool Impossible(const rules::ExprPtr& guard) const;  ///< a guard that never holds
  void OpenGuard(const rules::ExprPtr& guard);
  void WriteExit(const rules::Exit& n);
  bool JoinsBurst(const rules::Exit& n) const;
  void WriteBranches(const rules::If& n, void (Statements::*write)(const rules::StmtList&));
  void WriteRounds(const rules::For& n, void (Statements::*write)(const rules::StmtList&));
  void BindRound(const rules::Binding* binding, const std::string& variable);
  void EndRound(const rules::StmtList& body, bool begin);
  void WriteIf(const GoExpr& condition, GoWriter then, GoWriter otherwise);
  void Measure(const rules::MetricStmt& n);
  void EndAt(const rules::SpanStmt& n);
  Burst& BurstOf(unsigned span);
  void Flush(Burst::Last last = Burst::Last::kClose);
  void LeaveEarly();

  // Lets.
  void LetOne(const rules::Binding& binding, const rules::Expr& value);
  void LetGuarded(const rules::Binding& binding, GoWriter part, const GoExpr& text);
  std::string DeclareGuarded(const rules::Binding& binding);
  void LetSeveral(const rules::Let& n);
  void Declare(const rules::Binding& binding);

  // Writes.
  std::string Target(const rules::Expr& target);
  void PublishWrite(const rules::Expr& target);

  // Spans.
  void SpanAtExit(const rules::SpanStmt& n);
  std::string UnixNano(const rules::Expr& time);
  std::string Held(GoWriter part, const std::string& text, const std::string& type);
  void Began(const rules::SpanStmt& n, const std::string& body);
  void GivenAttributes(const rules::SpanStmt& n, const std::string& body, GoWriter& out);
  std::string SpanName(const rules::SpanStmt& n);
  std::string NameVariable(const rules::Expr& expr);
  std::string ContextText(const rules::ExprPtr& get, bool put);
  std::string Key(const rules::Expr& key);
  void Keep(const rules::SpanStmt& n, const std::string& key, const std::string& node);
  std::string BeginCall(const rules::SpanStmt& n, const std::string& context, const std::string& name);
  std::string Getter(const rules::Carrier& carrier);
  std::string Header(const rules::Carrier& carrier);
  void PutContext(const rules::ContextRef& context, const std::string& made);
  void InjectSet(const rules::InjectStmt& n);
  GoExpr CarrierMap(const rules::Carrier& carrier);
  void ReturnFrom(const rules::Carrier& carrier);
  void StoreIn(const rules::Carrier& carrier);
  void StorePair(const rules::Expr& pairs);
  std::string LogText(const rules::ExprPtr& text);
  std::string LogPart(const rules::ExprPtr& part, const std::string& none, const std::string& type,
                      llvm::function_ref<std::string(const GoExpr&)> text);
  void StampOne(const rules::Stamp& n, const std::string& key, const std::string& id);

  HookScope& scope_;
  GoWriter& out_;
  unsigned spans_begun_ = 0;
  std::optional<Burst> burst_;
  unsigned burst_span_ = 0;
};

/// The variables of a template's argument that several places need: not evaluated yet.
void DeclareArgument(const rules::Binding& argument, HookScope& scope, GoWriter& out);

/// The receiver, parameter or result that an assignment to `target` changes: its root, unless a pointer,
/// slice or map leads away from it. Null when there is none.
const rules::Binding* WrittenBinding(const rules::Expr& target);

/// Whether `expr = x` is Go: a variable, or a field of one or behind a pointer.
bool IsAssignable(const rules::Expr& expr);

}  // namespace instc::lower

#endif  // INSTC_COMPILER_LOWER_STATEMENTS_H
