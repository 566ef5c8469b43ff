#include "dsl/format/layout.h"

#include <algorithm>

#include "dsl/base/overload.h"

namespace instc {
namespace {

class Reader {
 public:
  explicit Reader(const ast::File& file) : file_(file) {}

  Layout Read() {
    for (const ast::DeclPtr& decl : file_.decls) Decl(*decl);
    return std::move(layout_);
  }

 private:
  void Element(Span span) { layout_.elements.insert(span.begin); }
  // The first token with this text at or after `offset`.
  uint32_t Find(uint32_t offset, llvm::StringRef text) const;
  void TightParen(uint32_t from) { layout_.tight_parens.insert(Find(from, "(")); }
  // The token right before the one at `offset` clings to it.
  void PrefixBefore(uint32_t offset);

  void Expr(const ast::Expr& expr);
  void Opt(const ast::ExprPtr& expr) {
    if (expr != nullptr) Expr(*expr);
  }
  void All(const std::vector<ast::ExprPtr>& list) {
    for (const ast::ExprPtr& expr : list) Expr(*expr);
  }
  void Type(const ast::Type& type);
  void FuncParams(const std::vector<ast::FuncTypeParam>& params) {
    for (const ast::FuncTypeParam& param : params) {
      if (param.variadic) PrefixBefore(param.type->span.begin);
      Type(*param.type);
    }
  }
  void Literal(const ast::Expr& expr, const ast::CompositeLit& literal);

  void Stmt(const ast::Stmt& stmt);
  void StmtNode(const ast::Stmt& stmt);
  void Stmts(const std::vector<ast::StmtPtr>& stmts) {
    for (const ast::StmtPtr& stmt : stmts) Stmt(*stmt);
  }
  void Block(const ast::Block& block) { Stmts(block.stmts); }
  void Attrs(const std::optional<ast::AttrBlock>& block) {
    if (block) Stmts(block->stmts);
  }
  void Entry(const ast::AttrEntry& entry);
  void AttrName(const ast::AttrName& name);
  void Args(const std::vector<ast::NamedArg>& args) {
    for (const ast::NamedArg& arg : args) Expr(*arg.value);
  }
  void If(const ast::IfStmt& stmt);
  void Wrap(const ast::WrapStmt& stmt);
  // `tight`: the '(' follows the name that it belongs to.
  void Params(const ast::Params& params, bool tight);
  void OptParams(const std::optional<ast::Params>& params) {
    if (params) Params(*params, /*tight=*/false);
  }

  void Decl(const ast::Decl& decl);
  void DeclNode(const ast::Decl& decl);
  void Set(const ast::NameSet& set);
  void JoinPoint(const ast::JoinPoint& point);
  void Template(const ast::TemplateDecl& decl);
  void TemplateParams(const std::vector<ast::TemplateParam>& params);
  void Context(const ast::ContextDecl& decl);
  void Carrier(const ast::CarrierDecl& decl);
  void Object(const ast::ObjectDecl& decl);
  void Step(const ast::TestStep& step);
  void Expects(const std::optional<ast::Expects>& expects);

  const ast::File& file_;
  Layout layout_;
};

uint32_t Reader::Find(uint32_t offset, llvm::StringRef text) const {
  auto token = std::lower_bound(file_.tokens.begin(), file_.tokens.end(), offset,
                                [](const ast::Token& t, uint32_t at) { return t.span.begin < at; });
  while (token != file_.tokens.end() && token->span.Text() != text) ++token;
  return token == file_.tokens.end() ? file_.buffer->size() : token->span.begin;
}

void Reader::PrefixBefore(uint32_t offset) {
  auto token = std::lower_bound(file_.tokens.begin(), file_.tokens.end(), offset,
                                [](const ast::Token& t, uint32_t at) { return t.span.begin < at; });
  if (token != file_.tokens.begin()) layout_.prefixes.insert(std::prev(token)->span.begin);
}

void Reader::Literal(const ast::Expr& expr, const ast::CompositeLit& literal) {
  uint32_t from = expr.span.begin;
  if (literal.type != nullptr) {
    Type(*literal.type);
    from = literal.type->span.end;
  }
  uint32_t brace = Find(from, "{");
  (literal.type != nullptr ? layout_.tight_braces : layout_.set_braces).insert(brace);
  for (const ast::KeyValue& element : literal.elements) {
    Opt(element.key);
    Expr(*element.value);
  }
}

void Reader::Expr(const ast::Expr& expr) {
  std::visit(Overload{
                 [](const ast::BadExpr&) {},
                 [](const ast::Ident&) {},
                 [](const ast::BasicLit&) {},
                 [&](const ast::Selector& e) { Expr(*e.operand); },
                 [&](const ast::TypeAssert& e) {
                   Expr(*e.operand);
                   Type(*e.type);
                 },
                 [&](const ast::Call& e) {
                   Expr(*e.callee);
                   TightParen(e.callee->span.end);
                   All(e.args);
                 },
                 [&](const ast::Index& e) {
                   Expr(*e.operand);
                   layout_.tight_brackets.insert(Find(e.operand->span.end, "["));
                   All(e.indices);
                 },
                 [&](const ast::Slice& e) {
                   Expr(*e.operand);
                   layout_.tight_brackets.insert(Find(e.operand->span.end, "["));
                   Opt(e.low);
                   Opt(e.high);
                 },
                 [&](const ast::Unary& e) {
                   layout_.prefixes.insert(expr.span.begin);
                   Expr(*e.operand);
                 },
                 [&](const ast::Binary& e) {
                   Expr(*e.left);
                   Expr(*e.right);
                 },
                 [&](const ast::Paren& e) { Expr(*e.inner); },
                 [&](const ast::CompositeLit& e) { Literal(expr, e); },
                 [&](const ast::Conversion& e) {
                   Type(*e.type);
                   TightParen(e.type->span.end);
                   Expr(*e.operand);
                 },
                 [&](const ast::TypeExpr& e) { Type(*e.type); },
             },
             expr.node);
}

void Reader::Type(const ast::Type& type) {
  std::visit(
      Overload{
          [](const ast::BadType&) {},
          [&](const ast::NamedType& t) {
            if (!t.args.empty()) layout_.tight_brackets.insert(Find(t.name.span.end, "["));
            for (const ast::TypePtr& arg : t.args) Type(*arg);
          },
          [&](const ast::PointerType& t) {
            layout_.prefixes.insert(type.span.begin);
            Type(*t.element);
          },
          [&](const ast::SliceType& t) { Type(*t.element); },
          [&](const ast::ArrayType& t) { Type(*t.element); },
          [&](const ast::MapType& t) {
            layout_.tight_brackets.insert(Find(type.span.begin, "["));
            Type(*t.key);
            Type(*t.value);
          },
          [&](const ast::ChanType& t) {
            if (t.direction == ast::ChanType::Direction::Receive) layout_.prefixes.insert(type.span.begin);
            Type(*t.element);
          },
          [&](const ast::FuncType& t) {
            TightParen(type.span.begin);
            FuncParams(t.params);
            FuncParams(t.results);
          },
          [&](const ast::EmptyInterfaceType&) { layout_.tight_braces.insert(Find(type.span.begin, "{")); },
      },
      type.node);
}

void Reader::AttrName(const ast::AttrName& name) {
  if (name.index == nullptr) return;
  layout_.tight_brackets.insert(Find(name.name.span.end, "["));
  Expr(*name.index);
}

void Reader::Entry(const ast::AttrEntry& entry) {
  for (const ast::AttrName& name : entry.names) AttrName(name);
  Expr(*entry.value);
  Opt(entry.guard);
}

void Reader::If(const ast::IfStmt& stmt) {
  Expr(*stmt.condition);
  Block(stmt.then);
  if (stmt.else_if != nullptr) If(std::get<ast::IfStmt>(stmt.else_if->node));
  if (stmt.else_block) Block(*stmt.else_block);
}

void Reader::Wrap(const ast::WrapStmt& stmt) {
  Expr(*stmt.target);
  std::visit(Overload{
                 [&](const ast::WrapStmt::As& as) {
                   Params(as.params, /*tight=*/false);
                   OptParams(as.results);
                   Block(as.body);
                 },
                 [&](const ast::WrapStmt::With& with) {
                   TightParen(with.object.span.end);
                   Args(with.args);
                 },
             },
             stmt.how);
}

void Reader::Params(const ast::Params& params, bool tight) {
  if (tight) layout_.tight_parens.insert(params.span.begin);
  for (const ast::Param& param : params.params) {
    if (param.type == nullptr) continue;
    if (param.variadic) PrefixBefore(param.type->span.begin);
    Type(*param.type);
  }
}

void Reader::Stmt(const ast::Stmt& stmt) {
  Element(stmt.span);
  StmtNode(stmt);
}

void Reader::StmtNode(const ast::Stmt& stmt) {
  std::visit(Overload{
                 [](const ast::BadStmt&) {},
                 [&](const ast::SkipStmt& s) { Expr(*s.condition); },
                 [&](const ast::LetStmt& s) { Expr(*s.value); },
                 [&](const ast::SetStmt& s) {
                   All(s.targets);
                   All(s.values);
                 },
                 [&](const ast::ExtendStmt& s) {
                   Expr(*s.target);
                   All(s.values);
                 },
                 [&](const ast::CallStmt& s) { Expr(*s.call); },
                 [&](const ast::SpanStmt& s) {
                   Expr(*s.name);
                   for (const ast::ExprPtr* clause : {&s.in, &s.from, &s.began, &s.ended, &s.detached_by})
                     Opt(*clause);
                   Attrs(s.block);
                 },
                 [&](const ast::AttrStmt& s) { Entry(s.entry); },
                 [&](const ast::RenameStmt& s) {
                   Expr(*s.name);
                   Opt(s.guard);
                 },
                 [&](const ast::ExitStmt& s) {
                   Opt(s.guard);
                   Block(s.body);
                 },
                 [&](const ast::ErrorStmt& s) {
                   Expr(*s.error);
                   Opt(s.unless);
                   Opt(s.guard);
                 },
                 [&](const ast::StatusStmt& s) {
                   if (s.description != nullptr) TightParen(stmt.span.begin);
                   Opt(s.description);
                   Opt(s.guard);
                 },
                 [&](const ast::EventStmt& s) {
                   Expr(*s.name);
                   Attrs(s.block);
                   Opt(s.guard);
                 },
                 [&](const ast::LinkStmt& s) {
                   Expr(*s.context);
                   Opt(s.guard);
                 },
                 [&](const ast::InjectStmt& s) { Expr(*s.target); },
                 [&](const ast::MetricStmt& s) {
                   Opt(s.value);
                   Attrs(s.block);
                   Opt(s.guard);
                 },
                 [&](const ast::ObserveStmt& s) {
                   Expr(*s.value);
                   Attrs(s.block);
                   if (s.until && s.until->pointer) PrefixBefore(s.until->type.span.begin);
                 },
                 [&](const ast::LogStmt& s) {
                   Expr(*s.body);
                   for (const ast::ExprPtr* part : {&s.severity, &s.severity_text, &s.in, &s.at, &s.fields})
                     Opt(*part);
                   Attrs(s.block);
                   Opt(s.guard);
                 },
                 [&](const ast::StampStmt& s) {
                   Opt(s.from);
                   Opt(s.unless);
                   Block(s.body);
                 },
                 [&](const ast::EnrichStmt& s) {
                   Opt(s.in);
                   Stmts(s.block.stmts);
                 },
                 [&](const ast::ResumeStmt& s) {
                   Expr(*s.where);
                   Block(s.body);
                 },
                 [&](const ast::EndStmt& s) { Opt(s.at); },
                 [&](const ast::WrapStmt& s) { Wrap(s); },
                 [&](const ast::UseStmt& s) {
                   layout_.tight_parens.insert(s.args_span.begin);
                   Args(s.args);
                   Attrs(s.block);
                 },
                 [&](const ast::ForStmt& s) {
                   Expr(*s.range);
                   Block(s.body);
                 },
                 [&](const ast::IfStmt& s) { If(s); },
                 [&](const ast::OnceStmt& s) {
                   Expr(*s.per);
                   Block(s.body);
                 },
                 [&](const ast::SuppressStmt& s) { Opt(s.in); },
                 [&](const ast::BindStmt& s) {
                   Expr(*s.target);
                   Opt(s.in);
                 },
                 [](const ast::UnbindStmt&) {},
                 [&](const ast::BypassStmt& s) { All(s.results); },
                 [](const ast::GoStmt&) {},
             },
             stmt.node);
}

void Reader::Set(const ast::NameSet& set) {
  if (set.span.Text().startswith("{")) layout_.set_braces.insert(set.span.begin);
}

void Reader::JoinPoint(const ast::JoinPoint& point) {
  std::visit(Overload{
                 [&](const ast::ExecutionPoint& p) {
                   if (p.receiver) {
                     if (p.receiver->pointer) PrefixBefore(p.receiver->types.span.begin);
                     Set(p.receiver->types);
                   }
                   Set(p.names);
                   Params(p.params, /*tight=*/true);
                   OptParams(p.results);
                 },
                 [&](const ast::CallPoint& p) {
                   Params(p.params, /*tight=*/true);
                   OptParams(p.results);
                 },
                 [&](const ast::DirectivePoint& p) {
                   Params(p.params, /*tight=*/false);
                   OptParams(p.results);
                 },
             },
             point.node);
}

void Reader::TemplateParams(const std::vector<ast::TemplateParam>& params) {
  for (const ast::TemplateParam& param : params) {
    if (param.by_reference) layout_.prefixes.insert(param.span.begin);
    Type(*param.type);
    Opt(param.value);
  }
}

void Reader::Template(const ast::TemplateDecl& decl) {
  TightParen(decl.name.span.end);
  TemplateParams(decl.params);
  TemplateParams(decl.exit_params);
  Block(decl.body);
}

// The parts of these two bodies have no nodes of their own: each begins at its word.
void Reader::Context(const ast::ContextDecl& decl) {
  Type(*decl.type);
  layout_.elements.insert(Find(decl.type->span.end, "get"));
  Expr(*decl.get);
  if (decl.put == nullptr) return;
  layout_.elements.insert(Find(decl.get->span.end, "put"));
  Expr(*decl.put);
  Opt(decl.put_value);
}

void Reader::Carrier(const ast::CarrierDecl& decl) {
  Type(*decl.type);
  layout_.elements.insert(Find(decl.type->span.end, "get"));
  Expr(*decl.get);
  layout_.elements.insert(Find(decl.get->span.end, "set"));
  Block(decl.set);
}

void Reader::Object(const ast::ObjectDecl& decl) {
  Type(*decl.type);
  for (const ast::TypePtr& type : decl.keeps) Type(*type);
  for (const ast::ObjectDecl::Field& field : decl.fields) {
    Element(field.span);
    Type(*field.type);
    Opt(field.value);
  }
  for (const ast::ObjectDecl::Method& method : decl.methods) {
    Element(method.span);
    Params(method.params, /*tight=*/true);
    OptParams(method.results);
    Block(method.body);
  }
}

void Reader::Expects(const std::optional<ast::Expects>& expects) {
  if (!expects) return;
  for (const ast::Expectation& expectation : expects->list) {
    Element(expectation.span);
    std::visit(Overload{
                   [&](const ast::ExpectAttr& e) {
                     AttrName(e.name);
                     Opt(e.value);
                   },
                   [](const ast::ExpectStatus&) {},
                   [&](const ast::ExpectParent& e) { Expr(*e.parent); },
                   [&](const ast::ExpectSeverity& e) { Expr(*e.severity); },
               },
               expectation.node);
  }
}

void Reader::Step(const ast::TestStep& step) {
  Element(step.span);
  std::visit(Overload{
                 [](const ast::BadStep&) {},
                 [&](const ast::GivenStep& s) {
                   Expr(*s.leaf);
                   for (const ast::ExprPtr& value : s.values) Expr(*value);
                 },
                 [&](const ast::ReturnStep& s) {
                   for (const ast::ReturnStep::Result& result : s.results) {
                     Expr(*result.leaf);
                     Expr(*result.value);
                   }
                 },
                 [&](const ast::PanicStep& s) { Expr(*s.value); },
                 [&](const ast::CallStep& s) {
                   Expr(*s.callee);
                   for (const ast::TestStep& inner : s.steps) Step(inner);
                 },
                 [](const ast::ExpectNoSpanStep&) {},
                 [&](const ast::ExpectSpanStep& s) {
                   Expr(*s.name);
                   Expects(s.expects);
                 },
                 [&](const ast::ExpectMetricStep& s) { Expects(s.expects); },
                 [&](const ast::ExpectLogStep& s) {
                   Expr(*s.body);
                   Expects(s.expects);
                 },
                 [&](const ast::ExpectCarrierStep& s) { Expr(*s.carrier); },
                 [](const ast::ExpectSkipStep&) {},
                 [&](const ast::ExpectExprStep& s) { Expr(*s.condition); },
             },
             step.node);
}

void Reader::Decl(const ast::Decl& decl) {
  Element(decl.span);
  DeclNode(decl);
}

void Reader::DeclNode(const ast::Decl& decl) {
  std::visit(Overload{
                 [](const ast::BadDecl&) {},
                 [](const ast::PluginDecl&) {},
                 [](const ast::LibraryDecl&) {},
                 [](const ast::SemconvDecl&) {},
                 [](const ast::RequireDecl&) {},
                 [](const ast::YieldsDecl&) {},
                 [](const ast::ImportDecl&) {},
                 [&](const ast::OptionDecl& d) {
                   Type(*d.type);
                   Expr(*d.value);
                 },
                 [&](const ast::AttributeDecl& d) { Type(*d.type); },
                 [](const ast::InstrumentDecl&) {},
                 [](const ast::FactDecl&) {},
                 [&](const ast::ExternDecl& d) {
                   Params(d.params, /*tight=*/true);
                   OptParams(d.results);
                 },
                 [&](const ast::ContextDecl& d) { Context(d); },
                 [&](const ast::CarrierDecl& d) { Carrier(d); },
                 [&](const ast::InDecl& d) {
                   Opt(d.where);
                   for (const ast::DeclPtr& inner : d.decls) Decl(*inner);
                 },
                 [&](const ast::TemplateDecl& d) { Template(d); },
                 [&](const ast::FieldDecl& d) {
                   Set(d.types);
                   for (const ast::FieldDecl::Field& field : d.fields) {
                     Element(field.span);
                     Type(*field.type);
                   }
                 },
                 [&](const ast::ObjectDecl& d) { Object(d); },
                 [&](const ast::RuleDecl& d) {
                   JoinPoint(d.join_point);
                   Opt(d.where);
                   Block(d.body);
                 },
                 [&](const ast::TestDecl& d) {
                   Opt(d.where);
                   for (const ast::TestStep& step : d.steps) Step(step);
                 },
             },
             decl.node);
}

}  // namespace

Layout LayoutOf(const ast::File& file) {
  return Reader(file).Read();
}

}  // namespace instc
