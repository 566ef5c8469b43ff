// What can be wrong before a build starts. Private to this folder.
#ifndef INSTC_COMPILER_BUILD_DIAGNOSTICS_H
#define INSTC_COMPILER_BUILD_DIAGNOSTICS_H

#include <string>

#include "dsl/diagnostics/kind.h"

namespace instc::build {

INSTC_DIAGNOSTIC(GoNotFound, "E1001", Error, "cannot run the go command: {0}", std::string);

INSTC_DIAGNOSTIC(GoTooOld, "E1002", Error, "Go {0} is too old: instc needs Go 1.23 or newer", std::string);

INSTC_DIAGNOSTIC(PackUnusable, "E1003", Error, "cannot use the rule pack: {0}", std::string);

INSTC_DIAGNOSTIC(CannotInstrument, "E1004", Error, "cannot instrument `{0}`: {1}", std::string, std::string);

INSTC_DIAGNOSTIC(BadGoArguments, "E1005", Error, "{0}", std::string);

INSTC_DIAGNOSTIC(CannotPrepare, "E1006", Error, "cannot prepare the build: {0}", std::string);

INSTC_DIAGNOSTIC(ToolexecMissing, "E1007", Error, "instc-toolexec is not at `{0}`", std::string);

INSTC_DIAGNOSTIC(ReservedName, "E1008", Error, "`{0}` exists, but instc adds a file of this name",
                 std::string);

INSTC_DIAGNOSTIC(NoSuchPlugin, "E1011", Error,
                 "--allow-bypass names `{0}`, which is no plugin of the rule pack", std::string);

INSTC_DIAGNOSTIC(
    UnknownFlag, "E1012", Error,
    "this instc does not know the flag `-{0}` of the go command and took the word behind it as a "
    "package",
    std::string);

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_DIAGNOSTICS_H
