// What is undone at exit must be undone whatever injected code does in between: the state is switched on as
// soon as a span is open, ends are deferred before any expression runs, and results are returned through
// variables that hold their old values from the start.
#include "compiler/lower/hook.h"

#include <algorithm>

#include "compiler/lower/statements.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::lower {
namespace {

using rules::Binding;

/// One pass over a hook.
class HookWriter {
 public:
  HookWriter(const rules::Hook& hook, const Learned& learned, HookScope* outer = nullptr)
      : hook_(hook), scope_(hook, learned, outer) {
    Statements(scope_, enter_).Write(hook.body);
    scope_.StartExit();
    FindExitSpans(hook.body);
    Statements(scope_, exit_).WriteAtExit(hook.body, OnlySpanOfCall());
    has_exit_ = hook.suppressions > 0 || !exit_.empty() ||
                std::any_of(hook.span_roles.begin(), hook.span_roles.end(),
                            [](rules::SpanRole role) { return role == rules::SpanRole::kOwn; });
  }

  Learned Conclude() const { return scope_.Conclude(); }

  pack::Hook Finish() {
    pack::Hook hook;
    hook.rule = hook_.rule;
    hook.symbol = hook_.symbol;
    hook.order = hook_.order;
    hook.origin = Origin();
    hook.func = hook_.func;
    hook.has_exit = has_exit_;
    hook.call = hook_.at_call;
    hook.bypass = hook_.bypasses;
    if (hook_.directive)
      hook.directive =
          pack::Directive{hook_.directive->name, hook_.directive->with, hook_.directive->without, {}};
    hook.within = hook_.within;
    hook.before = hook_.before;
    hook.after = hook_.after;
    hook.code = Code();
    scope_.Describe(hook);
    return hook;
  }

  LoweredBody FinishBody(HookScope& outer) {
    LoweredBody body;
    body.code = "\n" + Code();
    body.symbol = hook_.symbol;
    body.has_exit = has_exit_;
    for (const Binding* binding : scope_.EnterWrites())
      body.enter_writes.emplace_back(Variable(*binding), "w_" + scope_.Name(*binding));
    for (const Binding* binding : scope_.ExitWrites()) body.exit_writes.push_back(Variable(*binding));
    body.captures = scope_.captures();
    outer.Absorb(scope_, body.code);
    return body;
  }

  const std::map<std::string, pack::Extern>& externs() const { return scope_.externs(); }

 private:
  std::string StateType() const { return "instcState_" + hook_.symbol; }
  std::string TypeParams() const { return hook_.type_params.empty() ? "" : "@{type_params}"; }
  /// A method where it is the receiver's type that has them: nothing else can name these without their
  /// constraints.
  std::string Receiver() const {
    return hook_.type_params.empty() || hook_.receiver_type.empty() ? "" : "@{method}";
  }

  std::string Code() {
    std::string code = Rounds() + State() + "\n" + Enter();
    if (has_exit_) code += "\n" + Exit();
    return code + scope_.bodies();
  }

  /// What the frame calls this value of a closure or method.
  std::string Variable(const Binding& binding) const {
    bool is_result = binding.kind == Binding::Kind::kResult;
    const std::vector<std::string>& names = is_result ? hook_.results : hook_.params;
    size_t index = std::find(names.begin(), names.end(), binding.name) - names.begin();
    return (is_result ? "instcR" : "instcP") + std::to_string(index);
  }

  std::vector<std::string> Declared(const std::vector<std::string>& names, Binding::Kind kind,
                                    const std::vector<const go::Var*>& vars) {
    std::vector<std::string> parts;
    for (size_t i = 0; i < names.size(); ++i)
      parts.push_back(scope_.Shown(names[i], kind) + " " + scope_.Type(vars[i]->type()));
    return parts;
  }

  /// Receiver, parameters, results where they are there already, captures.
  std::string Inputs(bool at_exit) {
    if (hook_.signature == nullptr) return at_exit ? "@{comma_params}@{results}" : "@{params}";
    std::vector<std::string> parts;
    if (!hook_.receiver_go_type.empty())
      parts.push_back(scope_.Shown(hook_.receiver_name, Binding::Kind::kReceiver) + " " +
                      hook_.receiver_go_type);
    for (std::string& part : Declared(hook_.params, Binding::Kind::kParam, hook_.signature->params))
      parts.push_back(std::move(part));
    if (at_exit || hook_.results_at_enter) {
      for (std::string& part : Declared(hook_.results, Binding::Kind::kResult, hook_.signature->results))
        parts.push_back(std::move(part));
    }
    const std::vector<HookScope::Capture>& captures = scope_.captures();
    for (size_t i = 0; i < captures.size(); ++i) {
      parts.push_back(HookScope::CaptureName(i) + " " + scope_.TypeOf(*captures[i].binding));
      if (captures[i].asked) parts.push_back(HookScope::CapturedPresence(i) + " bool");
    }
    return (at_exit && !parts.empty() ? ", " : "") + llvm::join(parts, ", ");
  }

  pack::Origin Origin() const {
    if (!hook_.origin.Valid()) return {};
    return {hook_.origin.buffer->name().str(), hook_.origin.buffer->LineOf(hook_.origin.begin)};
  }

  /// What a round of each loop keeps.
  std::string Rounds() {
    std::string text;
    for (unsigned loop = 0; loop < hook_.loops.size(); ++loop) {
      if (!hook_.loops[loop]) continue;
      GoWriter out;
      out.Open("type instcRound" + std::to_string(loop) + "_" + hook_.symbol + " struct");
      for (unsigned span = 0; span < hook_.span_loops.size(); ++span) {
        if (hook_.span_loops[span] == loop && StartsHere(span))
          out.Line("node" + std::to_string(span) + " " + scope_.UnsafePointer());
      }
      for (const Binding* let : scope_.StateLets(loop)) WriteStateLet(*let, out);
      out.Close();
      text += out.Text() + "\n";
    }
    return text;
  }

  void WriteRoundEnds(GoWriter& out) const {
    for (unsigned loop = 0; loop < hook_.loops.size(); ++loop) {
      std::string rounds = "instcS.rounds" + std::to_string(loop), ends;
      for (unsigned span = 0; span < hook_.span_loops.size(); ++span) {
        if (hook_.span_loops[span] == loop && hook_.span_roles[span] == rules::SpanRole::kOwn)
          ends += "instcAPI.end(" + rounds + "[instcK].node" + std::to_string(span) + "); ";
      }
      if (!ends.empty()) out.Line("defer func() { for instcK := range " + rounds + " { " + ends + "} }()");
    }
  }

  /// A span whose node is a field of the call's own state, and that ends when the call is left.
  bool EndsWithCall(unsigned span) const {
    return exit_spans_.count(span) == 0 && !hook_.span_loops[span].has_value() &&
           hook_.span_roles[span] == rules::SpanRole::kOwn;
  }

  /// The node of every other span is a variable of the block that it is known in.
  bool StartsHere(unsigned span) const {
    return hook_.span_roles[span] == rules::SpanRole::kOwn ||
           hook_.span_roles[span] == rules::SpanRole::kDetached;
  }

  /// The span that ends with the call when there is one and no other span at all.
  std::optional<unsigned> OnlySpanOfCall() const {
    bool only = hook_.span_loops.size() == 1 && EndsWithCall(0);
    return only ? std::optional<unsigned>(0) : std::nullopt;
  }

  std::string State() {
    GoWriter out;
    out.Open("type " + StateType() + " struct");
    out.Line("on bool");
    if (scope_.uses_off()) out.Line("off bool");
    if (hook_.bypasses) out.Line("bypassed bool");
    for (size_t i = 0; hook_.bypasses && i < hook_.results.size(); ++i) {
      std::string index = std::to_string(i);
      out.Line("bypass" + index + " @{result " + index + "}");
    }
    if (scope_.uses_panics()) out.Line("panics int");
    if (scope_.uses_entered()) out.Line("entered int64");
    for (unsigned span = 0; span < hook_.span_loops.size(); ++span) {
      if (hook_.span_loops[span].has_value() || !StartsHere(span)) continue;
      std::string index = std::to_string(span);
      std::string slot = EndsWithCall(span)        ? ", slot" + index
                         : scope_.KeepsEntry(span) ? ", kept" + index
                                                   : "";
      out.Line("node" + index + slot + " " + scope_.UnsafePointer());
    }
    for (unsigned index = 0; index < hook_.suppressions; ++index)
      out.Line("mute" + std::to_string(index) + " " + scope_.UnsafePointer());
    for (unsigned loop = 0; loop < hook_.loops.size(); ++loop) {
      std::string number = std::to_string(loop);
      if (hook_.loops[loop]) out.Line("rounds" + number + " []instcRound" + number + "_" + hook_.symbol);
    }
    for (const Binding* binding : scope_.EnterWrites()) {
      const std::string& name = scope_.Name(*binding);
      out.Line("w_" + name + " " + scope_.TypeOf(*binding));
    }
    for (const Binding* let : scope_.StateLets()) WriteStateLet(*let, out);
    out.Close();
    return out.Text();
  }

  void WriteStateLet(const Binding& let, GoWriter& out) {
    out.Line("let_" + scope_.Name(let) + " " + scope_.Type(let.type));
    const bool argument = scope_.IsShared(let);
    if (argument ? scope_.IsGuarded(let) : scope_.HasFlag(let)) out.Line("ok_" + scope_.Name(let) + " bool");
    if (argument) out.Line("done_" + scope_.Name(let) + " bool");
  }

  static constexpr const char* kPort = "instcAPI := instcPort";
  static constexpr const char* kRule = "instcRule := instcAPI.rules[@{rule}]";

  /// Whether every call that gets through enter has a span, which switches the state on.
  bool AlwaysHasSpan() const {
    return std::any_of(hook_.body.begin(), hook_.body.end(), [](const auto& stmt) {
      const auto* span = std::get_if<rules::SpanStmt>(&stmt->node);
      return span != nullptr && !span->at_exit && !span->detached;
    });
  }

  std::string Enter() {
    GoWriter out;
    std::vector<const Binding*> writes = scope_.EnterWrites();
    out.Open("func " + Receiver() + "instcEnter_" + hook_.symbol + TypeParams() + "(" +
             Inputs(/*at_exit=*/false) + ") (instcS " + StateType() + ")");
    out.Line(kPort);
    out.Line(kRule);
    out.Open("if !instcAPI.on(instcRule)");
    out.Line("return");
    out.Close();
    out.Line(kRecovered);
    for (const Binding* binding : writes)
      out.Line("instcS.w_" + scope_.Name(*binding) + " = " + scope_.Name(*binding));
    if (scope_.uses_panics()) out.Line("instcS.panics = instcAPI.panicDepth()");
    if (scope_.uses_entered()) out.Line("instcS.entered = instcAPI.now()");
    out.Append(std::move(enter_));
    if (!AlwaysHasSpan() && (has_exit_ || !writes.empty())) out.Line("instcS.on = true");
    out.Line("return");
    out.Close();
    return out.Text();
  }

  std::string Exit() {
    GoWriter out;
    out.Open("func " + Receiver() + "instcExit_" + hook_.symbol + TypeParams() + "(instcS " + StateType() +
             Inputs(/*at_exit=*/true) + ")" + ExitResults());
    for (const Binding* binding : scope_.ExitWrites()) {
      out.Line(scope_.WriteName(*binding) + " = " + scope_.Name(*binding));
    }
    out.Line(kPort);
    WriteDefers(out);
    for (unsigned index = hook_.suppressions; index-- > 0;)
      out.Line("instcAPI.leave(nil, instcS.mute" + std::to_string(index) + ")");
    for (unsigned span = hook_.span_loops.size(); span-- > 0;) {
      if (EndsWithCall(span))
        out.Line("instcAPI.leave(" + scope_.Node(span) + ", " + scope_.Slot(span) + ")");
    }
    if (scope_.uses_off() && !exit_.empty()) {
      out.Open("if instcS.off");
      out.Line("return");
      out.Close();
    }
    if (exit_.Mentions(kPanicked)) out.Line(std::string(kPanicked) + " := " + kPanicTest);
    for (const Binding* argument : scope_.ArgumentsOfExit()) {
      if (exit_.Mentions(scope_.DoneTarget(*argument))) DeclareArgument(*argument, scope_, out);
    }
    out.Append(std::move(exit_));
    if (!scope_.ExitWrites().empty()) out.Line("return");
    out.Close();
    return out.Text();
  }

  /// Whatever the exit blocks do, panics of theirs stay here and the call's spans end, the last one first.
  void WriteDefers(GoWriter& out) {
    bool ends = false;
    for (unsigned span = 0; span < hook_.span_loops.size(); ++span) {
      if (!EndsWithCall(span)) continue;
      if (!ends) out.Line(kRule);
      out.Line((ends ? "defer instcAPI.end(" : "defer instcAPI.left(instcRule, ") + scope_.Node(span) + ")");
      ends = true;
    }
    if (!ends) {
      if (exit_.Mentions("instcRule")) out.Line(kRule);
      out.Line(kRecovered);
    }
    WriteRoundEnds(out);
  }

  std::string ExitResults() {
    std::vector<std::string> results;
    for (const Binding* binding : scope_.ExitWrites()) {
      results.push_back(scope_.WriteName(*binding) + " " + scope_.TypeOf(*binding));
    }
    return results.empty() ? "" : " (" + llvm::join(results, ", ") + ")";
  }

  void FindExitSpans(const rules::StmtList& list) {
    for (const auto& stmt : list) {
      if (const auto* span = std::get_if<rules::SpanStmt>(&stmt->node)) {
        if (span->at_exit) exit_spans_.insert(span->index);
      } else if (const auto* exit = std::get_if<rules::Exit>(&stmt->node)) {
        FindExitSpans(exit->body);
      } else if (const auto* branches = std::get_if<rules::If>(&stmt->node)) {
        FindExitSpans(branches->then);
        FindExitSpans(branches->otherwise);
      } else if (const auto* loop = std::get_if<rules::For>(&stmt->node)) {
        FindExitSpans(loop->body);
      }
    }
  }

  const rules::Hook& hook_;
  HookScope scope_;
  std::set<unsigned> exit_spans_;  ///< those that start when the call is left
  GoWriter enter_, exit_;
  bool has_exit_ = false;
};

}  // namespace

namespace {

/// The last of the passes, which has learned what the ones before it found out.
template <typename Finish>
auto Converge(const rules::Hook& hook, HookScope* outer, Finish finish) {
  Learned learned;
  while (true) {
    HookWriter writer(hook, learned, outer);
    Learned next = writer.Conclude();
    if (next == learned) return finish(writer);
    learned = std::move(next);
  }
}

}  // namespace

pack::Hook LowerHook(const rules::Hook& hook, std::map<std::string, pack::Extern>& externs) {
  return Converge(hook, nullptr, [&](HookWriter& writer) {
    externs.insert(writer.externs().begin(), writer.externs().end());
    return writer.Finish();
  });
}

LoweredBody LowerBody(const rules::Hook& body, HookScope& outer) {
  return Converge(body, &outer, [&](HookWriter& writer) { return writer.FinishBody(outer); });
}

}  // namespace instc::lower
