#include "compiler/lower/absence.h"

#include <algorithm>

#include "dsl/base/overload.h"

namespace instc::lower {
namespace {

using namespace rules;  // NOLINT: one alternative of Expr a line below

class Absence {
 public:
  explicit Absence(const HookScope& scope) : scope_(scope) {}

  bool Of(const ExprPtr& expr) const { return expr != nullptr && IsAbsent(*expr, scope_); }
  bool Any(const std::vector<ExprPtr>& exprs) const {
    return std::any_of(exprs.begin(), exprs.end(), [this](const ExprPtr& expr) { return Of(expr); });
  }
  bool All(const std::vector<ExprPtr>& exprs) const {
    return std::all_of(exprs.begin(), exprs.end(), [this](const ExprPtr& expr) { return Of(expr); });
  }
  bool Of(const Binary& n) const {
    if (n.op == "&&" || n.op == "||") return false;  // an absent operand is false
    return Of(n.x) || Of(n.y);
  }
  bool Of(const Cond& n) const {
    if (Of(n.condition)) return Of(n.otherwise);
    return Of(n.then) && Of(n.otherwise);
  }
  bool Of(const Composite& n) const {
    return std::any_of(n.elements.begin(), n.elements.end(),
                       [this](const auto& element) { return Of(element.first) || Of(element.second); });
  }
  bool Of(const Join& n) const { return Of(n.range) || Of(n.value) || Of(n.separator); }
  const HookScope& scope() const { return scope_; }

 private:
  const HookScope& scope_;
};

}  // namespace

bool IsAbsent(const Expr& expr, const HookScope& scope) {
  Absence absent(scope);
  return std::visit(
      Overload{[](const Literal&) { return false; },
               [&](const Use& n) { return scope.IsAbsent(*n.binding); },
               [](const Global&) { return false; },
               [&](const FieldSelect& n) { return absent.Of(n.base); },
               [&](const HiddenField& n) { return absent.Of(n.base); },
               [&](const MethodCall& n) { return absent.Of(n.base) || absent.Any(n.args); },
               [&](const FuncCall& n) { return absent.Of(n.callee) || absent.Any(n.args); },
               [&](const Index& n) { return absent.Of(n.base) || absent.Of(n.index); },
               [&](const SliceOf& n) { return absent.Of(n.base) || absent.Of(n.low) || absent.Of(n.high); },
               [&](const Assert& n) { return absent.Of(n.base); },
               [](const NewObject&) { return false; },
               [&](const ObjectIn& n) { return absent.Of(n.base); },
               [&](const FirstTime& n) { return absent.Of(n.base); },
               [&](const Is& n) { return absent.Of(n.base); },
               [&](const Convert& n) { return absent.Of(n.base); },
               [&](const Unary& n) { return absent.Of(n.x); },
               [&](const Binary& n) { return absent.Of(n); },
               [&](const Composite& n) { return absent.Of(n); },
               [&](const Or& n) { return absent.All(n.args); },
               [&](const Cond& n) { return absent.Of(n); },
               [&](const Except& n) { return absent.Of(n.error); },
               [&](const Clone& n) { return absent.Of(n.base); },
               [](const Words&) { return false; },
               [&](const Exists& n) { return absent.Of(n.range); },
               [&](const Join& n) { return absent.Of(n); },
               [&](const Apply& n) { return absent.Of(n.options); },
               [&](const Need& n) { return absent.Of(n.value); },
               [&](const Len& n) { return absent.Of(n.base); },
               [&](const ExternCall& n) { return absent.Any(n.args); },
               [](const OptionValue&) { return false; },
               [](const Panicked&) { return false; },
               [](const PanicValue&) { return false; },
               [](const Entered&) { return false; },
               [](const Ambient&) { return false; },
               [](const Absent&) { return true; }},
      expr.node);
}

}  // namespace instc::lower
