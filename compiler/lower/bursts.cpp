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

bool IsSlice(const go::Type* type) {
  return go::UnderlyingAs<go::SliceType>(type) != nullptr;
}

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

[[noreturn]] void NoCall() {
  llvm::report_fatal_error(
      "bug in instc: an attribute of a type that the port has no call for passed the checker");
}

/// How the port takes an attribute of some type.
struct PortType {
  const char* go_type;
  const char* append;
  const char* replace;
};

PortType PortTypeOf(ValueType type) {
  switch (type) {
    case ValueType::kString:
      return {"string", "str", "setStr"};
    case ValueType::kInt:
      return {"int64", "integer", "setInteger"};
    case ValueType::kBoolean:
      return {"bool", "boolean", "setBoolean"};
    case ValueType::kDouble:
      return {"float64", "float", "setFloat"};
    case ValueType::kStrings:
      return {"[]string", "strs", "setStrs"};
    case ValueType::kAny:
    case ValueType::kUnknown:
    case ValueType::kInts:
    case ValueType::kDoubles:
    case ValueType::kBooleans:
      NoCall();
  }
  NoCall();
}

/// The value as the port takes it.
std::string PortText(ValueType type, const GoExpr& value, const go::Type* go_type) {
  switch (type) {
    case ValueType::kString:
      return ConvertTo(go::Basic::kString, value, go_type);
    case ValueType::kInt:
      return ConvertTo(go::Basic::kInt64, value, go_type);
    case ValueType::kBoolean:
      return ConvertTo(go::Basic::kBool, value, go_type);
    case ValueType::kDouble:
      return ConvertTo(go::Basic::kFloat64, value, go_type);
    case ValueType::kStrings:
      return go::TypeAs<go::SliceType>(go_type) != nullptr ? value.text : "[]string(" + value.text + ")";
    case ValueType::kAny:
    case ValueType::kUnknown:
    case ValueType::kInts:
    case ValueType::kDoubles:
    case ValueType::kBooleans:
      NoCall();
  }
  NoCall();
}

/// The name as the port takes it. A computed one goes into a variable, which is empty when there is none.
struct KeyText {
  std::string text;
  std::string condition;  ///< under which there is a name; empty: always
};
KeyText KeyOf(const AttributeSet::Name& name, HookScope& scope, GoWriter& declarations, GoWriter& out) {
  if (name.part == nullptr) return {GoQuoted(KeyField(name.key)), ""};
  std::string variable = scope.Temp();
  declarations.Line("var " + variable + " string");
  if (IsAbsent(*name.part, scope)) return {variable, variable + " != \"\""};
  std::string make = scope.Helper("attribute_key", "AttributeKey", "func(string, string, bool) string");
  Blocks blocks(out);
  GoExpr part = Values(scope, out, Values::Mode::kTotal).Value(*name.part);
  out.Line(variable + " = " + make + "(" + GoQuoted(name.key) + ", " +
           ConvertTo(go::Basic::kString, part, name.part->type) + (name.lower_case ? ", true)" : ", false)"));
  return {variable, variable + " != \"\""};
}

std::vector<KeyText> KeysOf(const AttributeSet& set, HookScope& scope, GoWriter& declarations,
                            GoWriter& out) {
  std::vector<KeyText> keys;
  for (const AttributeSet::Name& name : set.names) keys.push_back(KeyOf(name, scope, declarations, out));
  return keys;
}

std::string Both(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + " && " + b;
}

std::string AppendCall(const std::string& body, const KeyText& key, const AttributeSet::Name& name,
                       const GoExpr& value, const go::Type* go_type) {
  ValueType type = Decide(name.type, go_type);
  return std::string("instcAPI.") + PortTypeOf(type).append + "(" + body + ", " + key.text + ", " +
         PortText(type, value, go_type) + ")";
}

/// Empty strings and lists count as absent.
std::string NotEmpty(const GoExpr& value, const go::Type* type) {
  if (IsString(type)) return At(value, kAdd) + " != \"\"";
  return IsSlice(type) ? "len(" + value.text + ") > 0" : "";
}

/// The same for a variable of the port's type.
std::string NotEmpty(const std::string& variable, ValueType type) {
  if (type == ValueType::kString) return variable + " != \"\"";
  return type == ValueType::kStrings ? "len(" + variable + ") > 0" : "";
}

bool CanBeEmpty(const go::Type* type) {
  return IsString(type) || IsSlice(type);
}

const rules::Literal* LiteralOf(const AttributeSet& set) {
  return set.guard == nullptr && set.names.size() == 1 && set.names[0].part == nullptr
             ? std::get_if<rules::Literal>(&set.value->node)
             : nullptr;
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
  StartWriter(std::string body, HookScope& scope, GoWriter& out)
      : body_(std::move(body)), scope_(scope), out_(out) {}

  void Write(const AttributeSet& set) {
    Blocks blocks(out_);
    Values values(scope_, out_, Values::Mode::kTotal);
    if (set.guard != nullptr) out_.If(values.Value(*set.guard));
    std::vector<KeyText> keys = KeysOf(set, scope_, out_, out_);
    GoExpr value = values.Value(*set.value);
    std::vector<const go::Type*> types = ResultTypes(*set.value);
    if (types.size() > 1) return WriteResults(set, keys, value.text, types);
    if (set.names.size() > 1 || CanBeEmpty(types[0])) value = values.Stable(value, types[0]);
    bool is_constant = std::holds_alternative<rules::Literal>(set.value->node);
    std::string condition = is_constant ? "" : NotEmpty(value, types[0]);
    if (!condition.empty()) out_.If(condition);
    for (size_t i = 0; i < keys.size(); ++i) {
      Blocks named(out_);
      if (!keys[i].condition.empty()) out_.If(keys[i].condition);
      out_.Line(AppendCall(body_, keys[i], set.names[i], value, types[0]));
    }
  }

 private:
  void WriteResults(const AttributeSet& set, const std::vector<KeyText>& keys, const std::string& call,
                    const std::vector<const go::Type*>& types) {
    std::vector<std::string> names = ResultNames(set, types.size(), scope_);
    out_.Line(llvm::join(names, ", ") + " := " + call);
    for (size_t i = 0; i < names.size() && i < set.names.size(); ++i) {
      std::string condition = Both(keys[i].condition, scope_.NonZero(names[i], types[i]));
      Blocks blocks(out_);
      if (!condition.empty()) out_.If(condition);
      out_.Line(AppendCall(body_, keys[i], set.names[i], {.text = names[i], .stable = true}, types[i]));
    }
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
  if (count > 0)
    out.Line("instcAPI.constant(" + body + ", " + GoQuoted(constants) + ", " + llvm::Twine(count) + ")");
  out.Append(std::move(part));
  out.Close();
}

/// Evaluates value and guard; what comes back only names variables. Variables have the port's type, never the
/// value's own, whose package the target may not import.
Burst::Prepared Burst::Prepare(const Expr& expr, const Expr* guard, ValueType type) {
  GoWriter part = evaluation_.Aside();
  Values values(scope_, part, Values::Mode::kTotal);
  if (guard != nullptr) part.If(values.Value(*guard));
  GoExpr value = values.Value(expr);
  if (part.depth() > 0 || outside_ != nullptr)
    return PrepareGuarded(std::move(part), PortText(type, value, expr.type), type);
  value = values.Stable(value, expr.type);
  evaluation_.Append(std::move(part));
  bool is_constant = std::holds_alternative<rules::Literal>(expr.node);
  return {PortText(type, value, expr.type), is_constant ? "" : NotEmpty(value, expr.type)};
}

Burst::Prepared Burst::PrepareGuarded(GoWriter part, const std::string& value, ValueType type) {
  std::string variable = scope_.Temp();
  Declarations().Line("var " + variable + " " + PortTypeOf(type).go_type);
  std::string condition = NotEmpty(variable, type);
  bool needs_flag = condition.empty();
  if (needs_flag) {
    condition = scope_.Temp();
    Declarations().Line(condition + " := false");
  }
  Blocks blocks(evaluation_);
  evaluation_.Append(std::move(part));
  evaluation_.Line(variable + " = " + value);
  if (needs_flag) evaluation_.Line(condition + " = true");
  return {variable, condition};
}

void Burst::Add(const AttributeSet& set) {
  if (NeverWritten(set, scope_)) return;
  std::vector<const go::Type*> types = ResultTypes(*set.value);
  if (types.size() > 1) return AddTuple(set, types);
  ValueType type = Decide(set.names[0].type, types[0]);
  std::vector<KeyText> keys = KeysOf(set, scope_, Declarations(), evaluation_);
  Prepared prepared = Prepare(*set.value, set.guard.get(), type);
  for (const KeyText& key : keys) {
    writes_.push_back({Both(key.condition, prepared.condition), Call(key.text, type, prepared.text), {}});
  }
}

void Burst::AddTuple(const AttributeSet& set, const std::vector<const go::Type*>& types) {
  std::vector<KeyText> keys = KeysOf(set, scope_, Declarations(), evaluation_);
  GoWriter part = evaluation_.Aside();
  Values values(scope_, part, Values::Mode::kTotal);
  if (set.guard != nullptr) part.If(values.Value(*set.guard));
  std::string call = values.Value(*set.value).text;
  std::vector<std::string> results = ResultNames(set, types.size(), scope_);
  std::vector<std::string> variables, converted;
  for (size_t i = 0; i < types.size() && i < set.names.size(); ++i) {
    ValueType type = Decide(set.names[i].type, types[i]);
    variables.push_back(scope_.Temp());
    converted.push_back(PortText(type, {.text = results[i]}, types[i]));
    Declarations().Line("var " + variables[i] + " " + PortTypeOf(type).go_type);
    std::string condition = Both(keys[i].condition, scope_.NonZero(variables[i], types[i]));
    writes_.push_back({condition, Call(keys[i].text, type, variables[i]), {}});
  }
  Blocks blocks(evaluation_);
  evaluation_.Append(std::move(part));
  evaluation_.Line(llvm::join(results, ", ") + " := " + call);
  evaluation_.Line(llvm::join(variables, ", ") + " = " + llvm::join(converted, ", "));
}

std::string Burst::Call(const std::string& key, ValueType type, const std::string& value) const {
  PortType port = PortTypeOf(type);
  const char* function = policy_ == Policy::kReplace ? port.replace : port.append;
  return std::string("instcAPI.") + function + "(instcB, " + key + ", " + value + ")";
}

void Burst::Add(const rules::Rename& rename) {
  if (rename.guard != nullptr && IsAbsent(*rename.guard, scope_)) return;
  if (IsAbsent(*rename.name, scope_)) return;
  Prepared prepared = Prepare(*rename.name, rename.guard.get(), ValueType::kString);
  writes_.push_back({prepared.condition, "instcAPI.name(instcB, " + prepared.text + ")", {}});
}

/// A boolean variable with the guard's value, where it is asked for; empty: there is no guard.
std::string Burst::GuardVariable(const rules::ExprPtr& guard) {
  if (guard == nullptr) return under_;
  Values values(scope_, evaluation_, Values::Mode::kTotal);
  GoExpr condition = values.Condition(*guard);
  if (outside_ == nullptr) return values.Stable(condition, go::BasicTypeOf(go::Basic::kBool)).text;
  std::string variable = scope_.Temp();
  outside_->Line(variable + " := false");
  evaluation_.Line(variable + " = " + condition.text);
  return variable;
}

void Burst::Under(const rules::ExprPtr& guard, llvm::function_ref<void()> add) {
  under_ = GuardVariable(guard);
  GoWriter outside = std::exchange(evaluation_, GoWriter());
  evaluation_ = outside.Aside();
  outside_ = &outside;
  add();
  GoWriter inside = std::exchange(evaluation_, std::move(outside));
  if (!inside.empty()) {
    Blocks blocks(evaluation_);
    evaluation_.If(under_);
    evaluation_.Append(std::move(inside));
  }
  outside_ = nullptr;
  under_.clear();
}

void Burst::Add(const rules::StatusStmt& status) {
  if (status.guard != nullptr && IsAbsent(*status.guard, scope_)) return;
  std::string condition = GuardVariable(status.guard);
  std::string message = "\"\"";
  if (status.message != nullptr && !IsAbsent(*status.message, scope_)) {
    message = Prepare(*status.message, nullptr, ValueType::kString).text;
  }
  writes_.push_back(
      {condition, "instcAPI.status(instcB, " + std::to_string(status.code) + ", " + message + ")", {}});
}

/// Writes that go aside: the attributes of an event or a measurement. Empty when there are none.
std::vector<Burst::Write> Burst::Aside(const std::vector<AttributeSet>& sets) {
  std::vector<Write> outside = std::exchange(writes_, {});
  Policy policy = std::exchange(policy_, Policy::kAppend);
  for (const AttributeSet& set : sets) Add(set);
  policy_ = policy;
  std::vector<Write> aside = std::exchange(writes_, std::move(outside));
  if (!aside.empty()) aside.insert(aside.begin(), {"", "instcAPI.aside(instcB)", {}});
  return aside;
}

void Burst::Add(const rules::EventStmt& event) {
  if (event.guard != nullptr && IsAbsent(*event.guard, scope_)) return;
  if (IsAbsent(*event.name, scope_)) return;
  Prepared name = Prepare(*event.name, event.guard.get(), ValueType::kString);
  Write write{name.condition, "", Aside(event.attributes)};
  if (write.condition.empty()) write.condition = GuardVariable(event.guard);
  write.inner.push_back({"", "instcAPI.event(instcB, " + name.text + ")", {}});
  writes_.push_back(std::move(write));
}

/// The value as a float64.
std::string Burst::Measured(const rules::MetricStmt& metric, std::string& condition) {
  std::string value = "instcAPI.elapsed(instcB)";
  if (metric.value != nullptr) {
    Prepared prepared =
        Prepare(*metric.value, metric.guard.get(), Decide(ValueType::kAny, metric.value->type));
    value = "float64(" + prepared.text + ")";
    condition = prepared.condition;
  }
  if (metric.scale == -1) return "-" + value;
  return metric.scale == 1 ? value : value + " * " + std::to_string(static_cast<int>(metric.scale));
}

void Burst::Add(const rules::MetricStmt& metric) {
  if (metric.guard != nullptr && IsAbsent(*metric.guard, scope_)) return;
  if (metric.value != nullptr && IsAbsent(*metric.value, scope_)) return;
  Write write;
  std::string value = Measured(metric, write.condition);
  if (write.condition.empty()) write.condition = GuardVariable(metric.guard);
  write.inner = Aside(metric.attributes);
  std::string measure = metric.here ? "instcAPI.measureFor(instcRule, instcB, " : "instcAPI.measure(instcB, ";
  write.inner.push_back({"", measure + std::to_string(metric.metric) + ", " + value + ")", {}});
  writes_.push_back(std::move(write));
}

void Burst::WriteAll(const std::vector<Write>& writes, GoWriter& out) {
  for (const Write& write : writes) {
    Blocks conditional(out);
    if (!write.condition.empty()) out.Open("if " + write.condition);
    if (!write.call.empty()) out.Line(write.call);
    WriteAll(write.inner, out);
  }
}

void Burst::WriteTo(GoWriter& out, Last last) {
  if (empty()) return;
  Blocks blocks(out);
  bool sample = policy_ == Policy::kSample;
  if (sample) {
    out.Open("if instcB := instcAPI.sample(instcRule); instcB != nil");
  } else {
    out.Open("if instcAPI.recording(" + node_ + ")");
  }
  out.Append(std::move(evaluation_));
  if (!sample) out.Open("if instcB := instcAPI.open(" + node_ + "); instcB != nil");
  WriteAll(writes_, out);
  if (last == Last::kEnd) {
    out.Line("instcAPI.finish(" + node_ + ", instcB)");
  } else {
    out.Line(sample ? "instcAPI.discard(instcB)" : "instcAPI.close(instcB)");
  }
}

}  // namespace instc::lower
