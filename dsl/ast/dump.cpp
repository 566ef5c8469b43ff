#include "dsl/ast/dump.h"

#include "dsl/base/overload.h"
#include "dsl/base/text_writer.h"

namespace instc::ast {
namespace {

std::string Quote(llvm::StringRef value) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << '"';
  out.write_escaped(value);
  out << '"';
  return out.str();
}

std::string Join(const std::vector<Name>& names) {
  std::string text;
  for (const Name& name : names) text += (text.empty() ? "" : ", ") + name.text;
  return text;
}

std::string ParamsText(const Params& params) {
  std::string text = "(";
  for (const Param& param : params.params) {
    if (text.size() > 1) text += ", ";
    text += param.ellipsis ? "..." : param.name.text;
    if (param.type != nullptr) text += (param.variadic ? " ..." : " ") + TypeText(*param.type);
  }
  return text + ")";
}

std::string SignatureText(const Params& params, const std::optional<Params>& results) {
  return ParamsText(params) + (results ? " " + ParamsText(*results) : "");
}

std::string NameSetText(const NameSet& set) {
  return set.glob ? Quote(set.glob->value) : "{" + Join(set.names) + "}";
}

// " word (expr)" or nothing.
std::string Clause(llvm::StringRef word, const ExprPtr& expr) {
  return expr == nullptr ? "" : (" " + word + " ").str() + DumpExpr(*expr);
}

std::string Tail(llvm::StringRef word, const Name& name) {
  return name.Present() ? (" " + word + " ").str() + name.text : "";
}

std::string Summary(const std::optional<StringLit>& text) {
  return text ? " " + Quote(text->value) : "";
}

std::string LabelsText(const Labels& labels) {
  return labels.names.empty() ? "" : " is " + Join(labels.names);
}

std::string RangeText(const VersionRange& range) {
  std::string text;
  for (const VersionBound& bound : range.bounds) text += " " + Spelling(bound.op).str() + bound.version.text;
  return text;
}

std::string ExprList(const std::vector<ExprPtr>& list) {
  std::string text;
  for (const ExprPtr& expr : list) text += (text.empty() ? "" : ", ") + DumpExpr(*expr);
  return text;
}

std::string AttrNameText(const AttrName& name) {
  return name.name.Text() + (name.index == nullptr ? "" : "[" + DumpExpr(*name.index) + "]");
}

std::string EntryText(const AttrEntry& entry) {
  std::string names;
  for (const AttrName& name : entry.names) names += (names.empty() ? "" : ", ") + AttrNameText(name);
  return names + " = " + DumpExpr(*entry.value) + Clause("when", entry.guard);
}

class Dumper {
 public:
  explicit Dumper(llvm::raw_ostream& out) : w_(out) {}

  void WriteDecl(const Decl& decl);

 private:
  void Stmts(const std::vector<StmtPtr>& stmts);
  void WriteStmt(const Stmt& stmt);
  void Body(const Block& block) { Stmts(block.stmts); }
  void Body(const std::optional<AttrBlock>& block) {
    if (block) Stmts(block->stmts);
  }
  void Args(const std::vector<NamedArg>& args);
  void IfLine(const IfStmt& stmt, llvm::StringRef word);
  void SpanLines(const SpanStmt& stmt);
  void WrapLines(const WrapStmt& stmt);
  void MetricLines(const MetricStmt& stmt);
  void ObserveLines(const ObserveStmt& stmt);
  void EnrichLines(const EnrichStmt& stmt);

  void DeclLines(const BadDecl&) { w_.Line("<bad>"); }
  void DeclLines(const PluginDecl& d) { w_.Line("plugin " + d.name.Text() + Summary(d.summary)); }
  void DeclLines(const LibraryDecl& d) {
    w_.Line(std::string("library ") + (d.std ? "std " : "") + Quote(d.path.value) + RangeText(d.range) +
            Tail("as", d.as));
  }
  void DeclLines(const SemconvDecl& d) { w_.Line("semconv " + d.version.text); }
  void DeclLines(const RequireDecl& d) { w_.Line("require " + d.what.text + RangeText(d.range)); }
  void DeclLines(const YieldsDecl& d) {
    std::string list;
    for (const StringLit& to : d.to) list += (list.empty() ? "" : ", ") + Quote(to.value);
    w_.Line("yields to " + list);
  }
  void DeclLines(const ImportDecl& d) { w_.Line("import" + Tail("as", d.alias) + " " + Quote(d.path.value)); }
  void DeclLines(const OptionDecl& d) {
    w_.Line("option " + d.name.text + " " + TypeText(*d.type) + " = " + DumpExpr(*d.value) +
            Summary(d.summary));
  }
  void DeclLines(const AttributeDecl& d) {
    w_.Line("attribute " + d.name.Text() + " " + TypeText(*d.type) + LabelsText(d.labels) +
            Summary(d.summary));
  }
  void DeclLines(const InstrumentDecl& d);
  void DeclLines(const FactDecl& d) {
    w_.Line(std::string("fact ") + (d.param ? "param " : "") + Quote(d.package.value) + " " + Join(d.path) +
            LabelsText(d.labels));
  }
  void DeclLines(const ExternDecl& d) {
    w_.Line("extern " + d.name.text + SignatureText(d.params, d.results) + " from " + Quote(d.from.value) +
            LabelsText(d.labels));
  }
  void DeclLines(const ContextDecl& d);
  void DeclLines(const CarrierDecl& d);
  void DeclLines(const InDecl& d);
  void DeclLines(const TemplateDecl& d);
  void DeclLines(const FieldDecl& d);
  void DeclLines(const ObjectDecl& d);
  void DeclLines(const RuleDecl& d);
  void DeclLines(const TestDecl& d);
  void TemplateParams(llvm::StringRef word, const std::vector<TemplateParam>& params);
  void JoinPointLine(const JoinPoint& point);
  void StepLine(const TestStep& step);
  void ExpectLines(const std::optional<Expects>& expects);

  TextWriter w_;
};

void Dumper::Stmts(const std::vector<StmtPtr>& stmts) {
  auto indent = w_.Indent();
  for (const StmtPtr& stmt : stmts) WriteStmt(*stmt);
}

void Dumper::Args(const std::vector<NamedArg>& args) {
  auto indent = w_.Indent();
  for (const NamedArg& arg : args) w_.Line("arg " + arg.name.text + ": " + DumpExpr(*arg.value));
}

void Dumper::IfLine(const IfStmt& stmt, llvm::StringRef word) {
  w_.Line((word + " ").str() + DumpExpr(*stmt.condition));
  Body(stmt.then);
  if (stmt.else_if != nullptr) IfLine(std::get<IfStmt>(stmt.else_if->node), "else if");
  if (stmt.else_block) {
    w_.Line("else");
    Body(*stmt.else_block);
  }
}

void Dumper::SpanLines(const SpanStmt& stmt) {
  std::string detached = stmt.detached ? " detached" + Clause("by", stmt.detached_by) : "";
  w_.Line("span " + Spelling(stmt.kind).str() + " " + DumpExpr(*stmt.name) + Clause("in", stmt.in) +
          Clause("from", stmt.from) + Clause("began", stmt.began) + Clause("ended", stmt.ended) +
          Tail("as", stmt.as) + detached);
  Body(stmt.block);
}

void Dumper::WrapLines(const WrapStmt& stmt) {
  std::string target = "wrap " + DumpExpr(*stmt.target) + (stmt.maybe ? "?" : "");
  std::visit(Overload{
                 [&](const WrapStmt::As& as) {
                   w_.Line(target + " as " + SignatureText(as.params, as.results));
                   Body(as.body);
                 },
                 [&](const WrapStmt::With& with) {
                   w_.Line(target + " with " + with.object.text);
                   Args(with.args);
                 },
             },
             stmt.how);
}

void Dumper::MetricLines(const MetricStmt& stmt) {
  static constexpr const char* kOps[] = {"", " =", " +=", " -="};
  std::string value = stmt.value == nullptr ? "" : " " + DumpExpr(*stmt.value);
  w_.Line("metric " + stmt.name.Text() + kOps[static_cast<int>(stmt.op)] + value +
          Clause("when", stmt.guard));
  Body(stmt.block);
}

void Dumper::ObserveLines(const ObserveStmt& stmt) {
  std::string until;
  if (stmt.until) {
    until = " until (" + stmt.until->receiver.text + (stmt.until->pointer ? " *" : " ") +
            stmt.until->type.text + ") " + stmt.until->method.text;
  }
  w_.Line("observe " + stmt.name.Text() + " = " + DumpExpr(*stmt.value) + until);
  Body(stmt.block);
}

void Dumper::EnrichLines(const EnrichStmt& stmt) {
  static constexpr const char* kWhich[] = {"root", "server", "current"};
  w_.Line(std::string("enrich ") + kWhich[static_cast<int>(stmt.which)] + Clause("in", stmt.in));
  Stmts(stmt.block.stmts);
}

void Dumper::WriteStmt(const Stmt& stmt) {
  std::visit(
      Overload{
          [&](const BadStmt&) { w_.Line("<bad>"); },
          [&](const SkipStmt& s) { w_.Line("skip" + Clause("when", s.condition)); },
          [&](const LetStmt& s) { w_.Line("let " + Join(s.names) + " = " + DumpExpr(*s.value)); },
          [&](const SetStmt& s) { w_.Line("set " + ExprList(s.targets) + " = " + ExprList(s.values)); },
          [&](const ExtendStmt& s) {
            w_.Line((s.prepend ? "prepend " : "append ") + DumpExpr(*s.target) + " = " + ExprList(s.values));
          },
          [&](const CallStmt& s) { w_.Line("call " + DumpExpr(*s.call)); },
          [&](const SpanStmt& s) { SpanLines(s); },
          [&](const AttrStmt& s) { w_.Line((s.bare ? "entry " : "attr ") + EntryText(s.entry)); },
          [&](const RenameStmt& s) { w_.Line("rename " + DumpExpr(*s.name) + Clause("when", s.guard)); },
          [&](const ExitStmt& s) {
            w_.Line("exit" + Tail("panic", s.panic) + Clause("when", s.guard));
            Body(s.body);
          },
          [&](const ErrorStmt& s) {
            w_.Line("error " + DumpExpr(*s.error) + Clause("unless", s.unless) + Clause("when", s.guard));
          },
          [&](const StatusStmt& s) {
            w_.Line("status " + Spelling(s.code).str() + Clause("description", s.description) +
                    Clause("when", s.guard));
          },
          [&](const EventStmt& s) {
            w_.Line("event " + DumpExpr(*s.name) + Clause("when", s.guard));
            Body(s.block);
          },
          [&](const LinkStmt& s) { w_.Line("link " + DumpExpr(*s.context) + Clause("when", s.guard)); },
          [&](const InjectStmt& s) {
            w_.Line("inject " + DumpExpr(*s.target) + (s.carrier.Present() ? " as " + s.carrier.Text() : ""));
          },
          [&](const MetricStmt& s) { MetricLines(s); },
          [&](const ObserveStmt& s) { ObserveLines(s); },
          [&](const LogStmt& s) {
            w_.Line("log " + DumpExpr(*s.body) + Clause("severity", s.severity) +
                    Clause("as", s.severity_text) + Clause("in", s.in) + Clause("at", s.at) +
                    Clause("with", s.fields) + Clause("when", s.guard));
            Body(s.block);
          },
          [&](const StampStmt& s) {
            w_.Line("stamp (" + s.key.text + ", " + s.value.text + ")" + Clause("from", s.from) +
                    Clause("unless", s.unless));
            Body(s.body);
          },
          [&](const EnrichStmt& s) { EnrichLines(s); },
          [&](const ResumeStmt& s) {
            w_.Line((s.by_key ? "resume by " : "resume in ") + DumpExpr(*s.where) +
                    (s.as.Present() ? " as " + s.as.text : ""));
            Body(s.body);
          },
          [&](const EndStmt& s) { w_.Line("end" + Clause("at", s.at)); },
          [&](const WrapStmt& s) { WrapLines(s); },
          [&](const UseStmt& s) {
            w_.Line("use " + s.name.Text());
            Args(s.args);
            Body(s.block);
          },
          [&](const ForStmt& s) {
            w_.Line("for " + s.key.text + (s.value.Present() ? ", " + s.value.text : "") +
                    Clause("in", s.range));
            Body(s.body);
          },
          [&](const IfStmt& s) { IfLine(s, "if"); },
          [&](const OnceStmt& s) {
            w_.Line("once" + Clause("per", s.per));
            Body(s.body);
          },
          [&](const SuppressStmt& s) { w_.Line("suppress " + s.what.Text() + Clause("in", s.in)); },
          [&](const BindStmt& s) { w_.Line("bind " + DumpExpr(*s.target) + Clause("in", s.in)); },
          [&](const UnbindStmt&) { w_.Line("unbind"); },
          [&](const BypassStmt& s) { w_.Line("bypass (" + ExprList(s.results) + ")"); },
          [&](const GoStmt& s) { w_.Line("go " + Quote(s.text)); },
      },
      stmt.node);
}

void Dumper::WriteDecl(const Decl& decl) {
  for (const std::string& line : decl.doc) w_.Line("doc " + Quote(line));
  std::visit([&](const auto& node) { DeclLines(node); }, decl.node);
}

void Dumper::DeclLines(const InstrumentDecl& d) {
  std::string by;
  for (const QName& name : d.by) by += (by.empty() ? " by " : ", ") + name.Text();
  w_.Line("instrument " + d.name.Text() + " " + Spelling(d.kind).str() +
          (d.unit ? " unit " + Quote(d.unit->value) : "") + by + Summary(d.summary));
}

void Dumper::DeclLines(const ContextDecl& d) {
  w_.Line("context " + TypeText(*d.type));
  auto indent = w_.Indent();
  w_.Line("get " + DumpExpr(*d.get));
  if (d.put == nullptr) return;
  w_.Line("put " + DumpExpr(*d.put) + (d.put_value == nullptr ? "" : " = " + DumpExpr(*d.put_value)));
}

void Dumper::DeclLines(const CarrierDecl& d) {
  w_.Line("carrier " + d.name.Text() + " for " + TypeText(*d.type));
  auto indent = w_.Indent();
  w_.Line("get (" + d.get_key.text + ") " + DumpExpr(*d.get));
  w_.Line("set (" + d.set_key.text + ", " + d.set_value.text + ")");
  Body(d.set);
}

void Dumper::DeclLines(const InDecl& d) {
  w_.Line("in " + Quote(d.package.value) + Clause("where", d.where));
  auto indent = w_.Indent();
  for (const DeclPtr& decl : d.decls) WriteDecl(*decl);
}

void Dumper::TemplateParams(llvm::StringRef word, const std::vector<TemplateParam>& params) {
  auto indent = w_.Indent();
  for (const TemplateParam& param : params) {
    w_.Line((word + " ").str() + (param.by_reference ? "&" : "") + param.name.text + " " +
            TypeText(*param.type) + Clause("=", param.value) + (param.optional ? " ?" : ""));
  }
}

void Dumper::DeclLines(const TemplateDecl& d) {
  w_.Line("template " + d.name.Text());
  TemplateParams("param", d.params);
  TemplateParams("exit-param", d.exit_params);
  Body(d.body);
}

void Dumper::DeclLines(const FieldDecl& d) {
  w_.Line("field " + NameSetText(d.types));
  auto indent = w_.Indent();
  for (const FieldDecl::Field& field : d.fields) w_.Line(field.name.text + " " + TypeText(*field.type));
}

void Dumper::DeclLines(const ObjectDecl& d) {
  std::string keeps;
  for (const TypePtr& type : d.keeps) keeps += (keeps.empty() ? " keeps " : ", ") + TypeText(*type);
  w_.Line("object " + d.name.text + (d.wraps ? " wraps " : " implements ") + TypeText(*d.type) + keeps);
  auto indent = w_.Indent();
  for (const ObjectDecl::Field& field : d.fields) {
    w_.Line("field " + field.name.text + " " + TypeText(*field.type) + Clause("=", field.value));
  }
  for (const ObjectDecl::Method& method : d.methods) {
    w_.Line("method " + method.name.text + SignatureText(method.params, method.results));
    Body(method.body);
  }
}

void Dumper::JoinPointLine(const JoinPoint& point) {
  std::visit(
      Overload{
          [&](const ExecutionPoint& p) {
            std::string receiver;
            if (p.receiver) {
              receiver = "(" + p.receiver->name.text + (p.receiver->pointer ? " *" : " ") +
                         NameSetText(p.receiver->types) + ") ";
            }
            w_.Line("execution " + receiver + NameSetText(p.names) + SignatureText(p.params, p.results));
          },
          [&](const CallPoint& p) {
            w_.Line("call " + p.callee.Text() + SignatureText(p.params, p.results));
          },
          [&](const DirectivePoint& p) {
            w_.Line("directive " + Quote(p.directive.value) + SignatureText(p.params, p.results));
          },
      },
      point.node);
}

void Dumper::DeclLines(const RuleDecl& d) {
  static constexpr const char* kOrder[] = {"", " order before ", " order after "};
  w_.Line("rule" + (d.name.Present() ? " " + d.name.text : "") + Clause("where", d.where) +
          kOrder[static_cast<int>(d.order)] + d.order_of.Text());
  {
    auto indent = w_.Indent();
    JoinPointLine(d.join_point);
  }
  Body(d.body);
}

void Dumper::ExpectLines(const std::optional<Expects>& expects) {
  if (!expects) return;
  auto indent = w_.Indent();
  for (const Expectation& expectation : expects->list) {
    std::visit(Overload{
                   [&](const ExpectAttr& e) {
                     w_.Line((e.no ? "no " : "attr ") + AttrNameText(e.name) + Clause("==", e.value));
                   },
                   [&](const ExpectStatus& e) { w_.Line("status " + Spelling(e.code).str()); },
                   [&](const ExpectParent& e) { w_.Line("parent " + DumpExpr(*e.parent)); },
                   [&](const ExpectSeverity& e) { w_.Line("severity " + DumpExpr(*e.severity)); },
               },
               expectation.node);
  }
}

void Dumper::StepLine(const TestStep& step) {
  std::visit(Overload{
                 [&](const BadStep&) { w_.Line("<bad>"); },
                 [&](const GivenStep& s) {
                   std::string text = "given " + DumpExpr(*s.leaf);
                   for (const ExprPtr& value : s.values)
                     text += (&value == &s.values.front() ? " = " : ", ") + DumpExpr(*value);
                   w_.Line(text);
                 },
                 [&](const ReturnStep& s) {
                   std::string text;
                   for (const ReturnStep::Result& result : s.results) {
                     text += (text.empty() ? " " : ", ") + DumpExpr(*result.leaf) + " = " +
                             DumpExpr(*result.value);
                   }
                   w_.Line("return" + text);
                 },
                 [&](const PanicStep& s) { w_.Line("panic " + DumpExpr(*s.value)); },
                 [&](const CallStep& s) {
                   w_.Line("call " + DumpExpr(*s.callee));
                   auto indent = w_.Indent();
                   for (const TestStep& inner : s.steps) StepLine(inner);
                 },
                 [&](const ExpectNoSpanStep&) { w_.Line("expect no span"); },
                 [&](const ExpectSpanStep& s) {
                   w_.Line("expect span " + Spelling(s.kind).str() + " " + DumpExpr(*s.name));
                   ExpectLines(s.expects);
                 },
                 [&](const ExpectMetricStep& s) {
                   w_.Line("expect metric " + s.name.Text());
                   ExpectLines(s.expects);
                 },
                 [&](const ExpectLogStep& s) {
                   w_.Line("expect log " + DumpExpr(*s.body));
                   ExpectLines(s.expects);
                 },
                 [&](const ExpectCarrierStep& s) { w_.Line("expect carrier " + DumpExpr(*s.carrier)); },
                 [&](const ExpectSkipStep&) { w_.Line("expect skip"); },
                 [&](const ExpectExprStep& s) { w_.Line("expect " + DumpExpr(*s.condition)); },
             },
             step.node);
}

void Dumper::DeclLines(const TestDecl& d) {
  w_.Line("test " + Quote(d.name.value) + Tail("for", d.rule) + Clause("where", d.where));
  auto indent = w_.Indent();
  for (const TestStep& step : d.steps) StepLine(step);
}

}  // namespace

std::string Dump(const File& file) {
  std::string text;
  llvm::raw_string_ostream out(text);
  Dumper dumper(out);
  for (const DeclPtr& decl : file.decls) dumper.WriteDecl(*decl);
  return out.str();
}

}  // namespace instc::ast
