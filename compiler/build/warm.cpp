#include "compiler/build/warm.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "compiler/build/files.h"
#include "compiler/go/syntax/parser.h"
#include "compiler/pack/digest.h"
#include "compiler/pack/directive.h"
#include "compiler/pack/json_reader.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace instc::build {
namespace {

using nlohmann::json;

constexpr int kWarmSchema = 2;
constexpr size_t kMaxDirectories = 20000;
/// A file that changed so shortly before it was observed may change again without its time showing it.
constexpr int64_t kRacyNanoseconds = 1'000'000'000;

int64_t Now() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::string ContentDigest(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  if (!text) {
    llvm::consumeError(text.takeError());
    return {};
  }
  llvm::StringRef head = *text;
  if (head.empty() || !llvm::StringRef(path).endswith(".go")) return pack::ShortDigest(pack::Sha256(head));
  head = head.take_front(go::ParseText(*text, [](uint32_t, uint32_t, llvm::StringRef) {}).imports_end);
  std::string decides = head.str();
  for (const std::string& directive : pack::DirectivesIn(*text)) decides += "\n//" + directive;
  return pack::ShortDigest(pack::Sha256(decides));
}

Watched Status(const std::string& path) {
  Watched watched;
  watched.path = path;
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return watched;
  watched.exists = true;
  watched.modified = int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  watched.size = S_ISDIR(status.st_mode) ? -1 : status.st_size;
  return watched;
}

bool Unchanged(const Watched& then, int64_t written) {
  Watched now = Status(then.path);
  if (now.exists != then.exists) return false;
  if (!now.exists) return true;
  bool same_status = now.modified == then.modified && now.size == then.size;
  if (same_status && then.modified + kRacyNanoseconds < written) return true;
  return now.size >= 0 && then.size >= 0 && ContentDigest(then.path) == then.digest;
}

bool MayHoldPackages(llvm::StringRef name) {
  return !name.startswith(".") && !name.startswith("_") && name != "testdata" && name != "vendor" &&
         name != "node_modules";
}

json Write(const Watched& watched) {
  return {{"path", watched.path},
          {"exists", watched.exists},
          {"modified", watched.modified},
          {"size", watched.size},
          {"digest", watched.digest}};
}

bool IsRelevant(llvm::StringRef entry) {
  for (llvm::StringRef prefix :
       {"GO", "CGO_", "INSTC_", "CC=", "CXX=", "FC=", "AR=", "PKG_CONFIG", "PATH=", "HOME=", "XDG_"}) {
    if (entry.startswith(prefix)) return true;
  }
  return false;
}

}  // namespace

Watched Observe(const std::string& path) {
  Watched watched = Status(path);
  if (watched.exists && watched.size >= 0) watched.digest = ContentDigest(path);
  return watched;
}

std::optional<std::vector<std::string>> PackageDirectories(const std::string& root) {
  std::vector<std::string> directories = {root};
  for (size_t i = 0; i < directories.size(); ++i) {
    if (directories.size() > kMaxDirectories) return std::nullopt;
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(directories[i], error, /*follow_symlinks=*/false), end;
         it != end && !error; it.increment(error)) {
      bool is_directory = it->type() == llvm::sys::fs::file_type::directory_file;
      if (is_directory && MayHoldPackages(llvm::sys::path::filename(it->path())))
        directories.push_back(it->path());
    }
  }
  return directories;
}

std::vector<std::string> GoFilesOf(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator it(directory, error), end; it != end && !error;
       it.increment(error)) {
    if (llvm::StringRef(it->path()).endswith(".go")) files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string WarmKey(const std::vector<std::string>& arguments, const std::string& directory,
                    const EnvironmentList& environment, const std::vector<std::string>& programs) {
  std::vector<std::string> relevant;
  std::copy_if(environment.begin(), environment.end(), std::back_inserter(relevant), IsRelevant);
  std::sort(relevant.begin(), relevant.end());
  json key = {kWarmSchema, arguments, directory, relevant};
  for (const std::string& program : programs) key.push_back(Write(Status(program)));
  return pack::ShortDigest(pack::Sha256(key.dump(-1, ' ', false, json::error_handler_t::replace)));
}

std::optional<WarmEntry> LoadWarm(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  if (!text) {
    llvm::consumeError(text.takeError());
    return std::nullopt;
  }
  Result<json> document = pack::ParseJson(*text, path);
  if (!document) {
    llvm::consumeError(document.takeError());
    return std::nullopt;
  }
  pack::JsonProblem problem;
  pack::JsonReader in(*document, problem);
  WarmEntry entry;
  entry.command = in.Strings("command");
  entry.vet = in.Strings("vet");
  entry.session = in.String("session");
  entry.report = in.String("report");
  entry.written = in.Int("written");
  entry.watched = in.List("watched", [](pack::JsonReader& w) {
    return Watched{w.String("path"), w.Bool("exists"), w.Int("modified"), w.Int("size"), w.String("digest")};
  });
  if (problem.found() || !Exists(entry.session)) return std::nullopt;
  bool unchanged = std::all_of(entry.watched.begin(), entry.watched.end(),
                               [&](const Watched& watched) { return Unchanged(watched, entry.written); });
  if (!unchanged) return std::nullopt;
  return entry;
}

llvm::Error StoreWarm(const std::string& path, const WarmEntry& entry) {
  json watched = json::array();
  for (const Watched& w : entry.watched) watched.push_back(Write(w));
  json document = {{"command", entry.command}, {"vet", entry.vet}, {"session", entry.session},
                   {"report", entry.report},   {"written", Now()}, {"watched", watched}};
  return PublishFile(path, document.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace instc::build
