// Statements and their parts.
#include "dsl/parse/tree_builder.h"

namespace instc {
namespace {

INSTC_DIAGNOSTIC(RepeatedClause, "E0114", Error, "the span has two `{0}` clauses", llvm::StringRef);

}  // namespace

ast::SpanKind TreeBuilder::BuildSpanKind(P::SpanKindContext* kind) {
  switch (kind->getStart()->getType()) {
    case P::KClient:
      return ast::SpanKind::Client;
    case P::KServer:
      return ast::SpanKind::Server;
    case P::KProducer:
      return ast::SpanKind::Producer;
    case P::KConsumer:
      return ast::SpanKind::Consumer;
    default:
      return ast::SpanKind::Internal;
  }
}

ast::StatusCode TreeBuilder::BuildStatusCode(P::StatusCodeContext* code) {
  switch (code->getStart()->getType()) {
    case P::KOk:
      return ast::StatusCode::Ok;
    case P::KError:
      return ast::StatusCode::Error;
    default:
      return ast::StatusCode::Unset;
  }
}

ast::Block TreeBuilder::BuildBlock(P::BlockContext* block) {
  ast::Block built;
  if (block == nullptr) return built;
  built.span = SpanOf(block);
  for (auto* stmt : block->stmts) built.stmts.push_back(BuildStmt(stmt));
  return built;
}

ast::AttrBlock TreeBuilder::BuildAttrBlock(P::AttrBlockContext* block) {
  ast::AttrBlock built;
  built.span = SpanOf(block);
  for (auto* item : block->items) built.stmts.push_back(BuildAttrItem(item));
  return built;
}

std::optional<ast::AttrBlock> TreeBuilder::BuildOptAttrBlock(P::AttrBlockContext* block) {
  if (block == nullptr) return std::nullopt;
  return BuildAttrBlock(block);
}

ast::StmtPtr TreeBuilder::BuildAttrItem(P::AttrItemContext* item) {
  if (Broken(item)) return MakeStmt(SpanOf(item), ast::BadStmt{});
  if (item->statement != nullptr) return BuildStmt(item->statement);
  return MakeStmt(SpanOf(item), ast::AttrStmt{/*bare=*/true, BuildAttrEntry(item->entry)});
}

ast::AttrEntry TreeBuilder::BuildAttrEntry(P::AttrEntryContext* entry) {
  ast::AttrEntry built;
  for (auto* name : entry->names) built.names.push_back(BuildAttrName(name));
  built.value = BuildExpr(entry->value);
  built.guard = BuildGuard(entry->when);
  return built;
}

ast::AttrName TreeBuilder::BuildAttrName(P::AttrNameContext* name) {
  ast::AttrName built;
  built.span = SpanOf(name);
  built.id = next_id_++;
  built.name = BuildDotted(name->first, name->rest);
  built.index = BuildOptExpr(name->index);
  return built;
}

ast::ExprPtr TreeBuilder::BuildGuard(P::GuardContext* guard) {
  return guard == nullptr ? nullptr : BuildExpr(guard->condition);
}

std::vector<ast::NamedArg> TreeBuilder::BuildArgs(P::ArgsContext* args) {
  std::vector<ast::NamedArg> list;
  if (args == nullptr) return list;
  for (auto* arg : args->list) {
    ast::NodeId id = next_id_++;
    list.push_back({SpanOf(arg), id, BuildName(arg->name), BuildElem(arg->value)});
  }
  return list;
}

ast::Params TreeBuilder::BuildParams(P::ParamsContext* params) {
  ast::Params built;
  if (Broken(params)) return built;
  built.span = SpanOf(params);
  for (auto* param : params->list) {
    ast::Param one;
    one.span = SpanOf(param);
    one.id = next_id_++;
    one.ellipsis = param->ellipsis != nullptr;
    if (!one.ellipsis) one.name = BuildName(param->name);
    one.variadic = param->variadic != nullptr;
    if (param->paramType != nullptr) one.type = BuildType(param->paramType);
    built.params.push_back(std::move(one));
  }
  return built;
}

std::optional<ast::Params> TreeBuilder::BuildOptParams(P::ParamsContext* params) {
  if (params == nullptr) return std::nullopt;
  return BuildParams(params);
}

ast::SpanStmt TreeBuilder::BuildSpan(P::SpanStmtContext* span) {
  ast::SpanStmt built;
  built.kind = BuildSpanKind(span->kind);
  built.kind_span = SpanOf(span->kind);
  built.name = BuildExpr(span->name);
  for (auto* clause : span->clauses) AddSpanClause(clause, built);
  built.block = BuildOptAttrBlock(span->attrs);
  return built;
}

void TreeBuilder::AddSpanClause(P::SpanClauseContext* clause, ast::SpanStmt& span) {
  auto repeated = [&] { emitter_.Emit(SpanOf(clause), RepeatedClause, SpanOf(clause->getStart()).Text()); };
  auto add = [&](ast::ExprPtr& slot, P::ExprContext* value) {
    if (slot != nullptr) return repeated();
    slot = BuildExpr(value);
  };
  if (auto* in = dynamic_cast<P::InClauseContext*>(clause)) return add(span.in, in->value);
  if (auto* from = dynamic_cast<P::FromClauseContext*>(clause)) return add(span.from, from->value);
  if (auto* began = dynamic_cast<P::BeganClauseContext*>(clause)) return add(span.began, began->value);
  if (auto* ended = dynamic_cast<P::EndedClauseContext*>(clause)) return add(span.ended, ended->value);
  if (auto* as = dynamic_cast<P::AsClauseContext*>(clause)) {
    if (span.as.Present()) return repeated();
    span.as = BuildName(as->name);
  }
  if (auto* detached = dynamic_cast<P::DetachedClauseContext*>(clause)) {
    if (span.detached) return repeated();
    span.detached = true;
    span.detached_by = BuildOptExpr(detached->value);
  }
}

ast::StatusStmt TreeBuilder::BuildStatus(P::StatusStmtContext* status) {
  ast::StatusStmt built;
  built.code = BuildStatusCode(status->code);
  built.description = BuildOptExpr(status->description);
  built.guard = BuildGuard(status->when);
  return built;
}

ast::MetricStmt TreeBuilder::BuildMetric(P::MetricStmtContext* metric) {
  using Op = ast::MetricStmt::Op;
  ast::MetricStmt built;
  built.name = BuildQName(metric->name);
  if (metric->op != nullptr) {
    size_t type = metric->op->getType();
    built.op = type == P::Assign ? Op::Set : type == P::PlusAssign ? Op::Add : Op::Sub;
  }
  built.value = BuildOptExpr(metric->value);
  built.block = BuildOptAttrBlock(metric->attrs);
  built.guard = BuildGuard(metric->when);
  return built;
}

ast::ObserveStmt TreeBuilder::BuildObserve(P::ObserveStmtContext* observe) {
  ast::ObserveStmt built;
  built.name = BuildQName(observe->name);
  built.value = BuildExpr(observe->value);
  built.block = BuildOptAttrBlock(observe->attrs);
  if (P::ObserveUntilContext* until = observe->end) {
    built.until = ast::ObserveStmt::Until{SpanOf(until), BuildName(until->name), until->pointer != nullptr,
                                          BuildName(until->typeName), BuildName(until->method)};
  }
  return built;
}

ast::EnrichStmt TreeBuilder::BuildEnrich(P::EnrichStmtContext* enrich) {
  using Which = ast::EnrichStmt::Which;
  ast::EnrichStmt built;
  size_t type = enrich->which->getType();
  built.which = type == P::KRoot ? Which::Root : type == P::KServer ? Which::Server : Which::Current;
  built.in = BuildOptExpr(enrich->in);
  built.block = BuildAttrBlock(enrich->attrs);
  return built;
}

ast::WrapStmt TreeBuilder::BuildWrap(P::WrapStmtContext* wrap) {
  ast::WrapStmt built;
  built.target = BuildExpr(wrap->target);
  built.maybe = wrap->maybe != nullptr;
  if (auto* as = dynamic_cast<P::WrapAsContext*>(wrap->how)) {
    built.how =
        ast::WrapStmt::As{BuildParams(as->parameters), BuildOptParams(as->results), BuildBlock(as->body)};
  } else if (auto* with = dynamic_cast<P::WrapWithContext*>(wrap->how)) {
    built.how = ast::WrapStmt::With{BuildName(with->object), BuildArgs(with->arguments)};
  }
  return built;
}

ast::IfStmt TreeBuilder::BuildIf(P::IfStmtContext* branch) {
  ast::IfStmt built;
  built.condition = BuildExpr(branch->condition);
  built.then = BuildBlock(branch->then);
  if (branch->otherwise != nullptr) built.else_block = BuildBlock(branch->otherwise);
  if (branch->elseIf != nullptr) built.else_if = MakeStmt(SpanOf(branch->elseIf), BuildIf(branch->elseIf));
  return built;
}

ast::UseStmt TreeBuilder::BuildUse(P::UseStmtContext* use) {
  ast::UseStmt built;
  built.name = BuildQName(use->name);
  built.args_span = Cover(SpanOf(use->LParen()->getSymbol()), SpanOf(use->close));
  built.args = BuildArgs(use->arguments);
  built.block = BuildOptAttrBlock(use->attrs);
  return built;
}

ast::GoStmt TreeBuilder::BuildGo(P::GoStmtContext* go) {
  Span inside = SpanOf(go->open);
  inside.begin = inside.end;
  inside.end = SpanOf(go->close).begin;
  return {inside, inside.Text().str()};
}

ast::StmtPtr TreeBuilder::BuildStmt(P::StmtContext* stmt) {
  Span span = SpanOf(stmt);
  if (Broken(stmt)) return MakeStmt(span, ast::BadStmt{});
  if (auto* s = dynamic_cast<P::SkipStmtContext*>(stmt))
    return MakeStmt(span, ast::SkipStmt{BuildExpr(s->condition)});
  if (auto* s = dynamic_cast<P::LetStmtContext*>(stmt)) {
    return MakeStmt(span, ast::LetStmt{BuildNames(s->names), BuildExpr(s->value)});
  }
  if (auto* s = dynamic_cast<P::SetStmtContext*>(stmt)) {
    return MakeStmt(span, ast::SetStmt{BuildExprs(s->targets), BuildExprs(s->values)});
  }
  if (auto* s = dynamic_cast<P::ExtendStmtContext*>(stmt)) {
    return MakeStmt(span,
                    ast::ExtendStmt{s->prepend != nullptr, BuildExpr(s->target), BuildExprs(s->values)});
  }
  if (auto* s = dynamic_cast<P::CallStmtContext*>(stmt))
    return MakeStmt(span, ast::CallStmt{BuildExpr(s->value)});
  if (auto* s = dynamic_cast<P::SpanStmtContext*>(stmt)) return MakeStmt(span, BuildSpan(s));
  if (auto* s = dynamic_cast<P::AttrStmtContext*>(stmt)) {
    return MakeStmt(span, ast::AttrStmt{/*bare=*/false, BuildAttrEntry(s->entry)});
  }
  if (auto* s = dynamic_cast<P::RenameStmtContext*>(stmt)) {
    return MakeStmt(span, ast::RenameStmt{BuildExpr(s->name), BuildGuard(s->when)});
  }
  if (auto* s = dynamic_cast<P::ExitStmtContext*>(stmt)) {
    ast::Name panic = s->panic == nullptr ? ast::Name{} : BuildName(s->panic);
    return MakeStmt(span, ast::ExitStmt{std::move(panic), BuildGuard(s->when), BuildBlock(s->body)});
  }
  if (auto* s = dynamic_cast<P::ErrorStmtContext*>(stmt)) {
    return MakeStmt(span, ast::ErrorStmt{BuildExpr(s->value), BuildOptExpr(s->unless), BuildGuard(s->when)});
  }
  if (auto* s = dynamic_cast<P::StatusStmtContext*>(stmt)) return MakeStmt(span, BuildStatus(s));
  if (auto* s = dynamic_cast<P::EventStmtContext*>(stmt)) {
    return MakeStmt(span,
                    ast::EventStmt{BuildExpr(s->name), BuildOptAttrBlock(s->attrs), BuildGuard(s->when)});
  }
  if (auto* s = dynamic_cast<P::LinkStmtContext*>(stmt)) {
    return MakeStmt(span, ast::LinkStmt{BuildExpr(s->value), BuildGuard(s->when)});
  }
  if (auto* s = dynamic_cast<P::InjectStmtContext*>(stmt)) {
    return MakeStmt(span, ast::InjectStmt{BuildExpr(s->target), BuildQName(s->carrier)});
  }
  if (auto* s = dynamic_cast<P::MetricStmtContext*>(stmt)) return MakeStmt(span, BuildMetric(s));
  if (auto* s = dynamic_cast<P::ObserveStmtContext*>(stmt)) return MakeStmt(span, BuildObserve(s));
  if (auto* s = dynamic_cast<P::LogStmtContext*>(stmt)) {
    return MakeStmt(span, ast::LogStmt{BuildExpr(s->value), BuildOptExpr(s->severity), BuildOptExpr(s->text),
                                       BuildOptExpr(s->in), BuildOptExpr(s->at), BuildOptExpr(s->fields),
                                       BuildOptAttrBlock(s->attrs), BuildGuard(s->when)});
  }
  if (auto* s = dynamic_cast<P::StampStmtContext*>(stmt)) {
    return MakeStmt(span, ast::StampStmt{BuildName(s->key), BuildName(s->value), BuildOptExpr(s->from),
                                         BuildOptExpr(s->unless), BuildBlock(s->body)});
  }
  if (auto* s = dynamic_cast<P::EnrichStmtContext*>(stmt)) return MakeStmt(span, BuildEnrich(s));
  if (auto* s = dynamic_cast<P::ResumeStmtContext*>(stmt)) {
    ast::Name as = s->as == nullptr ? ast::Name{} : BuildName(s->as);
    return MakeStmt(
        span, ast::ResumeStmt{s->by != nullptr, BuildExpr(s->where), std::move(as), BuildBlock(s->body)});
  }
  if (auto* s = dynamic_cast<P::EndStmtContext*>(stmt))
    return MakeStmt(span, ast::EndStmt{BuildOptExpr(s->at)});
  if (auto* s = dynamic_cast<P::WrapStmtContext*>(stmt)) return MakeStmt(span, BuildWrap(s));
  if (auto* s = dynamic_cast<P::UseStmtContext*>(stmt)) return MakeStmt(span, BuildUse(s));
  if (auto* s = dynamic_cast<P::ForStmtContext*>(stmt)) {
    ast::Name value = s->value == nullptr ? ast::Name{} : BuildName(s->value);
    return MakeStmt(
        span, ast::ForStmt{BuildName(s->key), std::move(value), BuildExpr(s->ranged), BuildBlock(s->body)});
  }
  if (auto* s = dynamic_cast<P::IfStatementContext*>(stmt)) return MakeStmt(span, BuildIf(s->branch));
  if (auto* s = dynamic_cast<P::OnceStmtContext*>(stmt)) {
    return MakeStmt(span, ast::OnceStmt{BuildExpr(s->per), BuildBlock(s->body)});
  }
  if (auto* s = dynamic_cast<P::SuppressStmtContext*>(stmt)) {
    return MakeStmt(span, ast::SuppressStmt{BuildQName(s->what), BuildOptExpr(s->in)});
  }
  if (auto* s = dynamic_cast<P::BindStmtContext*>(stmt))
    return MakeStmt(span, ast::BindStmt{BuildExpr(s->target), BuildOptExpr(s->in)});
  if (dynamic_cast<P::UnbindStmtContext*>(stmt) != nullptr) return MakeStmt(span, ast::UnbindStmt{});
  if (auto* s = dynamic_cast<P::BypassStmtContext*>(stmt)) {
    ast::BypassStmt bypass;
    for (auto* value : s->values) bypass.results.push_back(BuildElem(value));
    return MakeStmt(span, std::move(bypass));
  }
  if (auto* s = dynamic_cast<P::GoStmtContext*>(stmt)) return MakeStmt(span, BuildGo(s));
  return MakeStmt(span, ast::BadStmt{});
}

}  // namespace instc
