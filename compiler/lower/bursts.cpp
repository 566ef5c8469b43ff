#include "compiler/lower/bursts.h"

#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "compiler/lower/absence.h"
#include "compiler/lower/wire.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace instc::lower {
namespace {

using conventions::ValueType;
using rules::AttributeSet;
using rules::Expr;

bool IsSlice(const go::Type* type) { return go::UnderlyingAs<go::SliceType>(type) != nullptr; }

bool IsString(const go::Type* type) {
  const auto* basic = go::UnderlyingAs<go::BasicType>(type);
  return basic != nullptr && basic->IsString();
}

/// Where the conventions leave the type open, the Go type decides.
ValueType Decide(ValueType type, const go::Type* go_type) {
  if (type != ValueType::kAny && type != ValueType::kUnknown) return type;
  const auto* basic = go::UnderlyingAs<go::BasicType>(go_type);
  if (basic == nullptr) return ValueType::kStrings;
  if (basic->IsBoolean()) return ValueType::kBoolean;
  if (basic->IsString()) return ValueType::kString;
  return basic->IsFloat() ? ValueType::kDouble : ValueType::kInt;
}

std::string Strings(const GoExpr& value, const go::Type* type) {
  return go::TypeAs<go::SliceType>(type) != nullptr ? value.text : "[]string(" + value.text + ")";
}

/// `FUNC(instcB, KEY, VALUE)` without what stands before FUNC; `set` for replacing.
std::string AttributeCall(bool replace, const std::string& body, const AttributeSet::Name& name, const GoExpr& value,
                          const go::Type* type) {
  std::string key = "(" + body + ", " + Quote(KeyField(name.key)) + ", ";
  auto call = [&](const char* append, const char* set, const std::string& text) {
    return std::string("instcAPI.") + (replace ? set : append) + key + text + ")";
  };
  switch (Decide(name.type, type)) {
    case ValueType::kString:
      return call("str", "setStr", ConvertTo(go::Basic::kString, value, type));
    case ValueType::kInt:
      return call("integer", "setInteger", ConvertTo(go::Basic::kInt64, value, type));
    case ValueType::kBoolean:
      return call("boolean", "setBoolean", ConvertTo(go::Basic::kBool, value, type));
    case ValueType::kDouble:
      return call("float", "setFloat", ConvertTo(go::Basic::kFloat64, value, type));
    case ValueType::kStrings:
      return call("strs", "setStrs", Strings(value, type));
    case ValueType::kAny:
    case ValueType::kUnknown:
    case ValueType::kInts:
    case ValueType::kDoubles:
    case ValueType::kBooleans:
      break;
  }
  llvm::report_fatal_error("bug in instc: an attribute of a type that the port has no call for passed the checker");
}

/// Empty strings and lists count as absent.
std::string NotEmpty(const GoExpr& value, const go::Type* type) {
  if (IsString(type)) return At(value, kAdd) + " != \"\"";
  return IsSlice(type) ? "len(" + value.text + ") > 0" : "";
}

bool CanBeEmpty(const go::Type* type) { return IsString(type) || IsSlice(type); }

const rules::Literal* LiteralOf(const AttributeSet& set) {
  return set.guard == nullptr && set.names.size() == 1 ? std::get_if<rules::Literal>(&set.value->node) : nullptr;
}

bool IsEmptyString(const Expr& expr) {
  const auto* literal = std::get_if<rules::Literal>(&expr.node);
  return literal != nullptr && literal->is_zero && IsString(expr.type);
}

bool NeverWritten(const AttributeSet& set, const HookScope& scope) {
  if (set.guard != nullptr && IsAbsent(*set.guard, scope)) return true;
  return IsAbsent(*set.value, scope) || IsEmptyString(*set.value);
}

std::optional<std::string> AsConstant(const AttributeSet& set) {
  const rules::Literal* literal = LiteralOf(set);
  if (literal == nullptr) return std::nullopt;
  const AttributeSet::Name& name = set.names.front();
  return ConstantAttribute(name.key, Decide(name.type, set.value->type), literal->value);
}

/// One variable per result that has an attribute's name, `_` for the others.
std::vector<std::string> ResultNames(const AttributeSet& set, size_t results, HookScope& scope) {
  std::vector<std::string> names(results, "_");
  for (size_t i = 0; i < results && i < set.names.size(); ++i) names[i] = scope.Temp();
  return names;
}

class StartWriter {
 public:
  StartWriter(std::string body, HookScope& scope, GoWriter& out) : body_(std::move(body)), scope_(scope), out_(out) {}

  void Write(const AttributeSet& set) {
    Blocks blocks(out_);
    Values values(scope_, out_, Values::Mode::kTotal);
    if (set.guard != nullptr) out_.Open("if " + At(values.Value(*set.guard), kBare + 1));
    GoExpr value = values.Value(*set.value);
    std::vector<const go::Type*> types = ResultTypes(*set.value);
    if (types.size() > 1) return WriteResults(set, value.text, types);
    if (set.names.size() > 1 || CanBeEmpty(types[0])) value = values.Stable(value, types[0]);
    bool is_constant = std::holds_alternative<rules::Literal>(set.value->node);
    for (const AttributeSet::Name& name : set.names) {
      WriteOne(name, value, types[0], is_constant ? "" : NotEmpty(value, types[0]));
    }
  }

 private:
  void WriteResults(const AttributeSet& set, const std::string& call, const std::vector<const go::Type*>& types) {
    std::vector<std::string> names = ResultNames(set, types.size(), scope_);
    out_.Line(llvm::join(names, ", ") + " := " + call);
    for (size_t i = 0; i < names.size() && i < set.names.size(); ++i) {
      std::string condition = scope_.NonZero(names[i], types[i]);
      WriteOne(set.names[i], {.text = names[i], .stable = true}, types[i], condition);
    }
  }
  void WriteOne(const AttributeSet::Name& name, const GoExpr& value, const go::Type* type,
                const std::string& condition) {
    Blocks blocks(out_);
    if (!condition.empty()) out_.Open("if " + condition);
    out_.Line(AttributeCall(false, body_, name, value, type));
  }

  std::string body_;
  HookScope& scope_;
  GoWriter& out_;
};

}  // namespace

void WriteStartAttributes(const std::vector<AttributeSet>& sets, const std::string& body, HookScope& scope,
                          GoWriter& out) {
  std::string constants;
  unsigned count = 0;
  GoWriter part;
  StartWriter writer(body, scope, part);
  for (const AttributeSet& set : sets) {
    if (NeverWritten(set, scope)) continue;
    if (std::optional<std::string> constant = AsConstant(set)) {
      constants += *constant;
      ++count;
    } else {
      writer.Write(set);
    }
  }
  if (count == 0 && part.empty()) return;
  out.Open("if " + body + " != nil");
  if (count > 0) out.Line("instcAPI.constant(" + body + ", " + Quote(constants) + ", " + llvm::Twine(count) + ")");
  out.Append(std::move(part));
  out.Close();
}

/// Evaluates value and guard; what comes back only names variables.
Burst::Prepared Burst::Prepare(const Expr& expr, const Expr* guard) {
  GoWriter part;
  Values values(scope_, part, Values::Mode::kTotal);
  if (guard != nullptr) part.Open("if " + At(values.Value(*guard), kBare + 1));
  GoExpr value = values.Value(expr);
  if (part.depth() == 0) {
    value = values.Stable(value, expr.type);
    evaluation_.Append(std::move(part));
    bool is_constant = std::holds_alternative<rules::Literal>(expr.node);
    return {value, is_constant ? "" : NotEmpty(value, expr.type)};
  }
  GoExpr variable{.text = scope_.Temp(), .stable = true};
  evaluation_.Line("var " + variable.text + " " + scope_.Type(go::DefaultType(expr.type)));
  std::string condition = NotEmpty(variable, expr.type);
  bool needs_flag = !CanBeEmpty(expr.type);
  if (needs_flag) {
    condition = scope_.Temp();
    evaluation_.Line(condition + " := false");
  }
  Blocks blocks(evaluation_);
  evaluation_.Append(std::move(part));
  evaluation_.Line(variable.text + " = " + value.text);
  if (needs_flag) evaluation_.Line(condition + " = true");
  return {variable, condition};
}

void Burst::Add(const AttributeSet& set) {
  if (NeverWritten(set, scope_)) return;
  std::vector<const go::Type*> types = ResultTypes(*set.value);
  if (types.size() > 1) return AddTuple(set, types);
  Prepared prepared = Prepare(*set.value, set.guard.get());
  for (const AttributeSet::Name& name : set.names) {
    writes_.push_back({prepared.condition, Call(name, prepared.value, types[0])});
  }
}

void Burst::AddTuple(const AttributeSet& set, const std::vector<const go::Type*>& types) {
  GoWriter part;
  Values values(scope_, part, Values::Mode::kTotal);
  if (set.guard != nullptr) part.Open("if " + At(values.Value(*set.guard), kBare + 1));
  std::string call = values.Value(*set.value).text;
  std::vector<std::string> names = ResultNames(set, types.size(), scope_);
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != "_") evaluation_.Line("var " + names[i] + " " + scope_.Type(types[i]));
  }
  Blocks blocks(evaluation_);
  evaluation_.Append(std::move(part));
  evaluation_.Line(llvm::join(names, ", ") + " = " + call);
  for (size_t i = 0; i < names.size() && i < set.names.size(); ++i) {
    std::string condition = scope_.NonZero(names[i], types[i]);
    writes_.push_back({condition, Call(set.names[i], {.text = names[i], .stable = true}, types[i])});
  }
}

std::string Burst::Call(const AttributeSet::Name& name, const GoExpr& value, const go::Type* type) const {
  return AttributeCall(policy_ == Policy::kReplace, "instcB", name, value, type);
}

void Burst::Add(const rules::Rename& rename) {
  if (rename.guard != nullptr && IsAbsent(*rename.guard, scope_)) return;
  if (IsAbsent(*rename.name, scope_)) return;
  Prepared prepared = Prepare(*rename.name, rename.guard.get());
  std::string name = ConvertTo(go::Basic::kString, prepared.value, rename.name->type);
  writes_.push_back({prepared.condition, "instcAPI.name(instcB, " + name + ")"});
}

void Burst::Add(const rules::StatusStmt& status) {
  if (status.guard != nullptr && IsAbsent(*status.guard, scope_)) return;
  Values values(scope_, evaluation_, Values::Mode::kTotal);
  std::string condition;
  if (status.guard != nullptr) {
    condition = values.Stable(values.Condition(*status.guard), go::BasicTypeOf(go::Basic::kBool)).text;
  }
  std::string message = "\"\"";
  if (status.message != nullptr && !IsAbsent(*status.message, scope_)) {
    Prepared prepared = Prepare(*status.message, nullptr);
    message = ConvertTo(go::Basic::kString, prepared.value, status.message->type);
  }
  writes_.push_back({condition, "instcAPI.status(instcB, " + std::to_string(status.code) + ", " + message + ")"});
}

void Burst::WriteTo(GoWriter& out) {
  if (empty()) return;
  Blocks blocks(out);
  out.Open("if instcAPI.recording(" + node_ + ")");
  out.Append(std::move(evaluation_));
  out.Open("if instcB := instcAPI.open(" + node_ + "); instcB != nil");
  for (const Write& write : writes_) {
    Blocks conditional(out);
    if (!write.condition.empty()) out.Open("if " + write.condition);
    out.Line(write.call);
  }
  out.Line("instcAPI.close(instcB)");
}

}  // namespace instc::lower
