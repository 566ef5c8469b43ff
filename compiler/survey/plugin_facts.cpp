#include "compiler/survey/plugin_facts.h"

#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::survey {
namespace {

std::string Text(const ast::ExprPtr& expr) {
  return expr == nullptr ? "" : expr->span.Text().str();
}

/// One line, single blanks.
std::string OneLine(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef, 16> words;
  llvm::SplitString(text, words);
  return llvm::join(words, " ");
}

void AddName(std::vector<std::string>& names, const std::string& name) {
  if (!llvm::is_contained(names, name)) names.push_back(name);
}

void AddAttribute(std::vector<AttributeFact>& attributes, const ast::AttrEntry& entry) {
  for (const ast::AttrName& name : entry.names) {
    const bool guarded = entry.guard != nullptr;
    const std::string text = name.name.Text() + (name.index != nullptr ? ".<key>" : "");
    auto known = llvm::find_if(attributes, [&](const AttributeFact& a) { return a.name == text; });
    if (known == attributes.end())
      attributes.push_back({text, guarded});
    else
      known->guarded = known->guarded && guarded;
  }
}

std::string PointText(const ast::JoinPoint& point) {
  const auto* execution = std::get_if<ast::ExecutionPoint>(&point.node);
  if (const auto* call = std::get_if<ast::CallPoint>(&point.node)) return "calls of " + call->callee.Text();
  if (const auto* directive = std::get_if<ast::DirectivePoint>(&point.node))
    return "functions under //" + directive->directive.value;
  if (execution == nullptr) return OneLine(point.span.Text());
  const std::string names = OneLine(execution->names.span.Text());
  if (!execution->receiver.has_value()) return names;
  const std::string types = OneLine(execution->receiver->types.span.Text());
  return "(" + std::string(execution->receiver->pointer ? "*" : "") + types + ") " + names;
}

/// Follows the statements of one plugin.
class Walker {
 public:
  Walker(const check::RuleSet& set, const check::RuleFile& file, PluginFacts& facts)
      : set_(set), file_(file), facts_(facts) {}

  void Rule(const ast::RuleDecl& rule, Span span) {
    rule_ = rule.name.Present() ? rule.name.text : PointText(rule.join_point);
    span_ = kNone;
    Functions(span, file_);
    Block(rule.body.stmts);
  }

  void Object(const ast::ObjectDecl& object) {
    rule_ = object.name.text;
    facts_.other.insert((object.wraps ? "decorates `" : "has an object for `") +
                        OneLine(object.type->span.Text()) + "`");
    for (const ast::ObjectDecl::Method& method : object.methods) {
      span_ = kNone;
      Functions(method.span, file_);
      Block(method.body.stmts);
    }
  }

 private:
  using Stmts = std::vector<ast::StmtPtr>;
  static constexpr size_t kNone = ~size_t{0};
  static constexpr size_t kMaxDepth = 32;  // templates that use templates; a cycle is an error elsewhere

  void Block(const Stmts& stmts) {
    for (const ast::StmtPtr& stmt : stmts) Statement(*stmt);
  }
  void Block(const std::optional<ast::AttrBlock>& block) {
    if (block.has_value()) Block(block->stmts);
  }

  void Statement(const ast::Stmt& stmt) {
    const std::string text = OneLine(stmt.span.Text());
    std::visit(
        Overload{
            [](const ast::BadStmt&) {},
            [](const ast::SkipStmt&) {},
            [](const ast::LetStmt&) {},
            [&](const ast::SetStmt& s) {
              for (const ast::ExprPtr& target : s.targets) facts_.assigned.insert(Place(target));
            },
            [&](const ast::ExtendStmt& s) { facts_.assigned.insert(Place(s.target)); },
            [&](const ast::CallStmt& s) { facts_.called.insert(OneLine(Text(s.call))); },
            [&](const ast::SpanStmt& s) { StartSpan(s); },
            [&](const ast::AttrStmt& s) { Attribute(s.entry); },
            [&](const ast::RenameStmt& s) {
              if (span_ != kNone) AddName(facts_.spans[span_].renames, OneLine(Text(s.name)));
            },
            [&](const ast::ExitStmt& s) { Block(s.body.stmts); },
            [&](const ast::ErrorStmt& s) {
              if (!LeftOut(*s.error)) RecordError();
            },
            [&](const ast::StatusStmt& s) {
              if (s.code == ast::StatusCode::Error) RecordError();
            },
            [&](const ast::EventStmt& s) { facts_.other.insert("adds the event " + Text(s.name)); },
            [&](const ast::LinkStmt&) { facts_.other.insert("links spans"); },
            [&](const ast::InjectStmt& s) { facts_.injected.insert(Place(s.target)); },
            [&](const ast::MetricStmt& s) { Metric(s.name.Text(), s.block); },
            [&](const ast::ObserveStmt& s) { Metric(s.name.Text(), s.block); },
            [&](const ast::LogStmt&) {
              facts_.other.insert("gives what is logged to the exporter of log records, when there is one");
            },
            [&](const ast::StampStmt& s) {
              facts_.stamped.insert(rule_);
              Block(s.body.stmts);
            },
            [&](const ast::EnrichStmt& s) { Enrich(s); },
            [&](const ast::ResumeStmt& s) { Resume(s); },
            [](const ast::EndStmt&) {},
            [&](const ast::WrapStmt& s) { Wrap(s); },
            [&](const ast::UseStmt& s) { Use(s); },
            [&](const ast::ForStmt& s) { Block(s.body.stmts); },
            [&](const ast::IfStmt& s) {
              Block(s.then.stmts);
              if (s.else_block.has_value()) Block(s.else_block->stmts);
              if (s.else_if != nullptr) Statement(*s.else_if);
            },
            [&](const ast::OnceStmt& s) { Block(s.body.stmts); },
            [&](const ast::SuppressStmt& s) { facts_.other.insert("suppresses " + s.what.Text()); },
            [&](const ast::BindStmt& s) {
              facts_.other.insert("binds `" + Text(s.target) + "` to the span that it is handed over in");
            },
            [&](const ast::UnbindStmt&) {
              facts_.other.insert("keeps goroutines apart from the spans they were started in");
            },
            [&](const ast::BypassStmt&) {
              facts_.other.insert("may answer in place of the function (`bypass`)");
            },
            [&](const ast::GoStmt&) { facts_.other.insert("has Go code of its own (`go {}`)"); },
        },
        stmt.node);
  }

  /// A closure's body has spans of its own.
  void Wrap(const ast::WrapStmt& wrap) {
    facts_.other.insert("wraps `" + Text(wrap.target) + "`");
    const auto* as = std::get_if<ast::WrapStmt::As>(&wrap.how);
    if (as == nullptr) return;
    const size_t outer = std::exchange(span_, kNone);
    Block(as->body.stmts);
    span_ = outer;
  }

  /// Whether a value is a template's parameter that was left out here.
  bool LeftOut(const ast::Expr& value) const {
    const auto* ident = std::get_if<ast::Ident>(&value.node);
    if (ident == nullptr || template_ == nullptr || arguments_.count(ident->name) > 0) return false;
    auto is_it = [&](const ast::TemplateParam& p) {
      return p.name.text == ident->name && p.value == nullptr;
    };
    return llvm::any_of(template_->params, is_it) || llvm::any_of(template_->exit_params, is_it);
  }

  void Attribute(const ast::AttrEntry& entry) {
    if (LeftOut(*entry.value)) return;
    if (attributes_ != nullptr)
      AddAttribute(*attributes_, entry);
    else if (span_ != kNone)
      AddAttribute(facts_.spans[span_].attributes, entry);
  }

  void RecordError() {
    if (span_ != kNone) facts_.spans[span_].records_errors = true;
  }

  /// The index of the span that this statement starts or adds to: one fact for all rules that come here.
  size_t FactOf(const void* origin, SpanFact fact) {
    auto [known, is_new] = origins_.emplace(origin, facts_.spans.size());
    if (is_new) facts_.spans.push_back(std::move(fact));
    AddName(facts_.spans[known->second].rules, rule_);
    return known->second;
  }

  void StartSpan(const ast::SpanStmt& stmt) {
    SpanFact fact;
    fact.kind = llvm::StringRef(ast::Spelling(stmt.kind)).upper();
    fact.name = OneLine(Text(stmt.name));
    span_ = FactOf(&stmt, std::move(fact));
    if (stmt.detached) detached_[{stmt.detached_by != nullptr, stmt.as.text}] = span_;
    Block(stmt.block);
  }

  /// Says more of the span that the plugin has detached above.
  void Resume(const ast::ResumeStmt& stmt) {
    auto known = detached_.find({stmt.by_key, stmt.as.text});
    const size_t outer = std::exchange(span_, known == detached_.end() ? kNone : known->second);
    if (span_ != kNone) AddName(facts_.spans[span_].rules, rule_);
    Block(stmt.body.stmts);
    span_ = outer;
  }

  void Enrich(const ast::EnrichStmt& stmt) {
    static const char* const kNames[] = {"the local root span", "the SERVER span", "the current span"};
    SpanFact fact;
    fact.kind = kNames[static_cast<size_t>(stmt.which)];
    fact.enriches = true;
    const size_t outer = std::exchange(span_, FactOf(&stmt, std::move(fact)));
    Block(stmt.block.stmts);
    span_ = outer;
  }

  void Metric(const std::string& name, const std::optional<ast::AttrBlock>& block) {
    auto known = llvm::find_if(facts_.metrics, [&](const MetricFact& m) { return m.name == name; });
    if (known == facts_.metrics.end()) known = facts_.metrics.insert(known, MetricFact{name, {}, {}});
    AddName(known->rules, rule_);
    std::vector<AttributeFact> found;
    auto* outer = std::exchange(attributes_, &found);
    Block(block);
    attributes_ = outer;
    for (AttributeFact& attribute : found) {
      const bool is_new =
          llvm::none_of(known->attributes, [&](const AttributeFact& a) { return a.name == attribute.name; });
      if (is_new) known->attributes.push_back(std::move(attribute));
    }
  }

  void Use(const ast::UseStmt& stmt) {
    const check::TemplateRef* used = set_.FindTemplate(*scope_, stmt.name.Text());
    if (used == nullptr || depth_ >= kMaxDepth) return;
    std::map<std::string, std::string> arguments;
    for (const ast::NamedArg& arg : stmt.args)
      if (!LeftOut(*arg.value)) arguments.emplace(arg.name.text, Place(arg.value));
    ++depth_;
    std::swap(arguments, arguments_);
    const check::RuleFile* outer = std::exchange(scope_, used->file);
    const ast::TemplateDecl* outer_template = std::exchange(template_, used->decl);
    Functions(used->decl->body.span, *used->file);
    Block(used->decl->body.stmts);
    scope_ = outer;
    template_ = outer_template;
    std::swap(arguments, arguments_);
    --depth_;
    Block(stmt.block);
  }

  /// A place as the rule itself would write it: a template's parameter is what it was given.
  std::string Place(const ast::ExprPtr& expr) const {
    const std::string text = OneLine(Text(expr));
    const llvm::StringRef name =
        llvm::StringRef(text).take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    auto given = arguments_.find(name.str());
    return given == arguments_.end() ? text : given->second + text.substr(name.size());
  }

  /// The externs among the words of a piece of rule text.
  void Functions(Span span, const check::RuleFile& file) {
    const std::vector<ast::Token>& tokens = file.ast->tokens;
    auto token =
        llvm::partition_point(tokens, [&](const ast::Token& t) { return t.span.begin < span.begin; });
    for (; token != tokens.end() && token->span.begin < span.end; ++token) {
      if (token->kind != ast::Token::Kind::Word) continue;
      const ast::ExternDecl* used = set_.FindExtern(file, token->span.Text());
      if (used != nullptr) facts_.go_functions.emplace(used->name.text, used->from.value);
    }
  }

  const check::RuleSet& set_;
  const check::RuleFile& file_;
  PluginFacts& facts_;
  const check::RuleFile* scope_ = &file_;  // where templates are looked up
  std::string rule_;
  size_t span_ = kNone;                               // of facts_.spans: what attributes are about
  std::vector<AttributeFact>* attributes_ = nullptr;  // of a metric, while its block is walked
  size_t depth_ = 0;
  const ast::TemplateDecl* template_ = nullptr;   // that is walked
  std::map<std::string, std::string> arguments_;  // of the template that is walked, by parameter
  std::map<const void*, size_t> origins_;         // SpanStmt or EnrichStmt -> index of its fact; lookups only
  std::map<std::pair<bool, std::string>, size_t> detached_;  // by key or not, and name -> index of its fact
};

/// Declarations with their docs, inside `in` too.
void CollectDocs(const std::vector<ast::DeclPtr>& decls,
                 std::map<const void*, const std::vector<std::string>*>& docs, PluginFacts& facts) {
  for (const ast::DeclPtr& decl : decls) {
    if (const auto* rule = std::get_if<ast::RuleDecl>(&decl->node)) docs.emplace(rule, &decl->doc);
    if (std::holds_alternative<ast::PluginDecl>(decl->node)) facts.doc = decl->doc;
    if (const auto* inside = std::get_if<ast::InDecl>(&decl->node)) CollectDocs(inside->decls, docs, facts);
  }
}

/// The versions and packages that a rule is for, those of the block around it included.
std::string Conditions(const check::RuleRef& ref) {
  std::string own = ref.decl->where == nullptr ? "" : OneLine(Text(ref.decl->where));
  if (ref.in.where == nullptr) return own;
  std::string block = OneLine(ref.in.where->span.Text());
  return own.empty() ? block : "(" + block + ") && (" + own + ")";
}

}  // namespace

PluginFacts Survey(const check::RuleSet& set, const check::RuleFile& file) {
  PluginFacts facts;
  std::map<const void*, const std::vector<std::string>*> docs;
  CollectDocs(file.ast->decls, docs, facts);
  Walker walker(set, file, facts);
  for (const check::RuleRef& ref : file.rules) {
    const ast::RuleDecl& rule = *ref.decl;
    facts.rules.push_back(
        {rule.name.text, PointText(rule.join_point), ref.in.package, Conditions(ref), *docs.at(&rule)});
    walker.Rule(rule, ref.span);
  }
  for (const check::ObjectRef& ref : file.objects) walker.Object(*ref.decl);
  for (const check::FieldRef& field : file.fields)
    for (const ast::FieldDecl::Field& f : field.decl->fields)
      facts.hidden_fields.insert(OneLine(field.decl->types.span.Text()) + ": " + OneLine(f.span.Text()));
  return facts;
}

}  // namespace instc::survey
