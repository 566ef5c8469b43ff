#include "compiler/check/rule_set.h"

#include "compiler/check/escapes.h"
#include "compiler/check/labels.h"
#include "compiler/check/unused.h"
#include "compiler/go/load/semver.h"
#include "compiler/pack/yields.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(Duplicate, "E0205", Error, "{0} `{1}` is declared twice", llvm::StringRef, std::string);
INSTC_DIAGNOSTIC(SecretAttribute, "E0764", Error, "attribute `{0}` cannot be for secrets", std::string);
INSTC_DIAGNOSTIC(MissingLibrary, "E0211", Error, "plugin `{0}` names no library", std::string);
INSTC_DIAGNOSTIC(NeedsPlugin, "E0212", Error, "`{0}` needs a plugin", llvm::StringRef);
INSTC_DIAGNOSTIC(BadOptionType, "E0213", Error, "an option has type bool, string, int or []string", );
INSTC_DIAGNOSTIC(NoSuchRule, "E0366", Error, "there is no rule `{0}`", std::string);
INSTC_DIAGNOSTIC(OrderCycle, "E0367", Error,
                 "the order of rules goes in a circle: `{0}` comes before `{1}`, which comes before it",
                 std::string, std::string);
INSTC_DIAGNOSTIC(OneAFile, "E0215", Error, "this file says `{0}` twice", llvm::StringRef);
INSTC_DIAGNOSTIC(BadOptionDefault, "E0214", Error,
                 "the default of option `{0}` must be a constant of type {1}", std::string, llvm::StringRef);
INSTC_DIAGNOSTIC(YieldsToNoPackage, "E0216", Error, "`{0}` is no import path of a module's package",
                 std::string);
INSTC_DIAGNOSTIC(OnlyGoRequired, "E0747", Error,
                 "`require {0}`: a plugin requires `go` versions and nothing else", std::string);

namespace {

class Collector {
 public:
  Collector(RuleSet& set, diag::Emitter& emitter) : set_(set), emitter_(emitter) {}

  void File(const ast::File& ast) {
    RuleFile file;
    file.ast = &ast;
    for (const ast::DeclPtr& decl : ast.decls) Item(file, *decl, {});
    Finish(file);
    set_.files.push_back(std::move(file));
  }

 private:
  template <typename T>
  void Once(const T*& slot, const T& decl, Span span, llvm::StringRef what) {
    if (slot != nullptr) {
      emitter_.Emit(span, OneAFile, what).Help("keep one of them");
      return;
    }
    slot = &decl;
  }

  void Item(RuleFile& file, const ast::Decl& decl, const Block& in) {
    std::visit(Overload{
                   [](const ast::BadDecl&) {},
                   [&](const ast::PluginDecl& d) { Once(file.plugin, d, decl.span, "plugin"); },
                   [&](const ast::LibraryDecl& d) {
                     if (file.library == nullptr) file.library_span = decl.span;
                     Once(file.library, d, decl.span, "library");
                   },
                   [&](const ast::SemconvDecl& d) { Once(file.semconv, d, decl.span, "semconv"); },
                   [&](const ast::RequireDecl& d) {
                     if (d.what.text != "go") {
                       emitter_.Emit(decl.span, OnlyGoRequired, d.what.text)
                           .Help("leave it out: `ambient()` works wherever instc builds");
                       return;
                     }
                     Once(file.require_go, d, decl.span, "require go");
                   },
                   [&](const ast::YieldsDecl& d) {
                     Once(file.yields, d, decl.span, "yields");
                     for (const ast::StringLit& to : d.to) YieldsTo(to);
                   },
                   [&](const ast::ImportDecl& d) { file.imports.push_back(&d); },
                   [&](const ast::OptionDecl& d) { file.options.push_back(&d); },
                   [&](const ast::AttributeDecl& d) {
                     if ((LabelsOf(d.labels, emitter_) & kSecret) != 0)
                       emitter_.Emit(d.labels.span, SecretAttribute, d.name.Text())
                           .Help("what is secret leaves in no attribute");
                     file.attributes.push_back(&d);
                   },
                   [&](const ast::InstrumentDecl& d) { file.instruments.push_back(&d); },
                   [&](const ast::FactDecl& d) {
                     LabelsOf(d.labels, emitter_);
                     file.facts.push_back(&d);
                   },
                   [&](const ast::ExternDecl& d) {
                     LabelsOf(d.labels, emitter_);
                     file.externs.push_back(&d);
                   },
                   [&](const ast::ContextDecl& d) { file.contexts.push_back(&d); },
                   [&](const ast::CarrierDecl& d) { file.carriers.push_back(&d); },
                   [&](const ast::InDecl& d) {
                     for (const ast::DeclPtr& inner : d.decls)
                       Item(file, *inner, {d.package.value, d.where.get()});
                   },
                   [&](const ast::TemplateDecl& d) {
                     ReportUnusedParameters(d, emitter_);
                     file.templates.push_back({&d, &file, in.package});
                   },
                   [&](const ast::FieldDecl& d) {
                     file.fields.push_back({&d, decl.span, in});
                   },
                   [&](const ast::ObjectDecl& d) {
                     file.objects.push_back({&d, decl.span, in});
                   },
                   [&](const ast::RuleDecl& d) {
                     file.rules.push_back({&d, decl.span, in});
                   },
                   [&](const ast::TestDecl& d) {
                     file.tests.push_back({&d, decl.span});
                   },
               },
               decl.node);
  }

  void YieldsTo(const ast::StringLit& to) {
    if (pack::IsYieldTarget(to.value)) return;
    emitter_.Emit(to.span, YieldsToNoPackage, to.value)
        .Help(
            "write the package that instruments by hand, as programs import it and without `/v2` at its end");
  }

  void Finish(const RuleFile& file) {
    if (file.plugin == nullptr) {
      if (file.yields != nullptr) NeedPlugin(file.yields->to.front().span, "yields");
      for (const RuleRef& rule : file.rules) NeedPlugin(rule.span, "on");
      for (const FieldRef& field : file.fields) NeedPlugin(field.span, "field");
      for (const ObjectRef& object : file.objects) NeedPlugin(object.span, "object");
      for (const TestRef& test : file.tests) NeedPlugin(test.span, "test");
      for (const ast::CarrierDecl* carrier : file.carriers) NeedPlugin(carrier->name.span, "carrier");
      return;
    }
    ReportRawShare(file, emitter_);
    if (file.library == nullptr && (!file.rules.empty() || !file.objects.empty())) {
      emitter_.Emit(file.plugin->name.span, MissingLibrary, file.PluginName())
          .Help("say `library std \"net/http\"` or `library \"example.com/module\" >= v1.0.0`");
    }
  }

  void NeedPlugin(Span span, llvm::StringRef what) {
    emitter_.Emit(span, NeedsPlugin, what)
        .Help("start the file with `plugin NAME \"what it is\"` and `library ...`");
  }

  RuleSet& set_;
  diag::Emitter& emitter_;
};

/// Reports names that stand twice in `names`.
class Duplicates {
 public:
  Duplicates(diag::Emitter& emitter, llvm::StringRef what) : emitter_(emitter), what_(what) {}
  void Add(const std::string& name, Span span) {
    auto [it, fresh] = seen_.emplace(name, span);
    if (fresh || name.empty()) return;
    emitter_.Emit(span, Duplicate, what_, name).Note(it->second, "first declared here");
  }

 private:
  diag::Emitter& emitter_;
  llvm::StringRef what_;
  std::map<std::string, Span> seen_;
};

void FindDuplicates(const RuleSet& set, diag::Emitter& emitter) {
  Duplicates plugins(emitter, "plugin");
  Duplicates shared(emitter, "template");
  Duplicates shared_externs(emitter, "extern");
  for (const RuleFile& file : set.files) {
    if (file.plugin != nullptr) plugins.Add(file.PluginName(), file.plugin->name.span);
    Duplicates own(emitter, "template");
    Duplicates& templates = file.plugin == nullptr ? shared : own;
    for (const TemplateRef& t : file.templates) {
      templates.Add(t.decl->name.Text(), t.decl->name.span);
      Duplicates params(emitter, "parameter");
      for (const ast::TemplateParam& p : t.decl->params) params.Add(p.name.text, p.name.span);
      for (const ast::TemplateParam& p : t.decl->exit_params) params.Add(p.name.text, p.name.span);
    }
    Duplicates rules(emitter, "rule");
    for (const RuleRef& r : file.rules) rules.Add(r.decl->name.text, r.decl->name.span);
    Duplicates objects(emitter, "object");
    for (const ObjectRef& o : file.objects) {
      objects.Add(o.decl->name.text, o.decl->name.span);
      Duplicates members(emitter, "member");
      for (const auto& field : o.decl->fields) members.Add(field.name.text, field.name.span);
      for (const auto& method : o.decl->methods) members.Add(method.name.text, method.name.span);
    }
    Duplicates tests(emitter, "test");
    for (const TestRef& t : file.tests) tests.Add(t.decl->name.value, t.decl->name.span);
    Duplicates yields(emitter, "package");
    if (file.yields != nullptr)
      for (const ast::StringLit& to : file.yields->to) yields.Add(to.value, to.span);
    Duplicates options(emitter, "option");
    for (const auto* o : file.options) options.Add(o->name.text, o->name.span);
    Duplicates own_externs(emitter, "extern");
    Duplicates& externs = file.plugin == nullptr ? shared_externs : own_externs;
    for (const auto* e : file.externs) externs.Add(e->name.text, e->name.span);
    Duplicates attributes(emitter, "attribute");
    for (const auto* a : file.attributes) attributes.Add(a->name.Text(), a->name.span);
    Duplicates instruments(emitter, "instrument");
    for (const auto* i : file.instruments) instruments.Add(i->name.Text(), i->name.span);
    Duplicates carriers(emitter, "carrier");
    for (const auto* c : file.carriers) carriers.Add(c->name.Text(), c->name.span);
  }
}

/// `order before` and `after` between the named rules of all plugins.
class OrderChecker {
 public:
  OrderChecker(const RuleSet& set, diag::Emitter& emitter) : emitter_(emitter) {
    for (const RuleFile& file : set.files) {
      for (const RuleRef& rule : file.rules)
        if (rule.decl->name.Present()) rules_[file.PluginName() + "." + rule.decl->name.text] = {&rule, {}};
    }
  }

  void Run(const RuleSet& set) {
    for (const RuleFile& file : set.files) {
      for (const RuleRef& rule : file.rules) {
        const ast::RuleDecl& decl = *rule.decl;
        if (decl.order == ast::RuleDecl::Order::None) continue;
        const std::string other = decl.order_of.Text();
        if (rules_.count(other) == 0) {
          emitter_.Emit(decl.order_of.span, NoSuchRule, other)
              .Help("write PLUGIN.RULE, the name of a rule in a plugin that is given, too");
          continue;
        }
        if (!decl.name.Present()) continue;
        const std::string own = file.PluginName() + "." + decl.name.text;
        decl.order == ast::RuleDecl::Order::Before ? rules_[own].later.push_back(other)
                                                   : rules_[other].later.push_back(own);
      }
    }
    for (const auto& [name, node] : rules_) Visit(name);
  }

 private:
  struct Node {
    const RuleRef* rule = nullptr;
    std::vector<std::string> later;
    enum class State { kNew, kOpen, kDone } state = State::kNew;
  };

  /// Depth first without recursion: a chain may be as long as there are rules.
  void Visit(const std::string& start) {
    std::vector<std::pair<std::string, size_t>> path = {{start, 0}};
    if (rules_[start].state != Node::State::kNew) return;
    rules_[start].state = Node::State::kOpen;
    while (!path.empty()) {
      auto& [name, next] = path.back();
      Node& node = rules_[name];
      if (next == node.later.size()) {
        node.state = Node::State::kDone;
        path.pop_back();
        continue;
      }
      const std::string& later = node.later[next++];
      Node& other = rules_[later];
      if (other.state == Node::State::kOpen) {
        emitter_.Emit(node.rule->decl->join_point.span, OrderCycle, name, later)
            .Note(other.rule->decl->join_point.span, "`" + later + "` is here");
      } else if (other.state == Node::State::kNew) {
        other.state = Node::State::kOpen;
        path.emplace_back(later, 0);
      }
    }
  }

  diag::Emitter& emitter_;
  std::map<std::string, Node> rules_;
};

std::string TypeWord(const ast::Type* type) {
  if (type == nullptr) return "";
  return std::visit(
      Overload{
          [](const ast::NamedType& t) { return t.package.Present() ? std::string() : t.name.text; },
          [](const ast::SliceType& t) { return "[]" + TypeWord(t.element.get()); },
          [](const auto&) { return std::string(); },
      },
      type->node);
}

const ast::BasicLit* AsLiteral(const ast::Expr* expr) {
  return expr == nullptr ? nullptr : std::get_if<ast::BasicLit>(&expr->node);
}

bool IsStringLiteral(const ast::BasicLit* literal) {
  return literal != nullptr &&
         (literal->kind == ast::BasicLit::Kind::String || literal->kind == ast::BasicLit::Kind::RawString);
}

std::optional<pack::OptionValue> ListDefault(const ast::Expr* expr) {
  if (const auto* paren = expr == nullptr ? nullptr : std::get_if<ast::Paren>(&expr->node))
    return ListDefault(paren->inner.get());
  const auto* composite = expr == nullptr ? nullptr : std::get_if<ast::CompositeLit>(&expr->node);
  if (composite == nullptr) return std::nullopt;
  std::vector<std::string> values;
  for (const ast::KeyValue& element : composite->elements) {
    const ast::BasicLit* literal = AsLiteral(element.value.get());
    if (element.key != nullptr || !IsStringLiteral(literal)) return std::nullopt;
    values.push_back(literal->string);
  }
  return values;
}

std::optional<pack::OptionValue> OptionDefault(const ast::Expr* expr, llvm::StringRef type) {
  if (type == "[]string") return ListDefault(expr);
  const ast::BasicLit* literal = AsLiteral(expr);
  if (type == "string" && IsStringLiteral(literal)) return literal->string;
  if (type == "int" && literal != nullptr && literal->kind == ast::BasicLit::Kind::Int &&
      literal->integer.has_value())
    return static_cast<int64_t>(*literal->integer);
  const auto* ident = expr == nullptr ? nullptr : std::get_if<ast::Ident>(&expr->node);
  if (type == "bool" && ident != nullptr && (ident->name == "true" || ident->name == "false"))
    return ident->name == "true";
  return std::nullopt;
}

void DescribeOption(const ast::OptionDecl& decl, pack::Plugin& plugin, diag::Emitter& emitter) {
  const ast::Type* declared = decl.type.get();
  const std::string type = TypeWord(declared);
  if (type != "bool" && type != "string" && type != "int" && type != "[]string") {
    emitter.Emit(declared == nullptr ? decl.name.span : declared->span, BadOptionType);
    return;
  }
  std::optional<pack::OptionValue> value = OptionDefault(decl.value.get(), type);
  if (!value.has_value()) {
    emitter.Emit(decl.value != nullptr ? decl.value->span : decl.name.span, BadOptionDefault, decl.name.text,
                 type);
    return;
  }
  plugin.options.push_back({decl.name.text, *value, decl.summary.has_value() ? decl.summary->value : ""});
  ReportIfUnused(decl, emitter);
}

}  // namespace

const ast::ExternDecl* RuleFile::FindExtern(llvm::StringRef name) const {
  auto found = llvm::find_if(externs, [&](const ast::ExternDecl* e) { return e->name.text == name; });
  return found == externs.end() ? nullptr : *found;
}

const TemplateRef* RuleSet::FindTemplate(const RuleFile& file, llvm::StringRef name) const {
  for (const TemplateRef& t : file.templates)
    if (t.decl->name.Text() == name) return &t;
  auto found = shared_templates.find(name);
  return found == shared_templates.end() ? nullptr : &found->second;
}

const ast::ExternDecl* RuleSet::FindExtern(const RuleFile& file, llvm::StringRef name) const {
  if (const ast::ExternDecl* own = file.FindExtern(name)) return own;
  auto found = shared_externs.find(name);
  return found == shared_externs.end() ? nullptr : found->second;
}

std::vector<std::string> RuleSet::TemplateNames(const RuleFile& file) const {
  std::vector<std::string> names;
  for (const TemplateRef& t : file.templates) names.push_back(t.decl->name.Text());
  for (const auto& [name, t] : shared_templates) names.push_back(name);
  return names;
}

RuleSet Collect(const std::vector<ast::File>& files, diag::Emitter& emitter) {
  RuleSet set;
  set.files.reserve(files.size());
  Collector collector(set, emitter);
  for (const ast::File& file : files) collector.File(file);
  for (RuleFile& file : set.files) {
    for (TemplateRef& t : file.templates) {
      t.file = &file;
      if (file.plugin == nullptr) set.shared_templates.emplace(t.decl->name.Text(), t);
    }
    if (file.plugin != nullptr) continue;
    for (const ast::ExternDecl* e : file.externs) set.shared_externs.emplace(e->name.text, e);
  }
  FindDuplicates(set, emitter);
  OrderChecker(set, emitter).Run(set);
  return set;
}

std::vector<std::string> PluginAndRuleNames(const RuleSet& set) {
  std::vector<std::string> names;
  for (const RuleFile& file : set.files) {
    if (file.plugin == nullptr) continue;
    names.push_back(file.PluginName());
    for (const RuleRef& rule : file.rules)
      if (rule.decl->name.Present()) names.push_back(file.PluginName() + "." + rule.decl->name.text);
  }
  return names;
}

pack::Plugin Describe(const RuleFile& file, diag::Emitter& emitter) {
  pack::Plugin plugin;
  plugin.name = file.PluginName();
  if (file.plugin->summary.has_value()) plugin.title = file.plugin->summary->value;
  plugin.file = file.ast->buffer->name().str();
  if (file.semconv != nullptr) plugin.semconv = file.semconv->version.text;
  if (file.library != nullptr) {
    plugin.library.path = file.library->path.value;
    plugin.library.is_std = file.library->std;
    plugin.library.range = Bounds(file.library->range);
  }
  if (file.require_go != nullptr) plugin.go = Bounds(file.require_go->range);
  if (file.yields != nullptr)
    for (const ast::StringLit& to : file.yields->to) plugin.yields.push_back(to.value);
  for (const auto* option : file.options) DescribeOption(*option, plugin, emitter);
  return plugin;
}

std::vector<pack::VersionBound> Bounds(const ast::VersionRange& range) {
  std::vector<pack::VersionBound> bounds;
  for (const ast::VersionBound& bound : range.bounds) {
    bounds.push_back({ast::Spelling(bound.op).str(), bound.version.text});
  }
  return bounds;
}

bool InRange(llvm::StringRef version, const std::vector<pack::VersionBound>& bounds) {
  return llvm::all_of(bounds, [&](const pack::VersionBound& bound) {
    const int order = go::CompareSemver(version, bound.version);
    if (bound.op == ">=") return order >= 0;
    if (bound.op == ">") return order > 0;
    if (bound.op == "<=") return order <= 0;
    if (bound.op == "<") return order < 0;
    if (bound.op == "!=") return order != 0;
    return order == 0;
  });
}

}  // namespace instc::check
