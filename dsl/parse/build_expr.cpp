// Expressions, types and names.
#include "dsl/parse/literals.h"
#include "dsl/parse/tree_builder.h"

namespace instc {
namespace {

INSTC_DIAGNOSTIC(MalformedLiteral, "E0108", Error, "malformed literal: {0}", std::string);
INSTC_DIAGNOSTIC(LiteralNeedsType, "E0112", Error, "a composite literal needs a type name before `{{`");
INSTC_DIAGNOSTIC(TypeIsNoExpression, "E0113", Error, "a type cannot stand here as an expression");

ast::UnaryOp UnaryOpOf(size_t type) {
  switch (type) {
    case HookParser::Plus:
      return ast::UnaryOp::Plus;
    case HookParser::Minus:
      return ast::UnaryOp::Neg;
    case HookParser::Not:
      return ast::UnaryOp::Not;
    case HookParser::Caret:
      return ast::UnaryOp::Complement;
    case HookParser::Star:
      return ast::UnaryOp::Deref;
    case HookParser::And:
      return ast::UnaryOp::AddressOf;
    default:
      llvm_unreachable("the grammar lists the operators");
  }
}

ast::BinaryOp BinaryOpOf(size_t type) {
  switch (type) {
    case HookParser::Star:
      return ast::BinaryOp::Mul;
    case HookParser::Slash:
      return ast::BinaryOp::Div;
    case HookParser::Percent:
      return ast::BinaryOp::Rem;
    case HookParser::Shl:
      return ast::BinaryOp::Shl;
    case HookParser::Shr:
      return ast::BinaryOp::Shr;
    case HookParser::And:
      return ast::BinaryOp::And;
    case HookParser::AndNot:
      return ast::BinaryOp::AndNot;
    case HookParser::Plus:
      return ast::BinaryOp::Add;
    case HookParser::Minus:
      return ast::BinaryOp::Sub;
    case HookParser::Or:
      return ast::BinaryOp::Or;
    case HookParser::Caret:
      return ast::BinaryOp::Xor;
    case HookParser::Eq:
      return ast::BinaryOp::Eq;
    case HookParser::Ne:
      return ast::BinaryOp::Ne;
    case HookParser::Lt:
      return ast::BinaryOp::Lt;
    case HookParser::Le:
      return ast::BinaryOp::Le;
    case HookParser::Gt:
      return ast::BinaryOp::Gt;
    case HookParser::Ge:
      return ast::BinaryOp::Ge;
    case HookParser::AndAnd:
      return ast::BinaryOp::LogicalAnd;
    case HookParser::OrOr:
      return ast::BinaryOp::LogicalOr;
    default:
      llvm_unreachable("the grammar lists the operators");
  }
}

// The value, or a diagnostic and the type's zero value.
template <typename T>
T ValueOr(const Literal<T>& literal, Span span, diag::Emitter& emitter) {
  if (const T* value = std::get_if<T>(&literal)) return *value;
  const auto& error = std::get<LiteralError>(literal);
  // A literal that is not terminated lacks its closing quote, so the range may reach past it.
  uint32_t begin = std::min(span.begin + static_cast<uint32_t>(error.begin), span.end);
  uint32_t end = std::min(begin + static_cast<uint32_t>(error.size), span.end);
  emitter.Emit({span.buffer, begin, end}, MalformedLiteral, error.reason);
  return T();
}

// Tokens that the front reported as not terminated came without their closing quote.
bool IsTerminated(llvm::StringRef text) {
  return text.size() >= 2 && text.front() == text.back();
}

}  // namespace

ast::Name TreeBuilder::BuildName(antlr4::ParserRuleContext* ident) {
  if (Broken(ident)) return {};
  Span span = SpanOf(ident);
  return {span, span.Text().str()};
}

std::vector<ast::Name> TreeBuilder::BuildNames(const std::vector<P::IdentContext*>& idents) {
  std::vector<ast::Name> names;
  names.reserve(idents.size());
  for (auto* ident : idents) names.push_back(BuildName(ident));
  return names;
}

ast::QName TreeBuilder::BuildQName(P::QnameContext* qname) {
  if (Broken(qname)) return {};
  return BuildDotted(qname->first, qname->rest);
}

ast::QName TreeBuilder::BuildDotted(P::IdentContext* first, const std::vector<P::WordContext*>& rest) {
  ast::QName name;
  name.parts.push_back(BuildName(first));
  for (auto* word : rest) name.parts.push_back(BuildName(word));
  name.span = Cover(name.parts.front().span, name.parts.back().span);
  return name;
}

ast::StringLit TreeBuilder::BuildString(antlr4::Token* token) {
  if (token == nullptr) return {};
  Span span = SpanOf(token);
  if (!IsTerminated(span.Text())) return {span, ""};
  return {span, ValueOr(DecodeString(span.Text()), span, emitter_)};
}

std::optional<ast::StringLit> TreeBuilder::BuildOptString(antlr4::Token* token) {
  if (token == nullptr) return std::nullopt;
  return BuildString(token);
}

ast::SemVer TreeBuilder::BuildSemVer(antlr4::Token* token) {
  if (token == nullptr) return {};
  Span span = SpanOf(token);
  return {span, span.Text().str()};
}

std::vector<ast::ExprPtr> TreeBuilder::BuildExprs(P::ExprsContext* exprs) {
  std::vector<ast::ExprPtr> list;
  if (Broken(exprs)) return list;
  for (auto* expr : exprs->list) list.push_back(BuildExpr(expr));
  return list;
}

ast::ExprPtr TreeBuilder::BuildExpr(P::ExprContext* expr) {
  if (Broken(expr)) return MakeExpr(SpanOf(expr), ast::BadExpr{});
  ast::ExprPtr built;
  if (auto* primary = dynamic_cast<P::PrimaryExprContext*>(expr)) {
    built = BuildPrimary(primary->operand);
    bool bare_type = std::holds_alternative<ast::TypeExpr>(built->node);
    bool is_arg = dynamic_cast<P::ElemContext*>(expr->parent) != nullptr &&
                  dynamic_cast<P::ArgContext*>(expr->parent->parent) != nullptr;
    if (bare_type && !is_arg) emitter_.Emit(built->span, TypeIsNoExpression);
    return built;
  }
  if (auto* unary = dynamic_cast<P::UnaryExprContext*>(expr)) return BuildUnary(unary);
  if (auto* binary = dynamic_cast<P::BinaryExprContext*>(expr)) return BuildBinary(binary);
  return MakeExpr(SpanOf(expr), ast::BadExpr{});
}

ast::ExprPtr TreeBuilder::BuildUnary(P::UnaryExprContext* unary) {
  ast::Unary node;
  node.op = UnaryOpOf(unary->op->getType());
  node.operand = BuildExpr(unary->operandOf);
  return MakeExpr(SpanOf(unary), std::move(node));
}

ast::ExprPtr TreeBuilder::BuildBinary(P::BinaryExprContext* binary) {
  ast::Binary node;
  node.op = BinaryOpOf(binary->op->getType());
  node.op_span = SpanOf(binary->op);
  node.left = BuildExpr(binary->left);
  node.right = BuildExpr(binary->right);
  return MakeExpr(SpanOf(binary), std::move(node));
}

/// `go` is a keyword and a name only here.
ast::ExprPtr TreeBuilder::BuildGoVersion(P::GoVersionExprContext* comparison) {
  ast::Binary node;
  node.op = BinaryOpOf(comparison->op->getType());
  node.op_span = SpanOf(comparison->op);
  node.left = MakeExpr(SpanOf(comparison->go), ast::Ident{"go"});
  ast::BasicLit version;
  version.kind = ast::BasicLit::Kind::SemVer;
  version.text = version.string = SpanOf(comparison->version).Text().str();
  node.right = MakeExpr(SpanOf(comparison->version), std::move(version));
  return MakeExpr(SpanOf(comparison), std::move(node));
}

ast::ExprPtr TreeBuilder::BuildPrimary(P::PrimaryContext* primary) {
  if (Broken(primary)) return MakeExpr(SpanOf(primary), ast::BadExpr{});
  Span span = SpanOf(primary);
  if (dynamic_cast<P::IdentExprContext*>(primary) != nullptr)
    return MakeExpr(span, ast::Ident{span.Text().str()});
  if (auto* go = dynamic_cast<P::GoVersionExprContext*>(primary)) return BuildGoVersion(go);
  if (auto* literal = dynamic_cast<P::LiteralExprContext*>(primary)) return BuildLiteral(literal);
  if (auto* call = dynamic_cast<P::CallExprContext*>(primary)) return BuildCall(call);
  if (auto* index = dynamic_cast<P::SubscriptExprContext*>(primary)) return BuildSubscript(index);
  if (auto* typed = dynamic_cast<P::TypedExprContext*>(primary)) return BuildTyped(typed);
  if (auto* paren = dynamic_cast<P::ParenExprContext*>(primary)) {
    return MakeExpr(span, ast::Paren{BuildElem(paren->inner)});
  }
  if (auto* selector = dynamic_cast<P::SelectorExprContext*>(primary)) {
    return MakeExpr(span, ast::Selector{BuildPrimary(selector->operand), BuildName(selector->name)});
  }
  if (auto* assertion = dynamic_cast<P::AssertExprContext*>(primary)) {
    return MakeExpr(span, ast::TypeAssert{BuildPrimary(assertion->operand), BuildType(assertion->asserted)});
  }
  return MakeExpr(span, ast::BadExpr{});
}

ast::ExprPtr TreeBuilder::BuildCall(P::CallExprContext* call) {
  ast::Call node;
  node.callee = BuildPrimary(call->callee);
  for (auto* arg : call->list) node.args.push_back(BuildArg(arg));
  node.spread = call->spread != nullptr;
  return MakeExpr(SpanOf(call), std::move(node));
}

ast::ExprPtr TreeBuilder::BuildSubscript(P::SubscriptExprContext* index) {
  P::SubscriptContext* inside = index->inside;
  ast::ExprPtr operand = BuildPrimary(index->operand);
  ast::ExprPtr first = inside->first == nullptr ? nullptr : BuildArg(inside->first);
  if (inside->colon != nullptr) {
    ast::ExprPtr high = inside->high == nullptr ? nullptr : BuildArg(inside->high);
    return MakeExpr(SpanOf(index), ast::Slice{std::move(operand), std::move(first), std::move(high)});
  }
  ast::Index node;
  node.operand = std::move(operand);
  node.indices.push_back(std::move(first));
  for (auto* arg : inside->rest) node.indices.push_back(BuildArg(arg));
  return MakeExpr(SpanOf(index), std::move(node));
}

ast::ExprPtr TreeBuilder::BuildLiteral(P::LiteralExprContext* literal) {
  using Kind = ast::BasicLit::Kind;
  Span span = SpanOf(literal);
  ast::BasicLit node;
  node.text = span.Text().str();
  bool terminated = IsTerminated(span.Text());
  switch (literal->literal->getType()) {
    case P::Int:
      node.kind = Kind::Int;
      node.integer = ValueOr(DecodeInt(span.Text()), span, emitter_);
      break;
    case P::Float:
      node.kind = Kind::Float;
      node.real = ValueOr(DecodeFloat(span.Text()), span, emitter_);
      break;
    case P::String:
      node.kind = Kind::String;
      if (terminated) node.string = ValueOr(DecodeString(span.Text()), span, emitter_);
      break;
    case P::Raw:
      node.kind = Kind::RawString;
      if (terminated) node.string = ValueOr(DecodeRawString(span.Text()), span, emitter_);
      break;
    case P::Rune:
      node.kind = Kind::Rune;
      if (terminated) node.integer = ValueOr(DecodeRune(span.Text()), span, emitter_);
      break;
    default:
      node.kind = Kind::SemVer;
      node.string = node.text;
      break;
  }
  return MakeExpr(span, std::move(node));
}

ast::ExprPtr TreeBuilder::BuildTyped(P::TypedExprContext* typed) {
  Span span = SpanOf(typed);
  ast::TypePtr type = BuildLitType(typed->of);
  if (typed->value != nullptr) {
    return MakeExpr(span, ast::CompositeLit{std::move(type), BuildKeyValues(typed->value)});
  }
  if (typed->converted != nullptr) {
    return MakeExpr(span, ast::Conversion{std::move(type), BuildElem(typed->converted)});
  }
  return MakeExpr(span, ast::TypeExpr{std::move(type)});
}

ast::ExprPtr TreeBuilder::BuildArg(P::ArgContext* arg) {
  if (arg->value != nullptr) return BuildElem(arg->value);
  return MakeExpr(SpanOf(arg), ast::TypeExpr{BuildOtherType(arg->written)});
}

ast::ExprPtr TreeBuilder::BuildElem(P::ElemContext* elem) {
  if (Broken(elem)) return MakeExpr(SpanOf(elem), ast::BadExpr{});
  ast::ExprPtr expr = BuildExpr(elem->value);
  if (elem->braces != nullptr) AttachLiteral(expr, elem->braces);
  return expr;
}

ast::ExprPtr TreeBuilder::BuildLitElem(P::LitElemContext* elem) {
  if (elem->value != nullptr) return BuildElem(elem->value);
  return MakeExpr(SpanOf(elem), ast::CompositeLit{nullptr, BuildKeyValues(elem->elided)});
}

std::vector<ast::KeyValue> TreeBuilder::BuildKeyValues(P::LitContext* lit) {
  std::vector<ast::KeyValue> list;
  for (auto* pair : lit->list) {
    ast::KeyValue element;
    element.span = SpanOf(pair);
    ast::ExprPtr first = BuildLitElem(pair->first);
    if (pair->second == nullptr) {
      element.value = std::move(first);
    } else {
      element.key = std::move(first);
      element.value = BuildLitElem(pair->second);
    }
    list.push_back(std::move(element));
  }
  return list;
}

void TreeBuilder::AttachLiteral(ast::ExprPtr& expr, P::LitContext* braces) {
  Span braces_span = SpanOf(static_cast<antlr4::ParserRuleContext*>(braces));
  ast::ExprPtr* slot = &expr;
  for (;;) {
    (*slot)->span = Cover((*slot)->span, braces_span);
    if (auto* unary = std::get_if<ast::Unary>(&(*slot)->node)) {
      slot = &unary->operand;
    } else if (auto* binary = std::get_if<ast::Binary>(&(*slot)->node)) {
      slot = &binary->right;
    } else {
      break;
    }
  }
  ast::TypePtr type = TypeFromExpr(**slot);
  if (type == nullptr) {
    emitter_.Emit({braces_span.buffer, braces_span.begin, braces_span.begin + 1}, LiteralNeedsType);
    return;
  }
  type->span.end = std::min(type->span.end, braces_span.begin);
  *slot = MakeExpr((*slot)->span, ast::CompositeLit{std::move(type), BuildKeyValues(braces)});
}

// The type that an expression spells: T, pkg.T, F[T], *T as a type argument. Null: it spells none.
ast::TypePtr TreeBuilder::TypeFromExpr(const ast::Expr& expr) {
  if (const auto* ident = std::get_if<ast::Ident>(&expr.node)) {
    Span span = {expr.span.buffer, expr.span.begin,
                 expr.span.begin + static_cast<uint32_t>(ident->name.size())};
    return MakeType(span, ast::NamedType{{}, {span, ident->name}, {}});
  }
  if (const auto* selector = std::get_if<ast::Selector>(&expr.node)) {
    const auto* package = std::get_if<ast::Ident>(&selector->operand->node);
    if (package == nullptr) return nullptr;
    Span span = Cover(selector->operand->span, selector->name.span);
    return MakeType(span, ast::NamedType{{selector->operand->span, package->name}, selector->name, {}});
  }
  if (const auto* unary = std::get_if<ast::Unary>(&expr.node)) {
    if (unary->op != ast::UnaryOp::Deref) return nullptr;
    ast::TypePtr element = TypeFromExpr(*unary->operand);
    return element == nullptr ? nullptr : MakeType(expr.span, ast::PointerType{std::move(element)});
  }
  const auto* index = std::get_if<ast::Index>(&expr.node);
  if (index == nullptr) return nullptr;
  ast::TypePtr generic = TypeFromExpr(*index->operand);
  if (generic == nullptr || !std::holds_alternative<ast::NamedType>(generic->node)) return nullptr;
  for (const ast::ExprPtr& argument : index->indices) {
    ast::TypePtr type = TypeFromExpr(*argument);
    if (type == nullptr) return nullptr;
    std::get<ast::NamedType>(generic->node).args.push_back(std::move(type));
  }
  generic->span = expr.span;
  return generic;
}

ast::TypePtr TreeBuilder::BuildType(P::TypeContext* type) {
  if (Broken(type)) return MakeType(SpanOf(type), ast::BadType{});
  Span span = SpanOf(type);
  if (auto* pointer = dynamic_cast<P::PointerTypeContext*>(type)) {
    return MakeType(span, ast::PointerType{BuildType(pointer->element)});
  }
  if (auto* literal = dynamic_cast<P::LiteralTypeContext*>(type)) return BuildLitType(literal->of);
  if (auto* other = dynamic_cast<P::OtherTypeTypeContext*>(type)) return BuildOtherType(other->other);
  auto* named = dynamic_cast<P::NamedTypeContext*>(type);
  if (named == nullptr) return MakeType(span, ast::BadType{});
  ast::NamedType node;
  if (named->package != nullptr) node.package = BuildName(named->package);
  node.name = BuildName(named->name);
  for (auto* argument : named->list) node.args.push_back(BuildType(argument));
  return MakeType(span, std::move(node));
}

ast::TypePtr TreeBuilder::BuildLitType(P::LitTypeContext* type) {
  Span span = SpanOf(type);
  if (auto* map = dynamic_cast<P::MapLitTypeContext*>(type)) {
    return MakeType(span, ast::MapType{BuildType(map->key), BuildType(map->value)});
  }
  auto* sequence = dynamic_cast<P::SequenceLitTypeContext*>(type);
  if (sequence == nullptr) return MakeType(span, ast::BadType{});
  ast::TypePtr element = BuildType(sequence->element);
  if (sequence->length == nullptr) return MakeType(span, ast::SliceType{std::move(element)});
  Span length = SpanOf(sequence->length);
  ValueOr(DecodeInt(length.Text()), length, emitter_);
  return MakeType(span, ast::ArrayType{length.Text().str(), std::move(element)});
}

ast::TypePtr TreeBuilder::BuildOtherType(P::OtherTypeContext* type) {
  using Direction = ast::ChanType::Direction;
  Span span = SpanOf(type);
  if (auto* chan = dynamic_cast<P::ChanTypeContext*>(type)) {
    return MakeType(span, ast::ChanType{chan->send != nullptr ? Direction::Send : Direction::Both,
                                        BuildType(chan->element)});
  }
  if (auto* chan = dynamic_cast<P::ReceiveChanTypeContext*>(type)) {
    return MakeType(span, ast::ChanType{Direction::Receive, BuildType(chan->element)});
  }
  if (dynamic_cast<P::InterfaceTypeContext*>(type) != nullptr)
    return MakeType(span, ast::EmptyInterfaceType{});
  auto* func = dynamic_cast<P::FuncTypeContext*>(type);
  if (func == nullptr) return MakeType(span, ast::BadType{});
  ast::FuncType node;
  node.params = BuildFuncParams(func->parameters);
  if (func->results != nullptr) node.results = BuildFuncParams(func->results);
  if (func->result != nullptr) node.results.push_back({{}, false, BuildType(func->result)});
  return MakeType(span, std::move(node));
}

std::vector<ast::FuncTypeParam> TreeBuilder::BuildFuncParams(P::FuncParamsContext* params) {
  std::vector<ast::FuncTypeParam> list;
  for (auto* param : params->list) {
    ast::FuncTypeParam built;
    if (param->name != nullptr) built.name = BuildName(param->name);
    built.variadic = param->variadic != nullptr;
    built.type = BuildType(param->paramType);
    list.push_back(std::move(built));
  }
  return list;
}

}  // namespace instc
