// Functions that are hooked and call others that are: one call of the program is then recorded twice.
//
// Only calls count that names alone resolve (CallsInBody): on the receiver, a parameter or their fields, and
// of functions. Spans below each other are often meant, so only two of the same kind, or the same metric, are
// taken for a mistake.
#include <set>
#include <utility>
#include <vector>

#include "compiler/check/review.h"
#include "compiler/check/rule_checker.h"
#include "compiler/go/syntax/body_calls.h"
#include "compiler/go/types/lookup.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::check {

INSTC_DIAGNOSTIC(CallsHooked, "W0404", Warning, "`{0}` calls `{1}`, which is hooked as well: both {2}",
                 std::string, std::string, std::string);

namespace {

/// A hook inside a function, and what it records.
struct Place {
  const rules::Hook* hook;
  const RuleRef* rule;
  const go::Package* package;
  const go::Func* func;
  std::set<std::string> records;  ///< in words: `start a client span`
  bool suppresses = false;
};

class NestedHooks {
 public:
  explicit NestedHooks(PluginContext& plugin) : plugin_(plugin) {}

  void Run() {
    for (const rules::Hook& hook : plugin_.out.hooks) Add(hook);
    for (const Place& place : places_) Review(place);
  }

 private:
  void Add(const rules::Hook& hook) {
    if (hook.at_call || hook.is_until || hook.directive.has_value()) return;
    auto rule = llvm::find_if(plugin_.file.rules, [&](const RuleRef& ref) {
      return ref.span.buffer == hook.origin.buffer && ref.span.begin == hook.origin.begin;
    });
    auto package = plugin_.target.program->Load(hook.package);
    if (!package) return llvm::consumeError(package.takeError());
    const go::Func* func = hook.receiver_type.empty()
                               ? llvm::dyn_cast_or_null<go::Func>((*package)->Lookup(hook.func))
                               : (*package)->Method(hook.receiver_type, hook.func);
    if (rule == plugin_.file.rules.end() || func == nullptr) return;
    Place place{&hook, &*rule, *package, func, {}};
    ForEachStmt(hook.body, [&](const rules::Stmt& stmt) { Record(stmt, place); });
    if (!place.records.empty()) places_.push_back(std::move(place));
  }

  void Record(const rules::Stmt& stmt, Place& place) const {
    if (std::holds_alternative<rules::Suppress>(stmt.node)) place.suppresses = true;
    if (const auto* span = std::get_if<rules::SpanStmt>(&stmt.node))
      place.records.insert("start a span of kind " + conventions::Name(span->kind).str());
    const auto* metric = std::get_if<rules::MetricStmt>(&stmt.node);
    unsigned index = 0;
    for (const rules::MetricDecl& declared : plugin_.out.metrics)
      if (metric != nullptr && declared.rule == place.hook->rule && index++ == metric->metric)
        place.records.insert("measure " + declared.name);
  }

  void Review(const Place& outer) {
    const go::FuncDecl* decl = outer.func->decl();
    const go::File* file = outer.func->file();
    if (outer.suppresses || decl == nullptr || file == nullptr || !decl->body.has_value()) return;
    for (const go::BodyCall& call : go::CallsInBody(file->buffer->text(), *decl->body)) {
      const go::Func* callee = Callee(call, outer);
      if (callee == nullptr || callee == outer.func) continue;
      for (const Place& inner : places_)
        if (inner.func == callee) Compare(outer, inner, call, *file);
    }
  }

  /// Null: not told by names, or called through an interface.
  const go::Func* Callee(const go::BodyCall& call, const Place& place) const {
    const llvm::StringRef head = call.path.front().text;
    const go::Type* type = ParameterType(head, *place.func->signature());
    if (type != nullptr) return Method(type, call, *place.package);
    if (call.path.size() == 1) return llvm::dyn_cast_or_null<go::Func>(place.package->Lookup(head));
    if (call.path.size() != 2) return nullptr;
    const go::Package* imported = HookedImport(head, *place.func->file());
    return imported == nullptr ? nullptr
                               : llvm::dyn_cast_or_null<go::Func>(imported->Lookup(call.path[1].text));
  }

  /// The package that a file imports by this name, where something of it is hooked: no other is loaded to
  /// learn its name.
  const go::Package* HookedImport(llvm::StringRef name, const go::File& file) const {
    for (const go::ImportDecl& import : file.imports)
      for (const Place& other : places_)
        if (other.package->path() == import.path &&
            name == (import.name.text.empty() ? other.package->name() : import.name.text))
          return other.package;
    return nullptr;
  }

  static const go::Type* ParameterType(llvm::StringRef name, const go::SignatureType& signature) {
    if (signature.receiver != nullptr && signature.receiver->name() == name)
      return signature.receiver->type();
    for (const go::Var* param : signature.params)
      if (param->name() == name) return param->type();
    return nullptr;
  }

  static const go::Func* Method(const go::Type* type, const go::BodyCall& call, const go::Package& package) {
    for (size_t i = 1; i < call.path.size(); ++i) {
      const go::Selection found = go::LookupFieldOrMethod(type, call.path[i].text, &package);
      const bool last = i + 1 == call.path.size();
      if (last && found.kind == go::Selection::Kind::kMethod && !found.interface_method)
        return llvm::cast<go::Func>(found.object)->origin();
      if (last || found.kind != go::Selection::Kind::kField) return nullptr;
      type = found.type;
    }
    return nullptr;
  }

  void Compare(const Place& outer, const Place& inner, const go::BodyCall& call, const go::File& file) {
    for (const std::string& what : outer.records) {
      if (inner.records.count(what) == 0) continue;
      if (!said_.insert({outer.func, inner.func}).second) return;
      const go::Ident& name = call.path.back();
      auto builder = plugin_.emitter.Emit(outer.rule->decl->join_point.span, CallsHooked, outer.hook->Title(),
                                          inner.hook->Title(), what);
      if (inner.rule != outer.rule) builder.Note(inner.rule->decl->join_point.span, "hooked here");
      builder.Note(Span{file.buffer, name.offset, name.end()}, "called here")
          .Help("leave one of them out, or write `suppress " + inner.hook->rule +
                "` behind the span of the outer one");
      return;
    }
  }

  PluginContext& plugin_;
  std::vector<Place> places_;
  std::set<std::pair<const go::Func*, const go::Func*>> said_;  // lookups only
};

}  // namespace

void ReviewNestedHooks(PluginContext& plugin) {
  NestedHooks(plugin).Run();
}

}  // namespace instc::check
