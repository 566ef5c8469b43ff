#include "compiler/compile/version_report.h"

#include "compiler/compile/versions.h"
#include "llvm/ADT/STLExtras.h"

namespace instc::compile {

INSTC_DIAGNOSTIC(NotInEveryVersion, "E0401", Error,
                 "rule does not hold in every version this plugin claims: {0}", std::string);

namespace {

bool InGoFile(const Span& span) {
  return span.Valid() && span.buffer->name().endswith(".go");
}

bool Within(const Span& inner, const Span& outer) {
  return inner.buffer == outer.buffer && inner.begin >= outer.begin && inner.end <= outer.end;
}

/// Codes that say that the library does not have a name: the version that has it can be told.
bool IsMissingName(llvm::StringRef code) {
  static constexpr llvm::StringLiteral kCodes[] = {"E0301", "E0302", "E0303", "E0307",
                                                   "E0349", "E0350", "E0351"};
  return llvm::is_contained(kCodes, code);
}

}  // namespace

// A place in a Go file is another one in every version: there the message has to do.
std::string ProblemKey(const diag::Diagnostic& d) {
  std::string place;
  if (d.span.Valid() && !InGoFile(d.span))
    place =
        d.span.buffer->name().str() + " " + std::to_string(d.span.begin) + " " + std::to_string(d.span.end);
  return place + " " + d.code + " " + d.message;
}

bool VersionResult::Applies(const Span& span) const {
  auto next = llvm::partition_point(
      outcomes, [&](const rules::RuleOutcome& rule) { return rule.span.begin <= span.begin; });
  return next == outcomes.begin() || std::prev(next)->applies || !Within(span, std::prev(next)->span);
}

bool VersionResult::Hides(const Span& other, const Span& span) const {
  if (other.buffer != span.buffer || !other.Valid()) return false;
  if (Within(other, span)) return true;
  return other.end <= span.begin && llvm::any_of(outcomes, [&](const rules::RuleOutcome& rule) {
           return Within(other, rule.span) && Within(span, rule.span);
         });
}

VersionReport::VersionReport(const check::RuleFile& file, const std::vector<std::string>& claimed,
                             const std::map<std::string, const VersionResult*>& results)
    : file_(file), claimed_(claimed) {
  for (size_t i = 0; i < claimed.size(); ++i) {
    auto found = results.find(claimed[i]);
    if (found != results.end()) results_.emplace_back(i, found->second);
  }
}

std::vector<VersionReport::Problem> VersionReport::Problems() const {
  std::vector<Problem> problems;
  std::set<std::string> known;
  for (const auto& newest_first : llvm::reverse(results_)) {
    for (const auto& [key, d] : newest_first.second->problems) {
      if (!known.insert(key).second) continue;
      Problem problem{key, &d, TestAround(d.span), {}};
      for (const auto& [index, result] : results_) {
        const bool shows = result->problems.count(key) > 0;
        const bool concerned = problem.test == nullptr ? result->Applies(d.span)
                                                       : shows || result->tests.count(problem.test) > 0;
        if (concerned) problem.at.emplace_back(index, shows);
      }
      problems.push_back(std::move(problem));
    }
  }
  return problems;
}

bool VersionReport::Problem::Everywhere() const {
  return llvm::all_of(at, [](const auto& entry) { return entry.second; });
}

const ast::TestDecl* VersionReport::TestAround(const Span& span) const {
  for (const check::TestRef& test : file_.tests)
    if (Within(span, test.span)) return test.decl;
  return nullptr;
}

void VersionReport::Emit(CheckMore check_more, diag::Emitter& emitter) const {
  for (const Problem& problem : Problems()) {
    if (problem.Everywhere() || problem.shown->severity != diag::Severity::Error)
      emitter.Repeat(*problem.shown);
    else if (problem.test != nullptr)
      EmitOfTest(problem, emitter);
    else if (HiddenElsewhere(problem))
      EmitHidden(problem, emitter);
    else
      EmitPartial(problem, check_more, emitter);
  }
}

/// Whether every version without the problem has another one that ends the check before it comes to this one:
/// at the same place or a part of it, or further up in the same rule. Then nobody can tell that it holds
/// there.
bool VersionReport::HiddenElsewhere(const Problem& problem) const {
  const Span at = problem.shown->span;
  return llvm::all_of(results_, [&](const auto& checked) {
    const auto& [index, result] = checked;
    const size_t version = index;
    const bool clean =
        llvm::any_of(problem.at, [&](const auto& entry) { return entry.first == version && !entry.second; });
    return !clean || llvm::any_of(result->problems, [&, &result = result](const auto& other) {
      return other.second.severity == diag::Severity::Error && result->Hides(other.second.span, at);
    });
  });
}

void VersionReport::EmitHidden(const Problem& problem, diag::Emitter& emitter) const {
  diag::Diagnostic d = *problem.shown;
  std::vector<std::string> shows;
  for (const auto& [index, fails] : problem.at)
    if (fails) shows.push_back(claimed_[index]);
  d.notes.push_back({{},
                     "so it is in " + FirstToLast(shows.front(), shows.back()) +
                         "; in the other versions the rule fails otherwise, here or before that"});
  emitter.Repeat(std::move(d));
}

/// Moves the two versions towards each other until they are neighbours, or one between them cannot be had.
void VersionReport::Narrow(const Problem& problem, size_t& failing, size_t& holding,
                           CheckMore check_more) const {
  while (std::max(failing, holding) - std::min(failing, holding) > 1) {
    const size_t middle = (failing + holding) / 2;
    const VersionResult* result = check_more(claimed_[middle]);
    if (result == nullptr) return;
    (result->problems.count(problem.key) > 0 ? failing : holding) = middle;
  }
}

void VersionReport::EmitPartial(const Problem& problem, CheckMore check_more, diag::Emitter& emitter) const {
  const auto& at = problem.at;
  size_t changes = 0;
  for (size_t i = 1; i < at.size(); ++i) changes += at[i].second != at[i - 1].second ? 1 : 0;
  const bool added = changes == 1 && at.front().second;
  const bool removed = changes == 1 && at.back().second;
  auto fails = [](const auto& entry) { return entry.second; };
  size_t first = llvm::find_if(at, fails)->first;
  size_t last = std::find_if(at.rbegin(), at.rend(), fails)->first;
  const bool missing = IsMissingName(problem.shown->code);
  size_t holding = 0;
  if (added) {
    holding = llvm::find_if_not(at, fails)->first;
    Narrow(problem, last, holding, check_more);
  } else if (removed) {
    holding = std::find_if_not(at.rbegin(), at.rend(), fails)->first;
    Narrow(problem, first, holding, check_more);
  }
  std::string label = (missing ? "missing in " : "fails in ") + FirstToLast(claimed_[first], claimed_[last]);
  if (added) label += (missing ? "; added in " : "; holds from ") + claimed_[holding];
  if (removed) label += (missing ? "; last in " : "; holds up to ") + claimed_[holding];
  if (!added && !removed)
    label += ", in " + std::to_string(llvm::count_if(at, fails)) + " of " + std::to_string(at.size()) +
             " versions checked";
  const diag::Diagnostic& d = *problem.shown;
  auto builder = emitter.Emit(d.span, NotInEveryVersion, d.message);
  builder.Label(label + " (" + d.code + ")").Note(file_.library_span, "claimed here");
  for (const diag::Note& note : d.notes)
    note.span.Valid() ? builder.Note(note.span, note.text) : builder.Note(note.text);
  if (added) HelpRaise(builder, claimed_[holding]);
  if (removed) HelpLower(builder, claimed_[first]);
  for (const std::string& help : d.helps) builder.Help(help);
  if (d.code == "E0302")
    builder.Help("write `opt(...)`: the value is absent in versions without it");
  else
    builder.Help("split the rule with `where lib " +
                 (added ? ">= " + claimed_[holding] : "< " + claimed_[first]) + "`");
}

/// What would mend it at one version may be wrong at the next, so there is no fix.
void VersionReport::EmitOfTest(const Problem& problem, diag::Emitter& emitter) const {
  diag::Diagnostic d = *problem.shown;
  std::vector<std::string> shows, holds;
  for (const auto& [index, fails] : problem.at) (fails ? shows : holds).push_back(claimed_[index]);
  d.notes.push_back({{},
                     "so it is in " + FirstToLast(shows.front(), shows.back()) + "; the test holds in " +
                         FirstToLast(holds.front(), holds.back())});
  d.helps.emplace_back(
      "a test is for every version that its rule is for: split the rule with `where`, each with tests of its "
      "own");
  d.fixes.clear();
  emitter.Repeat(std::move(d));
}

namespace {

bool IsLower(ast::BinaryOp op) {
  return op == ast::BinaryOp::Ge || op == ast::BinaryOp::Gt;
}
bool IsUpper(ast::BinaryOp op) {
  return op == ast::BinaryOp::Le || op == ast::BinaryOp::Lt;
}

Span After(const Span& span) {
  return {span.buffer, span.end, span.end};
}

}  // namespace

void VersionReport::HelpRaise(diag::Builder& builder, const std::string& version) const {
  const ast::VersionRange& range = file_.library->range;
  const std::string bound = ">= " + version;
  const std::string text = "raise the range to " + bound;
  auto lower = llvm::find_if(range.bounds, [](const ast::VersionBound& b) { return IsLower(b.op); });
  if (lower != range.bounds.end())
    builder.Fix(text, lower->span, bound);
  else if (range.bounds.empty())
    builder.Fix(text, After(file_.library->path.span), " " + bound);
  else
    builder.Fix(text, {range.span.buffer, range.span.begin, range.span.begin}, bound + ", ");
}

void VersionReport::HelpLower(diag::Builder& builder, const std::string& version) const {
  const ast::VersionRange& range = file_.library->range;
  const std::string bound = "< " + version;
  const std::string text = "end the range before " + version;
  auto upper = llvm::find_if(range.bounds, [](const ast::VersionBound& b) { return IsUpper(b.op); });
  if (upper != range.bounds.end())
    builder.Fix(text, upper->span, bound);
  else if (range.bounds.empty())
    builder.Fix(text, After(file_.library->path.span), " " + bound);
  else
    builder.Fix(text, After(range.span), ", " + bound);
}

}  // namespace instc::compile
