#include "compiler/pack/plan.h"

#include "compiler/pack/digest.h"
#include "compiler/pack/pack_json.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

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

static json Write(const Wrapper& wrapper) {
  return {{"prefix", wrapper.prefix}, {"func", wrapper.func}, {"hooks", wrapper.hooks}};
}

static json Write(const RewrittenCall& call) {
  return {{"import", call.import}, {"package", call.package}, {"func", call.func}, {"prefix", call.prefix}};
}

static std::string ReadName(JsonReader& in, const char* key) {
  std::string name = in.String(key);
  bool valid = !name.empty() && !llvm::isDigit(name.front()) && llvm::all_of(name, [](char c) {
    return llvm::isAlnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
  });
  if (!valid) in.At(key).Fail("not a Go name: `" + name + "`");
  return name;
}

static Wrapper ReadWrapper(JsonReader& in) {
  in.OnlyKeys({"prefix", "func", "hooks"});
  Wrapper wrapper{ReadName(in, "prefix"), ReadName(in, "func"), {}};
  for (double index : in.Numbers("hooks")) {
    if (index >= 0 && index < UINT32_MAX) wrapper.hooks.push_back(static_cast<uint32_t>(index));
  }
  return wrapper;
}

static RewrittenCall ReadCall(JsonReader& in) {
  in.OnlyKeys({"import", "package", "func", "prefix"});
  return {in.String("import"), ReadName(in, "package"), ReadName(in, "func"), ReadName(in, "prefix")};
}

/// A wrapper is only of hooks that are for calls.
static bool HooksFit(const Plan& plan) {
  return llvm::all_of(plan.wrappers, [&](const Wrapper& wrapper) {
    return llvm::all_of(wrapper.hooks, [&](uint32_t index) {
      return index < plan.hooks.size() && plan.hooks[index].hook.call &&
             plan.hooks[index].hook.func == wrapper.func;
    });
  });
}

std::string PlanToJson(const Plan& plan) {
  json hooks = json::array();
  for (const PlannedHook& planned : plan.hooks) hooks.push_back(Write(planned));
  json calls = json::array(), wrappers = json::array();
  for (const RewrittenCall& call : plan.calls) calls.push_back(Write(call));
  for (const Wrapper& wrapper : plan.wrappers) wrappers.push_back(Write(wrapper));
  return Dump({{"backend", kBackendVersion},
               {"package", plan.package},
               {"main", plan.is_main},
               {"fields", ListOf(plan.fields)},
               {"hooks", hooks},
               {"wrappers", wrappers},
               {"calls", calls},
               {"edits", ListOf(plan.edits)},
               {"files", ListOf(plan.files)}});
}

Result<Plan> PlanFromJson(llvm::StringRef text, llvm::StringRef file) {
  Result<json> parsed = ParseJson(text, file);
  if (!parsed) return parsed.takeError();
  JsonProblem problem;
  JsonReader in(*parsed, problem);
  in.OnlyKeys({"backend", "package", "main", "fields", "hooks", "wrappers", "calls", "edits", "files"});
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
  plan.wrappers = in.List("wrappers", ReadWrapper);
  plan.calls = in.List("calls", ReadCall);
  plan.edits = in.List("edits", ReadPatchEdit);
  plan.files = in.List("files", ReadPatchFile);
  if (problem.found()) return Fail("{0}: {1}; run `instc go` again", file, problem.text);
  if (!HooksFit(plan)) return Fail("{0}: `wrappers` names hooks that are not for calls", file);
  return plan;
}

std::string PlanDigest(const Plan& plan) {
  return ShortDigest(Sha256(PlanToJson(plan)));
}

}  // namespace instc::pack
