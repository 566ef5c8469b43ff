#include "compiler/compile/lock.h"

#include "compiler/go/load/semver.h"
#include "compiler/pack/digest.h"

namespace instc::compile {
namespace {

constexpr llvm::StringLiteral kHeading =
    "# What the rules beside this file were checked against. `instc check --lock` writes it.\n";
constexpr llvm::StringLiteral kFormat = "lock 1";

std::string SignatureDigest(llvm::StringRef signature) {
  return signature.empty() ? "-" : pack::ShortDigest(pack::Sha256(signature));
}

/// `NAME SINCE DIGEST SIGNATURE`; a signature has blanks, nothing before it has.
bool ParseSymbol(llvm::StringRef line, Lock& lock) {
  auto [name, after_name] = line.split(' ');
  auto [since, after_since] = after_name.split(' ');
  auto [digest, signature] = after_since.split(' ');
  if (name.empty() || !go::IsSemver(since) || digest != SignatureDigest(signature)) return false;
  lock.symbols[name.str()].push_back({since.str(), signature.str()});
  return true;
}

bool ParseLine(llvm::StringRef line, Lock& lock) {
  auto [word, rest] = line.split(' ');
  if (word == "plugin") {
    lock.plugin = rest.str();
    return !rest.empty();
  }
  if (word == "library") {
    auto [path, range] = rest.split(' ');
    lock.library = path.str();
    lock.range = range.str();
    return !path.empty();
  }
  if (word == "version") {
    const bool ascending = lock.versions.empty() || go::CompareSemver(lock.versions.back(), rest) < 0;
    if (!go::IsSemver(rest) || !ascending) return false;
    lock.versions.push_back(rest.str());
    return true;
  }
  return word == "symbol" && ParseSymbol(rest, lock);
}

}  // namespace

llvm::StringRef Lock::SignatureAt(const std::string& symbol, llvm::StringRef version) const {
  auto found = symbols.find(symbol);
  if (found == symbols.end()) return "";
  llvm::StringRef signature;
  for (const Entry& entry : found->second)
    if (go::CompareSemver(entry.since, version) <= 0) signature = entry.signature;
  return signature;
}

void Lock::Enter(const std::string& version, const std::map<std::string, rules::SymbolUse>& used) {
  versions.push_back(version);
  for (auto& [symbol, entries] : symbols)
    if (used.count(symbol) == 0 && !entries.back().signature.empty()) entries.push_back({version, ""});
  for (const auto& [symbol, use] : used) {
    std::vector<Entry>& entries = symbols[symbol];
    if (entries.empty() || entries.back().signature != use.signature)
      entries.push_back({version, use.signature});
  }
}

std::string LockText(const Lock& lock) {
  std::string text = kHeading.str() + kFormat.str() + "\nplugin " + lock.plugin + "\nlibrary " + lock.library;
  text += (lock.range.empty() ? "" : " " + lock.range) + "\n";
  for (const std::string& version : lock.versions) text += "version " + version + "\n";
  for (const auto& [symbol, entries] : lock.symbols)
    for (const Lock::Entry& entry : entries)
      text += "symbol " + symbol + " " + entry.since + " " + SignatureDigest(entry.signature) +
              (entry.signature.empty() ? "" : " " + entry.signature) + "\n";
  return text;
}

Result<Lock> ParseLock(llvm::StringRef text) {
  Lock lock;
  unsigned number = 0;
  bool format = false;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    ++number;
    line = line.rtrim("\r \t");
    if (line.empty() || line.startswith("#")) continue;
    if (!format && line != kFormat) return Fail("line {0}: `{1}` was expected", number, kFormat);
    if (format && !ParseLine(line, lock)) return Fail("line {0}: malformed, or edited by hand", number);
    format = true;
  }
  if (lock.plugin.empty() || lock.library.empty() || lock.versions.empty())
    return Fail("it names no plugin, no library or no version");
  return lock;
}

std::string LockPathOf(llvm::StringRef rule_file) {
  rule_file.consume_back(".hook");
  return rule_file.str() + ".lock";
}

}  // namespace instc::compile
