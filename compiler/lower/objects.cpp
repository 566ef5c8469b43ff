// An object is a struct of the target package behind a pointer; each method with a body runs it as a closure
// does, and then, where the object wraps a value, that value's own method.
//
// A decorated value must have the optional interfaces that the original has, no more and no fewer, because
// libraries ask for them (`rw.(http.Flusher)`). Which ones it has is known when it is decorated, and Go gives
// a type its methods when it is compiled. So there is a struct type for each combination of kept interfaces:
// the object, and for each interface a struct that forwards its methods. `Unwrap` is what
// http.ResponseController and errors.Is look for.
#include "compiler/lower/objects.h"

#include "compiler/lower/hook.h"
#include "compiler/lower/statements.h"
#include "compiler/rules/defaults.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace instc::lower {
namespace {

/// `x` of `instcO_x`.
std::string Suffix(const rules::Object& object) {
  return llvm::StringRef(object.go_type).drop_front(llvm::StringRef("instcO_").size()).str();
}

class ObjectWriter {
 public:
  explicit ObjectWriter(const rules::Object& object)
      : object_(object), site_(SiteOf(object)), scope_(site_, learned_) {}

  pack::Hook Write(std::map<std::string, pack::Extern>& externs) {
    Type();
    if (object_.wraps) {
      Self();
      Unwrap();
    }
    for (const rules::Object::Method& method : object_.methods) {
      if (!IsKept(*method.method)) Method(method, "*" + object_.go_type, "instcV", "");
    }
    for (size_t i = 0; i < object_.keeps.size(); ++i) Keep(i);
    if (object_.wraps) Wrapper();
    externs.insert(scope_.externs().begin(), scope_.externs().end());
    pack::Hook hook;
    hook.rule = object_.rule;
    hook.symbol = object_.go_type;
    hook.order = 1;
    if (object_.origin.Valid())
      hook.origin = {object_.origin.buffer->name().str(),
                     object_.origin.buffer->LineOf(object_.origin.begin)};
    hook.code = out_.Text() + scope_.bodies();
    scope_.Describe(hook);
    return hook;
  }

 private:
  /// Where the text stands: no function, but a package.
  static rules::Hook SiteOf(const rules::Object& object) {
    rules::Hook site;
    site.rule = object.rule;
    site.package = object.package;
    return site;
  }

  void Type() {
    out_.Open("type " + object_.go_type + " struct");
    if (object_.wraps) out_.Line(scope_.Type(object_.interface));
    for (const go::Var* field : object_.fields)
      out_.Line(field->name().str() + " " + scope_.Type(field->type()));
    out_.Close();
  }

  void Self() {
    out_.Line("func (instcV *" + object_.go_type + ") " + SelfMethod(object_) + "() *" + object_.go_type +
              " { return instcV }");
  }

  bool Declares(llvm::StringRef name) const {
    const auto* interface = go::UnderlyingAs<go::InterfaceType>(object_.interface);
    auto has = [&](const go::InterfaceType& type) {
      return llvm::any_of(type.AllMethods(), [&](const go::Func* func) { return func->name() == name; });
    };
    return has(*interface) || llvm::any_of(object_.keeps, [&](const go::Type* kept) {
             return has(*go::UnderlyingAs<go::InterfaceType>(kept));
           });
  }

  void Unwrap() {
    if (Declares("Unwrap")) return;
    out_.Line("func (instcV *" + object_.go_type + ") Unwrap() " + scope_.Type(object_.interface) +
              " { return instcV." + WrappedField(object_) + " }");
  }

  bool IsKept(const go::Func& method) const {
    const auto* interface = go::UnderlyingAs<go::InterfaceType>(object_.interface);
    return !llvm::any_of(interface->AllMethods(),
                         [&](const go::Func* own) { return own->name() == method.name(); });
  }

  /// What comes back when the body sets nothing: a parameter of the same type, as it came.
  void Defaults(const go::SignatureType& signature) {
    for (size_t i = 0; i < signature.results.size(); ++i) {
      if (auto from = rules::PassedThrough(signature, i))
        out_.Line("instcR" + std::to_string(i) + " = instcP" + std::to_string(*from));
    }
  }

  /// `behind`: what has the method of the original; empty: the wrapped value, or nothing.
  void Method(const rules::Object::Method& method, const std::string& receiver, const std::string& name,
              const std::string& behind) {
    const go::SignatureType& signature = *method.method->signature();
    out_.Open("func (" + name + " " + receiver + ") " + method.method->name().str() +
              FrameSignature(signature, scope_));
    if (!object_.wraps) Defaults(signature);
    if (method.body != nullptr) {
      LoweredBody body = LowerBody(*method.body, scope_);
      if (name != "instcV") out_.Line("instcV := " + name + ".instcO");
      WriteFrame(*method.body, body, {}, out_);
    }
    std::string callee = behind.empty() ? "instcV." + WrappedField(object_) : behind;
    std::string call = callee + "." + method.method->name().str() + "(" + FrameArguments(signature) + ")";
    if (object_.wraps) {
      out_.Line((signature.results.empty() ? "" : "return ") + call);
    } else if (!signature.results.empty()) {
      out_.Line("return");
    }
    out_.Close();
  }

  std::string KeepType(size_t index) const {
    return "instcK" + std::to_string(index) + "_" + Suffix(object_);
  }

  void Keep(size_t index) {
    out_.Open("type " + KeepType(index) + " struct");
    out_.Line("instcO *" + object_.go_type);
    out_.Line("instcJ " + scope_.Type(object_.keeps[index]));
    out_.Close();
    const auto* interface = go::UnderlyingAs<go::InterfaceType>(object_.keeps[index]);
    for (const go::Func* func : interface->AllMethods()) {
      if (!IsKept(*func)) continue;
      auto given = llvm::find_if(object_.methods, [&](const rules::Object::Method& method) {
        return method.method->name() == func->name();
      });
      const rules::Object::Method plain{func, nullptr};
      Method(given == object_.methods.end() ? plain : *given, KeepType(index), "instcK", "instcK.instcJ");
    }
  }

  void Wrapper() {
    std::string wrapped = "instcO." + WrappedField(object_);
    out_.Open("func " + WrapFunc(object_) + "(instcO *" + object_.go_type + ") " +
              scope_.Type(object_.interface));
    size_t count = object_.keeps.size();
    if (count > 0) out_.Line("instcKept := 0");
    for (size_t i = 0; i < count; ++i) {
      const std::string interface = scope_.Type(object_.keeps[i]);
      out_.Line(llvm::formatv("instcJ{0}, instcOK{0} := {1}.({2})", i, wrapped, interface).str());
      out_.Open(llvm::formatv("if instcOK{0}", i).str());
      out_.Line("instcKept |= " + std::to_string(1U << i));
      out_.Close();
    }
    if (count > 0) Combinations(count);
    out_.Line("return instcO");
    out_.Close();
  }

  void Combinations(size_t count) {
    out_.Open("switch instcKept");
    for (unsigned kept = 1; kept < 1U << count; ++kept) {
      std::string types = "*" + object_.go_type, values = "instcO";
      for (size_t i = 0; i < count; ++i) {
        if ((kept & 1U << i) == 0) continue;
        types.append("; ").append(KeepType(i));
        values += llvm::formatv(", {0}{{instcO, instcJ{1}}", KeepType(i), i).str();
      }
      out_.Line("case " + std::to_string(kept) + ": return struct { " + types + " }{" + values + "}");
    }
    out_.Close();
  }

  const rules::Object& object_;
  const rules::Hook site_;
  const Learned learned_;
  HookScope scope_;
  GoWriter out_;
};

}  // namespace

std::string SelfMethod(const rules::Object& object) {
  return "instcSelf_" + Suffix(object);
}

std::string SelfInterface(const rules::Object& object) {
  return "interface{ " + SelfMethod(object) + "() *" + object.go_type + " }";
}

std::string WrapFunc(const rules::Object& object) {
  return "instcWrap_" + Suffix(object);
}

std::string WrappedField(const rules::Object& object) {
  return go::TypeAs<go::Named>(object.interface)->object()->name().str();
}

pack::Hook LowerObject(const rules::Object& object, std::map<std::string, pack::Extern>& externs) {
  return ObjectWriter(object).Write(externs);
}

void Statements::Of(const rules::Decorate& n) {
  if (!Possible(n.target)) return;
  const auto& made = std::get<rules::NewObject>(n.made->node);
  const rules::Object& object = *made.object;
  Blocks blocks(out_);
  std::string old = scope_.Temp();
  GoExpr value = Total().Value(*n.target);
  out_.Open("if " + old + " := " + value.text + "; " + old + " != nil");
  std::string text = Strict().Value(*n.made).text;
  llvm::StringRef fields = llvm::StringRef(text).split('{').second;
  out_.Line(Target(*n.target) + " = " + WrapFunc(object) + "(&" + object.go_type + "{" +
            WrappedField(object) + ": " + old + (fields == "}" ? "" : ", ") + fields.str() + ")");
  PublishWrite(*n.target);
}

}  // namespace instc::lower
