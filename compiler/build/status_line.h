// What goes on, for somebody who waits at a terminal: one line below everything else, taken away again before
// anything else is written. A build that is over soon never shows it, and nothing but a terminal ever gets a
// byte of it.
#ifndef INSTC_COMPILER_BUILD_STATUS_LINE_H
#define INSTC_COMPILER_BUILD_STATUS_LINE_H

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "llvm/Support/raw_ostream.h"

namespace instc::build {

/// Writes to a terminal and keeps the line there. Whatever is written must end with a line break for the line
/// to come back.
class StatusLine : public llvm::raw_ostream {
 public:
  /// What goes on: "planning the build". Called by another thread.
  using Describe = std::function<std::string()>;

  /// `terminal` is a file descriptor.
  explicit StatusLine(int terminal);
  ~StatusLine() override;

  /// Shows this from now on; nothing when empty. When it returns, the earlier one is not called any more.
  void Show(Describe what);

 private:
  void write_impl(const char* text, size_t size) override;
  uint64_t current_pos() const override { return written_; }

  void Run();
  void Draw();
  void Erase();
  void Write(llvm::StringRef text) const;
  size_t Columns() const;

  const int terminal_;
  const std::chrono::steady_clock::time_point started_;
  std::mutex mutex_;  ///< of everything below
  std::condition_variable changed_;
  Describe what_;
  std::string shown_;  ///< what stands there now
  bool at_line_start_ = true;
  bool ended_ = false;
  uint64_t written_ = 0;
  std::thread thread_;
};

}  // namespace instc::build

#endif  // INSTC_COMPILER_BUILD_STATUS_LINE_H
