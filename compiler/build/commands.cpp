// Each command is the user's own, flag by flag, with ours behind theirs.
#include "compiler/build/commands.h"

#include "compiler/build/files.h"
#include "compiler/build/gcflags.h"
#include "compiler/build/versioned.h"
#include "compiler/build/vet.h"
#include "compiler/pack/digest.h"
#include "llvm/Support/Path.h"

namespace instc::build {
namespace {

/// Never built; its -gcflags come last, and those are what `go version -m` shows of a program.
constexpr const char* kProvenancePackage = "instc.invalid/v" INSTC_VERSION;

}  // namespace

bool Commands::IsOurs(const GoFlag& flag) const {
  if (NamesVersions(parts_.arguments) && (flag.name == "C" || flag.name == "exec")) return true;
  return flag.name == "gcflags" || flag.name == "overlay" || flag.name == "toolexec";
}

Result<std::vector<std::string>> Commands::Build(const Session& session, const std::string& toolexec) const {
  std::vector<std::string> command = {parts_.go, parts_.arguments.verb};
  if (NamesVersions(parts_.arguments)) {
    command.insert(command.end(), {"-C", parts_.directory});
    if (llvm::Error error = StayInDirectory(command)) return error;
  }
  for (const GoFlag& flag : parts_.arguments.flags) {
    if (!IsOurs(flag) && !(flag.name == "vet" && VetsItself())) command.push_back(flag.Text());
  }
  // Packages of the vendor form have no directory to run vet in.
  if (VetsItself()) command.push_back("-vet=off");
  command.push_back("-overlay=" + JoinPath(session.directory, "overlay.json"));
  command.push_back("-toolexec=" + toolexec);
  AddGcflags(session, command);
  command.insert(command.end(), parts_.packages.begin(), parts_.packages.end());
  if (parts_.arguments.NamesFiles() && !parts_.linking_files.empty()) {
    const std::string directory = llvm::sys::path::parent_path(parts_.arguments.packages.front()).str();
    const char* file = parts_.arguments.verb == "test" ? kTestLinkingFile : kLinkingFile;
    command.push_back(directory.empty() ? file : JoinPath(directory, file));
  }
  // Behind the packages, a word that is no flag would be one more.
  if (parts_.arguments.verb == "test" && !parts_.packages.empty() && !parts_.arguments.rest.empty() &&
      !llvm::StringRef(parts_.arguments.rest.front()).startswith("-"))
    command.push_back("-args");
  command.insert(command.end(), parts_.arguments.rest.begin(), parts_.arguments.rest.end());
  return command;
}

bool Commands::VetsItself() const {
  return parts_.arguments.verb == "test" && parts_.form == Form::kVendor && Flag("vet").value_or("") != "off";
}

std::vector<std::string> Commands::Vet(const Session& session, const std::string& toolexec) const {
  std::vector<std::string> command = {parts_.go, "vet", "-C", parts_.directory};
  for (const GoFlag& flag : parts_.arguments.flags) {
    if (IsSelectionFlag(flag.name)) command.push_back(flag.Text());
  }
  command.push_back("-toolexec=" + toolexec);
  AddGcflags(session, command);
  const std::vector<std::string> checks = *VetFlags(Flag("vet"), parts_.go_version);
  command.insert(command.end(), checks.begin(), checks.end());
  command.insert(command.end(), parts_.packages.begin(), parts_.packages.end());
  return command;
}

/// `go -C DIR run` would run the program in DIR.
llvm::Error Commands::StayInDirectory(std::vector<std::string>& command) const {
  if (parts_.arguments.verb != "run") return llvm::Error::success();
  Result<std::string> exec = ExecIn(parts_.start_directory, Flag("exec").value_or(""));
  if (!exec) return exec.takeError();
  command.push_back("-exec=" + *exec);
  return llvm::Error::success();
}

Result<std::string> Commands::Toolexec(const std::string& program) const {
  Result<std::string> own = QuoteWord(program);
  if (!own) return own.takeError();
  std::optional<std::string> users = Flag("toolexec");
  if (!users || users->empty()) return own;
  Result<std::vector<std::string>> words = SplitQuoted(*users);
  if (!words) return words.takeError();
  return *own + " --chain=" + std::to_string(words->size()) + " " + *users;
}

void Commands::AddGcflags(const Session& session, std::vector<std::string>& command) const {
  std::vector<std::string> users;
  for (const std::vector<GoFlag>* flags : {&parts_.goflags, &parts_.arguments.flags}) {
    for (const GoFlag& flag : *flags) {
      if (flag.name == "gcflags") users.push_back(flag.value.value_or(""));
    }
  }
  for (const GoFlag& flag : parts_.arguments.flags) {
    if (flag.name == "gcflags") command.push_back(flag.Text());
  }
  for (const auto& [path, digest] : session.plans) {
    std::string flags =
        UserGcflags(users, ListedOrStd(parts_.listing, parts_.goroot, path), parts_.directory);
    command.push_back("-gcflags=" + path + "=" + (flags.empty() ? "" : flags + " ") + "-instc=" + digest);
  }
  command.push_back("-gcflags=" + std::string(kProvenancePackage) +
                    "=-instc=rules:" + pack::ShortDigest(parts_.pack_digest));
}

}  // namespace instc::build
