// Hook text: parsed, formatted, checked against Go, its tests run, lowered. Every step of `instc compile` and
// `instc test` but those that look for versions.
#include <cstdlib>
#include <string>

#include "compiler/assets/assets.h"
#include "compiler/check/check.h"
#include "compiler/check/rule_set.h"
#include "compiler/compile/compile.h"
#include "compiler/compile/runtime_source.h"
#include "compiler/lower/lower.h"
#include "compiler/ruletest/ruletest.h"
#include "dsl/diagnostics/consumers.h"
#include "dsl/format/format.h"
#include "dsl/parse/parse.h"
#include "tests/fuzz/library.h"

namespace instc::fuzz {
namespace {

/// Programs keep what they were asked for; after so many inputs they are made anew.
constexpr unsigned kInputsPerWorld = 2000;

struct World {
  LibraryResolver resolver;
  go::Program library{resolver, llvm::vfs::getRealFileSystem()};
  compile::RuntimeSource runtime_source;
  std::unique_ptr<go::Program> runtime = runtime_source.MakeProgram(&library);
};

const conventions::Registry& Conventions() {
  static const conventions::Registry registry = llvm::cantFail(
      conventions::Registry::Load(conventions::EmbeddedRegistry(conventions::EmbeddedVersions().back())));
  return registry;
}

/// The shipped templates and facts, as every compilation has them, in front of the input.
struct Files {
  std::vector<std::unique_ptr<SourceBuffer>> buffers;
  std::vector<ast::File> parsed;

  Files() {
    diag::DiscardingConsumer quiet;
    diag::Emitter emitter(quiet);
    for (const assets::Asset& asset : assets::Rules()) {
      if (!asset.path.startswith("stdlib-rules/templates/") && !asset.path.startswith("stdlib-rules/facts/"))
        continue;
      buffers.push_back(SourceBuffer::FromString(asset.path.str(), asset.text.str()));
      parsed.push_back(Parse(*buffers.back(), emitter, Next()));
    }
  }
  ast::NodeId Next() const { return parsed.empty() ? 1 : parsed.back().end_id; }
};

void Require(bool holds, const char* what) {
  if (holds) return;
  llvm::errs() << "does not hold: " << what << "\n";
  std::abort();
}

/// Format gives text that parses, and leaves it alone.
void CheckFormat(const ast::File& file) {
  const std::string once = Format(file);
  auto buffer = SourceBuffer::FromString("once.hook", once);
  diag::DiscardingConsumer quiet;
  diag::Emitter emitter(quiet);
  const ast::File again = Parse(*buffer, emitter);
  Require(!emitter.HasErrors(), "formatted text parses");
  Require(Format(again) == once, "formatting is idempotent");
}

void CheckRules(const check::RuleSet& set, const check::RuleFile& file, World& world,
                diag::Emitter& emitter) {
  const pack::Plugin description = check::Describe(file, emitter);
  if (file.library == nullptr) return;
  check::Target target{&world.library, world.runtime.get(), "v1.0.0", "v1.26.0", true};
  rules::Plugin plugin = check::CheckPlugin(set, file, description, target, Conventions(), emitter);
  if (emitter.HasErrors()) return;
  for (const ruletest::Test& test : ruletest::CheckTests(set, file, target, Conventions(), plugin, emitter)) {
    const ruletest::Outcome outcome = ruletest::RunTest(test, target, description);
    for (const ruletest::Failure& failure : outcome.failures) ruletest::Report(failure, "", emitter);
  }
  (void)lower::Lower(plugin);
}

void Run(std::string text, World& world) {
  static Files files;
  diag::CaretConsumer shown(llvm::nulls());
  diag::SortingConsumer sorted(shown);
  diag::Emitter emitter(sorted);
  auto buffer = SourceBuffer::FromString("input.hook", std::move(text));
  files.parsed.push_back(Parse(*buffer, emitter, files.Next()));
  const bool malformed = emitter.HasErrors();
  if (!malformed) CheckFormat(files.parsed.back());
  const check::RuleSet set = check::Collect(files.parsed, emitter);
  if (!malformed && set.files.back().plugin != nullptr) CheckRules(set, set.files.back(), world, emitter);
  sorted.Finish();
  files.parsed.pop_back();
}

}  // namespace
}  // namespace instc::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static std::unique_ptr<instc::fuzz::World> world;
  static unsigned inputs = 0;
  if (inputs++ % instc::fuzz::kInputsPerWorld == 0) world = std::make_unique<instc::fuzz::World>();
  instc::fuzz::Run({reinterpret_cast<const char*>(data), size}, *world);
  return 0;
}
