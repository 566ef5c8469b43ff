#include "compiler/toolexec/site.h"

#include <algorithm>

#include "compiler/go/edit/naming.h"
#include "compiler/go/syntax/calls.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::toolexec {
namespace {

using go::NamedValue;

/// The function as the site sees it: every value has a name.
struct Signature {
  std::string type_params;           ///< "[T any]"; empty: none
  std::string type_args;             ///< "[T]"
  bool generic_receiver = false;     ///< injected functions are methods, too: only these can name its types
  std::vector<NamedValue> receiver;  ///< none or one
  std::vector<NamedValue> params;
  std::vector<NamedValue> results;
};

/// A value with the name that the rule gives it.
struct Binding {
  std::string rule_name;
  const NamedValue* value;
  bool by_address = false;
};

/// The rule's view of a signature.
struct Bindings {
  std::vector<Binding> inputs;  ///< receiver and params
  std::vector<Binding> results;

  const Binding* Find(llvm::StringRef name) const {
    for (const std::vector<Binding>* list : {&inputs, &results}) {
      for (const Binding& binding : *list) {
        if (binding.rule_name == name) return &binding;
      }
    }
    return nullptr;
  }
};

Bindings Bind(const pack::Hook& hook, const Signature& signature) {
  Bindings bindings;
  if (hook.receiver) bindings.inputs.push_back({hook.receiver->name, &signature.receiver.front()});
  for (size_t i = 0; i < hook.params.size(); ++i)
    bindings.inputs.push_back(
        {hook.params[i], &signature.params[i], llvm::is_contained(hook.by_address, hook.params[i])});
  for (size_t i = 0; i < hook.results.size(); ++i)
    bindings.results.push_back({hook.results[i], &signature.results[i]});
  return bindings;
}

std::string Declare(const std::vector<Binding>& bindings) {
  std::vector<std::string> parts;
  for (const Binding& binding : bindings)
    parts.push_back(binding.rule_name + (binding.by_address ? " *" : " ") + binding.value->type);
  return llvm::join(parts, ", ");
}

std::string Arguments(const std::vector<Binding>& bindings) {
  std::vector<std::string> parts;
  for (const Binding& binding : bindings)
    parts.push_back((binding.by_address ? "&" : "") + binding.value->name);
  return llvm::join(parts, ", ");
}

/// The receiver and params that stand in parentheses.
std::vector<Binding> Inputs(const Signature& signature, const Bindings& bindings) {
  return {bindings.inputs.begin() + (signature.generic_receiver ? 1 : 0), bindings.inputs.end()};
}

/// What a hole stands for.
Result<std::string> Fill(llvm::StringRef hole, const pack::PlannedHook& planned, const Signature& signature,
                         const Bindings& bindings) {
  const std::vector<Binding> inputs = Inputs(signature, bindings);
  if (hole == "params") return Declare(inputs);
  if (hole == "comma_params") return inputs.empty() ? "" : ", " + Declare(inputs);
  if (hole == "method") return signature.generic_receiver ? "(" + Declare({bindings.inputs[0]}) + ") " : "";
  if (hole == "results") return (bindings.results.empty() ? "" : ", ") + Declare(bindings.results);
  if (hole == "rule") return std::to_string(planned.rule);
  if (hole == "type_params") return signature.type_params;
  if (hole.consume_front("result ")) {
    size_t index = 0;
    if (!hole.trim().getAsInteger(10, index) && index < signature.results.size())
      return signature.results[index].type;
    return Fail("its code asks for the type of result {0}, of which there are {1}", hole.trim(),
                signature.results.size());
  }
  if (hole.consume_front("type ")) {
    if (const Binding* binding = bindings.Find(hole.trim())) return binding->value->type;
    return Fail("its code asks for the type of `{0}`, which it does not bind", hole.trim());
  }
  return Fail("its code has an unknown hole `@{{{0}}`", hole);
}

Result<std::string> Expand(const pack::PlannedHook& planned, const Signature& signature,
                           const Bindings& bindings) {
  std::string out;
  llvm::StringRef rest = planned.hook.code;
  for (size_t at = rest.find("@{"); at != llvm::StringRef::npos; at = rest.find("@{")) {
    size_t end = rest.find('}', at);
    if (end == llvm::StringRef::npos) return Fail("its code has an unclosed hole");
    Result<std::string> filled = Fill(rest.slice(at + 2, end), planned, signature, bindings);
    if (!filled) return filled.takeError();
    out += rest.take_front(at).str() + *filled;
    rest = rest.drop_front(end + 1);
  }
  return out + rest.str();
}

Result<std::vector<std::string>> SiteNames(const std::vector<std::string>& rule_names,
                                           const Bindings& bindings) {
  std::vector<std::string> names;
  for (const std::string& name : rule_names) {
    const Binding* binding = bindings.Find(name);
    if (binding == nullptr) return Fail("it assigns `{0}`, which it does not bind", name);
    names.push_back(binding->value->name);
  }
  return names;
}

/// `return` with the values that a hook returns instead of the function.
std::string BypassText(const Signature& signature) {
  std::vector<std::string> values;
  for (size_t i = 0; i < signature.results.size(); ++i) values.push_back("instcS.bypass" + std::to_string(i));
  return "if instcS.bypassed { return " + llvm::join(values, ", ") + " }; ";
}

/// `if instcPort != nil { ... };` on one line.
Result<std::string> HeadText(const pack::Hook& hook, const Signature& signature, const Bindings& bindings) {
  std::string inputs = Arguments(Inputs(signature, bindings));
  std::string method = signature.generic_receiver ? bindings.inputs[0].value->name + "." : "";
  std::string enter = method + "instcEnter_" + hook.symbol + signature.type_args + "(" + inputs + ")";
  if (!hook.has_exit && hook.enter_writes.empty() && !hook.bypass)
    return " if instcPort != nil { " + enter + " };";
  Result<std::vector<std::string>> written = SiteNames(hook.enter_writes, bindings);
  if (!written) return written.takeError();
  std::string body;
  for (size_t i = 0; i < written->size(); ++i) {
    body += (*written)[i] + " = instcS.w_" + hook.enter_writes[i] + "; ";
  }
  if (hook.has_exit) {
    Result<std::vector<std::string>> assigned = SiteNames(hook.exit_writes, bindings);
    if (!assigned) return assigned.takeError();
    std::vector<std::string> arguments = {"instcS"};
    if (!inputs.empty()) arguments.push_back(inputs);
    if (!bindings.results.empty()) arguments.push_back(Arguments(bindings.results));
    body += "defer func() { " + (assigned->empty() ? "" : llvm::join(*assigned, ", ") + " = ") + method +
            "instcExit_" + hook.symbol + signature.type_args + "(" + llvm::join(arguments, ", ") + ") }() ";
  }
  if (hook.bypass) body += (hook.has_exit ? "; " : "") + BypassText(signature);
  return " if instcPort != nil { if instcS := " + enter + "; instcS.on { " + body + "} };";
}

llvm::Error CheckCount(const char* what, size_t wanted, size_t found) {
  if (wanted == found) return llvm::Error::success();
  return Fail("the rule names {0} {1}, the function has {2}", wanted, what, found);
}

llvm::Error CheckShape(const pack::Hook& hook, const go::FuncDecl& func) {
  if (llvm::Error error = CheckCount("parameters", hook.params.size(), func.signature.params.count()))
    return error;
  if (llvm::Error error = CheckCount("results", hook.results.size(), func.signature.results.count()))
    return error;
  if (hook.receiver && hook.receiver->pointer != func.receiver_is_pointer()) {
    return Fail("the rule's receiver is {0}, the function's is {1}",
                hook.receiver->pointer ? "a pointer" : "a value",
                hook.receiver->pointer ? "a value" : "a pointer");
  }
  return llvm::Error::success();
}

llvm::Error Located(const pack::Hook& hook, llvm::Error error) {
  const std::string at = hook.directive ? "//" + hook.directive->name : hook.func;
  return Fail("{0}:{1}: rule `{2}` at `{3}`: {4}", hook.origin.file, hook.origin.line, hook.rule, at,
              llvm::toString(std::move(error)));
}

/// What a hook at a directive sees of a function: its context, constants, its error.
Signature Reduced(const Signature& full, const pack::Directive& directive, const Marked& marked) {
  auto asks = [&](llvm::StringRef part) { return llvm::is_contained(directive.with, part); };
  Signature signature;
  if (asks("context")) signature.params.push_back(full.params[*marked.context]);
  for (const std::string& given : directive.given) {
    auto [value, type] = marked.Given(given);
    signature.params.push_back({value, type});
  }
  if (asks("error")) signature.results.push_back(full.results[*marked.error]);
  return signature;
}

/// One hook's statements go to `head`, its declarations behind the file.
llvm::Error WriteHook(const SiteHook& site, const Signature& full, go::Editor& editor, std::string& head) {
  const pack::Hook& hook = site.planned->hook;
  const Signature signature = site.marked == nullptr ? full : Reduced(full, *hook.directive, *site.marked);
  Bindings bindings = Bind(hook, signature);
  Result<std::string> code = Expand(*site.planned, signature, bindings);
  if (!code) return code.takeError();
  Result<std::string> statements = HeadText(hook, signature, bindings);
  if (!statements) return statements.takeError();
  head += *statements;
  if (site.declares) editor.Append("instc/" + hook.rule + ".go", *code);
  return llvm::Error::success();
}

bool HasGenericReceiver(const go::FuncDecl& func) {
  if (func.receiver.groups.empty()) return false;
  const go::Expr* type = go::Unparen(func.receiver.groups.front().type);
  if (const auto* star = type->As<go::StarExpr>()) type = go::Unparen(star->operand);
  return type->As<go::IndexExpr>() != nullptr;
}

void AddTypeParams(const go::FuncDecl& func, llvm::StringRef text, Signature& signature) {
  if (!func.type_params.present()) return;
  signature.type_params = text.slice(func.type_params.open, func.type_params.close + 1).str();
  std::vector<std::string> names;
  for (const go::ParamGroup& group : func.type_params.groups)
    for (const go::Ident& name : group.names) names.push_back(name.text.str());
  signature.type_args = "[" + llvm::join(names, ", ") + "]";
}

bool HasUnnamedTypeParam(const go::FuncDecl& func) {
  return llvm::any_of(func.type_params.groups, [](const go::ParamGroup& group) {
    return llvm::any_of(group.names, [](const go::Ident& name) { return name.blank(); });
  });
}

/// `func` as a wrapper declares it, with names that no type in it can mean.
Signature WrapperSignature(const go::FuncDecl& func, llvm::StringRef text) {
  Signature signature;
  AddTypeParams(func, text, signature);
  signature.params = go::ListValues(func.signature.params, text);
  signature.results = go::ListValues(func.signature.results, text);
  size_t index = 0;
  for (NamedValue& value : signature.params) value.name = "instcP" + std::to_string(index++);
  index = 0;
  for (NamedValue& value : signature.results) value.name = "instcR" + std::to_string(index++);
  return signature;
}

bool IsVariadic(const go::FuncDecl& func) {
  return !func.signature.params.groups.empty() && func.signature.params.groups.back().variadic;
}

/// Why calls of `func` cannot be led over a wrapper; empty when they can.
std::string WhyNoWrapper(const go::FuncDecl& func, llvm::StringRef text) {
  for (const go::Directive& directive : func.directives) {
    for (llvm::StringRef pragma : {"go:nosplit", "go:uintptrescapes", "go:uintptrkeepalive"}) {
      if (directive.text.split(' ').first.trim() == pragma) return ("it is marked //" + pragma).str();
    }
  }
  if (HasUnnamedTypeParam(func)) return "it has a type parameter without a name";
  if (!func.body) return "";
  auto recovers = go::FindCalls(text, {{"", "recover"}});
  if (!recovers) return llvm::toString(recovers.takeError());
  for (const go::FoundCall& call : *recovers) {
    bool inside = call.name.offset > func.body->open && call.name.offset < func.body->close;
    if (inside && call.depth == 1) return "it calls recover, which works only where it is deferred itself";
  }
  return "";
}

std::string Parenthesised(const std::vector<NamedValue>& values, bool named) {
  std::vector<std::string> parts;
  for (const NamedValue& value : values) parts.push_back((named ? value.name + " " : "") + value.type);
  return "(" + llvm::join(parts, ", ") + ")";
}

}  // namespace

namespace {

/// The reason that holds for hooks at directives too: these know no type of the function's own, so it may
/// be generic.
std::string NeverHooked(const go::FuncDecl& func) {
  if (!func.body) return "it has no body in Go";
  if (func.name.text == "init" && !func.is_method()) return "it is an `init` function";
  for (const go::Directive& directive : func.directives) {
    for (llvm::StringRef pragma :
         {"go:nosplit", "go:systemstack", "go:nowritebarrier", "go:nowritebarrierrec",
          "go:yeswritebarrierrec", "go:noescape", "go:nocheckptr"}) {
      if (directive.text.split(' ').first.trim() == pragma) return ("it is marked //" + pragma).str();
    }
  }
  return {};
}

}  // namespace

namespace {

/// Code that was lowered for a function without type parameters does not fit one with them.
std::string RefusedReason(const go::FuncDecl& func, const pack::Hook& hook) {
  const llvm::StringRef code = hook.code;
  if (func.type_params.present() && !code.contains("@{type_params}")) return "it is generic";
  if (HasUnnamedTypeParam(func)) return "it has a type parameter without a name";
  if (HasGenericReceiver(func) && !code.contains("@{method}")) return "its receiver is generic";
  return NeverHooked(func);
}

}  // namespace

llvm::Error WriteSite(llvm::ArrayRef<SiteHook> hooks, const go::FuncDecl& func, llvm::StringRef text,
                      go::Editor& editor) {
  bool any_exit = false;
  for (const SiteHook& site : hooks) {
    const pack::Hook& hook = site.planned->hook;
    const std::string refused = site.marked != nullptr ? NeverHooked(func) : RefusedReason(func, hook);
    if (!refused.empty()) {
      const std::string what = site.marked != nullptr ? "`" + func.name.text.str() + "`" : "the function";
      return Located(hook, Fail("{0} cannot be hooked: {1}", what, refused));
    }
    llvm::Error error = site.marked != nullptr ? llvm::Error::success() : CheckShape(hook, func);
    if (error) return Located(hook, std::move(error));
    any_exit |= hook.has_exit;
  }
  Signature signature;
  AddTypeParams(func, text, signature);
  signature.generic_receiver = HasGenericReceiver(func);
  signature.receiver = go::NameValues(func.receiver, text, "instcV", /*numbered=*/false, editor);
  signature.params = go::NameValues(func.signature.params, text, "instcP", /*numbered=*/true, editor);
  signature.results = any_exit
                          ? go::NameValues(func.signature.results, text, "instcR", /*numbered=*/true, editor)
                          : go::ListValues(func.signature.results, text);
  std::string head;
  for (const SiteHook& site : hooks) {
    if (llvm::Error error = WriteHook(site, signature, editor, head))
      return Located(site.planned->hook, std::move(error));
  }
  editor.Insert(func.body->open + 1, head);
  return llvm::Error::success();
}

llvm::Error WriteCallHook(const pack::PlannedHook& hook, const go::FuncDecl& func, llvm::StringRef text,
                          go::Editor& editor) {
  std::string refused = WhyNoWrapper(func, text);
  if (!refused.empty()) return Located(hook.hook, Fail("its calls cannot be hooked: {0}", refused));
  if (llvm::Error error = CheckShape(hook.hook, func)) return Located(hook.hook, std::move(error));
  Signature signature = WrapperSignature(func, text);
  Result<std::string> code = Expand(hook, signature, Bind(hook.hook, signature));
  if (!code) return Located(hook.hook, code.takeError());
  editor.Append("instc/" + hook.hook.rule + ".go", *code);
  return llvm::Error::success();
}

llvm::Error WriteWrapper(llvm::ArrayRef<const pack::PlannedHook*> hooks, const std::string& prefix,
                         const go::FuncDecl& func, llvm::StringRef text, go::Editor& editor) {
  Signature signature = WrapperSignature(func, text);
  std::string head, arguments;
  bool any_exit = false;
  for (const pack::PlannedHook* planned : hooks) {
    Result<std::string> statements = HeadText(planned->hook, signature, Bind(planned->hook, signature));
    if (!statements) return Located(planned->hook, statements.takeError());
    head += *statements;
    any_exit |= planned->hook.has_exit;
  }
  for (const NamedValue& value : signature.params) arguments += (arguments.empty() ? "" : ", ") + value.name;
  std::vector<NamedValue> params = signature.params;
  if (IsVariadic(func)) {
    params.back().type = "..." + llvm::StringRef(params.back().type).drop_front(2).str();
    arguments += "...";
  }
  std::string name = func.name.text.str();
  std::string results = signature.results.empty() ? "" : " " + Parenthesised(signature.results, any_exit);
  editor.Append("instc/" + hooks.front()->hook.rule + ".call.go",
                "func " + prefix + name + signature.type_params + Parenthesised(params, true) + results +
                    " {" + head + (results.empty() ? " " : " return ") + name + signature.type_args + "(" +
                    arguments + ") }\n");
  return llvm::Error::success();
}

llvm::Error WriteTypes(const pack::PlannedHook& planned, go::Editor& editor) {
  Result<std::string> code = Expand(planned, {}, {});
  if (!code) return Located(planned.hook, code.takeError());
  editor.Append("instc/" + planned.hook.rule + ".go", *code);
  return llvm::Error::success();
}

}  // namespace instc::toolexec
