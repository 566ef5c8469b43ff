// Objects of the rules, and what is asked once of a value of the library.
#include "compiler/lower/absence.h"
#include "compiler/lower/objects.h"
#include "compiler/lower/values.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::lower {

using rules::Expr;

/// A field whose value is absent stays zero.
GoExpr Values::Of(const Expr&, const rules::NewObject& n) {
  std::vector<std::string> fields;
  for (const auto& [name, value] : n.fields) {
    if (IsAbsent(*value, scope_)) continue;
    Values strict(scope_, out_, Mode::kStrict);
    fields.push_back(name + ": " + strict.Value(*value).text);
  }
  std::string text = "&" + n.object->go_type + "{" + llvm::join(fields, ", ") + "}";
  return {.text = text, .precedence = kBare};
}

/// One that `wraps` is found behind the interfaces that it keeps, too.
GoExpr Values::Of(const Expr&, const rules::ObjectIn& n) {
  const rules::Object& object = *n.object;
  std::string wanted = object.wraps ? SelfInterface(object) : "*" + object.go_type;
  std::string self = object.wraps ? "." + SelfMethod(object) + "()" : "";
  std::string assertion = At(Value(*n.base), kPrimary) + ".(" + wanted + ")";
  if (!total()) return {.text = assertion + self};
  std::string value = scope_.Temp();
  std::string holds = scope_.Temp();
  out_.IfInit(value + ", " + holds + " := " + assertion, holds);
  return {.text = value + self, .stable = true};
}

GoExpr Values::Of(const Expr&, const rules::FirstTime& n) {
  GoExpr base = Value(*n.base);
  GuardNotNil(base, n.base->type);
  return {.text = "instcAPI.once(&" + At(base, kPrimary) + "." + n.field + ")"};
}

}  // namespace instc::lower
