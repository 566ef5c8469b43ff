#include "tests/unit/lower/tree.h"

#include "compiler/go/syntax/parser.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/universe.h"
#include "dsl/base/check.h"

namespace instc::lower {

using namespace rules;  // NOLINT: the trees are nothing but its nodes

const go::Package& Packages::Add(const std::string& path, const std::string& text) {
  buffers_.push_back(SourceBuffer::FromString(path + ".go", text));
  std::vector<go::File> files;
  files.push_back(go::ParseText(buffers_.back()->text(), [](uint32_t, uint32_t, llvm::StringRef message) {
    llvm::report_fatal_error("the sample does not parse: " + message);
  }));
  packages_[path] = std::make_unique<go::Package>(path, std::move(files), types_, *this);
  return *packages_[path];
}

const go::Package* Packages::Import(llvm::StringRef path, const go::Package&) {
  auto found = packages_.find(path.str());
  return found == packages_.end() ? nullptr : found->second.get();
}

HookTree::HookTree(Packages& packages, const go::Package& package, const std::string& symbol,
                   const std::string& function)
    : packages_(packages), package_(package) {
  size_t dot = function.find('.');
  const go::Func* func = nullptr;
  hook.rule = "sample." + symbol;
  hook.symbol = symbol;
  hook.package = package.path();
  if (dot == std::string::npos) {
    func = llvm::cast<go::Func>(package.Lookup(function));
  } else {
    hook.receiver_type = function.substr(0, dot);
    func = package.Method(hook.receiver_type, function.substr(dot + 1));
    hook.receiver_pointer = func->has_pointer_receiver();
    std::vector<std::string> names;
    Bind(*func->signature()->receiver, Binding::Kind::kReceiver, names);
    hook.receiver_name = names[0];
  }
  hook.func = func->name().str();
  for (const go::Var* param : func->signature()->params) Bind(*param, Binding::Kind::kParam, hook.params);
  for (const go::Var* result : func->signature()->results)
    Bind(*result, Binding::Kind::kResult, hook.results);
}

void HookTree::Bind(const go::Var& var, Binding::Kind kind, std::vector<std::string>& names) {
  names.push_back(var.name().str());
  hook.bindings.push_back(std::make_unique<Binding>(Binding{kind, var.name().str(), var.type()}));
}

const go::Type* HookTree::Basic(go::Basic basic) const {
  return go::BasicTypeOf(basic);
}

const go::Object* HookTree::Object(const std::string& name) const {
  size_t dot = name.rfind('.');
  if (dot == std::string::npos) return package_.Lookup(name);
  return packages_.Import(name.substr(0, dot), package_)->Lookup(name.substr(dot + 1));
}

const go::Type* HookTree::Type(const std::string& name) const {
  return Object(name)->type();
}
const go::Type* HookTree::PointerTo(const std::string& name) const {
  return packages_.types().Pointer(Type(name));
}

Binding* HookTree::Find(const std::string& name) const {
  for (const auto& binding : hook.bindings) {
    if (binding->name == name) return binding.get();
  }
  llvm::report_fatal_error("the test names an unknown binding");
}

Binding* HookTree::Let(const std::string& name, const go::Type* type, bool in_exit, bool at_exit) {
  hook.bindings.push_back(
      std::make_unique<Binding>(Binding{Binding::Kind::kLet, name, type, true, at_exit, in_exit}));
  return hook.bindings.back().get();
}

Binding* HookTree::Stamp(const std::string& name, Binding::Kind kind) {
  hook.bindings.push_back(std::make_unique<Binding>(Binding{kind, name, String()}));
  return hook.bindings.back().get();
}

ExprPtr HookTree::Str(const std::string& text) const {
  return Make(Literal{"\"" + text + "\"", text.empty(), go::ConstValue::String(text)},
              Basic(go::Basic::kUntypedString));
}
ExprPtr HookTree::Num(int64_t value) const {
  return Make(Literal{std::to_string(value), value == 0, go::ConstValue::Int(value)},
              Basic(go::Basic::kUntypedInt));
}
ExprPtr HookTree::Float(double value) const {
  return Make(Literal{std::to_string(value), value == 0, go::ConstValue::Float(value)},
              Basic(go::Basic::kUntypedFloat));
}
ExprPtr HookTree::Bool(bool value) const {
  return Make(Literal{value ? "true" : "false", !value, go::ConstValue::Bool(value)},
              Basic(go::Basic::kUntypedBool));
}
ExprPtr HookTree::Nil() const {
  return Make(Literal{"nil", true, {}}, Basic(go::Basic::kUntypedNil));
}

ExprPtr HookTree::Use(const std::string& name) const {
  Binding* binding = Find(name);
  return Make(rules::Use{binding}, binding->type);
}

ExprPtr HookTree::Global(const std::string& name) const {
  size_t dot = name.rfind('.');
  if (dot == std::string::npos) return Make(rules::Global{"", name}, Object(name)->type());
  return Make(rules::Global{name.substr(0, dot), name.substr(dot + 1)}, Object(name)->type());
}

ExprPtr HookTree::Sel(ExprPtr base, const std::string& names) const {
  size_t dot = names.find('.');
  go::Selection selection = go::LookupFieldOrMethod(base->type, names.substr(0, dot), &package_);
  INSTC_CHECK(selection.kind == go::Selection::Kind::kField, "the test selects an unknown field");
  ExprPtr field = Make(FieldSelect{base, selection}, selection.type);
  return dot == std::string::npos ? field : Sel(field, names.substr(dot + 1));
}

ExprPtr HookTree::Hidden(ExprPtr base, const std::string& name, bool through_pointer,
                         const go::Type* type) const {
  return Make(HiddenField{base, name, through_pointer}, type);
}

ExprPtr HookTree::Method(ExprPtr base, const std::string& name, Args args) const {
  go::Selection selection = go::LookupFieldOrMethod(base->type, name, &package_);
  INSTC_CHECK(selection.kind == go::Selection::Kind::kMethod, "the test calls an unknown method");
  const auto& results = llvm::cast<go::SignatureType>(selection.type)->results;
  return Make(MethodCall{base, selection, args}, results.empty() ? nullptr : results[0]->type());
}

ExprPtr HookTree::Call(ExprPtr callee, Args args, bool may_be_nil) const {
  const auto* signature = go::UnderlyingAs<go::SignatureType>(callee->type);
  const go::Type* type = signature->results.size() == 1 ? signature->results[0]->type()
                                                        : packages_.types().Tuple(signature->results);
  return Make(FuncCall{callee, may_be_nil, args}, type);
}

ExprPtr HookTree::Extern(const ExternFunc& func, Args args) const {
  std::vector<const go::Var*> vars;
  for (const go::Type* result : func.results) vars.push_back(packages_.types().Variable("", result));
  return Make(ExternCall{&func, args}, vars.size() == 1 ? func.results[0] : packages_.types().Tuple(vars));
}

ExprPtr HookTree::At(Index::Kind kind, ExprPtr base, ExprPtr index) const {
  const go::Type* type = go::Underlying(base->type);
  if (const go::Type* pointee = go::Pointee(type)) type = go::Underlying(pointee);
  const go::Type* element = Basic(go::Basic::kUint8);
  if (const auto* map = llvm::dyn_cast<go::MapType>(type)) element = map->value;
  if (const auto* slice = llvm::dyn_cast<go::SliceType>(type)) element = slice->element;
  if (const auto* array = llvm::dyn_cast<go::ArrayType>(type)) element = array->element;
  return Make(Index{kind, base, index}, element);
}

ExprPtr HookTree::Op(const std::string& op, ExprPtr x, ExprPtr y, bool may_divide_by_zero) const {
  static const std::vector<std::string> kBoolean = {"==", "!=", "<", "<=", ">", ">=", "&&", "||"};
  bool is_boolean = std::find(kBoolean.begin(), kBoolean.end(), op) != kBoolean.end();
  return Make(Binary{op, x, y, may_divide_by_zero}, is_boolean ? Basic(go::Basic::kBool) : x->type);
}

ExprPtr HookTree::Cond(ExprPtr condition, ExprPtr then, ExprPtr otherwise) const {
  return Make(rules::Cond{condition, then, otherwise},
              go::IsUntyped(then->type) ? otherwise->type : then->type);
}

AttributeSet HookTree::Attribute(const std::string& key, conventions::ValueType type, ExprPtr value,
                                 ExprPtr guard) const {
  return {{{key, type}}, value, guard};
}

}  // namespace instc::lower
