// Where trace context is read from and written to: carriers by the shape of their type, and those that the
// plugin declares. The runtime asks for fixed names only, so a carrier says how to get and how to set, and
// never which keys it has.
#include "compiler/check/hook_checker.h"
#include "compiler/check/suggest.h"
#include "compiler/go/types/assign.h"
#include "compiler/go/types/identical.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/universe.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::check {

using go::Basic;
using go::BasicTypeOf;

INSTC_DIAGNOSTIC(NoCarrier, "E0341", Error, "{0} is no carrier of trace context", std::string);
INSTC_DIAGNOSTIC(UnknownCarrier, "E0748", Error, "this plugin declares no carrier `{0}`", std::string);
INSTC_DIAGNOSTIC(WhichCarrier, "E0749", Error, "several carriers are for {0}: {1}", std::string, std::string);
INSTC_DIAGNOSTIC(CarrierType, "E0750", Error, "carrier `{0}` is for {1}, this is {2}", std::string,
                 std::string, std::string);
INSTC_DIAGNOSTIC(CarrierGet, "E0751", Error, "what a carrier gets is a string, this is {0}", std::string);

namespace {

bool IsText(const go::Type* type) {
  const auto* basic = go::UnderlyingAs<go::BasicType>(type);
  return basic != nullptr && basic->IsString();
}

bool IsBytes(const go::Type* type) {
  const auto* slice = go::UnderlyingAs<go::SliceType>(type);
  return slice != nullptr && go::Identical(go::Unalias(slice->element), BasicTypeOf(Basic::kUint8));
}

/// map[string][]string, map[string]string or map[string]any.
std::optional<rules::Carrier::Kind> MapKind(const go::Type* type) {
  using Kind = rules::Carrier::Kind;
  const auto* map = go::UnderlyingAs<go::MapType>(type);
  if (map == nullptr || !go::Identical(go::Underlying(map->key), BasicTypeOf(Basic::kString)))
    return std::nullopt;
  if (go::Identical(go::Unalias(map->value), BasicTypeOf(Basic::kString))) return Kind::kStringMap;
  if (go::Identical(go::Underlying(map->value), go::EmptyInterface())) return Kind::kValueMap;
  const auto* list = go::UnderlyingAs<go::SliceType>(map->value);
  if (list != nullptr && go::Identical(go::Unalias(list->element), BasicTypeOf(Basic::kString)))
    return Kind::kHeader;
  return std::nullopt;
}

/// A slice of structs, or of pointers to them, with exported fields Key and Value: strings or bytes.
bool IsPairs(const go::Type* type) {
  const auto* slice = go::UnderlyingAs<go::SliceType>(type);
  if (slice == nullptr) return false;
  const go::Type* pointee = go::Pointee(slice->element);
  const auto* element = go::UnderlyingAs<go::StructType>(pointee != nullptr ? pointee : slice->element);
  if (element == nullptr) return false;
  return llvm::all_of(std::array{"Key", "Value"}, [&](const char* name) {
    const go::Selection field = go::LookupFieldOrMethod(slice->element, name, nullptr);
    return field.kind == go::Selection::Kind::kField && field.path.empty() &&
           (IsText(field.type) || IsBytes(field.type));
  });
}

/// Whether the type has `Get(string) string` and `Set(string, string)`.
bool HasGetSet(const go::Type* type) {
  const go::Selection get = go::LookupFieldOrMethod(type, "Get", nullptr);
  const go::Selection set = go::LookupFieldOrMethod(type, "Set", nullptr);
  if (get.kind != go::Selection::Kind::kMethod || set.kind != go::Selection::Kind::kMethod) return false;
  const auto& g = *llvm::cast<go::SignatureType>(get.type);
  const auto& s = *llvm::cast<go::SignatureType>(set.type);
  auto text = [](const go::Var* v) { return go::Identical(v->type(), BasicTypeOf(Basic::kString)); };
  return g.params.size() == 1 && text(g.params[0]) && g.results.size() == 1 && text(g.results[0]) &&
         s.params.size() == 2 && text(s.params[0]) && text(s.params[1]) && s.results.empty();
}

/// `a.b.c` of an expression that is nothing else.
std::string DottedName(const ast::Expr& expr) {
  if (const auto* ident = std::get_if<ast::Ident>(&expr.node)) return ident->name;
  const auto* selector = std::get_if<ast::Selector>(&expr.node);
  const std::string base = selector == nullptr ? "" : DottedName(*selector->operand);
  return base.empty() ? "" : base + "." + selector->name.text;
}

const ast::CarrierDecl* FindCarrier(const RuleFile& file, llvm::StringRef name) {
  const auto found = llvm::find_if(file.carriers, [&](const auto* c) { return c->name.Text() == name; });
  return found == file.carriers.end() ? nullptr : *found;
}

}  // namespace

const go::Type* HookChecker::CarrierTypeOf(const ast::CarrierDecl& decl) {
  Scope plugin_scope;
  plugin_scope.file = &plugin_.file;
  plugin_scope.package = &package_;
  Scope* outer = std::exchange(scope_, &plugin_scope);
  const Type* type = ResolveType(*decl.type);
  scope_ = outer;
  return type;
}

/// `NAME(x)` with a declared carrier, or a value whose type says which one it is.
std::optional<rules::Carrier> HookChecker::CarrierOf(const ast::Expr& expr) {
  const auto* call = std::get_if<ast::Call>(&expr.node);
  const std::string name = call == nullptr ? "" : DottedName(*call->callee);
  const ast::CarrierDecl* decl = name.empty() ? nullptr : FindCarrier(plugin_.file, name);
  if (decl == nullptr) return CarrierOf(CheckValueOf(expr), expr.span);
  if (!ArgCount(*call, expr.span, name, 1, 1)) return std::nullopt;
  return Declared(*decl, CheckValueOf(*call->args[0]), call->args[0]->span);
}

std::optional<rules::Carrier> HookChecker::CarrierNamed(const ast::QName& name, ExprPtr value) {
  if (IsInvalid(*value) || IsAbsent(*value)) return std::nullopt;
  if (const ast::CarrierDecl* decl = FindCarrier(plugin_.file, name.Text()))
    return Declared(*decl, value, value->span);
  auto builder = emitter().Emit(name.span, UnknownCarrier, name.Text());
  std::vector<std::string> names;
  for (const ast::CarrierDecl* carrier : plugin_.file.carriers) names.push_back(carrier->name.Text());
  const std::vector<std::string> near = Nearest(name.Text(), names);
  builder.Help(near.empty() ? "declare it: `carrier NAME for T { get(k) ... set(k, v) { ... } }`"
                            : DidYouMean(near));
  return std::nullopt;
}

std::optional<rules::Carrier> HookChecker::CarrierOf(ExprPtr value, Span span) {
  if (IsInvalid(*value) || IsAbsent(*value)) return std::nullopt;
  std::vector<const ast::CarrierDecl*> declared;
  for (const ast::CarrierDecl* decl : plugin_.file.carriers) {
    const Type* type = CarrierTypeOf(*decl);
    if (!type->IsInvalid() && go::Identical(type, value->type)) declared.push_back(decl);
  }
  if (declared.size() > 1) {
    std::vector<std::string> names;
    for (const ast::CarrierDecl* decl : declared) names.push_back("`" + decl->name.Text() + "`");
    emitter()
        .Emit(span, WhichCarrier, Show(value->type), llvm::join(names, ", "))
        .Help("say which: `inject x as NAME`, `extract(ctx, NAME(x))`");
    return std::nullopt;
  }
  if (declared.size() == 1) return Declared(*declared.front(), value, span);
  using Kind = rules::Carrier::Kind;
  if (const auto kind = MapKind(value->type)) return rules::Carrier{*kind, value};
  if (IsPairs(value->type)) return rules::Carrier{Kind::kPairs, value};
  if (HasGetSet(value->type)) return rules::Carrier{Kind::kMethods, value};
  emitter()
      .Emit(span, NoCarrier, Show(value->type))
      .Help(
          "a carrier is a map[string][]string such as http.Header, a map[string]string, a map[string]any, a "
          "slice of "
          "structs with Key and Value, or has Get(string) string and Set(string, string); for other types "
          "declare one "
          "with `carrier`");
  return std::nullopt;
}

/// What a declaration says, about this value: `it`.
std::optional<rules::Carrier> HookChecker::Declared(const ast::CarrierDecl& decl, ExprPtr value, Span span) {
  if (IsInvalid(*value) || IsAbsent(*value)) return std::nullopt;
  const Type* wanted = CarrierTypeOf(decl);
  if (wanted->IsInvalid()) return std::nullopt;
  if (!Assignable(*value, wanted)) {
    emitter()
        .Emit(span, CarrierType, decl.name.Text(), Show(wanted), Show(value->type))
        .Note(decl.type->span, "declared here");
    return std::nullopt;
  }
  auto declared = std::make_shared<rules::DeclaredCarrier>();
  Scope outermost;
  outermost.file = &plugin_.file;
  outermost.package = &package_;
  Named it;
  it.argument = value;
  outermost.names["it"] = it;
  Scope* outer = std::exchange(scope_, &outermost);
  const unsigned errors = emitter().ErrorCount();
  {
    Scope inner = outermost.Block();
    scope_ = &inner;
    declared->get_key = CarrierName(decl.get_key, rules::Binding::Kind::kStampKey);
    declared->get = CheckValueOf(*decl.get);
    if (!IsInvalid(*declared->get) && !Assignable(*declared->get, BasicTypeOf(Basic::kString)))
      emitter()
          .Emit(decl.get->span, CarrierGet, Show(declared->get->type))
          .Help("convert it with `string(...)`");
    else
      declared->get = Coerce(declared->get, BasicTypeOf(Basic::kString));
  }
  {
    Scope inner = outermost.Block();
    scope_ = &inner;
    declared->set_key = CarrierName(decl.set_key, rules::Binding::Kind::kStampKey);
    declared->set_value = CarrierName(decl.set_value, rules::Binding::Kind::kStampId);
    const llvm::StringRef inside = std::exchange(inside_, "carrier");
    rules::SpanStmt* span_outside = std::exchange(span_, nullptr);
    Statements(decl.set.stmts, declared->set);
    span_ = span_outside;
    inside_ = inside;
    ReportUnused(inner);
  }
  scope_ = outer;
  if (emitter().ErrorCount() != errors) return std::nullopt;
  return rules::Carrier{rules::Carrier::Kind::kDeclared, value, std::move(declared)};
}

/// A key or value of a declaration: a string of the runtime's.
rules::Binding* HookChecker::CarrierName(const ast::Name& name, rules::Binding::Kind kind) {
  rules::Binding* binding = NewBinding(kind, name, BasicTypeOf(Basic::kString));
  if (binding == nullptr) return nullptr;
  Named named;
  named.binding = binding;
  named.declared = name.span;
  scope_->names[name.text] = named;
  return binding;
}

}  // namespace instc::check
