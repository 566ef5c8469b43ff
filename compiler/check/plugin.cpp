// One plugin against one version: its declarations first, then rule after rule, then what only all rules
// together show.
#include "compiler/check/check.h"
#include "compiler/check/hook_checker.h"
#include "compiler/check/objects.h"
#include "compiler/check/review.h"
#include "compiler/check/rule_checker.h"
#include "dsl/diagnostics/consumers.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {
namespace {

std::string Join(const std::vector<ast::Name>& names) {
  std::string text;
  for (const ast::Name& name : names) text += (text.empty() ? "" : ",") + name.text;
  return names.size() > 1 ? "{" + text + "}" : text;
}

}  // namespace

std::string RuleName(const ast::RuleDecl& decl) {
  if (decl.name.Present()) return decl.name.text;
  const auto* point = std::get_if<ast::ExecutionPoint>(&decl.join_point.node);
  if (const auto* call = std::get_if<ast::CallPoint>(&decl.join_point.node))
    return call->callee.parts.back().text;
  if (const auto* directive = std::get_if<ast::DirectivePoint>(&decl.join_point.node))
    return directive->directive.value;
  if (point == nullptr) return "on " + decl.join_point.span.Text().split('\n').first.str();
  const std::string type = point->receiver.has_value() ? Join(point->receiver->types.names) + "." : "";
  return type + (point->names.glob.has_value() ? point->names.glob->value : Join(point->names.names));
}

namespace {

/// `labels`: of fields of objects; what this learns of them is added.
rules::Plugin CheckOnce(const RuleSet& set, const RuleFile& file, const pack::Plugin& description,
                        const Target& target, const conventions::Registry& registry, diag::Emitter& emitter,
                        decltype(PluginContext::field_labels)& labels) {
  const unsigned errors_before = emitter.ErrorCount();
  rules::Plugin out;
  out.name = file.PluginName();
  SymbolSink sink;
  if (target.record_symbols) sink.symbols = &out.symbols;
  PluginContext context{
      set, file, target, registry, emitter, out, description, Facts(set, file), std::move(sink), {}, {}};
  context.field_labels = labels;
  CheckImports(context);
  for (const FieldRef& field : file.fields)
    if (IsFor(field.in, context)) CheckField(field, context);
  DeclareObjects(context);
  const Target any_function = AnyFunction(target);
  std::optional<PluginContext> any;
  for (const RuleRef& rule : file.rules) {
    context.sink.rule = RuleName(*rule.decl);
    const unsigned errors = emitter.ErrorCount();
    const bool directive = std::holds_alternative<ast::DirectivePoint>(rule.decl->join_point.node);
    if (directive && !any.has_value())
      any.emplace(PluginContext{
          set, file, any_function, registry, emitter, out, description, Facts(set, file), {}, {}, {}});
    const bool applies = IsFor(rule.in, context) && CheckRule(directive ? *any : context, rule);
    out.outcomes.push_back({context.sink.rule, rule.span, applies, emitter.ErrorCount() == errors});
  }
  if (any.has_value())
    context.detached.insert(context.detached.end(), any->detached.begin(), any->detached.end());
  CheckObjects(context);
  llvm::sort(out.outcomes, [](const auto& a, const auto& b) { return a.span.begin < b.span.begin; });
  ReviewErrors(context);
  if (emitter.ErrorCount() == errors_before) {
    CheckDetached(context);
    ReviewNestedHooks(context);
  }
  labels = std::move(context.field_labels);
  return out;
}

}  // namespace

/// A body may read what another puts into a field of an object, in any order. So where there are such fields,
/// everything is checked in silence until nothing new is learnt of their labels.
rules::Plugin CheckPlugin(const RuleSet& set, const RuleFile& file, const pack::Plugin& description,
                          const Target& target, const conventions::Registry& registry,
                          diag::Emitter& emitter) {
  constexpr unsigned kMostRounds = 8;
  decltype(PluginContext::field_labels) labels;
  bool learnt = llvm::any_of(file.objects, [](const ObjectRef& ref) { return !ref.decl->fields.empty(); });
  for (unsigned round = 0; learnt && round < kMostRounds; ++round) {
    diag::DiscardingConsumer nowhere;
    diag::Emitter silent(nowhere);
    const auto before = labels;
    CheckOnce(set, file, description, target, registry, silent, labels);
    learnt = labels != before;
  }
  return CheckOnce(set, file, description, target, registry, emitter, labels);
}

}  // namespace instc::check
