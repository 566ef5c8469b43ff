// What a rule does for a log library: ids on its records, and records of our own.
#include "compiler/go/types/universe.h"
#include "compiler/lower/absence.h"
#include "compiler/lower/statements.h"

namespace instc::lower {

void Statements::Of(const rules::Stamp& n) {
  std::string context = ContextText(n.context, /*put=*/false);
  std::string trace = scope_.Temp();
  std::string span = scope_.Temp();
  out_.Line(trace + ", " + span + " := instcAPI.ids(" + context + ")");
  out_.Open("if " + trace + " != \"\" && " + span + " != \"\"");
  StampOne(n, "trace_id", trace);
  StampOne(n, "span_id", span);
  out_.Close();
}

void Statements::StampOne(const rules::Stamp& n, const std::string& key, const std::string& id) {
  if (n.key != nullptr) scope_.Substitute(*n.key, GoQuoted(key));
  if (n.id != nullptr) scope_.Substitute(*n.id, id);
  Blocks blocks(out_);
  bool conditional = Possible(n.unless);
  if (conditional) out_.Open("if !" + At(Total().Condition(*n.unless), kUnary));
  bool declares = std::any_of(n.body.begin(), n.body.end(), [](const auto& stmt) {
    return std::holds_alternative<rules::Let>(stmt->node);
  });
  if (declares && !conditional) out_.Open("");
  Write(n.body);
}

/// A string; empty when it is absent.
std::string Statements::LogText(const rules::ExprPtr& text) {
  return LogPart(text, "\"\"", "string",
                 [&](const GoExpr& value) { return ConvertTo(go::Basic::kString, value, text->type); });
}

/// An argument of the port's `emit`: a part that is not there does not keep the record from being made.
std::string Statements::LogPart(const rules::ExprPtr& part, const std::string& none, const std::string& type,
                                llvm::function_ref<std::string(const GoExpr&)> text) {
  if (!Possible(part)) return none;
  GoWriter lines;
  GoExpr value = Values(scope_, lines, Values::Mode::kTotal).Value(*part);
  std::string written = text(value);
  return Held(std::move(lines), written, type);
}

/// Nothing of the record is evaluated unless somebody takes it.
void Statements::Of(const rules::LogStmt& n) {
  if (Impossible(n.guard)) return;
  Blocks blocks(out_);
  OpenGuard(n.guard);
  std::string context = ContextText(n.context, /*put=*/false);
  out_.Open("if instcB := instcAPI.record(instcRule, " + context + "); instcB != nil");
  std::string body = LogText(n.body), text = LogText(n.severity_text);
  std::string severity = LogPart(n.severity, "0", "int64", [&](const GoExpr& value) {
    return ConvertTo(go::Basic::kInt64, value, n.severity->type);
  });
  std::string at = Possible(n.at) ? UnixNano(*n.at) : "0";
  std::string fields = LogPart(n.fields, "", "interface{}", [&](const GoExpr& value) {
    const bool list = go::UnderlyingAs<go::SliceType>(n.fields->type) != nullptr;
    return (list ? "[]interface{}(" : "map[string]interface{}(") + value.text + ")";
  });
  WriteStartAttributes(n.attributes, "instcB", scope_, out_);
  if (!fields.empty()) out_.Line("instcAPI.fields(instcB, " + fields + ")");
  out_.Line("instcAPI.emit(instcB, " + at + ", " + severity + ", " + text + ", " + body + ")");
}

}  // namespace instc::lower
