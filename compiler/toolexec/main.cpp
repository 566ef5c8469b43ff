// instc-toolexec: what `instc go` gives to the go command as -toolexec.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "compiler/toolexec/toolexec.h"

namespace {

using instc::toolexec::ToolCall;

int Fatal(const std::string& message) {
  std::fprintf(stderr, "instc: %s\n", message.c_str());
  return 1;
}

/// With `instc go --best-effort` the build is repeated without us; instc must know that it was us.
int FatalOfOurs(const std::string& message) {
  const char* file = std::getenv("INSTC_FAILED");
  if (std::FILE* out = file == nullptr ? nullptr : std::fopen(file, "a")) {
    std::fprintf(out, "%s\n", message.c_str());
    std::fclose(out);
  }
  return Fatal(message);
}

/// Somebody may wait at a terminal: what is compiled or linked now.
void Tell(const ToolCall& call) {
  const char* file = std::getenv("INSTC_PROGRESS");
  const bool links = llvm::StringRef(call.tool).endswith("/link");
  if (file == nullptr || (!links && !llvm::StringRef(call.tool).endswith("/compile"))) return;
  std::string line;
  for (size_t i = 0; i + 1 < call.arguments.size(); ++i) {
    if (call.arguments[i] == (links ? "-o" : "-p")) line = links ? "linking\n" : call.arguments[i + 1] + "\n";
  }
  if (line.empty()) return;  // a question about the tool's version
  const int log = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (log < 0) return;
  // In one piece, since others write there at the same time. What is lost is a line for people.
  (void)!write(log, line.data(), line.size());
  close(log);
}

/// By name, not by path: the go command runs bare `gcc` through -toolexec too.
int Execute(const ToolCall& call) {
  std::vector<std::string> words = call.chain;
  words.push_back(call.tool);
  words.insert(words.end(), call.arguments.begin(), call.arguments.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  return Fatal("cannot run " + words[0] + ": " + std::strerror(errno));
}

}  // namespace

int main(int count, char** values) {
  auto call = instc::toolexec::ParseToolCall(std::vector<std::string>(values + 1, values + count));
  if (!call) return Fatal(llvm::toString(call.takeError()));
  const char* variable = std::getenv("INSTC_PLAN");
  const std::string session = variable == nullptr ? "" : variable;
  if (session.empty() && llvm::StringRef(call->tool).endswith("/link") && call->arguments.size() > 1) {
    std::fprintf(stderr,
                 "instc: this program is NOT instrumented: -toolexec alone cannot do it. Build with `instc "
                 "go build`, or "
                 "run `eval \"$(instc env)\"` first\n");
  }
  if (instc::toolexec::NeedsWork(*call, session)) {
    if (llvm::Error error = Prepare(*call, session)) {
      return FatalOfOurs(llvm::toString(std::move(error)));
    }
  }
  Tell(*call);
  return Execute(*call);
}
