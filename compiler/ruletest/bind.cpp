// `given` and `return`: from a leaf, as the rule spells it, to the place that holds its value. What lies on
// the way is made, so `given c.opt.Addr = "x"` says as well that c.opt is no nil.
#include "compiler/go/types/identical.h"
#include "compiler/go/types/type_string.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/interpreter.h"
#include "dsl/base/overload.h"

namespace instc::ruletest {

namespace {

std::shared_ptr<Struct> OpenStruct(const go::Type* type, const std::string& path) {
  auto made = std::make_shared<Struct>();
  made->type = type;
  made->open = true;
  made->path = path;
  return made;
}

/// What a place is before a test says anything of it. Structs and arrays are there by themselves.
Value Undescribed(const go::Type* type, const std::string& path) {
  if (go::UnderlyingAs<go::StructType>(type) != nullptr) return {OpenStruct(type, path)};
  if (go::UnderlyingAs<go::ArrayType>(type) != nullptr) {
    auto list = std::make_shared<List>();
    list->open = true;
    list->path = path;
    return {list};
  }
  return MakeUnknown(path);
}

/// The path that messages and identities use.
std::string PathOf(const Value& value) {
  return Show(value);
}

/// A thing that is present and open, for types that have such things.
std::optional<Value> Thing(const go::Type* type, const std::string& path) {
  const go::Type* under = go::Underlying(type);
  if (const auto* pointer = llvm::dyn_cast<go::PointerType>(under)) {
    auto to = std::make_shared<Place>(Place{Undescribed(pointer->element, path)});
    return Value{Pointer{std::move(to)}};
  }
  if (llvm::isa<go::InterfaceType>(under)) {
    auto box = std::make_shared<Box>();
    box->path = path;
    return Value{box};
  }
  if (llvm::isa<go::SliceType>(under)) {
    auto list = std::make_shared<List>();
    list->open = true;
    list->path = path;
    return Value{list};
  }
  if (llvm::isa<go::MapType>(under)) {
    auto map = std::make_shared<Map>();
    map->open = true;
    map->path = path;
    return Value{map};
  }
  return std::nullopt;
}

bool IsError(const go::Type* type) {
  return go::Identical(go::Unalias(type), go::ErrorType());
}

}  // namespace

Interpreter::Interpreter(const rules::Plugin& plugin, const rules::Hook& hook, const check::Target& target,
                         const go::Package& package)
    : plugin_(plugin), hook_(hook), target_(target), package_(package) {
  BindNames(hook);
}

void Interpreter::BindNames(const rules::Hook& hook) {
  for (const rules::MetricDecl& metric : plugin_.metrics)
    if (metric.rule == hook.rule) metrics_.push_back(&metric);
  using Kind = rules::Binding::Kind;
  for (const auto& binding : hook.bindings) {
    Value value = Undescribed(binding->type, binding->name);
    // A call has a receiver and arguments: what is reached through a pointer or an interface is there.
    const bool argument = binding->kind == Kind::kReceiver || binding->kind == Kind::kParam;
    const bool reached =
        go::UnderlyingAs<go::PointerType>(binding->type) != nullptr || go::IsInterface(binding->type);
    if (argument && reached && !IsError(binding->type)) value = *Thing(binding->type, binding->name);
    names_[binding.get()] = std::make_shared<Place>(Place{std::move(value)});
  }
}

PlacePtr& Interpreter::PlaceOf(const rules::Binding& binding) {
  PlacePtr& place = names_[&binding];
  if (place == nullptr) place = std::make_shared<Place>();
  return place;
}

Struct* Interpreter::StructIn(const Value& value) {
  if (const auto* direct = value.As<std::shared_ptr<Struct>>()) return direct->get();
  const auto* pointer = value.As<Pointer>();
  const auto* behind = pointer == nullptr ? nullptr : pointer->to->value.As<std::shared_ptr<Struct>>();
  return behind == nullptr ? nullptr : behind->get();
}

PlacePtr Interpreter::FieldPlace(Struct& holder, llvm::StringRef name, const go::Type* type) {
  PlacePtr& place = holder.fields[name.str()];
  if (place == nullptr) {
    place = std::make_shared<Place>();
    place->value = holder.open ? Undescribed(type, holder.path + "." + name.str()) : Zero(type);
  }
  return place;
}

bool Interpreter::MakePresent(Place& place, const go::Type* type, const std::string& path, std::string& why) {
  if (place.value.IsNil()) {
    why = "`" + path + "` is nil";
    return false;
  }
  if (!place.value.IsUnknown()) return true;
  std::optional<Value> thing = Thing(type, path);
  if (!thing.has_value()) {
    why = "`" + path + "` has no parts";
    return false;
  }
  place.value = std::move(*thing);
  return true;
}

/// The place of `base`, and what it holds is there.
PlacePtr Interpreter::BindBase(const rules::Expr& base, std::string& why) {
  PlacePtr place = Bind(base, why);
  if (place == nullptr) return nullptr;
  const auto* unknown = place->value.As<Unknown>();
  const std::string path = unknown != nullptr ? unknown->path : PathOf(place->value);
  return MakePresent(*place, base.type, path.empty() ? base.span.Text().str() : path, why) ? place : nullptr;
}

/// The place on which the selected field or method itself is declared.
PlacePtr Interpreter::BindThrough(const rules::Expr& base, const go::Selection& selection, std::string& why) {
  PlacePtr place = BindBase(base, why);
  const go::Type* type = base.type;
  for (const go::SelectionStep& step : selection.path) {
    Struct* holder = place == nullptr ? nullptr : StructIn(place->value);
    if (holder == nullptr) return nullptr;
    place = FieldPlace(*holder, step.field->name(), step.field->type());
    type = step.field->type();
    if (!MakePresent(*place, type, holder->path + "." + step.field->name().str(), why)) return nullptr;
  }
  return place;
}

/// A number, a text and the like are what they are: nothing has to be made for a method of theirs.
PlacePtr Interpreter::BindMethod(const rules::Expr&, const rules::MethodCall& n, std::string& why) {
  const bool plain = n.selection.path.empty() && go::UnderlyingAs<go::BasicType>(n.base->type) != nullptr;
  PlacePtr place = plain ? Bind(*n.base, why) : BindThrough(*n.base, n.selection, why);
  if (place == nullptr) return nullptr;
  const std::string key = n.selection.object->name().str() + Arguments(n.args);
  std::map<std::string, PlacePtr>* methods = nullptr;
  if (Struct* holder = StructIn(place->value)) methods = &holder->methods;
  if (const auto* box = place->value.As<std::shared_ptr<Box>>()) {
    methods = &(*box)->methods;
    Struct* inside = (*box)->dynamic == nullptr ? nullptr : StructIn((*box)->inner->value);
    if (inside != nullptr) methods = &inside->methods;
  }
  if (methods == nullptr) {
    const std::string call = PathOf(place->value) + "." + key;
    MethodResult& bound = methods_bound_[call];
    if (bound.result == nullptr)
      bound = {llvm::cast<go::Func>(n.selection.object), std::make_shared<Place>(Place{MakeUnknown(call)})};
    return bound.result;
  }
  PlacePtr& result = (*methods)[key];
  if (result == nullptr)
    result = std::make_shared<Place>(Place{MakeUnknown(PathOf(place->value) + "." + key)});
  return result;
}

PlacePtr Interpreter::BindElement(const rules::Index& n, std::string& why) {
  PlacePtr place = BindBase(*n.base, why);
  if (place == nullptr) return nullptr;
  const Value index = Eval(*n.index);
  const std::string key = Show(index);
  const go::Type* type = nullptr;
  if (const auto* map = go::UnderlyingAs<go::MapType>(n.base->type)) type = map->value;
  if (const auto* slice = go::UnderlyingAs<go::SliceType>(n.base->type)) type = slice->element;
  if (const auto* array = go::UnderlyingAs<go::ArrayType>(n.base->type)) type = array->element;
  if (type == nullptr || index.IsUnknown()) {
    why = "an element needs a list or map and an index that is known";
    return nullptr;
  }
  const std::string path = PathOf(place->value) + "[" + key + "]";
  if (const auto* map = place->value.As<std::shared_ptr<Map>>()) {
    (*map)->keys[key] = index;
    PlacePtr& entry = (*map)->entries[key];
    if (entry == nullptr) entry = std::make_shared<Place>(Place{Undescribed(type, path)});
    return entry;
  }
  const auto* list = place->value.As<std::shared_ptr<List>>();
  const auto* number = index.As<Integer>();
  const bool inside = list != nullptr && number != nullptr && number->value >= 0 &&
                      ((*list)->open || number->value < (*list)->length);
  if (!inside) {
    why = "index " + key + " is out of range";
    return nullptr;
  }
  PlacePtr& element = (*list)->elements[static_cast<int64_t>(number->value)];
  if (element == nullptr) element = std::make_shared<Place>(Place{Undescribed(type, path)});
  return element;
}

/// `rw.(*response)` left of `=`: that is what rw holds.
PlacePtr Interpreter::BindAssertion(const rules::Expr& e, const rules::Assert& n, std::string& why) {
  PlacePtr place = BindBase(*n.base, why);
  const auto* held = place == nullptr ? nullptr : place->value.As<std::shared_ptr<Box>>();
  if (held == nullptr) return nullptr;
  Box& box = **held;
  if (go::IsInterface(e.type)) return place;
  if (box.dynamic == nullptr) {
    const std::string path = box.path + ".(" + go::TypeString(e.type, &package_) + ")";
    box.dynamic = e.type;
    box.inner = std::make_shared<Place>(Place{Undescribed(e.type, path)});
  }
  if (go::Identical(box.dynamic, e.type)) return box.inner;
  why = "`" + box.path + "` holds a " + go::TypeString(box.dynamic, &package_);
  return nullptr;
}

PlacePtr Interpreter::Bind(const rules::Expr& leaf, std::string& why) {
  auto refuse = [&](const char* reason) -> PlacePtr {
    why = reason;
    return nullptr;
  };
  return std::visit(
      Overload{
          [&](const rules::Use& n) { return PlaceOf(*n.binding); },
          [&](const rules::Global& n) {
            const Value now = Eval(leaf);
            PlacePtr& place = globals_[NameOf(n)];
            if (place == nullptr) place = std::make_shared<Place>(Place{now});
            return place;
          },
          [&](const rules::FieldSelect& n) -> PlacePtr {
            PlacePtr place = BindThrough(*n.base, n.selection, why);
            Struct* holder = place == nullptr ? nullptr : StructIn(place->value);
            if (holder == nullptr) return nullptr;
            return FieldPlace(*holder, n.selection.object->name(), n.selection.type);
          },
          [&](const rules::HiddenField& n) -> PlacePtr {
            PlacePtr place = BindBase(*n.base, why);
            Struct* holder = place == nullptr ? nullptr : StructIn(place->value);
            return holder == nullptr ? nullptr : FieldPlace(*holder, n.name, leaf.type);
          },
          [&](const rules::MethodCall& n) { return BindMethod(leaf, n, why); },
          [&](const rules::FuncCall& n) -> PlacePtr {
            const auto* global = std::get_if<rules::Global>(&n.callee->node);
            if (global == nullptr) return refuse("a func value has no name to bind");
            const std::string key = NameOf(*global) + Arguments(n.args);
            PlacePtr& place = calls_bound_[key];
            if (place == nullptr) place = std::make_shared<Place>(Place{MakeUnknown(key)});
            return place;
          },
          [&](const rules::Index& n) { return BindElement(n, why); },
          [&](const rules::Assert& n) { return BindAssertion(leaf, n, why); },
          [&](const rules::ExternCall& n) {
            const std::string key = n.func->name + Arguments(n.args);
            PlacePtr& place = calls_bound_[key];
            if (place == nullptr) place = std::make_shared<Place>(Place{MakeUnknown(key)});
            return place;
          },
          [&](const rules::Unary& n) -> PlacePtr {
            if (n.op != "*") return refuse("it is computed");
            PlacePtr place = BindBase(*n.x, why);
            const auto* pointer = place == nullptr ? nullptr : place->value.As<Pointer>();
            return pointer == nullptr ? nullptr : pointer->to;
          },
          [&](const rules::OptionValue&) { return refuse("an option is bound as a whole"); },
          [&](const rules::Literal&) { return refuse("it is a constant"); },
          [&](const rules::SliceOf&) { return refuse("it is computed"); },
          [&](const rules::NewObject&) { return refuse("it is a literal"); },
          [&](const rules::ObjectIn&) { return refuse("a test knows no objects of the rules"); },
          [&](const rules::FirstTime&) { return refuse("a test is the first time"); },
          [&](const rules::Is&) { return refuse("bind the value: `given x = &T{}`"); },
          [&](const rules::Convert& n) {
            return go::IsTypeParam(n.base->type) ? Bind(*n.base, why)
                                                 : refuse("it is computed: bind the operand");
          },
          [&](const rules::Binary&) { return refuse("it is computed: bind the operands"); },
          [&](const rules::Composite&) { return refuse("it is a literal"); },
          [&](const rules::Or&) { return refuse("it is computed: bind the arguments"); },
          [&](const rules::Cond&) { return refuse("it is computed: bind the arguments"); },
          [&](const rules::Except&) { return refuse("it is computed: bind the error"); },
          [&](const rules::Clone&) { return refuse("it is computed: bind the argument"); },
          [&](const rules::Words&) { return refuse("it is computed: bind the arguments"); },
          [&](const rules::Exists&) { return refuse("it is computed: bind the list"); },
          [&](const rules::Join&) { return refuse("it is computed: bind the list"); },
          [&](const rules::Apply& n) {
            const std::string key = ApplyText(leaf, n);
            PlacePtr& place = calls_bound_[key];
            if (place == nullptr) place = std::make_shared<Place>(Place{Undescribed(leaf.type, key)});
            return place;
          },
          [&](const rules::Need& n) { return Bind(*n.value, why); },
          [&](const rules::Len&) { return refuse("bind the list itself"); },
          [&](const rules::Panicked&) { return refuse("say `panic`"); },
          [&](const rules::PanicValue&) { return refuse("say `panic`"); },
          [&](const rules::Entered&) { return refuse("it is when the test runs"); },
          [&](const rules::Ambient&) { return refuse("it is a context inside of a span"); },
          [&](const rules::Absent&) { return refuse("this version has no such thing"); },
      },
      leaf.node);
}

void Interpreter::Assign(Place& place, const Value& value, const go::Type* from, const go::Type* to) {
  const std::string path = place.value.IsUnknown() ? Show(place.value) : "";
  place.value = InInterface(Copy(value), from, to);
  // A literal is spelled as the place it was put into.
  if (Struct* made = StructIn(place.value); made != nullptr && made->path.empty()) made->path = path;
}

void Interpreter::BindOption(unsigned index, Value value) {
  options_[index] = std::move(value);
}

}  // namespace instc::ruletest
