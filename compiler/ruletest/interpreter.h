// Runs one hook over values that a test describes. Private to compiler/ruletest.
//
// What the interpreter does with each node of the tree is what lowering writes for it (compiler/lower): total
// expressions, guards, the order of enter and exit, empty strings that are no attributes. `instc test --go`
// and ctest hold the two together.
#ifndef INSTC_COMPILER_RULETEST_INTERPRETER_H
#define INSTC_COMPILER_RULETEST_INTERPRETER_H

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/rules/ir.h"
#include "compiler/ruletest/value.h"

namespace instc::ruletest {

/// In place of what `enrich` is about: a span that was resumed.
constexpr int kResumed = 3;

/// What `metric` measured.
struct MeasureRecord {
  std::string metric;
  std::map<std::string, Value> attributes;
  Value certain;                     ///< true, or of what it depends whether it was measured at all
  unsigned index = 0;                ///< among the metrics of the rule
  std::map<std::string, Value> own;  ///< the attributes that its statement sets
  Value value;                       ///< absent: a duration
  int body = 0;                      ///< of Records
};

/// What `log` gave to the exporter of log records.
struct LogRecord {
  Value body;
  Value severity = MakeInt(0);
  std::map<std::string, Value> attributes;
  Value parent = {Nil{}};  ///< a context
  Value certain;           ///< true, or of what it depends whether there is a record at all
  int ran = 0;             ///< the body: of Records
};

/// A span that the rule has started, or, enriched, one that was there.
struct SpanRecord {
  std::optional<conventions::SpanKind> kind;  ///< none: `enrich current` and `root` take any
  bool enriched = false;
  int which = 0;         ///< enriched: as rules::Enrich; kResumed: detached by another call
  std::set<int> bodies;  ///< of Records: those that have written to it
  Span at;
  Value name;
  std::map<std::string, Value> attributes;
  Value status = MakeInt(0);  ///< 0 unset, 1 ok, 2 error
  Value message = MakeText("");
  std::vector<Value> exceptions;
  std::vector<std::pair<Value, std::map<std::string, Value>>> events;  ///< names and attributes
  std::vector<Value> links;                                            ///< contexts and carriers
  Value parent = {Nil{}};                                              ///< a context
  Value remote = {Nil{}};                                              ///< a carrier
};

/// What `call` statements made.
struct CallRecord {
  std::string text;  ///< as CallText shows it
  const rules::Expr* call = nullptr;
  std::vector<Value> args;
  int body = 0;
};

/// What a rule, and the bodies that its test calls, have recorded and made: in the order in which it
/// happened.
struct Records {
  std::vector<SpanRecord> spans;
  std::vector<MeasureRecord> measured;
  std::vector<LogRecord> logged;
  std::vector<CallRecord> calls;
  std::map<int, size_t> enriched;  ///< which -> index in spans
  unsigned injections = 0;
  /// What has happened one after the other: `span 0`, `event 0`, `link 0`, `measured 1`, `injected`; nullopt:
  /// something that may have happened.
  std::vector<std::optional<std::string>> order;
  int bodies = 0;  ///< how many have run; each has its number

  /// A function that a `wrap` has put into a place: the names of the rule around it, as they were.
  struct Closure {
    std::map<const rules::Binding*, PlacePtr> names;  // asked, never walked
    std::set<PlacePtr> evaluated;                     // asked, never walked
    bool alone = false;                               ///< `wrap f?` without an f
  };
  std::map<const rules::Wrap*, Closure> closures;       // the last of each; asked, never walked
  std::map<const rules::Object*, Value> objects;        // pointers to the last of each; asked, never walked
  std::map<const rules::Wrap*, std::string> unwrapped;  // why there is none; asked, never walked
};

/// Why a run had to stop.
struct Stop {
  enum class Why { kUnbound, kPanic, kSteps, kRawGo };
  Why why = Why::kUnbound;
  Span at;
  std::set<std::string> leaves;
  std::string what;
};

class Interpreter {
 public:
  Interpreter(const rules::Plugin& plugin, const rules::Hook& hook, const check::Target& target,
              const go::Package& package);
  /// Of a closure or method that was made in the run around it, ready for a call. Null: `why` says why none
  /// was.
  static std::unique_ptr<Interpreter> Of(Interpreter& around, const struct TestCall& call, std::string& why);

  // ---- what the test says
  /// The place that a leaf names; everything on the way to it is there from now on. Null: `why` says why not.
  PlacePtr Bind(const rules::Expr& leaf, std::string& why);
  void Assign(Place& place, const Value& value, const go::Type* from, const go::Type* to);
  void BindOption(unsigned index, Value value);
  /// A func of which the test says nothing is no nil.
  void MakeFuncThere(const rules::Expr& func);

  // ---- the run
  /// What is there before the body runs: results of a method with nothing behind it.
  void Begin();
  void Enter();
  /// Results that nobody has bound are zero from now on. `panic`: what the call panics with.
  void Leave(std::optional<Value> panic);
  [[nodiscard]] bool skipped() const { return skipped_; }
  /// The rule has returned instead of the function: what a test says of the call does not happen.
  [[nodiscard]] bool bypassed() const { return bypassed_; }
  [[nodiscard]] const std::optional<Stop>& stop() const { return stop_; }
  /// Of this body alone.
  [[nodiscard]] std::vector<const SpanRecord*> Spans() const;
  [[nodiscard]] std::vector<const MeasureRecord*> Measured() const;
  [[nodiscard]] std::vector<const LogRecord*> Logged() const;
  [[nodiscard]] std::vector<std::string> Calls() const;
  /// Whether a function runs behind the body, whose results a test says.
  [[nodiscard]] bool HasCallee() const { return !alone_ && !hook_.results_at_enter; }

  // ---- questions
  Value Eval(const rules::Expr& expr);
  /// `path.M(args)` of a call expression; nullopt for anything else.
  std::optional<std::string> CallText(const rules::Expr& expr);
  static bool Injected(const Value& value);
  /// Whether a context is inside of a span.
  Value InsideOfSpan(const rules::Expr& expr);

 private:
  friend class GoTranslator;
  // ---- interpreter.cpp: statements
  void Run(const rules::StmtList& body);
  void RunExits(const rules::StmtList& body);
  void RunMeasurements(const rules::StmtList& body);
  /// What is left to do at exit in the branch that was taken at enter.
  void AgainForEach(const rules::For& n, void (Interpreter::*run)(const rules::StmtList&));
  void RunBranch(const rules::If& n, void (Interpreter::*run)(const rules::StmtList&));
  void Of(const rules::Stmt& stmt, const rules::SkipWhen& n);
  void Of(const rules::Stmt& stmt, const rules::Bypass& n);
  void Of(const rules::Stmt& stmt, const rules::Needs& n);
  void Of(const rules::Stmt& stmt, const rules::Let& n);
  void Of(const rules::Stmt& stmt, const rules::Set& n);
  void Of(const rules::Stmt& stmt, const rules::Extend& n);
  void Of(const rules::Stmt& stmt, const rules::CallStmt& n);
  void Of(const rules::Stmt& stmt, const rules::SpanStmt& n);
  void Of(const rules::Stmt& stmt, const rules::Attr& n);
  void Of(const rules::Stmt& stmt, const rules::Rename& n);
  void Of(const rules::Stmt& stmt, const rules::StatusStmt& n);
  void Of(const rules::Stmt& stmt, const rules::ErrorStmt& n);
  void Of(const rules::Stmt& stmt, const rules::EventStmt& n);
  void Of(const rules::Stmt& stmt, const rules::LinkStmt& n);
  void Of(const rules::Stmt& stmt, const rules::InjectStmt& n);
  void Of(const rules::Stmt& stmt, const rules::MetricStmt& n);
  void Of(const rules::Stmt& stmt, const rules::Observe& n);
  void Of(const rules::Stmt& stmt, const rules::Unobserve& n);
  void Of(const rules::Stmt& stmt, const rules::RawGo& n);
  void Of(const rules::Stmt& stmt, const rules::Exit& n);
  void Of(const rules::Stmt& stmt, const rules::If& n);
  void Of(const rules::Stmt& stmt, const rules::For& n);
  void Of(const rules::Stmt& stmt, const rules::Enrich& n);
  void Of(const rules::Stmt& stmt, const rules::Stamp& n);
  void Of(const rules::Stmt& stmt, const rules::LogStmt& n);
  void Of(const rules::Stmt& stmt, const rules::Wrap& n);
  void Of(const rules::Stmt& stmt, const rules::Decorate& n);
  void Of(const rules::Stmt& stmt, const rules::Resume& n);
  void Of(const rules::Stmt& stmt, const rules::EndStmt& n);
  void Of(const rules::Stmt& stmt, const rules::Suppress& n);
  void Of(const rules::Stmt& stmt, const rules::Bind& n);
  void Of(const rules::Stmt& stmt, const rules::Unbind& n);

  using Attributes = std::map<std::string, Value>;
  void Record(MeasureRecord record);
  void SetAttributes(Attributes& attributes, const rules::AttributeSet& set);
  std::string KeyOf(const rules::AttributeSet::Name& name);
  static void SetAttribute(Attributes& attributes, const std::string& key, Value value);
  void SetName(SpanRecord& span, const rules::Rename& n);
  void Happens(std::string what, bool surely);
  size_t AddSpan(SpanRecord span);
  void Injects();
  bool NotInSpan(const rules::ExprPtr& context);
  void Store(const rules::Carrier& carrier);
  void StampOne(const rules::Stamp& n, const std::string& key, const std::string& id);
  void Fail(SpanRecord& span, const Value& error);
  /// Whether a guard holds; the unknown ones are left to the caller.
  Value Guard(const rules::ExprPtr& guard);
  /// A guard that decides what runs at all: unknown stops the run.
  bool Decide(const rules::ExprPtr& guard, Span at);
  void StopUnbound(Span at, const Value& unknown);
  Value Strict(const rules::Expr& expr);
  PlacePtr Target(const rules::Expr& expr);

  // ---- evaluate*.cpp: expressions
  Value Of(const rules::Expr& e, const rules::Literal& n);
  Value Of(const rules::Expr& e, const rules::Use& n);
  Value Of(const rules::Expr& e, const rules::Global& n);
  Value Of(const rules::Expr& e, const rules::FieldSelect& n);
  Value Of(const rules::Expr& e, const rules::HiddenField& n);
  Value Of(const rules::Expr& e, const rules::MethodCall& n);
  Value Of(const rules::Expr& e, const rules::FuncCall& n);
  Value Of(const rules::Expr& e, const rules::Index& n);
  Value Of(const rules::Expr& e, const rules::SliceOf& n);
  Value Of(const rules::Expr& e, const rules::Assert& n);
  Value Of(const rules::Expr& e, const rules::NewObject& n);
  Value Of(const rules::Expr& e, const rules::ObjectIn& n);
  Value Of(const rules::Expr& e, const rules::FirstTime& n);
  Value Of(const rules::Expr& e, const rules::Is& n);
  Value Of(const rules::Expr& e, const rules::Convert& n);
  Value Of(const rules::Expr& e, const rules::Unary& n);
  Value Of(const rules::Expr& e, const rules::Binary& n);
  Value Of(const rules::Expr& e, const rules::Composite& n);
  Value Of(const rules::Expr& e, const rules::Or& n);
  Value Of(const rules::Expr& e, const rules::Cond& n);
  Value Of(const rules::Expr& e, const rules::Except& n);
  Value Of(const rules::Expr& e, const rules::Clone& n);
  Value Of(const rules::Expr& e, const rules::Words& n);
  Value Of(const rules::Expr& e, const rules::Exists& n);
  Value Of(const rules::Expr& e, const rules::Join& n);
  Value Of(const rules::Expr& e, const rules::Apply& n);
  Value Of(const rules::Expr& e, const rules::Need& n);
  Value Of(const rules::Expr& e, const rules::Len& n);
  Value Of(const rules::Expr& e, const rules::ExternCall& n);
  Value Of(const rules::Expr& e, const rules::OptionValue& n);
  Value Of(const rules::Expr& e, const rules::Panicked& n);
  Value Of(const rules::Expr& e, const rules::PanicValue& n);
  Value Of(const rules::Expr& e, const rules::Entered& n);
  Value Of(const rules::Expr& e, const rules::Ambient& n);
  Value Of(const rules::Expr& e, const rules::Absent& n);

  /// nil, a failed assertion, an index out of range: absent, and in a strict expression the end of the run.
  Value Missing(const rules::Expr& at, const std::string& what);
  Value FieldOf(const Value& holder, const go::Var& field, const rules::Expr& at);
  Value FieldOf(const Value& holder, llvm::StringRef name, const go::Type* type, const rules::Expr& at);
  Value Follow(const rules::Expr& base, const go::Selection& selection, const rules::Expr& at);
  Value Logic(const rules::Binary& n);
  Value Compare(const rules::Binary& n, const Value& x, const Value& y);
  Value Arithmetic(const rules::Expr& e, const rules::Binary& n, const Value& x, const Value& y);
  Value AssertTo(const rules::Expr& at, const Value& base, const go::Type* wanted);
  Value MadeError(const rules::FuncCall& n);
  Value MadeURL(const rules::Expr& e, const rules::FuncCall& n);
  std::vector<Value> EvalAll(const std::vector<rules::ExprPtr>& exprs);
  std::optional<std::vector<Value>> RangeOf(const rules::Expr& range, Value& whole);
  std::string ApplyText(const rules::Expr& e, const rules::Apply& n);
  Value MapEntry(const Map& map, const Value& key, const rules::Expr& at);
  std::string Arguments(const std::vector<rules::ExprPtr>& args);
  /// `Nil`, `driver.ErrSkip`
  static std::string NameOf(const rules::Global& global);

  // ---- bind.cpp
  PlacePtr BindBase(const rules::Expr& base, std::string& why);
  PlacePtr BindThrough(const rules::Expr& base, const go::Selection& selection, std::string& why);
  static bool MakePresent(Place& place, const go::Type* type, const std::string& path, std::string& why);
  static PlacePtr FieldPlace(Struct& holder, llvm::StringRef name, const go::Type* type);
  PlacePtr BindMethod(const rules::Expr& e, const rules::MethodCall& n, std::string& why);
  PlacePtr BindElement(const rules::Index& n, std::string& why);
  PlacePtr BindAssertion(const rules::Expr& e, const rules::Assert& n, std::string& why);
  static Struct* StructIn(const Value& value);
  PlacePtr& PlaceOf(const rules::Binding& binding);

  // ---- bodies.cpp: closures and objects
  Interpreter(const Interpreter& around, const rules::Hook& body);
  void BindNames(const rules::Hook& body);
  Value Decorated(const rules::Decorate& n, const Value& value, Value object);
  const rules::Object* ObjectBehind(const Box& box) const;

  const rules::Plugin& plugin_;
  const rules::Hook& hook_;
  std::vector<const rules::MetricDecl*> metrics_;  // the rule's own, as MetricStmt counts them
  const check::Target& target_;
  const go::Package& package_;
  std::map<const rules::Binding*, PlacePtr> names_;  // asked, never walked
  std::map<std::string, PlacePtr> globals_;          // variables, by package and name
  std::map<std::string, PlacePtr> calls_bound_;      // functions and externs, by `name(args)`
  struct MethodResult {
    const go::Func* method;
    PlacePtr result;
  };
  /// Of values that have no methods of their own here, neither structs nor interfaces: by `value.name(args)`.
  std::map<std::string, MethodResult> methods_bound_;
  std::map<unsigned, Value> options_;
  std::set<PlacePtr> evaluated_;  // of arguments of templates; asked, never walked
  std::shared_ptr<Records> records_ = std::make_shared<Records>();
  int body_ = 0;        // of records_
  bool alone_ = false;  // a closure around nothing
  /// One element of a loop.
  struct Round {
    std::map<const rules::Binding*, PlacePtr> names;
    std::map<unsigned, size_t> started;
  };
  std::map<unsigned, std::vector<Round>> rounds_;
  std::map<unsigned, size_t> started_;  // the hook's span -> index in Records::spans
  Value ambient_;                       ///< the goroutine's context
  std::optional<Stop> stop_;
  unsigned steps_ = 0;
  bool strict_ = false;
  bool skipped_ = false;
  bool bypassed_ = false;
  bool at_exit_ = false;
  std::optional<Value> panic_;
};

/// The options of the plugin, with their defaults.
void BindTestOptions(Interpreter& run, const pack::Plugin& description);
/// False when something cannot be bound.
bool BindTestGivens(Interpreter& run, const std::vector<struct Given>& givens);

/// What the runtime's function of that package and name gives, as far as it is known here without Go;
/// nullopt: it is not. Values are typed as the extern's parameters are.
std::optional<Value> CallRuntime(const rules::ExternFunc& func, const std::vector<Value>& args);

}  // namespace instc::ruletest

#endif  // INSTC_COMPILER_RULETEST_INTERPRETER_H
