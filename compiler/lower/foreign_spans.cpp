// Spans that outlive a call, and spans that another call has started. Such a span is a variable of one block:
// nothing of it is kept, and without it the block does not run.
#include "compiler/go/types/universe.h"
#include "compiler/lower/absence.h"
#include "compiler/lower/statements.h"

namespace instc::lower {

/// The key as it crosses the port: a string, an int64 or an unsafe.Pointer; nil when it is absent.
std::string Statements::Key(const rules::Expr& key) {
  if (IsAbsent(key, scope_)) return "nil";
  GoWriter part;
  Values values(scope_, part, Values::Mode::kTotal);
  GoExpr value = values.Value(key);
  std::string text;
  if (const auto* basic = go::UnderlyingAs<go::BasicType>(key.type)) {
    text = basic->IsString() ? ConvertTo(go::Basic::kString, value, key.type) : "int64(" + value.text + ")";
  } else {
    value = values.Stable(value, key.type);
    part.If(At(value, kAdd) + " != nil");
    text = scope_.UnsafePointer() + "(" + value.text + ")";
  }
  return Held(std::move(part), text, "interface{}");
}

/// Also where there is no span: who comes for it finds that it is its turn.
void Statements::Keep(const rules::SpanStmt& n, const std::string& key, const std::string& node) {
  scope_.KeepEntry(n.index);
  out_.Line(scope_.Entry(n.index) + " = instcAPI.keep(instcRule, " + GoQuoted(n.as) + ", " + key + ", " +
            node + ")");
}

void Statements::Of(const rules::Resume& n) {
  GoWriter body;
  Statements(scope_, body).Write(n.body);
  if (body.empty()) return;
  std::string node = scope_.Node(n.span), arguments = "(instcRule, " + GoQuoted(n.as) + ", ";
  Blocks blocks(out_);
  if (n.key != nullptr) {
    std::string entry = scope_.KeepsEntry(n.span) ? scope_.Entry(n.span) : "_";
    std::string key = Key(*n.key);
    out_.Open("if " + node + ", " + entry + " := instcAPI.find" + arguments + key + "); " + node + " != nil");
  } else {
    std::string context = ContextText(n.context, /*put=*/false);
    out_.Open("if " + node + " := instcAPI.resume" + arguments + context + "); " + node + " != nil");
  }
  out_.Append(std::move(body));
}

void Statements::Of(const rules::EndStmt& n) {
  std::string node = scope_.Node(n.span);
  if (Possible(n.at)) {
    std::string time = scope_.Temp(), unix = UnixNano(*n.at);
    out_.Open("if " + time + " := " + unix + "; " + time + " > 0");
    out_.Line("instcAPI.endAt(" + node + ", " + time + ")");
    out_.Close();
  }
  out_.Line("instcAPI.end(" + node + ")");
  if (!n.keyed) return;
  scope_.KeepEntry(n.span);
  out_.Line("instcAPI.forget(" + scope_.Entry(n.span) + ")");
}

/// Undone at exit, like an open span.
void Statements::Of(const rules::Suppress& n) {
  const std::string kind = n.kind.has_value() ? std::to_string(static_cast<int>(*n.kind)) : "0";
  const std::string what = GoQuoted(n.what) + ", " + kind;
  out_.Line("instcS.mute" + std::to_string(n.index) + " = instcAPI.suppress(" + what + ")");
  out_.Line("instcS.on = true");
  ++spans_begun_;
  if (!Possible(n.context.get)) return;
  std::string context = ContextText(n.context.get, /*put=*/true);
  PutContext(n.context, "instcAPI.suppressIn(" + what + ", " + context + ")");
}

void Statements::Of(const rules::Unbind& n) {
  out_.Line("instcS.mute" + std::to_string(n.index) + " = instcAPI.adopt(nil)");
  out_.Line("instcS.on = true");
  ++spans_begun_;
}

void Statements::Of(const rules::Enrich& n) {
  GoWriter body;
  Statements(scope_, body).Write(n.body);
  if (body.empty()) return;
  std::string node = scope_.Node(n.span);
  Blocks blocks(out_);
  std::string context = ContextText(n.context, /*put=*/false);
  out_.Open("if " + node + " := instcAPI.enrich(" + context + ", " + std::to_string(n.which) + "); " + node +
            " != nil");
  out_.Append(std::move(body));
}

}  // namespace instc::lower
