// What the run in Go has to say: the facts of the interpreter's run, and the conditions that a test expects.
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/go_translator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

namespace instc::ruletest {

using rules::Expr;
using rules::ExprPtr;

void GoTranslator::Fact(const std::string& what, std::optional<std::string> value) {
  out_.facts[what].push_back(std::move(value));
}

std::string GoTranslator::Bits(double value) {
  return "f:" + llvm::utohexstr(llvm::DoubleToBits(value), /*LowerCase=*/true);
}

std::optional<std::string> GoTranslator::Wire(const Value& value) {
  if (const auto* text = value.As<std::string>()) return "s:" + llvm::toHex(*text, /*LowerCase=*/true);
  if (value.As<Integer>() != nullptr) return "i:" + Show(value);
  if (value.As<bool>() != nullptr) return "b:" + Show(value);
  if (const auto* real = value.As<double>()) return Bits(*real);
  const auto* list = value.As<std::shared_ptr<List>>();
  if (list == nullptr || (*list)->open) return std::nullopt;
  std::string out = "l:";
  for (const auto& [index, element] : (*list)->elements) {
    const auto* text = element->value.As<std::string>();
    if (text == nullptr) return std::nullopt;
    out += llvm::toHex(*text, /*LowerCase=*/true) + ",";
  }
  return out;
}

void GoTranslator::Facts(const Interpreter& run) {
  for (size_t i = 0; i < records_->spans.size(); ++i) Span(records_->spans[i], std::to_string(i));
  for (size_t i = 0; i < records_->measured.size(); ++i) Measured(records_->measured[i], std::to_string(i));
  for (size_t i = 0; i < records_->logged.size(); ++i) Log(records_->logged[i], std::to_string(i));
  for (unsigned i = 0; i < records_->injections; ++i) Fact("injected", "");
  for (const auto& happened : records_->order) Fact("order", happened);
  Calls(run);
}

void GoTranslator::Measured(const MeasureRecord& record, const std::string& number) {
  if (record.certain.IsUnknown()) {
    Fact("measured", std::nullopt);
    out_.open.insert("aside measured ");
    out_.open.insert("value ");
    return;
  }
  Fact("measured", std::to_string(record.index));
  if (const auto* integer = record.value.As<Integer>())
    Fact("value " + number, Bits(static_cast<double>(integer->value)));
  else
    Fact("value " + number, record.value.As<double>() != nullptr ? Wire(record.value) : std::nullopt);
  for (const auto& [key, value] : record.own) Fact("aside measured " + number + " " + key, Wire(value));
}

void GoTranslator::Log(const LogRecord& record, const std::string& index) {
  const bool certain = !record.certain.IsUnknown();
  Fact("log " + index, certain ? Wire(record.body) : std::nullopt);
  Fact("severity " + index, certain ? Wire(record.severity) : std::nullopt);
  for (const auto& [key, value] : record.attributes)
    Fact("logged " + index + " " + key, certain ? Wire(value) : std::nullopt);
}

void GoTranslator::Span(const SpanRecord& span, const std::string& index) {
  Fact("kind " + index,
       span.enriched ? "enrich " + std::to_string(span.which) : std::to_string(static_cast<int>(*span.kind)));
  const auto* name = span.name.As<std::string>();
  if (!span.enriched || name == nullptr || !name->empty()) Fact("name " + index, Wire(span.name));
  for (const auto& [key, value] : span.attributes) Fact("attribute " + index + " " + key, Wire(value));
  const auto* status = span.status.As<Integer>();
  if (status == nullptr)
    Fact("status " + index, std::nullopt);
  else if (status->value != 0)
    Fact("status " + index, Show(span.status));
  const auto* message = span.message.As<std::string>();
  if (message == nullptr || !message->empty()) Fact("message " + index, Wire(span.message));
  unsigned number = 0;
  for (const auto& [event, attributes] : span.events) {
    Fact("event " + index, Wire(event));
    const std::string aside = "aside event " + index + "." + std::to_string(number++) + " ";
    if (event.IsUnknown()) out_.open.insert("aside event " + index + ".");
    for (const auto& [key, value] : attributes) Fact(aside + key, Wire(value));
  }
  for (const Value& link : span.links) {
    const auto* unknown = link.As<Unknown>();
    Fact("link " + index, unknown != nullptr && unknown->path.empty() ? std::nullopt : std::optional(""));
  }
}

/// `,s:6162`, `,i:1`; of types that are not basic no more than that they were there.
std::string GoTranslator::Argument(const go::Var& param, const std::string& place) {
  const auto* basic = go::UnderlyingAs<go::BasicType>(param.type());
  if (basic == nullptr) return "\",?\"";
  if (basic->IsString()) return "\",\" + instcText(string(" + place + "))";
  if (basic->IsInteger()) return "instcFmt.Sprintf(\",i:%d\", " + place + ")";
  if (basic->IsBoolean()) return "instcFmt.Sprintf(\",b:%v\", bool(" + place + "))";
  return "\",?\"";
}

std::optional<std::string> GoTranslator::Argument(const go::Var& param, const Value& value) {
  const auto* basic = go::UnderlyingAs<go::BasicType>(param.type());
  const bool plain = basic != nullptr && (basic->IsString() || basic->IsInteger() || basic->IsBoolean());
  if (!plain) return ",?";
  const auto wire = Wire(value);
  return wire.has_value() ? std::optional("," + *wire) : std::nullopt;
}

/// Calls of the package's own functions and methods: those are doubled and say that they were called.
void GoTranslator::Calls(const Interpreter&) {
  for (const CallRecord& record : records_->calls) {
    const go::Func* func = nullptr;
    if (const auto* method = std::get_if<rules::MethodCall>(&record.call->node))
      func = llvm::dyn_cast<go::Func>(method->selection.object);
    if (func == nullptr || func->decl() == nullptr || func->package() != test_.package) continue;
    const GoDouble which{func->decl()->receiver_type_name().str(), func->name().str()};
    if (llvm::none_of(out_.doubles, [&](const GoDouble& d) { return d.Same(which); }))
      out_.doubles.push_back(which);
    called_[which.Key()] = func;
    std::optional<std::string> said = which.Key();
    const auto& params = func->signature()->params;
    const bool each = !func->signature()->variadic && params.size() == record.args.size();
    for (size_t i = 0; each && said.has_value() && i < params.size(); ++i) {
      const auto argument = Argument(*params[i], record.args[i]);
      said = argument.has_value() ? std::optional(*said + *argument) : std::nullopt;
    }
    Fact("call", said);
  }
  std::string before;
  for (const auto& [key, func] : called_) {
    before += "\tinstcH_" + key + "_body = func() { instcSay(\"call\", \"" + key + "\"";
    const auto& params = func->signature()->params;
    for (size_t i = 0; !func->signature()->variadic && i < params.size(); ++i)
      before += " + " + Argument(*params[i], "instcH_" + key + "_p" + std::to_string(i));
    before += ") }\n";
  }
  out_.body = before + out_.body;
}

/// What the parents are that a test expects, before the call may change them; and of which spans they are.
void GoTranslator::Parents(const Test& test) {
  for (const Expectation& e : test.expectations) {
    const auto* span = std::get_if<ExpectSpan>(&e.node);
    for (size_t i = 0; span != nullptr && i < span->details.size(); ++i) {
      const auto* parent = std::get_if<ExpectedParent>(&span->details[i]);
      const auto printed = parent == nullptr ? std::nullopt : Print(*parent->parent);
      if (!printed.has_value()) continue;
      parent_places_[parent] = Fresh("w");
      out_.declarations += "var " + parent_places_[parent] + " any\n";
      Line(parent_places_[parent] + " = " + *printed);
    }
  }
}

void GoTranslator::SayParents(const ExpectedParent& parent) {
  const auto place = parent_places_.find(&parent);
  if (place == parent_places_.end()) return;
  const auto* map = go::UnderlyingAs<go::MapType>(parent.parent->type);
  const bool header = map != nullptr && go::UnderlyingAs<go::SliceType>(map->value) != nullptr;
  const Value& wanted = known_.at(&parent);
  for (size_t i = 0; i < records_->spans.size(); ++i) {
    const SpanRecord& span = records_->spans[i];
    if (span.enriched) continue;
    const Answer by_context = Equal(span.parent, wanted);
    const Answer by_carrier = Equal(span.remote, wanted);
    const bool known = by_context != Answer::kUnknown && by_carrier != Answer::kUnknown;
    const bool told = known && (by_carrier == Answer::kNo || header);
    const std::string what = "parent " + std::to_string(i) + " of " + place->second;
    const bool is = by_context == Answer::kYes || by_carrier == Answer::kYes;
    Line("instcSay(\"" + what + "\", instcFmt.Sprint(instcIsParent(" + std::to_string(i) + ", " +
         place->second + ")))");
    Fact(what, told ? std::optional<std::string>(is ? "true" : "false") : std::nullopt);
  }
}

bool GoTranslator::HoldsText(const go::Type* type) {
  const auto* basic = go::UnderlyingAs<go::BasicType>(type);
  return (basic != nullptr && basic->IsString()) || go::UnderlyingAs<go::MapType>(type) != nullptr ||
         go::UnderlyingAs<go::SliceType>(type) != nullptr;
}

/// What holds at the end of a call, said where Go can say it.
void GoTranslator::Expectations(const Test& test) {
  for (const Expectation& e : test.expectations) {
    if (const auto* span = std::get_if<ExpectSpan>(&e.node))
      for (const auto& detail : span->details)
        if (const auto* parent = std::get_if<ExpectedParent>(&detail)) SayParents(*parent);
    const auto* holds = std::get_if<ExpectTrue>(&e.node);
    const auto* carrier = std::get_if<ExpectCarrier>(&e.node);
    const bool text = carrier != nullptr && HoldsText(carrier->carrier->type);
    if (holds == nullptr && !text) continue;
    const auto printed = Print(holds != nullptr ? *holds->condition : *carrier->carrier);
    if (!printed.has_value() || known_.at(&e).As<bool>() == nullptr) continue;
    const std::string what = "condition " + std::to_string(conditions_++);
    Line("instcSay(\"" + what + "\", instcFmt.Sprint(" + (text ? "instcHolds(" + *printed + ")" : *printed) +
         "))");
    Fact(what, Show(known_.at(&e)));
  }
}

/// An expression that is Go already; nullopt: it has parts that only the language knows.
std::optional<std::string> GoTranslator::Print(const Expr& expr) {
  auto join = [&](const std::vector<ExprPtr>& args) -> std::optional<std::string> {
    std::vector<std::string> texts;
    for (const ExprPtr& arg : args) {
      auto text = Print(*arg);
      if (!text.has_value()) return std::nullopt;
      texts.push_back(*text);
    }
    return "(" + llvm::join(texts, ", ") + ")";
  };
  if (const auto* n = std::get_if<rules::Literal>(&expr.node))
    return n->value.known() ? n->value.ToString() : n->text;
  if (const auto* n = std::get_if<rules::Use>(&expr.node)) {
    const auto place = places_.find(n->binding);
    return place == places_.end() ? std::nullopt : std::optional(place->second);
  }
  if (const auto* n = std::get_if<rules::Global>(&expr.node)) {
    if (llvm::StringRef(n->package).endswith(":") || !n->type_args.empty()) return std::nullopt;
    return n->package.empty() ? n->name : Import(n->package) + "." + n->name;
  }
  if (const auto* n = std::get_if<rules::FieldSelect>(&expr.node)) {
    auto base = Print(*n->base);
    return base.has_value() ? std::optional(*base + "." + n->selection.object->name().str()) : std::nullopt;
  }
  if (const auto* n = std::get_if<rules::HiddenField>(&expr.node)) {
    auto base = Print(*n->base);
    return base.has_value() ? std::optional(*base + "." + n->name) : std::nullopt;
  }
  if (const auto* n = std::get_if<rules::Index>(&expr.node)) {
    auto base = Print(*n->base);
    auto index = Print(*n->index);
    return base && index ? std::optional(*base + "[" + *index + "]") : std::nullopt;
  }
  if (const auto* n = std::get_if<rules::Binary>(&expr.node)) {
    auto x = Print(*n->x);
    auto y = Print(*n->y);
    return x && y ? std::optional("(" + *x + " " + n->op + " " + *y + ")") : std::nullopt;
  }
  if (const auto* n = std::get_if<rules::Len>(&expr.node)) {
    auto base = Print(*n->base);
    return base ? std::optional(n->func + "(" + *base + ")") : std::nullopt;
  }
  if (const auto* n = std::get_if<rules::FuncCall>(&expr.node)) {
    auto callee = Print(*n->callee);
    auto args = join(n->args);
    return callee && args ? std::optional(*callee + *args) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace instc::ruletest
