// Declarations, join points and tests.
#include "dsl/parse/tree_builder.h"

namespace instc {
namespace {

ast::BinaryOp ComparisonOf(size_t type) {
  switch (type) {
    case HookParser::Gt:
      return ast::BinaryOp::Gt;
    case HookParser::Lt:
      return ast::BinaryOp::Lt;
    case HookParser::Le:
      return ast::BinaryOp::Le;
    case HookParser::Eq:
      return ast::BinaryOp::Eq;
    case HookParser::Ne:
      return ast::BinaryOp::Ne;
    default:
      return ast::BinaryOp::Ge;
  }
}

}  // namespace

ast::DeclPtr TreeBuilder::BuildItem(P::ItemContext* item) {
  auto* wrapped = dynamic_cast<P::DeclItemContext*>(item);
  if (wrapped != nullptr && wrapped->declaration != nullptr) return BuildDecl(wrapped->declaration);
  auto decl = std::make_unique<ast::Decl>();
  decl->span = SpanOf(item);
  decl->id = next_id_++;
  if (Broken(item)) return decl;
  decl->doc = front_.DocBefore(item->getStart());
  if (auto* i = dynamic_cast<P::PluginItemContext*>(item)) {
    decl->node = ast::PluginDecl{BuildQName(i->name), BuildOptString(i->summary)};
  } else if (auto* i = dynamic_cast<P::LibraryItemContext*>(item)) {
    decl->node =
        ast::LibraryDecl{i->std != nullptr, BuildString(i->path), BuildRange(i->bounds), BuildName(i->alias)};
  } else if (auto* i = dynamic_cast<P::SemconvItemContext*>(item)) {
    decl->node = ast::SemconvDecl{BuildSemVer(i->version)};
  } else if (auto* i = dynamic_cast<P::RequireItemContext*>(item)) {
    ast::Name go = i->go == nullptr ? ast::Name{} : ast::Name{SpanOf(i->go), "go"};
    decl->node =
        ast::RequireDecl{i->go == nullptr ? BuildName(i->what) : std::move(go), BuildRange(i->bounds)};
  } else if (auto* i = dynamic_cast<P::YieldsItemContext*>(item)) {
    ast::YieldsDecl yields;
    for (auto* to : i->list) yields.to.push_back(BuildString(to));
    decl->node = std::move(yields);
  } else if (auto* i = dynamic_cast<P::ImportItemContext*>(item)) {
    decl->node = ast::ImportDecl{BuildName(i->alias), BuildString(i->path)};
  } else if (auto* i = dynamic_cast<P::OptionItemContext*>(item)) {
    decl->node = ast::OptionDecl{BuildName(i->name), BuildType(i->optionType), BuildExpr(i->value),
                                 BuildOptString(i->summary)};
  } else if (auto* i = dynamic_cast<P::AttributeItemContext*>(item)) {
    decl->node = ast::AttributeDecl{BuildQName(i->name), BuildType(i->attributeType), BuildLabels(i->is),
                                    BuildOptString(i->summary)};
  } else if (auto* i = dynamic_cast<P::InstrumentItemContext*>(item)) {
    decl->node = BuildInstrument(i);
  } else if (auto* i = dynamic_cast<P::FactItemContext*>(item)) {
    decl->node = BuildFact(i);
  } else if (auto* i = dynamic_cast<P::ExternItemContext*>(item)) {
    decl->node = BuildExtern(i);
  } else if (auto* i = dynamic_cast<P::ContextItemContext*>(item)) {
    decl->node = BuildContext(i);
  } else if (auto* i = dynamic_cast<P::CarrierItemContext*>(item)) {
    decl->node = BuildCarrier(i);
  } else if (auto* i = dynamic_cast<P::InItemContext*>(item)) {
    decl->node = BuildIn(i);
  } else if (auto* i = dynamic_cast<P::TestItemContext*>(item)) {
    decl->node = BuildTest(i->test);
  }
  return decl;
}

ast::DeclPtr TreeBuilder::BuildDecl(P::DeclContext* context) {
  auto decl = std::make_unique<ast::Decl>();
  decl->span = SpanOf(context);
  decl->id = next_id_++;
  if (Broken(context)) return decl;
  decl->doc = front_.DocBefore(context->getStart());
  if (auto* d = dynamic_cast<P::TemplateDeclContext*>(context)) decl->node = BuildTemplate(d);
  if (auto* d = dynamic_cast<P::FieldDeclContext*>(context)) decl->node = BuildField(d);
  if (auto* d = dynamic_cast<P::ObjectDeclContext*>(context)) decl->node = BuildObject(d);
  if (auto* d = dynamic_cast<P::RuleDeclContext*>(context)) decl->node = BuildRule(d);
  return decl;
}

ast::InstrumentDecl TreeBuilder::BuildInstrument(P::InstrumentItemContext* item) {
  using Kind = ast::InstrumentDecl::Kind;
  ast::InstrumentDecl built;
  built.name = BuildQName(item->name);
  switch (item->kind->getStart()->getType()) {
    case P::KCounter:
      built.kind = Kind::Counter;
      break;
    case P::KUpdown:
      built.kind = Kind::UpDown;
      break;
    case P::KGauge:
      built.kind = Kind::Gauge;
      break;
    default:
      built.kind = Kind::Histogram;
      break;
  }
  built.unit = BuildOptString(item->unit);
  for (auto* name : item->by) built.by.push_back(BuildQName(name));
  built.summary = BuildOptString(item->summary);
  return built;
}

ast::FactDecl TreeBuilder::BuildFact(P::FactItemContext* item) {
  return {item->parameter != nullptr, BuildString(item->package), BuildNames(item->path),
          BuildLabels(item->is)};
}

ast::ExternDecl TreeBuilder::BuildExtern(P::ExternItemContext* item) {
  return {BuildName(item->name), BuildParams(item->parameters), BuildOptParams(item->results),
          BuildString(item->from), BuildLabels(item->is)};
}

ast::ContextDecl TreeBuilder::BuildContext(P::ContextItemContext* item) {
  return {BuildType(item->contextType), BuildExpr(item->get), BuildOptExpr(item->put),
          BuildOptExpr(item->value)};
}

ast::CarrierDecl TreeBuilder::BuildCarrier(P::CarrierItemContext* item) {
  ast::CarrierDecl built;
  built.name = BuildQName(item->name);
  built.type = BuildType(item->carrierType);
  built.get_key = BuildName(item->getKey);
  built.get = BuildExpr(item->get);
  built.set_key = BuildName(item->setKey);
  built.set_value = BuildName(item->setValue);
  built.set = BuildBlock(item->body);
  return built;
}

ast::InDecl TreeBuilder::BuildIn(P::InItemContext* item) {
  ast::InDecl built;
  built.package = BuildString(item->path);
  built.where = BuildOptExpr(item->where);
  for (auto* decl : item->body->decls) built.decls.push_back(BuildDecl(decl));
  return built;
}

std::vector<ast::TemplateParam> TreeBuilder::BuildTemplateParams(P::TparamsContext* params) {
  std::vector<ast::TemplateParam> list;
  if (params == nullptr) return list;
  for (auto* param : params->list) {
    ast::TemplateParam built;
    built.span = SpanOf(param);
    built.id = next_id_++;
    built.by_reference = param->reference != nullptr;
    built.name = BuildName(param->name);
    built.type = BuildType(param->paramType);
    built.value = BuildOptExpr(param->value);
    built.optional = param->optional != nullptr;
    list.push_back(std::move(built));
  }
  return list;
}

ast::TemplateDecl TreeBuilder::BuildTemplate(P::TemplateDeclContext* decl) {
  return {BuildQName(decl->name), BuildTemplateParams(decl->enter), BuildTemplateParams(decl->exit),
          BuildBlock(decl->body)};
}

ast::FieldDecl TreeBuilder::BuildField(P::FieldDeclContext* decl) {
  ast::FieldDecl built;
  built.types = BuildTypeSet(decl->types);
  for (auto* field : decl->body->fields) {
    if (Broken(field)) continue;
    ast::NodeId id = next_id_++;
    built.fields.push_back({SpanOf(field), id, BuildName(field->name), BuildType(field->fieldType)});
  }
  return built;
}

ast::ObjectDecl TreeBuilder::BuildObject(P::ObjectDeclContext* decl) {
  ast::ObjectDecl built;
  built.name = BuildName(decl->name);
  built.wraps = decl->wraps != nullptr;
  built.type = BuildType(decl->of);
  for (auto* type : decl->keeps) built.keeps.push_back(BuildType(type));
  for (auto* field : decl->body->fields) {
    if (Broken(field)) continue;
    ast::NodeId id = next_id_++;
    built.fields.push_back(
        {SpanOf(field), id, BuildName(field->name), BuildType(field->fieldType), BuildOptExpr(field->value)});
  }
  for (auto* method : decl->body->methods) {
    if (Broken(method)) continue;
    ast::NodeId id = next_id_++;
    built.methods.push_back({SpanOf(method), id, BuildName(method->name), BuildParams(method->parameters),
                             BuildOptParams(method->results), BuildBlock(method->body)});
  }
  return built;
}

ast::RuleDecl TreeBuilder::BuildRule(P::RuleDeclContext* decl) {
  using Order = ast::RuleDecl::Order;
  ast::RuleDecl built;
  built.name = BuildName(decl->name);
  built.join_point = BuildJoinPoint(decl->point);
  built.where = BuildOptExpr(decl->where);
  if (decl->orderOf != nullptr) built.order = decl->before != nullptr ? Order::Before : Order::After;
  built.order_of = BuildQName(decl->orderOf);
  built.body = BuildBlock(decl->body);
  return built;
}

ast::JoinPoint TreeBuilder::BuildJoinPoint(P::JoinPointContext* point) {
  ast::JoinPoint built;
  built.span = SpanOf(point);
  built.id = next_id_++;
  if (auto* p = dynamic_cast<P::ExecutionPointContext*>(point)) {
    ast::ExecutionPoint execution;
    if (p->on != nullptr) execution.receiver = BuildReceiver(p->on);
    execution.names = BuildNameSet(p->names);
    execution.params = BuildParams(p->parameters);
    execution.results = BuildOptParams(p->results);
    built.node = std::move(execution);
  } else if (auto* p = dynamic_cast<P::CallPointContext*>(point)) {
    built.node =
        ast::CallPoint{BuildQName(p->callee), BuildParams(p->parameters), BuildOptParams(p->results)};
  } else if (auto* p = dynamic_cast<P::DirectivePointContext*>(point)) {
    ast::DirectivePoint directive{BuildString(p->directive), {}, BuildOptParams(p->results)};
    if (p->parameters != nullptr) directive.params = BuildParams(p->parameters);
    built.node = std::move(directive);
  }
  return built;
}

ast::Receiver TreeBuilder::BuildReceiver(P::ReceiverContext* receiver) {
  return {SpanOf(receiver), BuildName(receiver->name), receiver->pointer != nullptr,
          BuildTypeSet(receiver->types)};
}

ast::VersionRange TreeBuilder::BuildRange(P::RangeContext* range) {
  ast::VersionRange built;
  if (range == nullptr) return built;
  built.span = SpanOf(range);
  for (auto* bound : range->list) {
    built.bounds.push_back({SpanOf(bound), ComparisonOf(bound->op->getType()), BuildSemVer(bound->version)});
  }
  return built;
}

ast::Labels TreeBuilder::BuildLabels(P::LabelsContext* labels) {
  if (labels == nullptr) return {};
  return {SpanOf(labels), BuildNames(labels->names)};
}

ast::NameSet TreeBuilder::BuildTypeSet(P::TypeSetContext* set) {
  return {SpanOf(set), BuildNames(set->names), std::nullopt};
}

ast::NameSet TreeBuilder::BuildNameSet(P::NameSetContext* set) {
  if (set->set != nullptr) return BuildTypeSet(set->set);
  return {SpanOf(set), {}, BuildString(set->glob)};
}

ast::TestDecl TreeBuilder::BuildTest(P::TestDeclContext* test) {
  ast::TestDecl built;
  built.name = BuildString(test->name);
  built.rule = BuildName(test->forRule);
  built.where = BuildOptExpr(test->where);
  for (auto* step : test->body->steps) built.steps.push_back(BuildStep(step));
  return built;
}

ast::TestStep TreeBuilder::BuildStep(P::TestStepContext* step) {
  ast::TestStep built;
  built.span = SpanOf(step);
  built.id = next_id_++;
  if (Broken(step)) return built;
  if (auto* s = dynamic_cast<P::GivenStepContext*>(step)) {
    ast::GivenStep given{BuildExpr(s->leaf), {}};
    for (P::ExprContext* value : s->values) given.values.push_back(BuildExpr(value));
    if (given.values.empty()) given.values.push_back(BuildExpr(nullptr));
    built.node = std::move(given);
  } else if (auto* s = dynamic_cast<P::ReturnStepContext*>(step)) {
    ast::ReturnStep results;
    for (size_t i = 0; i < s->leaves.size(); ++i) {
      results.results.push_back({BuildExpr(s->leaves[i]), BuildExpr(s->values[i])});
    }
    built.node = std::move(results);
  } else if (auto* s = dynamic_cast<P::PanicStepContext*>(step)) {
    built.node = ast::PanicStep{BuildExpr(s->value)};
  } else if (auto* s = dynamic_cast<P::CallStepContext*>(step)) {
    ast::CallStep call{BuildExpr(s->callee), {}};
    for (auto* inner : s->body->steps) call.steps.push_back(BuildStep(inner));
    built.node = std::move(call);
  } else if (dynamic_cast<P::ExpectNoSpanStepContext*>(step) != nullptr) {
    built.node = ast::ExpectNoSpanStep{};
  } else if (auto* s = dynamic_cast<P::ExpectSpanStepContext*>(step)) {
    built.node = ast::ExpectSpanStep{BuildSpanKind(s->kind), BuildExpr(s->name), BuildExpects(s->with)};
  } else if (auto* s = dynamic_cast<P::ExpectMetricStepContext*>(step)) {
    built.node = ast::ExpectMetricStep{BuildQName(s->name), BuildExpects(s->with)};
  } else if (auto* s = dynamic_cast<P::ExpectLogStepContext*>(step)) {
    built.node = ast::ExpectLogStep{BuildExpr(s->value), BuildExpects(s->with)};
  } else if (auto* s = dynamic_cast<P::ExpectCarrierStepContext*>(step)) {
    built.node = ast::ExpectCarrierStep{BuildExpr(s->value)};
  } else if (dynamic_cast<P::ExpectSkipStepContext*>(step) != nullptr) {
    built.node = ast::ExpectSkipStep{};
  } else if (auto* s = dynamic_cast<P::ExpectExprStepContext*>(step)) {
    built.node = ast::ExpectExprStep{BuildExpr(s->value)};
  }
  return built;
}

std::optional<ast::Expects> TreeBuilder::BuildExpects(P::ExpectsContext* expects) {
  if (expects == nullptr) return std::nullopt;
  ast::Expects built;
  built.span = SpanOf(expects);
  for (auto* expectation : expects->list) {
    if (!Broken(expectation)) built.list.push_back(BuildExpectation(expectation));
  }
  return built;
}

ast::Expectation TreeBuilder::BuildExpectation(P::ExpectationContext* expectation) {
  ast::Expectation built;
  built.span = SpanOf(expectation);
  built.id = next_id_++;
  if (auto* e = dynamic_cast<P::ExpectAttrContext*>(expectation)) {
    built.node = ast::ExpectAttr{e->no != nullptr, BuildAttrName(e->name), BuildOptExpr(e->value)};
  } else if (auto* e = dynamic_cast<P::ExpectStatusContext*>(expectation)) {
    built.node = ast::ExpectStatus{BuildStatusCode(e->code)};
  } else if (auto* e = dynamic_cast<P::ExpectParentContext*>(expectation)) {
    built.node = ast::ExpectParent{BuildExpr(e->value)};
  } else if (auto* e = dynamic_cast<P::ExpectSeverityContext*>(expectation)) {
    built.node = ast::ExpectSeverity{BuildExpr(e->value)};
  }
  return built;
}

}  // namespace instc
