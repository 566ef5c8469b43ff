// Spans against their conventions, and whether trace context arrives where it is wanted.
#include "compiler/check/review.h"
#include "compiler/go/types/identical.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(MissingRequired, "E0507", Error, "a span of {0} needs {1}", std::string, std::string);
INSTC_DIAGNOSTIC(SetAfterStart, "W0508", Warning, "`{0}` is set after the span has started", std::string);
INSTC_DIAGNOSTIC(NotTheParent, "W0703", Warning, "`{0}` is in reach and is not the parent of this span",
                 std::string);
INSTC_DIAGNOSTIC(LocalCopy, "W0704", Warning, "the new context reaches nobody: it is put into `{0}`",
                 std::string);

using conventions::SpanGroup;
using rules::Binding;

namespace {

/// `http` of `http.server`: the family of conventions that a name belongs to.
llvm::StringRef FamilyOf(llvm::StringRef name) {
  return name.split('.').first;
}

/// The attributes of one span: those of its start, and those that follow.
struct SpanAttributes {
  std::vector<const rules::AttributeSet*> start;
  std::vector<std::pair<Span, const rules::AttributeSet*>> later;
};

SpanAttributes AttributesOf(const rules::StmtList& body, const rules::SpanStmt& span) {
  SpanAttributes found;
  for (const rules::AttributeSet& set : span.attributes) found.start.push_back(&set);
  ForEachStmt(body, [&](const rules::Stmt& stmt) {
    const auto* attr = std::get_if<rules::Attr>(&stmt.node);
    if (attr != nullptr && attr->span == span.index) found.later.emplace_back(stmt.span, &attr->set);
  });
  return found;
}

bool Sets(const rules::AttributeSet& set, llvm::StringRef name) {
  return llvm::any_of(set.names, [&](const rules::AttributeSet::Name& n) { return n.key == name; });
}

/// The groups that the span follows: it has its kind and sets an attribute of their family. None when there
/// are several families, such as a database behind HTTP.
std::vector<const SpanGroup*> GroupsOf(const conventions::Registry& registry, const rules::SpanStmt& span,
                                       const SpanAttributes& attributes) {
  std::vector<const rules::AttributeSet*> all = attributes.start;
  for (const auto& [at, set] : attributes.later) all.push_back(set);
  std::vector<const SpanGroup*> groups;
  for (const SpanGroup& group : registry.span_groups()) {
    if (!group.Allows(span.kind)) continue;
    const bool follows = llvm::any_of(all, [&](const rules::AttributeSet* set) {
      return llvm::any_of(set->names, [&](const rules::AttributeSet::Name& name) {
        return FamilyOf(name.key) == FamilyOf(group.id) && group.FindAttribute(name.key) != nullptr;
      });
    });
    if (follows) groups.push_back(&group);
  }
  const bool one_family = llvm::all_of(
      groups, [&](const SpanGroup* group) { return FamilyOf(group->id) == FamilyOf(groups[0]->id); });
  return one_family ? groups : std::vector<const SpanGroup*>();
}

/// Required in all groups, and nowhere set.
std::vector<std::string> Missing(llvm::ArrayRef<const SpanGroup*> groups, const SpanAttributes& attributes) {
  std::vector<std::string> missing;
  for (const conventions::AttributeUse& use : groups.front()->attributes) {
    const bool required = llvm::all_of(groups, [&](const SpanGroup* group) {
      const conventions::AttributeUse* here = group->FindAttribute(use.name);
      return here != nullptr && here->requirement == conventions::Requirement::kRequired;
    });
    const bool set = llvm::any_of(attributes.start, [&](const auto* s) { return Sets(*s, use.name); }) ||
                     llvm::any_of(attributes.later, [&](const auto& s) { return Sets(*s.second, use.name); });
    if (required && !set) missing.push_back("`" + use.name + "`");
  }
  return missing;
}

/// Whether the value is the same when the span starts, as far as can be told: made of what is there by then,
/// without a call, whose answer may change.
bool KnownAtStart(const rules::Expr& value) {
  return !AnyPart(value, [](const rules::Expr& part) {
    const auto* use = std::get_if<rules::Use>(&part.node);
    const bool later =
        use != nullptr && (use->binding->kind == Binding::Kind::kResult || use->binding->at_exit);
    return later || std::holds_alternative<rules::MethodCall>(part.node) ||
           std::holds_alternative<rules::FuncCall>(part.node) ||
           std::holds_alternative<rules::Panicked>(part.node) ||
           std::holds_alternative<rules::PanicValue>(part.node) ||
           std::holds_alternative<rules::HiddenField>(part.node);
  });
}

bool SamplingRelevant(llvm::ArrayRef<const SpanGroup*> groups, llvm::StringRef name) {
  return llvm::any_of(groups, [&](const SpanGroup* group) {
    const conventions::AttributeUse* use = group->FindAttribute(name);
    return use != nullptr && use->sampling_relevant;
  });
}

}  // namespace

/// Only of plugins that say which conventions they follow.
void HookChecker::ReviewAttributes(const rules::Stmt& stmt, const rules::SpanStmt& span) {
  if (plugin_.file.semconv == nullptr) return;
  const SpanAttributes attributes = AttributesOf(hook_.body, span);
  const std::vector<const SpanGroup*> groups = GroupsOf(plugin_.registry, span, attributes);
  if (groups.empty()) return;
  const std::vector<std::string> missing = Missing(groups, attributes);
  if (!missing.empty() && !span.detached) {  // other rules that resume it may set them
    const std::string family = groups.size() == 1 ? groups[0]->id : FamilyOf(groups[0]->id).str();
    emitter()
        .Emit(HeadOf(stmt, span), MissingRequired, family, llvm::join(missing, ", "))
        .Note("the conventions require it of every span that has attributes of `" +
              FamilyOf(groups[0]->id).str() + "`");
  }
  if (span.at_exit) return;
  for (const auto& [at, set] : attributes.later) {
    const bool known = KnownAtStart(*set->value) && (set->guard == nullptr || KnownAtStart(*set->guard));
    for (const rules::AttributeSet::Name& name : set->names) {
      const bool at_start =
          llvm::any_of(attributes.start, [&](const auto* start) { return Sets(*start, name.key); });
      if (!known || at_start || !SamplingRelevant(groups, name.key)) continue;
      emitter()
          .Emit(at, SetAfterStart, name.key)
          .Note("the conventions name it among the attributes that a sampler decides by")
          .Help("set it in the braces of the span");
    }
  }
}

/// The parent of a span should be the context that the function was given.
void HookChecker::ReviewParent(const rules::Stmt& stmt, const rules::SpanStmt& span,
                               const go::SignatureType& signature) {
  const auto& params = signature.params;
  const auto carries = [&](const Type* type) { return IsContext(type) || ContextDeclOf(type) != nullptr; };
  const auto carrier = llvm::find_if(params, [&](const go::Var* param) { return carries(param->type()); });
  if (carrier == params.end()) return;
  const auto from_outside = [&](const rules::Expr& part) {
    const auto* use = std::get_if<rules::Use>(&part.node);
    return use != nullptr && (use->binding->kind == Binding::Kind::kLet || carries(use->binding->type));
  };
  const rules::ExprPtr& parent = span.context.get;
  if (parent != nullptr && AnyPart(*parent, from_outside)) return;
  const auto index = static_cast<size_t>(carrier - params.begin());
  const bool named = index < hook_.params.size() && hook_.params[index] != "_";
  const std::string name = named ? hook_.params[index] : (*carrier)->name().str();
  auto builder =
      emitter().Emit(HeadOf(stmt, span), NotTheParent, name.empty() ? Show((*carrier)->type()) : name);
  builder.Note((*carrier)->declared_at(), "declared here");
  builder.Help(named ? "`in " + name + "` makes it the parent and hands the new context on; `from " + name +
                           "` only makes it the parent"
                     : "name the parameter, and say `in` it");
}

/// `in` a copy that nobody gets.
void HookChecker::ReviewPut(const rules::Stmt& stmt, const rules::SpanStmt& span) {
  if (span.context.put_target == nullptr) return;
  const Binding* root = RootOf(*span.context.put_target);
  if (root == nullptr || root->kind != Binding::Kind::kLet) return;
  bool copy = go::Pointee(root->type) == nullptr;
  bool handed_on = false;
  ForEachStmt(hook_.body, [&](const rules::Stmt& other) {
    if (const auto* let = std::get_if<rules::Let>(&other.node)) {
      if (llvm::is_contained(let->bindings, root))
        copy = copy || std::holds_alternative<rules::Clone>(let->value->node);
      return;
    }
    const bool strict = std::holds_alternative<rules::Set>(other.node) ||
                        std::holds_alternative<rules::Extend>(other.node) ||
                        std::holds_alternative<rules::CallStmt>(other.node);
    if (!strict) return;
    ForEachExprOf(other, [&](const rules::Expr& expr) { handed_on = handed_on || Mentions(expr, *root); });
  });
  if (!copy || handed_on) return;
  emitter()
      .Emit(HeadOf(stmt, span), LocalCopy, root->name)
      .Note("`" + root->name + "` is a copy of this rule's own")
      .Help("give it to the callee: `set PARAM = " + root->name + "`");
}

/// A method of an object that implements: there is no callee, so what is put into a parameter leaves with a
/// result or not at all.
void HookChecker::ReviewResult(const rules::Stmt& stmt, const rules::SpanStmt& span) {
  const Binding* param = span.context.put_binding;
  if (!hook_.results_at_enter || param == nullptr || param->kind != Binding::Kind::kParam) return;
  bool handed_on = false;
  ForEachStmt(hook_.body, [&](const rules::Stmt& other) {
    const bool strict = std::holds_alternative<rules::Set>(other.node) ||
                        std::holds_alternative<rules::Extend>(other.node) ||
                        std::holds_alternative<rules::CallStmt>(other.node) ||
                        std::holds_alternative<rules::RawGo>(other.node);
    if (!strict) return;
    ForEachExprOf(other, [&](const rules::Expr& expr) { handed_on = handed_on || Mentions(expr, *param); });
  });
  if (handed_on) return;
  const auto& results = hook_.signature->results;
  const auto fits = llvm::find_if(
      results, [&](const go::Var* result) { return go::Identical(result->type(), param->type); });
  auto builder = emitter().Emit(HeadOf(stmt, span), LocalCopy, param->name);
  builder.Note("nothing runs behind a method of an object that implements: only its results leave it");
  if (fits == results.end()) {
    builder.Help("`from " + param->name + "` only makes it the parent");
    return;
  }
  const std::string& named = hook_.results[static_cast<size_t>(fits - results.begin())];
  builder.Help(named == "_" ? "name the result, and `set` it to `" + param->name + "`"
                            : "`set " + named + " = " + param->name + "`");
}

void HookChecker::ReviewSpans(const go::SignatureType& signature) {
  ForEachStmt(hook_.body, [&](const rules::Stmt& stmt) {
    const auto* span = std::get_if<rules::SpanStmt>(&stmt.node);
    if (span == nullptr) return;
    ReviewAttributes(stmt, *span);
    ReviewParent(stmt, *span, signature);
    ReviewPut(stmt, *span);
    ReviewResult(stmt, *span);
  });
}

}  // namespace instc::check
