// Which versions and packages a rule is for.
//
// Versions are decided here, one at a time, and so is what a version has. Import paths are those of a build:
// what depends on them is handed on as a filter.
#include "compiler/check/hook_checker.h"
#include "compiler/pack/within.h"

namespace instc::check {

INSTC_DIAGNOSTIC(WhereForm, "E0359", Error,
                 "`where` takes version comparisons of `lib`, `has` and `within`, joined by && || !", );
INSTC_DIAGNOSTIC(HasForm, "E0363", Error,
                 "`has` takes one name of the package: a function, a type, or `Type.Member`", );
INSTC_DIAGNOSTIC(WithinForm, "E0364", Error, "`within` takes a pattern of import paths in quotes", );
INSTC_DIAGNOSTIC(BadPattern, "E0365", Error, "\"{0}\" is no pattern of import paths: {1}", std::string,
                 std::string);
INSTC_DIAGNOSTIC(VersionsOnly, "E0368", Error,
                 "the `where` of an `in` block and of a test compares versions", );

namespace {

/// nullopt: no comparison of a version.
std::optional<bool> CompareVersions(const ast::Expr& expr, const Target& target) {
  const auto* binary = std::get_if<ast::Binary>(&expr.node);
  if (binary == nullptr) return std::nullopt;
  const auto* what = std::get_if<ast::Ident>(&binary->left->node);
  const auto* version = std::get_if<ast::BasicLit>(&binary->right->node);
  if (what == nullptr || version == nullptr || version->kind != ast::BasicLit::Kind::SemVer)
    return std::nullopt;
  if (what->name != "lib" && what->name != "go") return std::nullopt;
  const std::string& at = what->name == "lib" ? target.version : target.go_version;
  const llvm::StringRef op = ast::Spelling(binary->op);
  return InRange(at, {{op.str(), version->text}});
}

Where Decided(bool holds) {
  return {true, holds, {}};
}

Where Not(Where inner) {
  inner.holds = !inner.holds;
  if (!inner.known) inner.within.push_back("not");
  return inner;
}

Where Joined(Where left, Where right, bool both) {
  if (left.known) return left.holds == both ? right : left;
  if (right.known) return right.holds == both ? left : right;
  left.within.insert(left.within.end(), right.within.begin(), right.within.end());
  left.within.push_back(both ? "and" : "or");
  return left;
}

std::optional<Where> Has(const ast::Call& call, Span span, const PluginContext& plugin,
                         const go::Package& package, diag::Emitter& emitter) {
  const ast::Expr* arg = call.args.size() == 1 ? call.args.front().get() : nullptr;
  const auto* selector = arg == nullptr ? nullptr : std::get_if<ast::Selector>(&arg->node);
  const auto* name = arg == nullptr ? nullptr : std::get_if<ast::Ident>(&arg->node);
  if (selector != nullptr) name = std::get_if<ast::Ident>(&selector->operand->node);
  if (name == nullptr) {
    emitter.Emit(span, HasForm).Help("for example `where has(Request.Pattern)`");
    return std::nullopt;
  }
  if (package.path() == kAnyFunctionPackage) {
    ReportNoHas(span, emitter);
    return std::nullopt;
  }
  const go::Object* object = package.Lookup(name->name);
  if (object == nullptr) return Decided(false);
  RecordObject(plugin.sink, *object, arg->span);
  if (selector == nullptr) return Decided(true);
  const auto* type = llvm::dyn_cast<go::TypeName>(object);
  if (type == nullptr) {
    emitter.Emit(span, HasForm).Note(object->declared_at(), "this is no type");
    return std::nullopt;
  }
  const go::Type* base = type->type();
  go::Selection found = go::LookupFieldOrMethod(base, selector->name.text, &package);
  if (!found.found()) {
    base = plugin.target.program->context().Pointer(base);
    found = go::LookupFieldOrMethod(base, selector->name.text, &package);
  }
  if (found.found()) RecordSelection(plugin.sink, base, found, arg->span);
  return Decided(found.found());
}

std::optional<Where> Within(const ast::Call& call, Span span, diag::Emitter& emitter) {
  const auto* pattern =
      call.args.size() == 1 ? std::get_if<ast::BasicLit>(&call.args.front()->node) : nullptr;
  const bool text = pattern != nullptr && (pattern->kind == ast::BasicLit::Kind::String ||
                                           pattern->kind == ast::BasicLit::Kind::RawString);
  if (!text) {
    emitter.Emit(span, WithinForm).Help("for example `where within(\"$root/**\")`: the main module");
    return std::nullopt;
  }
  if (std::string why = pack::WhyNoPattern(pattern->string); !why.empty()) {
    emitter.Emit(call.args.front()->span, BadPattern, pattern->string, why)
        .Help("`*` stands for anything within an element, `**` for any number of elements");
    return std::nullopt;
  }
  return Where{false, false, {"in " + pattern->string}};
}

/// A condition of parts: `leaf` evaluates one of them. nullopt: reported.
std::optional<Where> Evaluate(const ast::Expr& expr,
                              llvm::function_ref<std::optional<Where>(const ast::Expr&)> leaf) {
  if (const auto* paren = std::get_if<ast::Paren>(&expr.node)) return Evaluate(*paren->inner, leaf);
  if (const auto* unary = std::get_if<ast::Unary>(&expr.node);
      unary != nullptr && unary->op == ast::UnaryOp::Not) {
    auto inner = Evaluate(*unary->operand, leaf);
    return inner.has_value() ? std::optional(Not(std::move(*inner))) : std::nullopt;
  }
  const auto* binary = std::get_if<ast::Binary>(&expr.node);
  const bool both = binary != nullptr && binary->op == ast::BinaryOp::LogicalAnd;
  if (binary == nullptr || (!both && binary->op != ast::BinaryOp::LogicalOr)) return leaf(expr);
  auto left = Evaluate(*binary->left, leaf);
  auto right = Evaluate(*binary->right, leaf);
  if (!left.has_value() || !right.has_value()) return std::nullopt;
  return Joined(std::move(*left), std::move(*right), both);
}

/// The function that is called, `has` or `within`; null: another thing.
const ast::Call* CallOf(const ast::Expr& expr, llvm::StringRef name) {
  const auto* call = std::get_if<ast::Call>(&expr.node);
  const auto* callee = call == nullptr ? nullptr : std::get_if<ast::Ident>(&call->callee->node);
  return callee != nullptr && callee->name == name ? call : nullptr;
}

}  // namespace

std::optional<Where> EvaluateWhere(const ast::Expr& expr, const PluginContext& plugin,
                                   const go::Package& package) {
  return Evaluate(expr, [&](const ast::Expr& part) -> std::optional<Where> {
    if (auto result = CompareVersions(part, plugin.target)) return Decided(*result);
    if (const ast::Call* has = CallOf(part, "has"))
      return Has(*has, part.span, plugin, package, plugin.emitter);
    if (const ast::Call* within = CallOf(part, "within")) return Within(*within, part.span, plugin.emitter);
    plugin.emitter.Emit(part.span, WhereForm).Help("for example `where lib < v1.63.0`");
    return std::nullopt;
  });
}

bool HoldsAt(const ast::Expr& versions, const Target& target, diag::Emitter& emitter) {
  auto where = Evaluate(versions, [&](const ast::Expr& part) -> std::optional<Where> {
    if (auto result = CompareVersions(part, target)) return Decided(*result);
    emitter.Emit(part.span, VersionsOnly)
        .Help("for example `where go >= v1.27`; `has` and `within` are for rules");
    return std::nullopt;
  });
  return where.has_value() && where->holds;
}

const std::string& PackageOf(const Block& in, const PluginContext& plugin) {
  return in.package.empty() ? plugin.description.library.path : in.package;
}

bool IsFor(const Block& in, PluginContext& plugin) {
  if (in.where == nullptr) return true;
  auto [known, fresh] = plugin.blocks.try_emplace(in.where, false);
  if (fresh) known->second = HoldsAt(*in.where, plugin.target, plugin.emitter);
  return known->second;
}

}  // namespace instc::check
