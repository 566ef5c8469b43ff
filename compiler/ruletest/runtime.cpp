// Which functions of the runtime the interpreter knows, and how their arguments and results cross.
#include "compiler/go/types/identical.h"
#include "compiler/go/types/universe.h"
#include "compiler/ruletest/interpreter.h"
#include "compiler/ruletest/text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace instc::ruletest {
namespace {

const go::BasicType* ExactBasic(const go::Type* type) {
  return type == nullptr ? nullptr : go::TypeAs<go::BasicType>(type);
}

/// text.Text of an `any`; unknown where Go would have to run a method.
Value TextOf(const Value& value) {
  const auto* held = value.As<std::shared_ptr<Box>>();
  if (held == nullptr) return value.IsNil() ? MakeText("") : MakeUnknown("text(" + Show(value) + ")");
  const Box& box = **held;
  if (box.text.has_value()) return MakeText(text::Cut(*box.text, text::kMaxText));
  for (const char* method : {"Error()", "String()"}) {
    auto bound = box.methods.find(method);
    if (bound == box.methods.end()) continue;
    const auto* shown = bound->second->value.As<std::string>();
    return shown == nullptr ? Mix({&bound->second->value}) : MakeText(text::Cut(*shown, text::kMaxText));
  }
  // A named type may have methods of its own.
  const bool bytes = box.dynamic != nullptr && go::TypeAs<go::SliceType>(box.dynamic) != nullptr;
  if (box.dynamic == nullptr || (ExactBasic(box.dynamic) == nullptr && !bytes))
    return MakeUnknown("text(" + Show(value) + ")");
  const Value& inner = box.inner->value;
  if (inner.IsUnknown()) return Mix({&inner});
  if (const auto* plain = inner.As<std::string>()) return MakeText(text::Cut(*plain, text::kMaxText));
  if (inner.As<bool>() != nullptr || inner.As<Integer>() != nullptr) return MakeText(Show(inner));
  return bytes && inner.IsNil() ? MakeText("") : MakeUnknown("text(" + Show(value) + ")");
}

Value Split(const std::string& address) {
  text::Address parts = text::HostPort(address);
  return Value{Tuple{{MakeText(std::move(parts.host)), MakeInt(parts.port)}}};
}

Value HostPortOf(const Value& value) {
  if (value.IsNil()) return Split("");
  const auto* held = value.As<std::shared_ptr<Box>>();
  const Value leaf = MakeUnknown(Show(value) + ".String()");
  if (held == nullptr) return leaf;
  const Box& box = **held;
  const Value* inner = box.dynamic == nullptr ? nullptr : &box.inner->value;
  if (inner != nullptr && inner->IsUnknown()) return Mix({inner});
  if (const auto* basic = ExactBasic(box.dynamic))
    return Split(basic->IsString() ? *inner->As<std::string>() : "");
  const auto* slice = box.dynamic == nullptr ? nullptr : go::TypeAs<go::SliceType>(box.dynamic);
  if (slice != nullptr) {
    const auto* list = inner->As<std::shared_ptr<List>>();
    if (list == nullptr) return Split("");
    if ((*list)->elements.count(0) == 0)
      return (*list)->open ? MakeUnknown((*list)->path + "[0]") : Split("");
    const Value& first = (*list)->elements[0]->value;
    const auto* address = first.As<std::string>();
    return address == nullptr ? Mix({&first}) : Split(*address);
  }
  auto bound = box.methods.find("String()");
  const auto* shown = bound == box.methods.end() ? nullptr : bound->second->value.As<std::string>();
  return shown == nullptr ? leaf : Split(*shown == "<nil>" ? "" : text::Cut(*shown, text::kMaxText));
}

Value RedisOf(const Value& value) {
  if (value.IsNil()) return MakeText("");
  const auto* list = value.As<std::shared_ptr<List>>();
  if (list == nullptr || (*list)->open) return MakeUnknown(Show(value));
  std::vector<std::string> words;
  for (const auto& [index, place] : (*list)->elements) {
    // Only the words of the command are shown; what lies behind them is counted.
    const Value word = index < 2 ? TextOf(place->value) : MakeText("");
    if (word.IsUnknown()) return word;
    words.push_back(*word.As<std::string>());
  }
  return MakeText(text::SanitizeRedis(words));
}

using TextFunction = std::string (*)(llvm::StringRef);

std::optional<TextFunction> FindText(llvm::StringRef name) {
  static constexpr std::pair<llvm::StringLiteral, TextFunction> kFunctions[] = {
      {"HTTPMethod", text::HTTPMethod},     {"HTTPVersion", text::HTTPVersion},
      {"HTTPRoute", text::HTTPRoute},       {"RedactURL", text::RedactURL},
      {"RedactQuery", text::RedactQuery},   {"SanitizeSQL", text::SanitizeSQL},
      {"SQLOperation", text::SQLOperation}, {"SQLTable", text::SQLTable},
      {"SQLSummary", text::SQLSummary},
  };
  for (const auto& [known, function] : kFunctions)
    if (known == name) return function;
  return std::nullopt;
}

}  // namespace

std::optional<Value> CallRuntime(const rules::ExternFunc& func, const std::vector<Value>& args) {
  if (func.package != "instc.dev/rt/text") return std::nullopt;
  const llvm::StringRef name = func.func;
  if (args.size() == 1) {
    if (name == "Text") return TextOf(args[0]);
    if (name == "HostPort") return HostPortOf(args[0]);
    if (name == "SanitizeRedis") return RedisOf(args[0]);
    if (const auto* number = args[0].As<Integer>(); number != nullptr && name == "Itoa")
      return MakeText(Show(args[0]));
    if (const auto* flag = args[0].As<bool>(); flag != nullptr && name == "HTTPScheme")
      return MakeText(*flag ? "https" : "http");
  }
  const auto* first = args.empty() ? nullptr : args[0].As<std::string>();
  if (first == nullptr) return std::nullopt;
  const auto* second = args.size() != 2 ? nullptr : args[1].As<std::string>();
  if (name == "Words" && second != nullptr) return MakeText(text::Words(*first, *second));
  if (name == "HTTPName" && second != nullptr) return MakeText(text::HTTPName(*first, *second));
  if (args.size() != 1) return std::nullopt;
  if (name == "CutText") return MakeText(text::Cut(*first, text::kMaxText));
  if (name == "HostPortText") return Split(*first);
  if (name == "OTLPExporter") return Value{text::OTLPExporter(*first)};
  if (name == "Atoi") return MakeInt(text::Atoi(*first));
  if (name == "Lower" || name == "Upper") {
    const auto mapped = name == "Lower" ? text::Lower(*first) : text::Upper(*first);
    return mapped.has_value() ? std::optional(MakeText(*mapped)) : std::nullopt;
  }
  if (const auto function = FindText(name)) return MakeText((*function)(*first));
  return std::nullopt;
}

}  // namespace instc::ruletest
