// What only a terminal gets. ANSI colours: only on a terminal, unless the user says otherwise in the ways
// that programs agree on.
#ifndef INSTC_COMPILER_DRIVER_COLOR_H
#define INSTC_COMPILER_DRIVER_COLOR_H

namespace instc {

/// `no_color` and `force` are the values of NO_COLOR and CLICOLOR_FORCE, null when not set. NO_COLOR, when
/// not empty, wins; CLICOLOR_FORCE counts when it is neither empty nor 0.
[[nodiscard]] bool WantsColor(bool terminal, const char* no_color, const char* force);

/// Whether to show a line that comes and goes: on a terminal that can take it away again, and never in the
/// log of a CI system. `term` and `ci` are the values of TERM and CI, null when not set.
[[nodiscard]] bool WantsStatusLine(bool terminal, const char* term, const char* ci);

}  // namespace instc

#endif  // INSTC_COMPILER_DRIVER_COLOR_H
