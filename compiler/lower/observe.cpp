// Observations. What the value is read from is given to the runtime once, as a pointer that it keeps weakly,
// and comes back at each reading; what is plain is copied into the function that reads. Nothing else of the
// call may be in that function, or it would stay alive for as long as the observation.
#include "compiler/lower/absence.h"
#include "compiler/lower/statements.h"

namespace instc::lower {

using rules::Binding;

namespace {

const Binding* OwnerOf(const rules::Observe& n) {
  return n.owner == nullptr ? nullptr : std::get<rules::Use>(n.owner->node).binding;
}

}  // namespace

/// The function that reads the value: a variable of the evaluation.
std::string Burst::Reader(const rules::Observe& n) {
  const HookScope::Texts outside = scope_.texts();
  for (const Binding* binding : n.plain) {
    std::string copy = scope_.Temp(), presence = scope_.Presence(*binding);
    evaluation_.Line(copy + " := " + scope_.Read(*binding));
    scope_.Substitute(*binding, copy);
    if (presence.empty()) continue;
    std::string there = scope_.Temp();
    evaluation_.Line(there + " := " + presence);
    scope_.SetPresence(*binding, there);
  }
  std::string reader = scope_.Temp();
  evaluation_.Open(reader + " := func(instcV " + scope_.UnsafePointer() + ") (instcR float64, instcOK bool)");
  evaluation_.Line(kRecovered);
  if (const Binding* owner = OwnerOf(n)) {
    evaluation_.Line("instcO := (" + scope_.Type(n.owner->type) + ")(instcV)");
    scope_.Substitute(*owner, "instcO");
    scope_.SetPresence(*owner, "");
  }
  bool may_be_absent = false;
  {
    Blocks blocks(evaluation_);
    const unsigned depth = evaluation_.depth();
    GoExpr value = Values(scope_, evaluation_, Values::Mode::kTotal).Value(*n.value);
    evaluation_.Line("return float64(" + value.text + "), true");
    may_be_absent = evaluation_.depth() > depth;
  }
  if (may_be_absent) evaluation_.Line("return");
  evaluation_.Close();
  scope_.SetTexts(outside);
  return reader;
}

void Burst::Add(const rules::Observe& n, const std::string& owner) {
  Write write{"", "", Aside(n.attributes)};
  std::string at = owner.empty()
                       ? "nil, nil"
                       : "&" + owner + "." + n.field + ", " + scope_.UnsafePointer() + "(" + owner + ")";
  std::string call =
      "instcAPI.observe(instcB, " + std::to_string(n.metric) + ", " + at + ", " + Reader(n) + ")";
  write.inner.push_back({"", std::move(call), {}});
  writes_.push_back(std::move(write));
}

void Statements::Of(const rules::Observe& n) {
  if (!Possible(n.value) || (n.owner != nullptr && IsAbsent(*n.owner, scope_))) return;
  Blocks blocks(out_);
  std::string owner;
  if (n.owner != nullptr) {
    GoExpr value = Total().Value(*n.owner);
    owner = scope_.Temp();
    out_.Open("if " + owner + " := " + value.text + "; " + owner + " != nil");
  }
  Burst sample("", Burst::Policy::kSample, scope_);
  sample.Add(n, owner);
  sample.WriteTo(out_);
}

void Statements::Of(const rules::Unobserve& n) {
  std::string owner = Total().Value(*n.owner).text;
  out_.Open("if " + owner + " != nil");
  out_.Line("instcAPI.unobserve(&" + owner + "." + n.field + ")");
  out_.Close();
}

}  // namespace instc::lower
