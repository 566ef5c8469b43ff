// Writes into what belongs to the caller. An exported function is called by user code, and what it is handed
// through pointers, slices and maps stays the user's: a rule that writes there changes a program that others
// may be reading at that moment. `clone` makes a copy of one level; `trust` says that the library may.
//
// A method of an interface is called from outside as an exported function is. A closure's own parameters come
// from whoever calls it: the library, unless the function that it surrounds is handed out as a result. What a
// closure has from the rule around it is what it was there, a copy or the caller's.
#include <set>

#include "compiler/check/review.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(CallersOwn, "E0713", Error, "`{0}` belongs to the caller of `{1}`", std::string,
                 std::string);
INSTC_DIAGNOSTIC(MaybeNilMap, "E0714", Error, "nothing is injected where `{0}` is nil", std::string);

using rules::Binding;
using rules::Expr;

namespace {

/// The same text for the same place; empty for what is no place.
std::string PlaceKey(const Expr& expr) {
  if (const auto* use = std::get_if<rules::Use>(&expr.node)) return use->binding->name;
  const auto* field = std::get_if<rules::FieldSelect>(&expr.node);
  const std::string base = field == nullptr ? "" : PlaceKey(*field->base);
  if (!base.empty()) return base + "." + field->selection.object->name().str();
  if (const auto* index = std::get_if<rules::Index>(&expr.node)) {
    const std::string of = PlaceKey(*index->base);
    const auto* literal = std::get_if<rules::Literal>(&index->index->node);
    const std::string at = literal != nullptr ? literal->text : PlaceKey(*index->index);
    if (!of.empty() && !at.empty()) return of + "[" + at + "]";
  }
  return "";
}

/// A value that nobody else has.
bool IsFresh(const Expr& value) {
  const auto* unary = std::get_if<rules::Unary>(&value.node);
  return std::holds_alternative<rules::Clone>(value.node) ||
         std::holds_alternative<rules::Composite>(value.node) || (unary != nullptr && unary->op == "&");
}

/// What is written through when this place is written: the pointer, slice or map nearest to it; null for a
/// variable of one's own.
const Expr* ThroughWhat(const Expr& place) {
  if (const auto* field = std::get_if<rules::FieldSelect>(&place.node)) {
    const bool pointer = go::Pointee(go::Unalias(field->base->type)) != nullptr;
    return pointer ? field->base.get() : ThroughWhat(*field->base);
  }
  if (const auto* index = std::get_if<rules::Index>(&place.node))
    return index->kind == rules::Index::Kind::kArray ? ThroughWhat(*index->base) : index->base.get();
  const auto* unary = std::get_if<rules::Unary>(&place.node);
  return unary != nullptr && unary->op == "*" ? unary->x.get() : nullptr;
}

/// Follows one body from top to bottom and knows which places hold copies.
class WriteReview {
 public:
  explicit WriteReview(diag::Emitter& emitter) : emitter_(emitter) {}

  /// `from_outside`: user code calls it, and under this name.
  void Run(const rules::Hook& hook, bool from_outside, const std::string& func) {
    for (const auto& binding : hook.bindings)
      if (from_outside && binding->kind == Binding::Kind::kParam) callers_.emplace(binding.get(), func);
    ForEachStmt(hook.body, [&](const rules::Stmt& stmt) {
      if (const auto* wrap = std::get_if<rules::Wrap>(&stmt.node)) {
        const Binding* root = RootOf(*wrap->target);
        const bool handed_out = from_outside && root != nullptr && root->kind == Binding::Kind::kResult;
        WriteReview(*this).Run(*wrap->body, handed_out, wrap->target->span.Text().str());
      }
      if (const auto* let = std::get_if<rules::Let>(&stmt.node)) Learn(*let);
      if (const auto* loop = std::get_if<rules::For>(&stmt.node)) values_[loop->value] = loop->range.get();
      if (const auto* set = std::get_if<rules::Set>(&stmt.node)) Check(*set);
      if (const auto* extend = std::get_if<rules::Extend>(&stmt.node)) CheckWrite(*extend->target);
      if (const auto* inject = std::get_if<rules::InjectStmt>(&stmt.node)) Check(*inject);
    });
  }

 private:
  void Learn(const rules::Let& let) {
    if (let.bindings.size() != 1 || let.bindings[0] == nullptr) return;
    values_[let.bindings[0]] = let.value.get();
    if (IsFresh(*let.value)) own_.insert(let.bindings[0]->name);
  }

  void Check(const rules::Set& set) {
    for (size_t i = 0; i < set.targets.size(); ++i) {
      CheckWrite(*set.targets[i]);
      const std::string key = PlaceKey(*set.targets[i]);
      if (key.empty() || i >= set.values.size()) continue;
      const Expr& value = *set.values[i];
      const std::string from = PlaceKey(value);
      if (IsFresh(value) || (!from.empty() && own_.count(from) != 0)) own_.insert(key);
    }
  }

  void CheckWrite(const Expr& place) {
    if ((place.labels & kTrusted) != 0) return;
    if (const Expr* through = ThroughWhat(place)) CheckOwner(*through, place.span);
  }

  void Check(const rules::InjectStmt& inject) {
    const Expr& carrier = *inject.carrier.value;
    // A new slice takes the place of the old one, which nobody writes to.
    if (inject.carrier.kind == rules::Carrier::Kind::kPairs) return CheckWrite(carrier);
    const bool map = inject.carrier.kind != rules::Carrier::Kind::kMethods;
    if (!map || (carrier.labels & kTrusted) != 0) return;  // what Set writes to is the type's own affair
    CheckOwner(carrier, carrier.span);
    if (!IsPlace(carrier) && !IsOwn(carrier) && !IsFresh(carrier))
      emitter_.Emit(carrier.span, MaybeNilMap, carrier.span.Text().str())
          .Help(
              "a map that is nil there cannot be made: put a `clone` in its place first, which is never nil");
  }

  void CheckOwner(const Expr& through, Span at) {
    if (IsOwn(through)) return;
    const auto owner = callers_.find(RootOf(through));
    if (owner == callers_.end()) return;
    emitter_.Emit(at, CallersOwn, through.span.Text().str(), owner->second)
        .Help("write to a copy: " + HowToCopy(through) + " before it")
        .Help("`trust(" + at.Text().str() + ", \"why\")` where the library says that it may be written");
  }

  /// A copy of each level that leads there and is still the caller's.
  std::string HowToCopy(const Expr& through) const {
    const std::string place = PlaceKey(through);
    const auto* use = std::get_if<rules::Use>(&through.node);
    const bool let = use != nullptr && use->binding->kind == Binding::Kind::kLet;
    if (place.empty() || let) return "`clone(...)` what leads there";
    const std::string copy = "`set " + place + " = clone(" + place + ")`";
    const Expr* outer = ThroughWhat(through);
    return outer == nullptr || IsOwn(*outer) ? copy : HowToCopy(*outer) + ", " + copy;
  }

  bool IsOwn(const Expr& place) const {
    const std::string key = PlaceKey(place);
    return (!key.empty() && own_.count(key) != 0) || IsFresh(place);
  }

  /// A place that injected code can assign a new map to, so that the callee sees it.
  bool IsPlace(const Expr& expr) const {
    if (const auto* use = std::get_if<rules::Use>(&expr.node))
      return use->binding->kind != Binding::Kind::kLet;
    if (std::holds_alternative<rules::HiddenField>(expr.node)) return true;
    const auto* field = std::get_if<rules::FieldSelect>(&expr.node);
    if (field == nullptr) return false;
    const bool pointer =
        go::Pointee(go::Unalias(field->base->type)) != nullptr || field->selection.through_pointer;
    return pointer || IsPlace(*field->base);
  }

  /// The name that a value comes from, over lets and loops.
  const Binding* RootOf(const Expr& expr) const {
    if (const auto* use = std::get_if<rules::Use>(&expr.node)) {
      auto value = values_.find(use->binding);
      return value == values_.end() ? use->binding : RootOf(*value->second);
    }
    if (const auto* field = std::get_if<rules::FieldSelect>(&expr.node)) return RootOf(*field->base);
    if (const auto* index = std::get_if<rules::Index>(&expr.node)) return RootOf(*index->base);
    if (const auto* unary = std::get_if<rules::Unary>(&expr.node)) return RootOf(*unary->x);
    if (const auto* assert = std::get_if<rules::Assert>(&expr.node)) return RootOf(*assert->base);
    return nullptr;
  }

  diag::Emitter& emitter_;
  std::map<const Binding*, std::string>
      callers_;                ///< the caller's, and of which function; asked, never walked
  std::set<std::string> own_;  ///< places that hold copies
  std::map<const Binding*, const Expr*> values_;  ///< of lets and loop names; asked, never walked
};

/// Whether code outside of the library's module can call the function by its name.
bool IsExported(const CalledAs& called) {
  auto upper = [](const std::string& name) {
    return name.empty() || (name.front() >= 'A' && name.front() <= 'Z');
  };
  const bool internal = llvm::StringRef("/" + called.package + "/").contains("/internal/");
  return upper(called.func) && upper(called.type) && !internal;
}

}  // namespace

void HookChecker::ReviewWrites(const CalledAs& called) {
  WriteReview(emitter()).Run(hook_, IsExported(called), called.func);
}

}  // namespace instc::check
