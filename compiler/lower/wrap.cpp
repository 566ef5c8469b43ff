// Closures around func values. The body of a closure is lowered as a rule at a function is: enter and exit
// functions of the target package with a state between them. The closure plays the part of the site, and what
// the body reads of the rule around it is handed over as it was when the closure was made.
//
// The old function is called as it was: what it panics with passes through, no result is touched but those
// that the body sets.
#include "compiler/lower/absence.h"
#include "compiler/lower/hook.h"
#include "compiler/lower/statements.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::lower {

namespace {

std::string Numbered(const char* name, size_t index) {
  return name + std::to_string(index);
}

/// `...T` for the last parameter of a variadic function.
std::string ParameterType(const go::SignatureType& signature, size_t index, HookScope& scope) {
  const go::Type* type = signature.params[index]->type();
  const auto* slice = go::UnderlyingAs<go::SliceType>(type);
  bool variadic = signature.variadic && index + 1 == signature.params.size() && slice != nullptr;
  return variadic ? "..." + scope.Type(slice->element) : scope.Type(type);
}

}  // namespace

std::string FrameSignature(const go::SignatureType& signature, HookScope& scope) {
  std::vector<std::string> params, results;
  for (size_t i = 0; i < signature.params.size(); ++i)
    params.push_back(Numbered("instcP", i) + " " + ParameterType(signature, i, scope));
  for (size_t i = 0; i < signature.results.size(); ++i)
    results.push_back(Numbered("instcR", i) + " " + scope.Type(signature.results[i]->type()));
  std::string text = "(" + llvm::join(params, ", ") + ")";
  return results.empty() ? text : text + " (" + llvm::join(results, ", ") + ")";
}

std::string FrameArguments(const go::SignatureType& signature) {
  std::vector<std::string> params;
  for (size_t i = 0; i < signature.params.size(); ++i) params.push_back(Numbered("instcP", i));
  return llvm::join(params, ", ") + (signature.variadic ? "..." : "");
}

void WriteFrame(const rules::Hook& body, const LoweredBody& lowered, const std::vector<std::string>& captured,
                GoWriter& out) {
  std::vector<std::string> first, results;
  if (!body.receiver_go_type.empty()) first.push_back("instcV");
  for (size_t i = 0; i < body.signature->params.size(); ++i) first.push_back(Numbered("instcP", i));
  for (size_t i = 0; i < body.signature->results.size(); ++i) results.push_back(Numbered("instcR", i));
  std::vector<std::string> all = first, given = first;
  all.insert(all.end(), results.begin(), results.end());
  if (body.results_at_enter) given = all;
  for (std::vector<std::string>* list : {&all, &given})
    list->insert(list->end(), captured.begin(), captured.end());
  std::string enter = "instcEnter_" + lowered.symbol + "(" + llvm::join(given, ", ") + ")";
  if (!lowered.has_exit && lowered.enter_writes.empty()) return out.Line(enter);
  out.Open("if instcS := " + enter + "; instcS.on");
  for (const auto& [variable, field] : lowered.enter_writes) out.Line(variable + " = instcS." + field);
  if (lowered.has_exit) {
    std::string assigned = lowered.exit_writes.empty() ? "" : llvm::join(lowered.exit_writes, ", ") + " = ";
    all.insert(all.begin(), "instcS");
    out.Line("defer func() { " + assigned + "instcExit_" + lowered.symbol + "(" + llvm::join(all, ", ") +
             ") }()");
  }
  out.Close();
}

/// The function runs as it ran, between taking over what was current at the `bind` and giving it back.
void Statements::Of(const rules::Bind& n) {
  if (!Possible(n.target)) return;
  const auto& signature = *go::UnderlyingAs<go::SignatureType>(n.target->type);
  Blocks blocks(out_);
  std::string old = scope_.Temp(), current = scope_.Temp();
  out_.Open("if " + old + " := " + Total().Value(*n.target).text + "; " + old + " != nil");
  std::string context = ContextText(n.context, /*put=*/false);
  out_.Open("if " + current + " := instcAPI.current(" + context + "); " + current + " != nil");
  out_.Open(Target(*n.target) + " = func" + FrameSignature(signature, scope_));
  out_.Line("defer instcAPI.leave(nil, instcAPI.adopt(" + current + "))");
  out_.Line((signature.results.empty() ? "" : "return ") + old + "(" + FrameArguments(signature) + ")");
  out_.Close();
  PublishWrite(*n.target);
}

void Statements::Of(const rules::Wrap& n) {
  if (!Possible(n.target)) return;
  LoweredBody body = LowerBody(*n.body, scope_);
  const go::SignatureType& signature = *n.body->signature;
  Blocks blocks(out_);
  std::string old = scope_.Temp();
  GoExpr value = Total().Value(*n.target);
  if (n.may_be_nil) {
    out_.Line(old + " := " + value.text);
  } else {
    out_.Open("if " + old + " := " + value.text + "; " + old + " != nil");
  }
  std::vector<std::string> captured;
  for (const HookScope::Capture& capture : body.captures) {
    captured.push_back(scope_.Temp());
    out_.Line(captured.back() + " := " + scope_.Read(*capture.binding));
    if (!capture.asked) continue;
    std::string presence = scope_.Presence(*capture.binding);
    captured.push_back(scope_.Temp());
    out_.Line(captured.back() + " := " + (presence.empty() ? "true" : presence));
  }
  out_.Open(Target(*n.target) + " = func" + FrameSignature(signature, scope_));
  WriteFrame(*n.body, body, captured, out_);
  std::string call = old + "(" + FrameArguments(signature) + ")";
  if (!signature.results.empty()) call = "return " + call;
  if (n.may_be_nil) {
    out_.Open("if " + old + " != nil");
    out_.Line(call);
    out_.Close();
    if (!signature.results.empty()) out_.Line("return");
  } else {
    out_.Line(call);
  }
  out_.Close();
  PublishWrite(*n.target);
}

}  // namespace instc::lower
