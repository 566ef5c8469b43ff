// Answers corpus.py with the C++ functions: one answer a line, in hex.
#include <iostream>
#include <string>
#include <vector>

#include "compiler/ruletest/text.h"
#include "llvm/ADT/StringExtras.h"

namespace {

namespace text = instc::ruletest::text;

std::string Decoded(llvm::StringRef word) {
  return word == "-" ? "" : llvm::fromHex(word);
}

std::string Answer(const std::string& function, const std::vector<std::string>& args) {
  const std::string first = args.empty() ? "" : args[0];
  if (function == "Atoi") return std::to_string(text::Atoi(first));
  if (function == "Text") return text::Cut(first, text::kMaxText);
  if (function == "Lower") return text::Lower(first).value_or("not ASCII");
  if (function == "Upper") return text::Upper(first).value_or("not ASCII");
  if (function == "HTTPMethod") return text::HTTPMethod(first);
  if (function == "HTTPVersion") return text::HTTPVersion(first);
  if (function == "HTTPRoute") return text::HTTPRoute(first);
  if (function == "RedactURL") return text::RedactURL(first);
  if (function == "RedactQuery") return text::RedactQuery(first);
  if (function == "SanitizeSQL") return text::SanitizeSQL(first);
  if (function == "SQLOperation") return text::SQLOperation(first);
  if (function == "SQLTable") return text::SQLTable(first);
  if (function == "SQLSummary") return text::SQLSummary(first);
  if (function == "SanitizeRedis") return text::SanitizeRedis(args);
  if (function == "Words") return text::Words(args[0], args[1]);
  if (function == "HTTPName") return text::HTTPName(args[0], args[1]);
  if (function == "HostPort") {
    const text::Address address = text::HostPort(first);
    return address.host + "|" + std::to_string(address.port);
  }
  return "unknown function";
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    llvm::SmallVector<llvm::StringRef> words;
    llvm::StringRef(line).split(words, '\t');
    std::vector<std::string> args;
    for (size_t i = 1; i < words.size(); ++i) args.push_back(Decoded(words[i]));
    std::cout << llvm::toHex(Answer(words[0].str(), args), true) << '\n';
  }
}
