// What a rule does for a log library: ids on its records, and records of our own. Both belong to a log call,
// which often has its context in a hidden field of type `any`.
#include "compiler/check/hook_checker.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(LogTextType, "E0840", Error, "the {0} of a log record is a string, this is {1}",
                 llvm::StringRef, std::string);
INSTC_DIAGNOSTIC(SeverityType, "E0841", Error, "a severity is an integer, this is {0}", std::string);
INSTC_DIAGNOSTIC(SeverityRange, "E0842", Error, "severities go from 1 to 24, this is {0}", int64_t);
INSTC_DIAGNOSTIC(LogFieldsType, "E0843", Error,
                 "`with` takes names and values in turn in a []any, or a map[string]any; this is {0}",
                 std::string);

/// A context, what has one, or a hidden field of type any that carries one; none where this version has no such name. False: reported.
bool HookChecker::LogContext(const ast::Expr& expr, ExprPtr& context) {
  const bool ambient = IsAmbient(expr);
  ExprPtr value = ambient ? nullptr : CheckValueOf(expr);
  if (!ambient && IsAbsent(*value)) return true;
  const bool any_value = !ambient && !IsInvalid(*value) && go::IsInterface(value->type);
  if (any_value && !IsContext(value->type)) {
    context = value;
    return true;
  }
  auto found = ambient ? ContextOf(expr, false) : ContextOf(value, expr.span, false);
  if (found.has_value()) context = found->get;
  return found.has_value();
}

bool HookChecker::LogText(const ast::ExprPtr& expr, llvm::StringRef what, ExprPtr& out) {
  if (expr == nullptr) return true;
  ExprPtr value = CheckValueOf(*expr);
  if (IsInvalid(*value)) return false;
  if (!Assignable(*value, BasicTypeOf(Basic::kString))) {
    emitter().Emit(expr->span, LogTextType, what, Show(value->type));
    return false;
  }
  CheckSecret(*value, ("the " + what + " of a log record").str());
  out = Coerce(value, BasicTypeOf(Basic::kString));
  return true;
}

bool HookChecker::LogSeverity(const ast::Expr& expr, ExprPtr& out) {
  ExprPtr value = CheckValueOf(expr);
  if (IsInvalid(*value)) return false;
  const auto* basic = go::UnderlyingAs<go::BasicType>(value->type);
  if (!IsAbsent(*value) && (basic == nullptr || !basic->IsInteger())) {
    emitter().Emit(expr.span, SeverityType, Show(value->type));
    return false;
  }
  const auto* literal = std::get_if<rules::Literal>(&value->node);
  const std::optional<int64_t> number = literal == nullptr ? std::nullopt : literal->value.AsInt64();
  if (number.has_value() && (*number < 1 || *number > 24)) {
    emitter()
        .Emit(expr.span, SeverityRange, *number)
        .Help("TRACE is 1, DEBUG 5, INFO 9, WARN 13, ERROR 17, FATAL 21; leave it out where it is not known");
    return false;
  }
  out = Coerce(value, go::DefaultType(value->type));
  return true;
}

bool HookChecker::LogFields(const ast::Expr& expr, ExprPtr& out) {
  out = CheckValueOf(expr);
  if (IsInvalid(*out)) return false;
  if (IsAbsent(*out)) return true;
  const auto* slice = go::UnderlyingAs<go::SliceType>(out->type);
  const auto* map = go::UnderlyingAs<go::MapType>(out->type);
  const bool list = slice != nullptr && go::Identical(slice->element, go::EmptyInterface());
  const bool table = map != nullptr && go::Identical(map->key, BasicTypeOf(Basic::kString)) &&
                     go::Identical(map->value, go::EmptyInterface());
  if (list || table) return true;
  emitter().Emit(expr.span, LogFieldsType, Show(out->type));
  return false;
}

void HookChecker::Log(const ast::LogStmt& stmt, Span span, rules::StmtList& out) {
  rules::LogStmt log;
  bool ok = LogText(stmt.body, "body", log.body);
  if (stmt.severity != nullptr) ok = LogSeverity(*stmt.severity, log.severity) && ok;
  ok = LogText(stmt.severity_text, "severity", log.severity_text) && ok;
  if (stmt.in != nullptr) LogContext(*stmt.in, log.context);
  if (stmt.at != nullptr) log.at = Time(*stmt.at, "at");
  if (stmt.fields != nullptr) ok = LogFields(*stmt.fields, log.fields) && ok;
  if (stmt.block.has_value()) ok = OwnAttributes(*stmt.block, "log record", log.attributes) && ok;
  log.guard = Guard(stmt.guard.get());
  if (ok && (log.guard == nullptr || !IsAbsent(*log.guard))) Add(out, span, std::move(log));
}

}  // namespace instc::check
