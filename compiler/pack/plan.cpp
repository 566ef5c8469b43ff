#include "compiler/pack/plan.h"

#include "compiler/pack/digest.h"
#include "compiler/pack/pack_json.h"

namespace instc::pack {

using nlohmann::json;

static json Write(const PlannedHook& planned) {
  return {{"rule", planned.rule}, {"hook", Write(planned.hook)}};
}

static PlannedHook ReadPlannedHook(JsonReader& in) {
  in.OnlyKeys({"rule", "hook"});
  PlannedHook planned;
  planned.rule = in.Line("rule");
  JsonReader hook = in.At("hook");
  planned.hook = ReadHook(hook);
  return planned;
}

std::string PlanToJson(const Plan& plan) {
  json hooks = json::array();
  for (const PlannedHook& planned : plan.hooks) hooks.push_back(Write(planned));
  return Dump({{"backend", kBackendVersion},
               {"package", plan.package},
               {"main", plan.is_main},
               {"fields", ListOf(plan.fields)},
               {"hooks", hooks},
               {"edits", ListOf(plan.edits)},
               {"files", ListOf(plan.files)}});
}

Result<Plan> PlanFromJson(llvm::StringRef text, llvm::StringRef file) {
  Result<json> parsed = ParseJson(text, file);
  if (!parsed) return parsed.takeError();
  JsonProblem problem;
  JsonReader in(*parsed, problem);
  in.OnlyKeys({"backend", "package", "main", "fields", "hooks", "edits", "files"});
  if (in.Int("backend") != kBackendVersion && !problem.found()) {
    return Fail(
        "{0}: the plan was written by another version of instc; use `instc` and `instc-toolexec` of one "
        "version",
        file);
  }
  Plan plan;
  plan.package = in.String("package");
  plan.is_main = in.Bool("main");
  plan.fields = in.List("fields", ReadField);
  plan.hooks = in.List("hooks", ReadPlannedHook);
  plan.edits = in.List("edits", ReadPatchEdit);
  plan.files = in.List("files", ReadPatchFile);
  if (problem.found()) return Fail("{0}: {1}; run `instc go` again", file, problem.text);
  return plan;
}

std::string PlanDigest(const Plan& plan) {
  return ShortDigest(Sha256(PlanToJson(plan)));
}

}  // namespace instc::pack
