#include "compiler/ruletest/std_functions.h"

#include <string>

#include "dsl/base/text.h"

namespace instc::ruletest {
namespace {

using llvm::StringRef;

int64_t At(size_t index) {
  return index == StringRef::npos ? -1 : static_cast<int64_t>(index);
}

std::optional<Value> OfTwo(StringRef name, StringRef text, StringRef part) {
  if (name == "HasPrefix") return Value{text.startswith(part)};
  if (name == "HasSuffix") return Value{text.endswith(part)};
  if (name == "Contains") return Value{text.contains(part)};
  if (name == "Index") return MakeInt(At(text.find(part)));
  if (name == "LastIndex") return MakeInt(At(text.rfind(part)));
  if (name == "TrimPrefix") return MakeText((text.consume_front(part), text.str()));
  if (name == "TrimSuffix") return MakeText((text.consume_back(part), text.str()));
  return std::nullopt;
}

}  // namespace

std::optional<Value> CallStd(StringRef package, StringRef name, const std::vector<Value>& args) {
  if (package != "strings") return std::nullopt;
  std::vector<StringRef> texts;
  for (const Value& arg : args) {
    const auto* text = arg.As<std::string>();
    if (text == nullptr) return std::nullopt;
    texts.push_back(*text);
  }
  if (texts.size() == 2) return OfTwo(name, texts[0], texts[1]);
  // An empty `from` stands between all runes.
  if (texts.size() == 3 && name == "ReplaceAll" && !texts[1].empty())
    return MakeText(ReplacedAll(texts[0], texts[1], texts[2]));
  return std::nullopt;
}

}  // namespace instc::ruletest
