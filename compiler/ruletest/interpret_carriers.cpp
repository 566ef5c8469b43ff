// `inject`: what is written into the carriers that a test knows.
#include "compiler/ruletest/interpreter.h"

#include "compiler/go/types/universe.h"
#include "compiler/ruletest/evaluate.h"

namespace instc::ruletest {

namespace {

constexpr const char* kInjected = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

}  // namespace

void Interpreter::Of(const rules::Stmt&, const rules::InjectStmt& n) {
  using Kind = rules::Carrier::Kind;
  const rules::Expr& carrier = *n.carrier.value;
  Value value = Eval(carrier);
  if (value.IsAbsent()) return;
  if (n.carrier.kind == Kind::kPairs || n.carrier.kind == Kind::kDeclared) return Store(n.carrier);
  if (n.carrier.kind == Kind::kMethods) {
    Injects();
    if (const auto* box = value.As<std::shared_ptr<Box>>()) (*box)->injected = true;
    if (Struct* in = StructIn(value)) in->injected = true;
    return;
  }
  if (value.IsNil() || value.IsUnknown()) {
    // A nil map is made where it can be assigned; an unknown one is there afterwards in any case.
    const bool assignable = std::holds_alternative<rules::Use>(carrier.node) ||
                            std::holds_alternative<rules::FieldSelect>(carrier.node) ||
                            std::holds_alternative<rules::HiddenField>(carrier.node);
    if (value.IsNil() && !assignable) return;
    std::string why;
    PlacePtr place = Bind(carrier, why);
    if (place == nullptr) return;
    auto made = std::make_shared<Map>();
    made->open = value.IsUnknown();
    made->path = Show(value);
    place->value = value = Value{made};
  }
  const auto* map = value.As<std::shared_ptr<Map>>();
  if (map == nullptr) return;
  Injects();
  Value text = MakeText(kInjected);
  if (n.carrier.kind == Kind::kHeader) {
    auto list = std::make_shared<List>();
    list->length = 1;
    list->elements[0] = std::make_shared<Place>(Place{text});
    PutEntry(**map, MakeText("Traceparent"), std::make_shared<Place>(Place{Value{list}}));
  } else {
    PutEntry(**map, MakeText("traceparent"), std::make_shared<Place>(Place{text}));
  }
}

/// Into a slice of pairs, or as a `carrier` says.
void Interpreter::Store(const rules::Carrier& carrier) {
  Injects();
  std::string why;
  if (carrier.kind == rules::Carrier::Kind::kDeclared) {
    PlaceOf(*carrier.declared->set_key)->value = MakeText("traceparent");
    PlaceOf(*carrier.declared->set_value)->value = MakeText(kInjected);
    Run(carrier.declared->set);
    const Value value = Eval(*carrier.value);
    if (const auto* box = value.As<std::shared_ptr<Box>>()) (*box)->injected = true;
    if (Struct* in = StructIn(value)) in->injected = true;
    PlacePtr place = value.IsUnknown() ? Bind(*carrier.value, why) : nullptr;
    if (place == nullptr) return;
    auto made = std::make_shared<Box>();
    made->path = Show(value);
    made->injected = true;
    place->value = {std::move(made)};
    return;
  }
  PlacePtr place = Bind(*carrier.value, why);
  if (place == nullptr) return;
  const auto* slice = go::UnderlyingAs<go::SliceType>(carrier.value->type);
  const go::Type* pointee = go::Pointee(slice->element);
  auto pair = std::make_shared<Struct>();
  pair->type = pointee != nullptr ? pointee : slice->element;
  pair->fields["Key"] = std::make_shared<Place>(Place{MakeText("traceparent")});
  pair->fields["Value"] = std::make_shared<Place>(Place{MakeText(kInjected)});
  Value element{std::move(pair)};
  if (pointee != nullptr) element = {Pointer{std::make_shared<Place>(Place{std::move(element)})}};
  auto longer = std::make_shared<List>();
  if (const auto* list = place->value.As<std::shared_ptr<List>>(); list != nullptr && !(*list)->open)
    *longer = **list;
  longer->elements[longer->length++] = std::make_shared<Place>(Place{std::move(element)});
  place->value = {std::move(longer)};
}

/// Whether the rule has written trace context here: a carrier, or what lies in one under its key.
bool Interpreter::Injected(const Value& value) {
  if (const auto* text = value.As<std::string>()) return *text == kInjected;
  if (const auto* list = value.As<std::shared_ptr<List>>()) {
    for (const auto& [index, element] : (*list)->elements)
      if (Injected(element->value)) return true;
    return false;
  }
  if (const auto* map = value.As<std::shared_ptr<Map>>()) {
    for (const char* key : {"\"Traceparent\"", "\"traceparent\""}) {
      auto entry = (*map)->entries.find(key);
      if (entry != (*map)->entries.end() && Injected(entry->second->value)) return true;
    }
    return false;
  }
  if (const auto* box = value.As<std::shared_ptr<Box>>()) return (*box)->injected;
  const Struct* in = StructIn(value);
  if (in == nullptr || in->injected) return in != nullptr;
  auto pair = in->fields.find("Value");
  return pair != in->fields.end() && pair->second->value.As<std::string>() != nullptr &&
         Injected(pair->second->value);
}

}  // namespace instc::ruletest
