// Spans: where the parent comes from, the start, and handing the context on.
#include "compiler/go/types/package.h"
#include "compiler/go/types/universe.h"
#include "compiler/lower/absence.h"
#include "compiler/lower/statements.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::lower {

using rules::Binding;
using rules::Carrier;
using rules::Expr;
using rules::ExprPtr;

namespace {

/// Beside the kind of a span: names in the carrier are spelled `Traceparent`, and no other spelling is looked
/// up.
constexpr int kCanonicalKeys = 0x80;

/// What net/http has read off the wire: it spells all names alike.
bool HasCanonicalKeys(const go::Type* header) {
  const auto* named = go::TypeAs<go::Named>(header);
  if (named == nullptr || named->object()->package() == nullptr) return false;
  const std::string& path = named->object()->package()->path();
  return (path == "net/http" && named->object()->name() == "Header") ||
         (path == "net/textproto" && named->object()->name() == "MIMEHeader");
}

}  // namespace

bool IsAssignable(const Expr& expr) {
  if (std::holds_alternative<rules::Use>(expr.node)) return true;
  if (const auto* hidden = std::get_if<rules::HiddenField>(&expr.node)) {
    return hidden->through_pointer || IsAssignable(*hidden->base);
  }
  const auto* field = std::get_if<rules::FieldSelect>(&expr.node);
  if (field == nullptr) return false;
  bool behind_pointer = field->selection.through_pointer;
  for (const go::SelectionStep& step : field->selection.path) behind_pointer |= step.through_pointer;
  return behind_pointer || IsAssignable(*field->base);
}

void Statements::Of(const rules::SpanStmt& n) {
  if (n.at_exit) return SpanAtExit(n);
  bool puts = n.context.put_target != nullptr || n.context.put_binding != nullptr;
  std::string context = ContextText(n.context.get, puts);
  std::string key = n.key == nullptr ? "" : Key(*n.key);
  std::string name = SpanName(n);
  std::string index = std::to_string(n.index);
  std::string node = "instcN" + index;
  std::string body = "instcB" + index;
  std::string begin = BeginCall(n, context, name);
  GoWriter attributes;
  if (n.began != nullptr) Statements(scope_, attributes).Began(n, body);
  WriteStartAttributes(n.attributes, body, scope_, attributes);
  GivenAttributes(n, body, attributes);
  out_.Line(node + ", " + (attributes.empty() ? "_" : body) + " := " + begin);
  out_.Open("if " + node + " == nil");
  if (n.key != nullptr) Keep(n, key, "nil");
  if (n.in_loop) {
    out_.Line("continue");
  } else {
    LeaveEarly();
  }
  out_.Close();
  out_.Line(scope_.Node(n.index) + " = " + node);
  out_.Line("instcS.on = true");
  ++spans_begun_;
  out_.Append(std::move(attributes));
  if (n.key != nullptr) Keep(n, key, node);
  if (puts) {
    bool found_there = n.detached && n.key == nullptr;
    std::string made =
        found_there ? "instcAPI.detach(instcRule, " + GoQuoted(n.as) + ", " : "instcAPI.context(";
    PutContext(n.context, made + context + ", " + node + ")");
  }
  if (!n.in_loop && !n.detached) out_.Line(scope_.Slot(n.index) + " = instcAPI.enter(" + node + ")");
}

/// A span that is made when the call is left: it begins in the past and is nobody's context.
void Statements::SpanAtExit(const rules::SpanStmt& n) {
  std::string index = std::to_string(n.index);
  std::string node = "instcN" + index, body = "instcB" + index;
  std::string context = ContextText(n.context.get, /*put=*/false);
  std::string key = n.key == nullptr ? "" : Key(*n.key);
  std::string name = SpanName(n);
  std::string begin = BeginCall(n, context, name);
  out_.Line(node + ", " + body + " := " + begin);
  if (!n.in_loop && !n.detached) out_.Line("defer instcAPI.end(" + node + ")");
  out_.Line(scope_.Node(n.index) + " = " + node);
  Began(n, body);
  WriteStartAttributes(n.attributes, body, scope_, out_);
  GivenAttributes(n, body, out_);
  if (n.key != nullptr) Keep(n, key, node);
}

/// Those of the comment above the function, encoded where it was read.
void Statements::GivenAttributes(const rules::SpanStmt& n, const std::string& body, GoWriter& out) {
  if (n.given_attributes == nullptr) return;
  std::string count = scope_.Read(*n.given_count);
  out.Open("if " + body + " != nil && " + count + " > 0");
  out.Line("instcAPI.constant(" + body + ", " + scope_.Read(*n.given_attributes) + ", " + count + ")");
  out.Close();
}

/// Nanoseconds since 1970 in an int64; 0 when the time is absent.
std::string Statements::UnixNano(const Expr& time) {
  if (std::holds_alternative<rules::Entered>(time.node)) return Total().Value(time).text;
  GoWriter part;
  GoExpr value = Values(scope_, part, Values::Mode::kTotal).Value(time);
  std::string text = At(value, kPrimary) + ".UnixNano()";
  return Held(std::move(part), text, "int64");
}

/// `text`, which `part` leads to; under conditions a variable of `type` that is zero where they do not hold.
std::string Statements::Held(GoWriter part, const std::string& text, const std::string& type) {
  if (part.depth() == 0) {
    out_.Append(std::move(part));
    return text;
  }
  std::string name = scope_.Temp();
  out_.Line("var " + name + " " + type);
  Blocks blocks(out_);
  out_.Append(std::move(part));
  out_.Line(name + " = " + text);
  return name;
}

void Statements::Began(const rules::SpanStmt& n, const std::string& body) {
  if (!Possible(n.began)) return;
  std::string time = UnixNano(*n.began);
  out_.Line("instcAPI.began(" + body + ", " + time + ")");
}

/// An absent time is now: the deferred end.
void Statements::EndAt(const rules::SpanStmt& n) {
  if (!Possible(n.ended)) return;
  Flush();
  std::string time = scope_.Temp();
  std::string unix = UnixNano(*n.ended);
  out_.Open("if " + time + " := " + unix + "; " + time + " > 0");
  out_.Line("instcAPI.endAt(" + scope_.Node(n.index) + ", " + time + ")");
  out_.Close();
}

void Statements::Of(const rules::LinkStmt& n) {
  if (Impossible(n.guard)) return;
  bool remote = n.remote.has_value();
  if (!Possible(remote ? n.remote->value : n.context)) return;
  Blocks blocks(out_);
  OpenGuard(n.guard);
  std::string node = scope_.Node(n.span);
  if (!remote) {
    std::string context = ContextText(n.context, /*put=*/false);
    out_.Line("instcAPI.link(" + node + ", " + context + ")");
  } else if (n.remote->kind == Carrier::Kind::kHeader) {
    std::string header = Header(*n.remote);
    out_.Line("instcAPI.linkHeader(" + node + ", " + header + ")");
  } else {
    std::string get = Getter(*n.remote);
    out_.Line("instcAPI.linkGet(" + node + ", " + get + ")");
  }
}

/// Absent or empty: the function's own name.
std::string Statements::SpanName(const rules::SpanStmt& n) {
  const rules::Hook& hook = scope_.hook();
  std::string fallback = GoQuoted(hook.receiver_type + (hook.receiver_type.empty() ? "" : ".") + hook.func);
  if (IsAbsent(*n.name, scope_)) return fallback;
  const auto* literal = std::get_if<rules::Literal>(&n.name->node);
  if (literal != nullptr) return literal->is_zero ? fallback : Total().Value(*n.name).text;
  std::string name = NameVariable(*n.name);
  if (hook.directive) return name;  // it holds the function's name where there is no other
  out_.Open("if " + name + " == \"\"");
  out_.Line(name + " = " + fallback);
  out_.Close();
  return name;
}

/// A string variable with the value; empty when it is absent.
std::string Statements::NameVariable(const Expr& expr) {
  GoWriter part;
  GoExpr value = Values(scope_, part, Values::Mode::kTotal).Value(expr);
  std::string text = ConvertTo(go::Basic::kString, value, expr.type);
  bool guarded = part.depth() > 0;
  bool reusable = value.fresh && text == value.text && !guarded;
  std::string name = reusable ? text : scope_.Temp();
  if (guarded) out_.Line("var " + name + " string");
  Blocks blocks(out_);
  out_.Append(std::move(part));
  if (!reusable) out_.Line(name + (guarded ? " = " : " := ") + text);
  return name;
}

/// A context for the port: `any`, or a context.Context when it is also the parent of the new context.
std::string Statements::ContextText(const ExprPtr& get, bool put) {
  if (!Possible(get)) return "nil";
  if (std::holds_alternative<rules::Ambient>(get->node)) return "instcAPI.ambient()";
  GoWriter part;
  Values values(scope_, part, Values::Mode::kTotal);
  GoExpr value = values.Value(*get);
  if (part.depth() == 0) {
    if (put) value = values.Stable(value, get->type);
    out_.Append(std::move(part));
    return value.text;
  }
  std::string name = scope_.Temp();
  out_.Line("var " + name + " " + (put ? scope_.Type(get->type) : "interface{}"));
  Blocks blocks(out_);
  out_.Append(std::move(part));
  out_.Line(name + " = " + value.text);
  return name;
}

std::string Statements::BeginCall(const rules::SpanStmt& n, const std::string& context,
                                  const std::string& name) {
  int kind = static_cast<int>(n.kind);
  std::string tail = ", " + context + ", ";
  auto head = [&](const char* call) { return call + ("(instcRule, " + std::to_string(kind)) + tail; };
  if (!n.remote || !Possible(n.remote->value)) return head("instcAPI.begin") + name + ")";
  if (n.remote->kind == Carrier::Kind::kHeader) {
    if (HasCanonicalKeys(n.remote->value->type)) kind |= kCanonicalKeys;
    return head("instcAPI.beginHeader") + Header(*n.remote) + ", " + name + ")";
  }
  return head("instcAPI.beginGet") + Getter(*n.remote) + ", " + name + ")";
}

/// `made`: the new context.
void Statements::PutContext(const rules::ContextRef& context, const std::string& made) {
  scope_.UseContext();
  if (const Binding* binding = context.put_binding) {
    Expr target{{}, binding->type, rules::Use{context.put_binding}};
    const std::string name = Target(target);
    out_.Open("if " + name + " != nil");  // what the callee makes of a nil context is its own affair
    out_.Line(name + " = " + made);
    PublishWrite(target);
    out_.Close();
  } else if (Possible(context.put_target)) {
    Blocks blocks(out_);
    std::string target = IsAssignable(*context.put_target) ? Total().Value(*context.put_target).text
                                                           : Strict().Value(*context.put_target).text;
    out_.Line(target + " = " + made);
    PublishWrite(*context.put_target);
  }
}

}  // namespace instc::lower
