// Spans: where their context comes from, where it goes, and how it crosses the network.
#include "compiler/check/hook_checker.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "compiler/rules/kinds.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(NoContext, "E0339", Error, "{0} holds no context", std::string);
INSTC_DIAGNOSTIC(NoContextImport, "E0340", Error,
                 "a context cannot be written back here: package {0} does not import \"context\"",
                 std::string);
INSTC_DIAGNOSTIC(SpanNameType, "E0342", Error, "a span name is a string, this is {0}", std::string);
INSTC_DIAGNOSTIC(SpanInExit, "E0704", Error, "a span that starts in `exit` would last no time", );
INSTC_DIAGNOSTIC(NotATime, "E0374", Error, "`{0}` takes a time.Time or `entered`, this is {1}",
                 llvm::StringRef, std::string);
INSTC_DIAGNOSTIC(PutForm, "E0343", Error, "`put` has the form `put PLACE = ctx`", );

namespace {

/// A call of the built-in of that name.
const ast::Call* AsCall(const ast::Expr& expr, llvm::StringRef name) {
  const auto* call = std::get_if<ast::Call>(&expr.node);
  const auto* callee = call == nullptr ? nullptr : std::get_if<ast::Ident>(&call->callee->node);
  return callee != nullptr && callee->name == name ? call : nullptr;
}

}  // namespace

bool HookChecker::IsContext(const Type* type) {
  const auto* named = llvm::dyn_cast<go::Named>(go::Unalias(type));
  return named != nullptr && named->object()->name() == "Context" && named->object()->package() != nullptr &&
         named->object()->package()->path() == "context";
}

/// The plugin's `context of` for values of this type; null: there is none.
const ast::ContextDecl* HookChecker::ContextDeclOf(const Type* wanted) {
  const ast::ContextDecl* found = nullptr;
  Scope plugin_scope;
  plugin_scope.file = &plugin_.file;
  plugin_scope.package = &package_;
  Scope* outer = std::exchange(scope_, &plugin_scope);
  for (const ast::ContextDecl* decl : plugin_.file.contexts) {
    const Type* type = ResolveType(*decl->type);
    if (!type->IsInvalid() && go::Identical(type, wanted)) found = decl;
  }
  scope_ = outer;
  return found;
}

/// `ambient()`, or a template's parameter for which it was given.
bool HookChecker::IsAmbient(const ast::Expr& expr) {
  const auto* ident = std::get_if<ast::Ident>(&expr.node);
  const Named* named = ident == nullptr ? nullptr : scope_->Find(ident->name);
  if (named != nullptr) return named->argument != nullptr && IsAmbient(*named->argument);
  return scope_->Find("ambient") == nullptr && AsCall(expr, "ambient") != nullptr;
}

/// `ambient()` is a context even where package context cannot be named; nothing is written back to it.
std::optional<rules::ContextRef> HookChecker::ContextOf(const ast::Expr& expr, bool write_back) {
  if (!IsAmbient(expr)) return ContextOf(CheckValueOf(expr), expr.span, write_back);
  const ast::Call* call = AsCall(expr, "ambient");
  if (call != nullptr && !ArgCount(*call, expr.span, "ambient", 0, 0)) return std::nullopt;
  return rules::ContextRef{Make(expr.span, ContextType(), rules::Ambient{}), nullptr, nullptr};
}

/// context.Context, whether or not the target package imports it.
const go::Type* HookChecker::ContextType() {
  auto package = plugin_.target.program->Load("context");
  if (!package) {
    llvm::consumeError(package.takeError());
    return go::Invalid();
  }
  const go::Object* context = (*package)->Lookup("Context");
  return context == nullptr ? go::Invalid() : context->type();
}

/// A context.Context itself, or a value whose type has a `context of` in this plugin.
std::optional<rules::ContextRef> HookChecker::ContextOf(ExprPtr value, Span span, bool write_back) {
  if (IsInvalid(*value) || IsAbsent(*value)) return std::nullopt;
  rules::ContextRef ref;
  if (IsContext(value->type)) {
    ref.get = value;
    write_back = write_back && !IsCaptured(*value);
    if (write_back && !CheckTarget(*value)) return std::nullopt;
  } else {
    const ast::ContextDecl* found = ContextDeclOf(value->type);
    if (found == nullptr) {
      emitter()
          .Emit(span, NoContext, Show(value->type))
          .Help("declare one: `context of T { get it.Context() put it.ctx = ctx }`");
      return std::nullopt;
    }
    Scope it;
    it.file = &plugin_.file;
    it.package = &package_;
    Named named;
    named.argument = value;
    it.names["it"] = named;
    Scope* outer = std::exchange(scope_, &it);
    ref.get = CheckValueOf(*found->get);
    if (write_back && found->put != nullptr) ref.put_target = CheckValueOf(*found->put);
    const auto* stored =
        found->put_value == nullptr ? nullptr : std::get_if<ast::Ident>(&found->put_value->node);
    scope_ = outer;
    if (write_back && (found->put == nullptr || stored == nullptr || stored->name != "ctx")) {
      auto builder = emitter().Emit(found->put == nullptr ? span : found->put->span, PutForm);
      if (found->put == nullptr)
        builder.Note(found->type->span, "this has no `put`").Help("add one, or use `from` instead of `in`");
      return std::nullopt;
    }
    if (!IsInvalid(*ref.get) && !IsContext(ref.get->type)) {
      emitter().Emit(found->get->span, NoContext, Show(ref.get->type));
      return std::nullopt;
    }
    if (write_back && !CheckTarget(*ref.put_target)) return std::nullopt;
  }
  if (!write_back) return ref;
  if (ref.put_target == nullptr) ref.put_target = value;
  if (const auto* use = std::get_if<rules::Use>(&ref.put_target->node)) ref.put_binding = use->binding;
  const auto& imports = package_.ImportPaths();
  if (std::find(imports.begin(), imports.end(), "context") == imports.end()) {
    emitter()
        .Emit(span, NoContextImport, package_.path())
        .Help("use `from` instead of `in`: the span gets its parent, the callee no context");
    return std::nullopt;
  }
  return ref;
}

/// Of `began` and `ended`.
HookChecker::ExprPtr HookChecker::Time(const ast::Expr& expr, llvm::StringRef clause) {
  const auto* ident = std::get_if<ast::Ident>(&expr.node);
  if (ident != nullptr && ident->name == "entered" && scope_->Find("entered") == nullptr)
    return Make(expr.span, BasicTypeOf(Basic::kInt64), rules::Entered{});
  ExprPtr value = CheckValueOf(expr);
  if (IsInvalid(*value)) return nullptr;
  if (IsAbsent(*value)) return nullptr;
  const auto* named = llvm::dyn_cast<go::Named>(go::Unalias(value->type));
  const bool time = named != nullptr && named->object()->name() == "Time" &&
                    named->object()->package() != nullptr && named->object()->package()->path() == "time";
  if (time) return value;
  emitter().Emit(expr.span, NotATime, clause, Show(value->type));
  return nullptr;
}

/// `from extract(ctx, carrier)`: a remote parent; `from E`: E's context, which is not written back.
void HookChecker::From(const ast::Expr& from, rules::SpanStmt& out) {
  const ast::Call* extract = AsCall(from, "extract");
  if (extract == nullptr) {
    auto context = ContextOf(from, false);
    if (!context.has_value()) return;
    out.context.get = context->get;
    return;
  }
  if (!ArgCount(*extract, from.span, "extract", 2, 2)) return;
  auto context = ContextOf(*extract->args[0], false);
  if (context.has_value() && out.context.get == nullptr) out.context.get = context->get;
  out.remote = CarrierOf(*extract->args[1]);
}

void HookChecker::SpanStatement(const ast::SpanStmt& stmt, Span span, rules::StmtList& out) {
  if (at_exit_ && stmt.began == nullptr) {
    emitter()
        .Emit(span, SpanInExit)
        .Help("say when it began: `began entered`, or a time.Time; or start the span outside `exit`");
    return;
  }
  rules::SpanStmt checked;
  checked.kind = rules::KindOf(stmt.kind);
  checked.index = NewSpan(stmt.detached ? rules::SpanRole::kDetached : rules::SpanRole::kOwn);
  checked.at_exit = at_exit_;
  checked.in_loop = in_loop_;
  checked.name = CheckValueOf(*stmt.name);
  if (!Assignable(*checked.name, BasicTypeOf(Basic::kString)))
    emitter().Emit(stmt.name->span, SpanNameType, Show(checked.name->type));
  else if (!IsAbsent(*checked.name))
    checked.name = Coerce(checked.name, BasicTypeOf(Basic::kString));
  CheckSpanName(*checked.name);
  if (hook_.directive.has_value()) {
    checked.name = OrTitle(checked.name);
    GiveAttributes(checked);
  }
  if (stmt.in != nullptr) {
    if (auto context = ContextOf(*stmt.in, !at_exit_ && !in_loop_)) checked.context = *context;
  }
  if (stmt.from != nullptr) From(*stmt.from, checked);
  if (stmt.began != nullptr) checked.began = Time(*stmt.began, "began");
  if (stmt.ended != nullptr) {
    const bool outside = std::exchange(at_exit_, true);
    checked.ended = Time(*stmt.ended, "ended");
    at_exit_ = outside;
  }
  if (!Detach(stmt, checked)) return;
  Add(out, span, std::move(checked));
  span_ = &std::get<rules::SpanStmt>(out.back()->node);
  if (stmt.block.has_value()) SpanBlock(*stmt.block, out);
}

/// Entries are the span's start attributes; other statements follow it.
void HookChecker::SpanBlock(const ast::AttrBlock& block, rules::StmtList& out) {
  for (const ast::StmtPtr& inner : block.stmts) {
    const auto* attr = std::get_if<ast::AttrStmt>(&inner->node);
    if (attr == nullptr) {
      Statement(*inner, out);
      continue;
    }
    if (!NeedSpan(inner->span, "attribute")) continue;
    if (auto set = Attribute(attr->entry, KindNow())) span_->attributes.push_back(std::move(*set));
  }
}

void HookChecker::Inject(const ast::InjectStmt& stmt, Span span, rules::StmtList& out) {
  if (!NeedSpan(span, "inject")) return;
  const bool named = stmt.carrier.Present();
  ExprPtr value = CheckValueOf(*stmt.target);
  auto carrier = named ? CarrierNamed(stmt.carrier, value) : CarrierOf(value, stmt.target->span);
  if (carrier.has_value() && carrier->kind == rules::Carrier::Kind::kPairs && !CheckTarget(*value)) return;
  if (carrier.has_value()) Add(out, span, rules::InjectStmt{span_->index, std::move(*carrier)});
}

}  // namespace instc::check
