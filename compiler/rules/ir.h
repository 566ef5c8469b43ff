// Checked rules: what the checker hands to lowering.
//
// Every name is resolved, every expression has a Go type, templates are expanded, and each hook is one rule
// at one function of one library version. Lowering asks no questions any more; it only writes.
//
// Expressions are *total* where they feed telemetry (a nil, a failed assertion, an index out of range means
// absent) and *strict* in `set` and `call`. The tree is the same; lowering decides by the statement it stands
// in.
#ifndef INSTC_COMPILER_RULES_IR_H
#define INSTC_COMPILER_RULES_IR_H

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/conventions/registry.h"
#include "compiler/go/types/lookup.h"
#include "compiler/go/types/type.h"
#include "compiler/pack/pack.h"
#include "dsl/source/source_buffer.h"

namespace instc::rules {

struct Expr;
/// Shared only because a template's argument is named as often as the template uses it; never mutated after
/// checking.
using ExprPtr = std::shared_ptr<const Expr>;

/// A name of the rule. Owned by its Hook.
struct Binding {
  enum class Kind : uint8_t { kReceiver, kParam, kResult, kLet, kStampKey, kStampId, kElement, kArgument };
  Kind kind = Kind::kLet;
  std::string name;  ///< as the rule spells it; unique per hook, prefixed for template locals
  const go::Type* type = nullptr;
  bool maybe_absent = false;          ///< a let of a total expression: has a presence flag
  bool at_exit = false;               ///< a let made in an exit block
  bool used_in_exit = false;          ///< a let made at enter and read at exit: travels in the state
  uint8_t labels = 0;                 ///< check::Label
  std::optional<unsigned> loop = {};  ///< a let of a round of this loop at enter
};

/// A constant, as Go text.
struct Literal {
  std::string text;
  bool is_zero = false;  ///< "", 0, false, nil
  go::ConstValue value;
};
struct Use {
  Binding* binding = nullptr;
};
/// A package-level variable, constant or function.
struct Global {
  std::string package;  ///< import path; empty: the target package itself
  std::string name;
  std::vector<const go::Type*> type_args = {};  ///< those that the rule writes
};
/// x.f, through embedded fields.
struct FieldSelect {
  ExprPtr base;
  go::Selection selection;
};
/// A hidden field added by a `field` declaration.
struct HiddenField {
  ExprPtr base;
  std::string name;
  bool through_pointer = false;
};
/// x.m(args)
struct MethodCall {
  ExprPtr base;
  go::Selection selection;
  std::vector<ExprPtr> args;
  bool spread = false;
};
/// f(args)
struct FuncCall {
  ExprPtr callee;
  bool may_be_nil = false;  ///< a func value, not a declared function
  std::vector<ExprPtr> args;
  bool spread = false;
};
struct Index {
  enum class Kind : uint8_t { kMap, kSlice, kArray, kString };
  Kind kind = Kind::kSlice;
  ExprPtr base, index;
};
struct SliceOf {
  ExprPtr base, low, high;  ///< low and high may be null
};
struct Assert {
  ExprPtr base;  ///< to Expr::type
};
/// An object of the rules behind a pointer: `&O{...}`, with the fields that are not zero.
struct NewObject {
  const struct Object* object = nullptr;
  std::vector<std::pair<std::string, ExprPtr>> fields;
};
/// `x.(*O)`, where x may have been decorated with O: the object itself. Absent when it was not.
struct ObjectIn {
  ExprPtr base;
  const struct Object* object = nullptr;
};
/// Whether nothing has asked this of the value behind the pointer before: `once per x`. Asked once a call.
struct FirstTime {
  ExprPtr base;
  std::string field;  ///< hidden field of the struct
};
/// `is[T](x)`: whether x holds a T.
struct Is {
  ExprPtr base;
  const go::Type* wanted = nullptr;
};
struct Convert {
  ExprPtr base;  ///< to Expr::type
};
struct Unary {
  std::string op;
  ExprPtr x;
};
struct Binary {
  std::string op;
  ExprPtr x, y;
  bool may_divide_by_zero = false;
};
struct Composite {
  std::vector<std::pair<ExprPtr, ExprPtr>> elements;  ///< key may be null
  std::vector<std::string> field_names;               ///< for struct literals: one per element, may be empty
};
/// or(a, b, ...): the first that is present and not zero.
struct Or {
  std::vector<ExprPtr> args;
};
/// cond(c, a, b)
struct Cond {
  ExprPtr condition, then, otherwise;
};
/// except(err, sentinel...): err, absent when it is one of the sentinels.
struct Except {
  ExprPtr error;
  std::vector<ExprPtr> sentinels;
};
/// clone(x): one level of a pointer's struct, a map or a slice.
struct Clone {
  ExprPtr base;
};
/// words(a, b, ...): the present, non-empty ones with blanks between.
struct Words {
  std::vector<ExprPtr> args;
};
/// exists(x, xs, p): whether p holds for one of the elements; of a map the keys.
struct Exists {
  ExprPtr range;
  Binding* element = nullptr;
  ExprPtr condition;
};
/// join(x, xs, e, sep, max): e of the first `max` elements for which there is one, with sep between. Keys of
/// a map go in the order of their texts.
struct Join {
  ExprPtr range;
  Binding* element = nullptr;
  ExprPtr value, separator;
  unsigned max = 0;
};
/// apply[T](opts): what functional options make of a zero T. A panic or an error of one: absent.
struct Apply {
  /// func(*T), func(*T) error, func(T) T
  enum class Form : uint8_t { kPointer, kPointerError, kValue };
  ExprPtr options;
  Form form = Form::kPointer;
  std::string method;  ///< of the interface that the options have; empty: they are functions
};
/// An argument of a template: evaluated when it is first needed, and not again.
struct Need {
  Binding* binding = nullptr;
  ExprPtr value;
};
/// len(x), cap(x)
struct Len {
  std::string func;
  ExprPtr base;
};
/// A call of an extern; several results make a tuple.
struct ExternCall {
  const struct ExternFunc* func = nullptr;
  std::vector<ExprPtr> args;
};
/// The plugin's option with this index.
struct OptionValue {
  unsigned index = 0;
};
/// Whether the call ends by a panic.
struct Panicked {};
/// What the call panics with, of type any; absent when that is not known.
struct PanicValue {};
/// When the call began: a time.Time; only for `began` and `ended`.
struct Entered {};
/// The context of the goroutine's current span.
struct Ambient {};
/// An optional template parameter without argument, or opt(e) where e does not exist in this version.
struct Absent {};

struct Expr {
  Span span;
  const go::Type* type = nullptr;
  std::variant<Literal, Use, Global, FieldSelect, HiddenField, MethodCall, FuncCall, Index, SliceOf, Assert,
               NewObject, ObjectIn, FirstTime, Is, Convert, Unary, Binary, Composite, Or, Cond, Except, Clone,
               Words, Exists, Join, Apply, Need, Len, ExternCall, OptionValue, Panicked, PanicValue, Entered,
               Ambient, Absent>
      node;
  uint8_t labels = 0;  ///< check::Label: secret, unbounded, ...
};

/// A Go function behind a name of the language: an `extern func`, or a built-in with a body in the runtime.
struct ExternFunc {
  std::string name;     ///< in rules: http_route, redact.url
  std::string package;  ///< instc.dev/rt/text
  std::string func;     ///< HTTPRoute
  std::string symbol;   ///< variable in the target: instcX_http_route
  std::string go_type;  ///< func(string) string
  std::vector<const go::Type*> params, results;
  uint8_t labels = 0;  ///< of the results; 0: those of the arguments
};

struct Stmt;
using StmtList = std::vector<std::unique_ptr<Stmt>>;

/// Where a span's or enrichment's context comes from.
struct ContextRef {
  ExprPtr get;                     ///< yields a context.Context; null: none, only the goroutine's slot
  ExprPtr put_target;              ///< lvalue that takes the new context; null: it is not written back
  Binding* put_binding = nullptr;  ///< set when put_target is a parameter itself
};

/// What a `carrier` declaration says, for one value of its type.
struct DeclaredCarrier {
  Binding* get_key = nullptr;
  ExprPtr get;
  Binding *set_key = nullptr, *set_value = nullptr;
  StmtList set;  ///< strict
};

/// A propagation carrier, by the shape of its type.
struct Carrier {
  enum class Kind : uint8_t {
    kHeader,     ///< map[string][]string
    kStringMap,  ///< map[string]string
    kValueMap,   ///< map[string]any
    kPairs,      ///< a slice of structs, or of pointers to them, with Key and Value
    kMethods,    ///< Get(string) string and Set(string, string)
    kDeclared
  };
  Kind kind = Kind::kHeader;
  ExprPtr value;
  std::shared_ptr<const DeclaredCarrier> declared = {};  ///< with kDeclared
};

/// One or several attribute names with one value.
struct AttributeSet {
  struct Name {
    std::string key;  ///< with a computed part: what stands before it, with its dot
    conventions::ValueType type = conventions::ValueType::kString;
    ExprPtr part = {};        ///< computed: `http.request.header[k]`; null: `key` is all
    bool lower_case = false;  ///< of the computed part
  };
  std::vector<Name> names;
  ExprPtr value;
  ExprPtr guard;  ///< null: always
};
struct SkipWhen {
  ExprPtr condition;
};
/// Arguments of a template that nobody has needed yet, in front of its statements.
struct Needs {
  std::vector<Binding*> bindings;
};
struct Let {
  std::vector<Binding*> bindings;  ///< null entry: `_`
  ExprPtr value;
};
/// Strict.
struct Set {
  std::vector<ExprPtr> targets;
  std::vector<ExprPtr> values;
};
/// Strict: the function returns these values and does not run.
struct Bypass {
  std::vector<ExprPtr> values;  ///< one per result
};
/// Strict; the results are dropped.
struct CallStmt {
  ExprPtr call;
};
struct SpanStmt {
  conventions::SpanKind kind = conventions::SpanKind::kInternal;
  unsigned index = 0;  ///< of the hook's spans
  ExprPtr name;
  ContextRef context;
  std::optional<Carrier> remote;  ///< from extract(ctx, carrier)
  ExprPtr began, ended;           ///< time.Time; null: when it starts, when the call is left
  bool at_exit = false;           ///< starts in `exit`, with `began`
  bool in_loop = false;           ///< one of several: nobody's context
  bool detached = false;          ///< does not end with the call: only an EndStmt ends it
  std::string as;                 ///< detached: which of the plugin's; mostly empty
  ExprPtr key;                    ///< detached: `resume by` finds it; null: `resume in` does
  std::vector<AttributeSet> attributes;
  /// OTLP bytes of those that the comment above a function gives, and how many; null: none, but at a
  /// directive.
  Binding *given_attributes = nullptr, *given_count = nullptr;
};
/// The body, when there is such a span that a rule of this plugin has detached.
struct Resume {
  unsigned span = 0;
  std::string as;
  ExprPtr context;  ///< null with `key`
  ExprPtr key;
  StmtList body;
};
/// The end of a detached or resumed span; one without a key is found no more, one with a key is taken out.
struct EndStmt {
  unsigned span = 0;
  bool keyed = false;
  ExprPtr at;  ///< time.Time; null: now
};
/// An event with attributes of its own.
struct EventStmt {
  unsigned span = 0;
  ExprPtr name;
  std::vector<AttributeSet> attributes;
  ExprPtr guard;  ///< null: always
};
/// To the span of a context, or to the one that a carrier names.
struct LinkStmt {
  unsigned span = 0;
  ExprPtr context;  ///< null with `remote`
  std::optional<Carrier> remote;
  ExprPtr guard;
};
/// `append` and `prepend`. Strict.
struct Extend {
  bool prepend = false;
  ExprPtr target;
  std::vector<ExprPtr> values;
};
/// Below this call the named rules do nothing.
struct Suppress {
  unsigned index = 0;  ///< of the hook's suppressions
  std::string what;    ///< a plugin, or a plugin and its rule; empty: spans of a kind
  std::optional<conventions::SpanKind> kind;
  ContextRef context;  ///< without `get`: on this goroutine only
};
/// The func value runs under the span of now, whichever goroutine calls it.
struct Bind {
  ExprPtr target;
  ExprPtr context;  ///< null: the span of the goroutine
};
/// From here to the exit of the function the goroutine has no span.
struct Unbind {
  unsigned index = 0;  ///< of the hook's suppressions, which are undone in the same way
};
/// A measurement, with the attributes of the span and its own.
struct MetricStmt {
  std::optional<unsigned> span;  ///< none: a rule without a span
  unsigned metric = 0;           ///< index among those of Plugin::metrics that belong to this rule
  ExprPtr value;                 ///< a number; null: the time since the span began
  double scale = 1;              ///< of the value: -1 with `-=`, 1000 for a duration in ms
  std::vector<AttributeSet> attributes;
  ExprPtr guard;
  bool here = false;  ///< at its place: the span is a resumed one
};
/// A value that is read whenever metrics are collected, from now until its owner is gone. Of the hook's names
/// `value` mentions the owner and plain values, which are copied.
struct Observe {
  unsigned metric = 0;  ///< as MetricStmt::metric
  ExprPtr owner;  ///< a pointer to a struct with the hidden field; null: for as long as the program runs
  std::string field;
  ExprPtr value;                ///< a number
  std::vector<Binding*> plain;  ///< the other names in it: strings, numbers, bools
  std::vector<AttributeSet> attributes;
};
/// The value of this owner is read no more.
struct Unobserve {
  ExprPtr owner;
  std::string field;
};
struct Attr {
  unsigned span = 0;
  AttributeSet set;
};
struct Rename {
  unsigned span = 0;
  ExprPtr name, guard;
};
struct StatusStmt {
  unsigned span = 0;
  int code = 0;  ///< OTLP: 0 unset, 1 ok, 2 error
  ExprPtr message, guard;
};
struct ErrorStmt {
  unsigned span = 0;
  ExprPtr error, unless, guard;
};
struct InjectStmt {
  unsigned span = 0;
  Carrier carrier;
};
/// Go text of the author's own, in the target package, with the names of the rule that occur in it.
struct RawGo {
  std::string text;
  Span at;  ///< of the text
  std::vector<std::pair<std::string, ExprPtr>> names;
};
struct Exit {
  ExprPtr guard;
  bool only_on_panic = false;
  StmtList body;
};
/// At enter, what is to be undone or done at exit belongs to the branch that was taken: `condition` is then a
/// let that travels in the state.
struct If {
  ExprPtr condition;
  StmtList then, otherwise;
};
/// A round for each element. One at enter that keeps something has a round's state for each, and a round of
/// its own at exit.
struct For {
  unsigned index = 0;  ///< of Hook::loops
  ExprPtr range;
  Binding* key = nullptr;    ///< null: not named
  Binding* value = nullptr;  ///< null: not named
  StmtList body;
};
struct Enrich {
  int which = 0;  ///< 0 current, 1 server, 2 root
  unsigned span = 0;
  ExprPtr context;  ///< null: the goroutine's slot
  StmtList body;
};
struct Stamp {
  Binding* key = nullptr;
  Binding* id = nullptr;
  ExprPtr context, unless;
  StmtList body;
};

/// A log record with attributes of its own, and with those that the program names.
struct LogStmt {
  ExprPtr body;
  ExprPtr severity;       ///< an integer; null: not known
  ExprPtr severity_text;  ///< null: none
  ExprPtr context;        ///< null: the goroutine's slot
  ExprPtr at;             ///< time.Time; null: now
  ExprPtr fields;         ///< []any, names and values in turn, or map[string]any; null: none
  std::vector<AttributeSet> attributes;
  ExprPtr guard;  ///< null: always
};

/// A func value becomes a function around the old one. Where there is none, nothing happens.
struct Wrap {
  ExprPtr target;
  bool may_be_nil = false;  ///< `wrap f?`: without an old one the body runs alone
  std::unique_ptr<struct Hook> body;
};
/// An interface value becomes an object that `wraps` it. Where there is none, nothing happens.
struct Decorate {
  ExprPtr target;
  ExprPtr made;  ///< a NewObject without the value itself
};

struct Stmt {
  Span span;
  std::variant<SkipWhen, Bypass, Needs, Let, Set, Extend, CallStmt, SpanStmt, Attr, Rename, StatusStmt,
               ErrorStmt, EventStmt, LinkStmt, InjectStmt, MetricStmt, Observe, Unobserve, RawGo, Exit, If,
               For, Enrich, Stamp, LogStmt, Resume, EndStmt, Suppress, Bind, Unbind, Wrap, Decorate>
      node;
};

/// An instrument that a rule measures with: from the conventions, or declared by `instrument`.
struct MetricDecl {
  std::string rule;  ///< plugin.rule
  std::string name, unit, brief;
  conventions::Instrument instrument = conventions::Instrument::kHistogram;
  bool integer = false;
  std::vector<std::string> attributes;
  bool observed = false;  ///< read with `observe`, not measured with `metric`
  Span used;              ///< the first of these
};

/// What a rule has to do with one of the spans that it names.
enum class SpanRole : uint8_t {
  kOwn,       ///< starts and ends with the call
  kDetached,  ///< starts here
  kResumed,   ///< was detached by another call; known inside one block only
  kEnriched   ///< another rule's; known inside one block only
};

/// For the functions of any package that stand under a comment `//NAME ...`. They differ, so a rule knows
/// of each what it has by type, and constants that its place and its comment give.
struct AtDirective {
  std::string name;
  std::vector<std::string> with, without;               ///< as pack::Directive
  std::vector<std::pair<Binding*, std::string>> given;  ///< parameters behind the context
};

/// A type parameter by the name that the function has for it: `Key` for the K of `type Box[K any]` in
/// `func (b *Box[Key]) Put`, `_` where it has none.
struct TypeParamName {
  const go::TypeParam* param;
  std::string name;
};

/// One rule at one function: a body with its names, spans and state. The bodies of closures and of an
/// object's methods are Hooks too; those know their own types, where the backend copies a function's text.
struct Hook {
  std::string rule;  ///< plugin.rule
  std::string symbol;
  int order = 1;
  Span origin;
  std::string package;        ///< import path
  std::string receiver_type;  ///< empty: a function
  bool receiver_pointer = false;
  std::string receiver_name;
  std::string func;
  std::vector<std::string> params, results;  ///< the rule's names, "_" where unused
  bool at_call = false;                      ///< around the calls from other packages, not in the function
  std::vector<TypeParamName> type_params;    ///< those of the function and of its receiver's type
  std::optional<AtDirective> directive;      ///< then `package` and `func` stand for every such function
  bool bypasses = false;                     ///< it may return without running the function
  std::vector<std::string> within;           ///< as pack::Hook::within
  std::vector<std::string> before, after;    ///< as pack::Hook::before
  std::vector<std::unique_ptr<Binding>> bindings;
  std::vector<std::optional<unsigned>> span_loops;  ///< of each span: the loop at enter in which it starts
  std::vector<SpanRole> span_roles;                 ///< of each span
  unsigned suppressions = 0;
  std::vector<bool> loops;  ///< of each loop: whether it keeps something for exit
  StmtList body;
  const go::SignatureType* signature = nullptr;  ///< of a closure or method; null: at a function
  std::string receiver_go_type;                  ///< of a method: as Go spells it
  bool results_at_enter = false;  ///< no function behind the body: results are there from the start
  unsigned wraps = 0;             ///< how many bodies it contains
  unsigned onces = 0;             ///< how many `once`
  unsigned observations = 0;      ///< how many `observe`
  bool is_until = false;          ///< the end of an observation: no test is about it

  /// For people: Get, Client.Do, //x:span.
  std::string Title() const {
    if (directive.has_value()) return "//" + directive->name;
    return receiver_type + (receiver_type.empty() ? "" : ".") + func;
  }
};

/// A type that rules add to a package: O of `object O implements I`.
struct Object {
  std::string rule;     ///< plugin.O
  std::string go_type;  ///< its name in Go
  std::string package;  ///< import path
  Span origin;
  bool wraps = false;  ///< else implements
  const go::Type* type = nullptr;
  const go::Type* interface = nullptr;
  std::vector<const go::Var*> fields;
  std::vector<const go::Type*> keeps;
  struct Method {
    const go::Func* method = nullptr;  ///< of the interface
    std::unique_ptr<Hook> body;        ///< null: it returns the defaults
  };
  std::vector<Method> methods;
};

struct HiddenFieldDecl {
  std::string package, type;
  std::string name;
  const go::Type* field_type = nullptr;
};

/// What a Go name that rules depend on looks like in this version.
struct SymbolUse {
  std::string signature;           ///< "func by pointer (context.Context) error", with import paths
  Span at;                         ///< the first use
  std::vector<std::string> rules;  ///< names of the rules that use it
};

/// How one rule fared in this version.
struct RuleOutcome {
  std::string name;
  Span span;
  bool applies = true;  ///< its `where` holds
  bool holds = true;
};

/// A plugin checked against one version.
struct Plugin {
  std::string name;
  std::map<std::string, SymbolUse> symbols;  ///< of the library; only when asked for
  std::vector<RuleOutcome> outcomes;         ///< in source order
  std::vector<HiddenFieldDecl> fields;
  std::vector<Hook> hooks;
  std::vector<std::unique_ptr<Object>> objects;
  std::vector<MetricDecl> metrics;
  std::vector<std::shared_ptr<ExternFunc>> externs;  ///< owned here; only those that some hook uses
};

}  // namespace instc::rules

#endif  // INSTC_COMPILER_RULES_IR_H
