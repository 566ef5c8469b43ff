#include "compiler/check/labels.h"

#include "compiler/check/hook_checker.h"
#include "compiler/check/suggest.h"
#include "dsl/base/overload.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(UnknownLabel, "E0218", Error, "unknown label `{0}`", std::string);
INSTC_DIAGNOSTIC(SecretLeaves, "E0601", Error, "a secret would leave the program in {0}", std::string);
INSTC_DIAGNOSTIC(NotSanitized, "E0602", Error, "`{0}` must be sanitised", std::string);
INSTC_DIAGNOSTIC(NotRedacted, "E0603", Error, "`{0}` must be redacted", std::string);
INSTC_DIAGNOSTIC(UnboundedValue, "E0765", Error,
                 "attribute `{0}` is declared bounded, and this may take any number of values", std::string);
INSTC_DIAGNOSTIC(UnboundedName, "E0604", Error, "the name of the span may take any number of values", );
INSTC_DIAGNOSTIC(UnboundedSeries, "E0605", Error,
                 "attribute `{0}` of metric `{1}` may take any number of values", std::string, std::string);

using rules::Expr;
using rules::ExprPtr;

namespace {

constexpr std::pair<llvm::StringLiteral, Label> kLabels[] = {
    {"secret", kSecret},       {"pii", kPii},         {"unbounded", kUnbounded},
    {"sanitized", kSanitized}, {"bounded", kBounded}, {"answer", kAnswer}};

bool IsComparison(llvm::StringRef op) {
  return op == "==" || op == "!=" || op == "<" || op == "<=" || op == ">" || op == ">=" || op == "&&" ||
         op == "||";
}

/// The parts whose labels an expression takes over; conditions and lengths say nothing of the value itself.
std::vector<ExprPtr> PartsOf(const decltype(Expr::node)& node) {
  using List = std::vector<ExprPtr>;
  auto with = [](ExprPtr first, const List& more) {
    List all{std::move(first)};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  return std::visit(Overload{
                        [](const rules::FieldSelect& n) { return List{n.base}; },
                        [&](const rules::MethodCall& n) { return with(n.base, n.args); },
                        [&](const rules::FuncCall& n) { return with(n.callee, n.args); },
                        [](const rules::Index& n) { return List{n.base}; },
                        [](const rules::SliceOf& n) { return List{n.base}; },
                        [](const rules::Assert& n) { return List{n.base}; },
                        [](const rules::ObjectIn& n) { return List{n.base}; },
                        [](const rules::Convert& n) { return List{n.base}; },
                        [](const rules::Unary& n) { return List{n.x}; },
                        [](const rules::Binary& n) {
                          return IsComparison(n.op) ? List{} : List{n.x, n.y};
                        },
                        [](const rules::Composite& n) {
                          List values;
                          for (const auto& element : n.elements) values.push_back(element.second);
                          return values;
                        },
                        [](const rules::Or& n) { return n.args; },
                        [](const rules::Cond& n) {
                          return List{n.then, n.otherwise};
                        },
                        [](const rules::Except& n) { return List{n.error}; },
                        [](const rules::Clone& n) { return List{n.base}; },
                        [](const rules::Words& n) { return n.args; },
                        [](const rules::Join& n) {
                          return List{n.value, n.separator};
                        },
                        [](const rules::Apply& n) { return List{n.options}; },
                        [](const rules::Need& n) { return List{n.value}; },
                        [](const rules::ExternCall& n) { return n.func->labels == 0 ? n.args : List{}; },
                        [](const auto&) { return List{}; },
                    },
                    node);
}

}  // namespace

namespace {

/// Says where a label comes from; a place of its own when that is not the value itself.
void NoteSource(diag::Builder& builder, const Expr& value, uint8_t label, llvm::StringRef word) {
  const Expr& source = SourceOf(value, label);
  const std::string text = ("`" + source.span.Text() + "` is " + word).str();
  if (source.span.begin == value.span.begin && source.span.end == value.span.end)
    builder.Note(text);
  else
    builder.Note(source.span, text);
}

}  // namespace

std::optional<uint8_t> LabelOf(llvm::StringRef name) {
  for (const auto& [known, label] : kLabels)
    if (known == name) return label;
  return std::nullopt;
}

uint8_t LabelsOf(const ast::Labels& labels, diag::Emitter& emitter) {
  uint8_t all = 0;
  for (const ast::Name& name : labels.names) {
    if (auto label = LabelOf(name.text)) {
      all |= *label;
      continue;
    }
    std::vector<std::string> known;
    for (const auto& entry : kLabels) known.push_back(entry.first.str());
    auto builder = emitter.Emit(name.span, UnknownLabel, name.text);
    auto near = Nearest(name.text, known);
    builder.Help(near.empty() ? "the labels are secret, pii, unbounded, sanitized, bounded and answer"
                              : DidYouMean(near));
  }
  return all;
}

Facts::Facts(const RuleSet& set, const RuleFile& plugin) {
  for (const RuleFile& file : set.files) {
    if (file.plugin != nullptr && &file != &plugin) continue;
    for (const ast::FactDecl* fact : file.facts) Add(*fact);
  }
}

void Facts::Add(const ast::FactDecl& fact) {
  std::string key = (fact.param ? "param " : "") + fact.package.value;
  for (const ast::Name& name : fact.path) key += "." + name.text;
  for (const ast::Name& name : fact.labels.names) facts_[key] |= LabelOf(name.text).value_or(0);
}

uint8_t Facts::Of(llvm::StringRef package, llvm::StringRef path) const {
  auto found = facts_.find((package + "." + path).str());
  return found == facts_.end() ? 0 : found->second;
}

std::vector<std::string> Facts::AnswersOf(llvm::StringRef package) const {
  std::vector<std::string> names;
  const std::string prefix = (package + ".").str();
  for (auto it = facts_.lower_bound(prefix); it != facts_.end(); ++it) {
    llvm::StringRef name = it->first;
    if (!name.consume_front(prefix)) break;
    if ((it->second & kAnswer) != 0) names.push_back(name.str());
  }
  return names;
}

uint8_t Facts::OfParam(llvm::StringRef package, llvm::StringRef func, llvm::StringRef param) const {
  auto found = facts_.find(("param " + package + "." + func + "." + param).str());
  return found == facts_.end() ? 0 : found->second;
}

uint8_t LabelsOfParts(const decltype(Expr::node)& node) {
  if (const auto* use = std::get_if<rules::Use>(&node)) return use->binding->labels;
  if (const auto* call = std::get_if<rules::ExternCall>(&node); call != nullptr && call->func->labels != 0)
    return call->func->labels;
  uint8_t labels = 0;
  for (const ExprPtr& part : PartsOf(node))
    if (part != nullptr) labels |= part->labels & (kSecret | kPii | kUnbounded);
  return labels;
}

bool IsSanitized(const Expr& expr) {
  if ((expr.labels & kSanitized) != 0) return true;
  if (std::holds_alternative<rules::Literal>(expr.node) || IsAbsent(expr)) return true;
  const bool composed =
      std::holds_alternative<rules::Or>(expr.node) || std::holds_alternative<rules::Cond>(expr.node) ||
      std::holds_alternative<rules::Words>(expr.node) || std::holds_alternative<rules::Binary>(expr.node) ||
      std::holds_alternative<rules::Convert>(expr.node) ||
      std::holds_alternative<rules::SliceOf>(expr.node) || std::holds_alternative<rules::Join>(expr.node) ||
      std::holds_alternative<rules::Need>(expr.node);
  const std::vector<ExprPtr> parts = composed ? PartsOf(expr.node) : std::vector<ExprPtr>();
  return !parts.empty() && llvm::all_of(parts, [](const ExprPtr& part) { return IsSanitized(*part); });
}

bool IsBounded(const Expr& expr) {
  if ((expr.labels & kBounded) != 0) return true;
  if (std::holds_alternative<rules::Literal>(expr.node) || IsAbsent(expr)) return true;
  const std::vector<ExprPtr> parts = PartsOf(expr.node);
  return !parts.empty() && llvm::all_of(parts, [](const ExprPtr& part) { return IsBounded(*part); });
}

const Expr& SourceOf(const Expr& expr, uint8_t label) {
  for (const ExprPtr& part : PartsOf(expr.node))
    if (part != nullptr && (part->labels & label) != 0) return SourceOf(*part, label);
  return expr;
}

// --------------------------------------------------------------------------------------------------- facts

namespace {

/// `Type.member` of a selection, with the type's package.
std::pair<std::string, std::string> MemberPath(const go::Type* base, const go::Selection& selection) {
  const go::Type* type = base;
  if (!selection.path.empty()) type = selection.path.back().field->type();
  if (const go::Type* pointee = go::Pointee(go::Unalias(type))) type = pointee;
  const auto* named = llvm::dyn_cast<go::Named>(go::Unalias(type));
  if (named == nullptr || named->object()->package() == nullptr) return {};
  return {named->object()->package()->path(),
          named->object()->name().str() + "." + selection.object->name().str()};
}

}  // namespace

uint8_t HookChecker::FactsAbout(const decltype(Expr::node)& node) {
  if (std::holds_alternative<rules::OptionValue>(node)) return kBounded;
  if (const auto* global = std::get_if<rules::Global>(&node))
    return plugin_.facts.Of(global->package.empty() ? package_.path() : global->package, global->name);
  std::pair<std::string, std::string> member;
  if (const auto* field = std::get_if<rules::FieldSelect>(&node))
    member = MemberPath(field->base->type, field->selection);
  else if (const auto* call = std::get_if<rules::MethodCall>(&node))
    member = MemberPath(call->base->type, call->selection);
  if (member.second.empty()) return 0;
  const auto own = plugin_.field_labels.find(member);
  if (own != plugin_.field_labels.end()) return own->second;
  return plugin_.facts.Of(member.first, member.second);
}

/// What an assignment to a field of an object says of all who read it.
void HookChecker::LabelField(const Expr& target, const Expr& value) {
  const auto* field = std::get_if<rules::FieldSelect>(&target.node);
  const uint8_t labels = value.labels & (kSecret | kPii | kUnbounded);
  if (field == nullptr || labels == 0) return;
  const Type* holder = field->base->type;
  if (const Type* pointee = go::Pointee(holder)) holder = pointee;
  const bool object = llvm::any_of(plugin_.out.objects, [&](const auto& o) { return o->type == holder; });
  if (!object) return;
  CheckSecret(value, "field `" + target.span.Text().str() + "` of an object");
  plugin_.field_labels[MemberPath(field->base->type, field->selection)] |= labels;
}

/// What is known of the parameters of the function or method that the body belongs to.
void HookChecker::LabelParameters(const CalledAs& called) {
  const std::vector<const go::Var*>& params =
      (hook_.signature != nullptr ? hook_.signature : func_->signature())->params;
  for (size_t i = 0; i < params.size() && i < hook_.params.size(); ++i) {
    const uint8_t labels = plugin_.facts.OfParam(called.package, called.Path(), params[i]->name());
    if (labels == 0) continue;
    for (auto& binding : hook_.bindings)
      if (binding->kind == rules::Binding::Kind::kParam && binding->name == hook_.params[i])
        binding->labels |= labels;
  }
}

/// The same of a closure: what facts say of the func type, or of the field that holds the func.
void HookChecker::LabelClosure(const Expr& target) {
  if (const auto* named = go::TypeAs<go::Named>(target.type); named != nullptr) {
    const go::Package* package = named->object()->package();
    if (package != nullptr) LabelParameters({package->path(), "", named->object()->name().str()});
  }
  const auto* field = std::get_if<rules::FieldSelect>(&target.node);
  if (field == nullptr) return;
  const auto [package, path] = MemberPath(field->base->type, field->selection);
  LabelParameters({package, "", path});
}

// --------------------------------------------------------------------------------------------------- sinks

void HookChecker::CheckSecret(const Expr& value, const std::string& where) {
  if ((value.labels & kSecret) == 0) return;
  auto builder = emitter().Emit(value.span, SecretLeaves, where);
  NoteSource(builder, value, kSecret, "secret");
  builder.Help(
      "leave it out, redact or sanitise it; `trust(..., \"why\")` overrides and is listed in the docs");
}

/// What the declaration of an own attribute asks of its values.
uint8_t HookChecker::OwnLabels(llvm::StringRef attribute) const {
  uint8_t labels = 0;
  for (const ast::AttributeDecl* own : plugin_.file.attributes)
    if (own->name.Text() == attribute)
      for (const ast::Name& label : own->labels.names) labels |= LabelOf(label.text).value_or(0);
  return labels;
}

void HookChecker::CheckAttributeLabels(const rules::AttributeSet& set) {
  for (const rules::AttributeSet::Name& name : set.names) {
    const uint8_t wanted = OwnLabels(name.key);
    if ((wanted & kBounded) != 0 && (set.value->labels & kUnbounded) != 0 && !IsBounded(*set.value)) {
      auto builder = emitter().Emit(set.value->span, UnboundedValue, name.key);
      NoteSource(builder, *set.value, kUnbounded, "unbounded");
    }
    const bool url = name.key == "url.full" || name.key == "url.query";
    const bool clean = name.key == "db.query.text" || (wanted & kSanitized) != 0;
    if (clean && !IsSanitized(*set.value)) {
      emitter()
          .Emit(set.value->span, NotSanitized, name.key)
          .Help(
              "`sanitize.sql(...)`, `sanitize.redis(...)`; `parameterized(...)` for text that holds no "
              "values");
    } else if (url && !IsSanitized(*set.value)) {
      const std::string call = name.key == "url.full" ? "redact.url(" : "redact.query(";
      const Span at = set.value->span;
      emitter()
          .Emit(at, NotRedacted, name.key)
          .Fix("write `" + call + "...)`",
               {{Span{at.buffer, at.begin, at.begin}, call}, {Span{at.buffer, at.end, at.end}, ")"}});
    } else {
      CheckSecret(*set.value, "attribute `" + name.key + "`");
    }
  }
}

void HookChecker::CheckSpanName(const Expr& name) {
  CheckSecret(name, "the name of a span");
  if ((name.labels & kUnbounded) == 0) return;
  auto builder = emitter().Emit(name.span, UnboundedName);
  NoteSource(builder, name, kUnbounded, "unbounded");
  builder.Help("name the span by its kind, and rename it when the route or the operation is known");
}

namespace {

/// All attributes that a hook sets on one span.
void CollectAttributes(const rules::StmtList& list, unsigned span,
                       std::vector<const rules::AttributeSet*>& out) {
  for (const auto& stmt : list) {
    if (const auto* start = std::get_if<rules::SpanStmt>(&stmt->node)) {
      if (start->index == span)
        for (const rules::AttributeSet& set : start->attributes) out.push_back(&set);
    } else if (const auto* attr = std::get_if<rules::Attr>(&stmt->node)) {
      if (attr->span == span) out.push_back(&attr->set);
    } else if (const auto* exit = std::get_if<rules::Exit>(&stmt->node)) {
      CollectAttributes(exit->body, span, out);
    } else if (const auto* resume = std::get_if<rules::Resume>(&stmt->node)) {
      CollectAttributes(resume->body, span, out);
    } else if (const auto* loop = std::get_if<rules::For>(&stmt->node)) {
      CollectAttributes(loop->body, span, out);
    } else if (const auto* branch = std::get_if<rules::If>(&stmt->node)) {
      CollectAttributes(branch->then, span, out);
      CollectAttributes(branch->otherwise, span, out);
    }
  }
}

}  // namespace

void HookChecker::CheckSeries(std::optional<unsigned> span, const std::vector<rules::AttributeSet>& own,
                              unsigned index) {
  const auto metric = llvm::find_if(plugin_.out.metrics, [&](const rules::MetricDecl& decl) {
    return decl.rule == hook_.rule && index-- == 0;
  });
  std::vector<const rules::AttributeSet*> sets;
  if (span.has_value()) CollectAttributes(hook_.body, *span, sets);
  for (const rules::AttributeSet& each : own) sets.push_back(&each);
  for (const rules::AttributeSet* set : sets) {
    if ((set->value->labels & kUnbounded) == 0) continue;
    for (const rules::AttributeSet::Name& name : set->names) {
      if (!llvm::is_contained(metric->attributes, name.key)) continue;
      auto builder = emitter().Emit(set->value->span, UnboundedSeries, name.key, metric->name);
      NoteSource(builder, *set->value, kUnbounded, "unbounded");
      builder.Help("each value is a series that the program keeps for as long as it runs");
    }
  }
}

void HookChecker::CheckAllSeries(const rules::StmtList& list) {
  for (const auto& stmt : list) {
    if (const auto* measured = std::get_if<rules::MetricStmt>(&stmt->node)) {
      CheckSeries(measured->span, measured->attributes, measured->metric);
    } else if (const auto* observed = std::get_if<rules::Observe>(&stmt->node)) {
      CheckSeries(std::nullopt, observed->attributes, observed->metric);
    } else if (const auto* exit = std::get_if<rules::Exit>(&stmt->node)) {
      CheckAllSeries(exit->body);
    } else if (const auto* resume = std::get_if<rules::Resume>(&stmt->node)) {
      CheckAllSeries(resume->body);
    } else if (const auto* loop = std::get_if<rules::For>(&stmt->node)) {
      CheckAllSeries(loop->body);
    } else if (const auto* branch = std::get_if<rules::If>(&stmt->node)) {
      CheckAllSeries(branch->then);
      CheckAllSeries(branch->otherwise);
    }
  }
}

}  // namespace instc::check
