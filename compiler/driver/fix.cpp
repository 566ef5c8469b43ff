#include "compiler/driver/fix.h"

#include <tuple>

#include "compiler/driver/line_diff.h"
#include "compiler/go/load/semver.h"
#include "llvm/ADT/STLExtras.h"

namespace instc {
namespace {

using Edits = std::vector<diag::Edit>;

auto Key(const diag::Edit& edit) {
  return std::make_tuple(edit.span.buffer->name(), edit.span.begin, edit.span.end);
}
bool Before(const diag::Edit& a, const diag::Edit& b) {
  return std::tuple_cat(Key(a), std::make_tuple(llvm::StringRef(a.text))) <
         std::tuple_cat(Key(b), std::make_tuple(llvm::StringRef(b.text)));
}
bool Same(const Edits& a, const Edits& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) {
           return Key(x) == Key(y) && x.text == y.text;
         });
}
/// Every fix whose edits all lie in files that may be changed, by place, exact repetitions once.
std::vector<Edits> Candidates(const std::vector<diag::Diagnostic>& diagnostics,
                              const std::set<std::string>& paths) {
  std::vector<Edits> fixes;
  for (const diag::Diagnostic& diagnostic : diagnostics) {
    for (const diag::Fix& fix : diagnostic.fixes) {
      const bool ours = !fix.edits.empty() && llvm::all_of(fix.edits, [&](const diag::Edit& edit) {
        return edit.span.Valid() && paths.count(edit.span.buffer->name().str()) > 0;
      });
      if (!ours) continue;
      fixes.push_back(fix.edits);
      llvm::sort(fixes.back(), Before);
    }
  }
  llvm::stable_sort(fixes, [](const Edits& a, const Edits& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), Before);
  });
  fixes.erase(std::unique(fixes.begin(), fixes.end(), Same), fixes.end());
  return fixes;
}

/// Of `>= v1.2.0` and `>= v1.4.0` for one bound of a range both are right, and the narrower one is enough.
bool IsNarrower(llvm::StringRef bound, llvm::StringRef than) {
  bound = bound.trim(" ,");
  than = than.trim(" ,");
  const bool lower = bound.consume_front(">= ") && than.consume_front(">= ");
  const bool upper = !lower && bound.consume_front("< ") && than.consume_front("< ");
  if ((!lower && !upper) || !go::IsSemver(bound) || !go::IsSemver(than)) return false;
  return lower ? go::CompareSemver(bound, than) > 0 : go::CompareSemver(bound, than) < 0;
}

bool SamePlace(const Edits& a, const Edits& b) {
  return Key(a.front()) == Key(b.front());
}

/// Drops what another fix of the same place, a neighbour in the sorted list, says more narrowly.
void DropWiderBounds(std::vector<Edits>& fixes) {
  auto wider = [](const Edits& fix, const Edits& other) {
    return fix.size() == 1 && other.size() == 1 && IsNarrower(other.front().text, fix.front().text);
  };
  std::vector<Edits> kept;
  for (size_t i = 0; i < fixes.size(); ++i) {
    bool drop = false;
    for (size_t j = i; j-- > 0 && SamePlace(fixes[j], fixes[i]);) drop |= wider(fixes[i], fixes[j]);
    for (size_t j = i + 1; j < fixes.size() && SamePlace(fixes[j], fixes[i]); ++j)
      drop |= wider(fixes[i], fixes[j]);
    if (!drop) kept.push_back(fixes[i]);
  }
  fixes = std::move(kept);
}

/// Whether a neighbour in the sorted list wants something else at the very same place.
bool Disputed(const std::vector<Edits>& fixes, size_t i) {
  return (i > 0 && SamePlace(fixes[i - 1], fixes[i])) ||
         (i + 1 < fixes.size() && SamePlace(fixes[i + 1], fixes[i]));
}

/// `edits` are sorted and do not touch.
std::string Edited(const SourceBuffer& buffer, const Edits& edits) {
  std::string text;
  uint32_t at = 0;
  for (const diag::Edit& edit : edits) {
    text += buffer.text().slice(at, edit.span.begin);
    text += edit.text;
    at = edit.span.end;
  }
  return text + buffer.text().drop_front(at).str();
}

}  // namespace

std::map<std::string, FixedText> ApplyFixes(const std::vector<diag::Diagnostic>& diagnostics,
                                            const std::set<std::string>& paths) {
  std::vector<Edits> fixes = Candidates(diagnostics, paths);
  DropWiderBounds(fixes);
  std::map<const SourceBuffer*, Edits> accepted;
  for (size_t i = 0; i < fixes.size(); ++i) {
    const bool free = llvm::all_of(fixes[i], [&](const diag::Edit& edit) {
      const Edits& before = accepted[edit.span.buffer];
      return before.empty() || before.back().span.end < edit.span.begin;
    });
    if (!free || Disputed(fixes, i)) continue;
    for (const diag::Edit& edit : fixes[i]) accepted[edit.span.buffer].push_back(edit);
  }
  std::map<std::string, FixedText> texts;
  for (const auto& [buffer, edits] : accepted)
    if (!edits.empty()) texts[buffer->name().str()] = {buffer->text().str(), Edited(*buffer, edits)};
  return texts;
}

Result<bool> FixedFiles::Apply(const std::vector<diag::Diagnostic>& diagnostics) {
  bool any = false;
  for (auto& [path, text] : ApplyFixes(diagnostics, paths_)) {
    auto current = SourceBuffer::Read(context_.files, path);
    if (!current) return current.takeError();
    if ((*current)->text() != text.before) return Fail("{0} was changed while it was checked", path);
    if (llvm::Error error = context_.write_file(path, text.after)) return Result<bool>(std::move(error));
    changed_.try_emplace(path, FixedText{text.before, ""}).first->second.after = text.after;
    any = true;
  }
  return any;
}

void FixedFiles::ShowChanges(llvm::raw_ostream& out) const {
  for (const auto& [path, texts] : changed_) out << LineDiff(path, texts.before, texts.after, "fixed");
}

}  // namespace instc
