// The Go installation and the packages that a compilation reads from it. Private to compiler/compile.
#ifndef INSTC_COMPILER_COMPILE_WORLD_H
#define INSTC_COMPILER_COMPILE_WORLD_H

#include <memory>
#include <vector>

#include "compiler/compile/compile.h"
#include "compiler/compile/module_check.h"
#include "compiler/compile/runtime_source.h"
#include "compiler/go/load/module_fetch.h"
#include "compiler/go/load/parsed_files.h"

namespace instc::compile {

struct Compilation::World {
  go::GoInstallation go;
  go::BuildContext context;
  std::unique_ptr<go::SummaryStore> summaries;  ///< null: no cache directory
  go::ParsedFiles parsed_files;                 ///< of modules
  std::unique_ptr<go::StdResolver> std_resolver;
  std::unique_ptr<go::Program> std_program;
  RuntimeSource runtime_source;
  std::unique_ptr<go::Program> runtime_program;
  std::unique_ptr<go::ListedResolver> build_resolver;  ///< of Specialise
  std::unique_ptr<go::Program> build_program;
  std::vector<ModuleWorld> kept;  ///< those that diagnostics point into
};

}  // namespace instc::compile

#endif  // INSTC_COMPILER_COMPILE_WORLD_H
