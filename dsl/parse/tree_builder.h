// Parse tree to syntax tree. One method a production; contexts with errors give Bad nodes, missing children
// null-free Bad expressions and types, so that later phases meet no null pointer where the tree promises a
// child.
#ifndef INSTC_DSL_PARSE_TREE_BUILDER_H
#define INSTC_DSL_PARSE_TREE_BUILDER_H

#include <string>
#include <utility>
#include <vector>

#include "dsl/ast/ast.h"
#include "dsl/diagnostics/emitter.h"
#include "dsl/parse/antlr.h"
#include "dsl/parse/token_front.h"

namespace instc {

class TreeBuilder {
 public:
  TreeBuilder(const TokenFront& front, diag::Emitter& emitter, ast::NodeId first_id)
      : front_(front), emitter_(emitter), next_id_(first_id) {}

  [[nodiscard]] ast::DeclPtr BuildItem(HookParser::ItemContext* item);
  [[nodiscard]] ast::NodeId next_id() const { return next_id_; }

 private:
  using P = HookParser;

  // build_decl.cpp
  ast::DeclPtr BuildDecl(P::DeclContext* decl);
  ast::InstrumentDecl BuildInstrument(P::InstrumentItemContext* item);
  ast::FactDecl BuildFact(P::FactItemContext* item);
  ast::ExternDecl BuildExtern(P::ExternItemContext* item);
  ast::ContextDecl BuildContext(P::ContextItemContext* item);
  ast::CarrierDecl BuildCarrier(P::CarrierItemContext* item);
  ast::InDecl BuildIn(P::InItemContext* item);
  ast::TemplateDecl BuildTemplate(P::TemplateDeclContext* decl);
  std::vector<ast::TemplateParam> BuildTemplateParams(P::TparamsContext* params);
  ast::FieldDecl BuildField(P::FieldDeclContext* decl);
  ast::ObjectDecl BuildObject(P::ObjectDeclContext* decl);
  ast::RuleDecl BuildRule(P::RuleDeclContext* decl);
  ast::JoinPoint BuildJoinPoint(P::JoinPointContext* point);
  ast::Receiver BuildReceiver(P::ReceiverContext* receiver);
  ast::VersionRange BuildRange(P::RangeContext* range);
  ast::Labels BuildLabels(P::LabelsContext* labels);
  ast::NameSet BuildTypeSet(P::TypeSetContext* set);
  ast::NameSet BuildNameSet(P::NameSetContext* set);
  ast::TestDecl BuildTest(P::TestDeclContext* test);
  ast::TestStep BuildStep(P::TestStepContext* step);
  std::optional<ast::Expects> BuildExpects(P::ExpectsContext* expects);
  ast::Expectation BuildExpectation(P::ExpectationContext* expectation);

  // build_stmt.cpp
  ast::StmtPtr BuildStmt(P::StmtContext* stmt);
  ast::Block BuildBlock(P::BlockContext* block);
  ast::AttrBlock BuildAttrBlock(P::AttrBlockContext* block);
  std::optional<ast::AttrBlock> BuildOptAttrBlock(P::AttrBlockContext* block);
  ast::StmtPtr BuildAttrItem(P::AttrItemContext* item);
  ast::AttrEntry BuildAttrEntry(P::AttrEntryContext* entry);
  ast::AttrName BuildAttrName(P::AttrNameContext* name);
  ast::SpanStmt BuildSpan(P::SpanStmtContext* span);
  void AddSpanClause(P::SpanClauseContext* clause, ast::SpanStmt& span);
  ast::StatusStmt BuildStatus(P::StatusStmtContext* status);
  ast::MetricStmt BuildMetric(P::MetricStmtContext* metric);
  ast::ObserveStmt BuildObserve(P::ObserveStmtContext* observe);
  ast::EnrichStmt BuildEnrich(P::EnrichStmtContext* enrich);
  ast::WrapStmt BuildWrap(P::WrapStmtContext* wrap);
  ast::IfStmt BuildIf(P::IfStmtContext* branch);
  ast::UseStmt BuildUse(P::UseStmtContext* use);
  ast::GoStmt BuildGo(P::GoStmtContext* go);
  std::vector<ast::NamedArg> BuildArgs(P::ArgsContext* args);
  ast::Params BuildParams(P::ParamsContext* params);
  std::optional<ast::Params> BuildOptParams(P::ParamsContext* params);
  ast::ExprPtr BuildGuard(P::GuardContext* guard);
  static ast::SpanKind BuildSpanKind(P::SpanKindContext* kind);
  static ast::StatusCode BuildStatusCode(P::StatusCodeContext* code);

  // build_expr.cpp
  ast::ExprPtr BuildExpr(P::ExprContext* expr);
  ast::ExprPtr BuildOptExpr(P::ExprContext* expr) { return expr == nullptr ? nullptr : BuildExpr(expr); }
  std::vector<ast::ExprPtr> BuildExprs(P::ExprsContext* exprs);
  ast::ExprPtr BuildUnary(P::UnaryExprContext* unary);
  ast::ExprPtr BuildBinary(P::BinaryExprContext* binary);
  ast::ExprPtr BuildGoVersion(P::GoVersionExprContext* comparison);
  ast::ExprPtr BuildPrimary(P::PrimaryContext* primary);
  ast::ExprPtr BuildCall(P::CallExprContext* call);
  ast::ExprPtr BuildSubscript(P::SubscriptExprContext* index);
  ast::ExprPtr BuildLiteral(P::LiteralExprContext* literal);
  ast::ExprPtr BuildTyped(P::TypedExprContext* typed);
  ast::ExprPtr BuildElem(P::ElemContext* elem);
  ast::ExprPtr BuildArg(P::ArgContext* arg);
  ast::ExprPtr BuildLitElem(P::LitElemContext* elem);
  std::vector<ast::KeyValue> BuildKeyValues(P::LitContext* lit);
  // Gives `braces` to the type name at the right end of `expr`: &T{...} parses as (&T){...}.
  void AttachLiteral(ast::ExprPtr& expr, P::LitContext* braces);
  ast::TypePtr TypeFromExpr(const ast::Expr& expr);
  ast::TypePtr BuildType(P::TypeContext* type);
  ast::TypePtr BuildLitType(P::LitTypeContext* type);
  ast::TypePtr BuildOtherType(P::OtherTypeContext* type);
  std::vector<ast::FuncTypeParam> BuildFuncParams(P::FuncParamsContext* params);

  ast::Name BuildName(antlr4::ParserRuleContext* ident);
  std::vector<ast::Name> BuildNames(const std::vector<P::IdentContext*>& idents);
  ast::QName BuildQName(P::QnameContext* qname);
  ast::QName BuildDotted(P::IdentContext* first, const std::vector<P::WordContext*>& rest);
  ast::StringLit BuildString(antlr4::Token* token);
  std::optional<ast::StringLit> BuildOptString(antlr4::Token* token);
  ast::SemVer BuildSemVer(antlr4::Token* token);

  template <typename Node>
  ast::ExprPtr MakeExpr(Span span, Node node) {
    auto expr = std::make_unique<ast::Expr>();
    expr->span = span;
    expr->id = next_id_++;
    expr->node = std::move(node);
    return expr;
  }
  template <typename Node>
  ast::TypePtr MakeType(Span span, Node node) {
    auto type = std::make_unique<ast::Type>();
    type->span = span;
    type->id = next_id_++;
    type->node = std::move(node);
    return type;
  }
  template <typename Node>
  ast::StmtPtr MakeStmt(Span span, Node node) {
    auto stmt = std::make_unique<ast::Stmt>();
    stmt->span = span;
    stmt->id = next_id_++;
    stmt->node = std::move(node);
    return stmt;
  }
  [[nodiscard]] Span SpanOf(antlr4::ParserRuleContext* node) const { return front_.SpanOf(node); }
  [[nodiscard]] Span SpanOf(const antlr4::Token* token) const { return front_.SpanOf(token); }
  // Null, or left behind by an error.
  static bool Broken(antlr4::ParserRuleContext* node) {
    return node == nullptr || node->exception != nullptr;
  }

  const TokenFront& front_;
  diag::Emitter& emitter_;
  ast::NodeId next_id_;
};

}  // namespace instc

#endif  // INSTC_DSL_PARSE_TREE_BUILDER_H
