// The lowered hooks of the sample: their text, what the Go compiler and vet say, and what they do when they
// run. The expected texts stand in expected/; INSTC_UPDATE_GOLDEN=1 writes them anew.
#include <cstdlib>

#include "compiler/lower/lower.h"
#include "gtest/gtest.h"
#include "llvm/Support/raw_ostream.h"
#include "tests/unit/lower/sample_build.h"
#include "tests/unit/lower/sample_hooks.h"

namespace instc::lower {
namespace {

const char* const kSample = "tests/unit/lower/sample/";

std::string Golden(const std::string& name, const std::string& actual) {
  std::string path = "tests/unit/lower/expected/" + name;
  if (std::getenv("INSTC_UPDATE_GOLDEN") != nullptr) {
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << actual;
  }
  return ReadFile(path);
}

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += " " + name;
  return text;
}

/// Everything that is known of a hook beside its origin.
std::string Describe(const pack::Hook& hook) {
  std::string text = "// " + hook.rule + " at " + hook.func + "\n";
  if (hook.receiver) text += "// receiver: " + hook.receiver->name + " " + hook.receiver->type + "\n";
  text += "// params:" + Join(hook.params) + "; results:" + Join(hook.results) + "\n";
  for (const pack::Import& import : hook.imports)
    text += "// import " + import.alias + " " + import.path + "\n";
  text += "// enter writes:" + Join(hook.enter_writes) + "; exit writes:" + Join(hook.exit_writes) + "\n";
  text += std::string("// context: ") + (hook.uses_context ? "yes" : "no") +
          "; exit: " + (hook.has_exit ? "yes" : "no");
  return text + "\n" + hook.code;
}

class SampleTest : public testing::Test {
 protected:
  SampleTest() : target_(ReadFile(std::string(kSample) + "target.go")), sample_(target_) {
    packages_ = Lower(sample_.MakePlugin());
  }
  const pack::Package& hooks() const { return packages_[0]; }
  std::vector<GoFileText> Files() const {
    return {{"go.mod", "module sample\n\ngo 1.23\n"},
            {"main.go", ReadFile(std::string(kSample) + "main.go")},
            {"target.go", Instrument(target_, hooks(), sample_.target())},
            {"instc_port.go", PortFile(hooks())}};
  }

  std::string target_;
  Sample sample_;
  std::vector<pack::Package> packages_;
};

TEST_F(SampleTest, Text) {
  ASSERT_EQ(packages_.size(), 1u);
  EXPECT_EQ(hooks().path, "main");
  std::string text;
  for (const pack::Field& field : hooks().fields) text += "// field " + field.type + ": " + field.text + "\n";
  for (const pack::Extern& external : hooks().externs) {
    text += "// extern " + external.symbol + " " + external.type + " = " + external.package + "." +
            external.func + "\n";
  }
  for (const pack::Hook& hook : hooks().hooks) text += "\n" + Describe(hook);
  EXPECT_EQ(text, Golden("sample.go.txt", text));
}

TEST_F(SampleTest, SameTextEveryTime) {
  std::vector<pack::Package> again = Lower(sample_.MakePlugin());
  for (size_t i = 0; i < hooks().hooks.size(); ++i) EXPECT_EQ(again[0].hooks[i].code, hooks().hooks[i].code);
}

TEST_F(SampleTest, GoVetIsContent) {
  GoResult vet = RunGo(Files(), "go vet .");
  EXPECT_EQ(vet.output, "");
  EXPECT_EQ(vet.status, 0);
}

/// Nil pointers, nil maps, failing assertions, indexes out of range and divisions by zero are absent, and
/// nothing panics.
TEST_F(SampleTest, Runs) {
  GoResult run = RunGo(Files(), "go run .");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.output.find("RECOVERED"), std::string::npos) << run.output;
  EXPECT_EQ(run.output, Golden("sample.out.txt", run.output));
}

}  // namespace
}  // namespace instc::lower
