#include "compiler/build/status_line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace instc::build {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Nobody wonders about what takes less.
constexpr seconds kPatience(2);
constexpr milliseconds kBetweenLooks(250);
constexpr size_t kUsualColumns = 80;

/// At most `columns` bytes, and no part of a character.
std::string Cut(std::string text, size_t columns) {
  if (text.size() <= columns) return text;
  while (columns > 0 && (static_cast<unsigned char>(text[columns]) & 0xc0) == 0x80) --columns;
  text.resize(columns);
  return text;
}

}  // namespace

StatusLine::StatusLine(int terminal)
    : raw_ostream(/*unbuffered=*/true), terminal_(terminal), started_(std::chrono::steady_clock::now()) {
  thread_ = std::thread([this] { Run(); });
}

StatusLine::~StatusLine() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    Erase();
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void StatusLine::Show(Describe what) {
  std::lock_guard<std::mutex> lock(mutex_);
  what_ = std::move(what);
  if (!what_) Erase();
}

void StatusLine::write_impl(const char* text, size_t size) {
  if (size == 0) return;
  std::lock_guard<std::mutex> lock(mutex_);
  Erase();
  Write(llvm::StringRef(text, size));
  at_line_start_ = text[size - 1] == '\n';
  written_ += size;
}

void StatusLine::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, kPatience, [this] { return ended_; });
  while (!ended_) {
    Draw();
    changed_.wait_for(lock, kBetweenLooks, [this] { return ended_; });
  }
}

void StatusLine::Draw() {
  if (!what_ || !at_line_start_) return;
  const auto waited = std::chrono::steady_clock::now() - started_;
  const std::string time = ", " + std::to_string(std::chrono::duration_cast<seconds>(waited).count()) + " s";
  // The last column stays free: a full line would go on in the next one, and stay there.
  const size_t room = Columns() - 1;
  const size_t left = room > time.size() ? room - time.size() : 0;
  const std::string line = Cut(Cut("instc: " + what_(), left) + time, room);
  if (line == shown_) return;
  Write("\r\x1b[K" + line);
  shown_ = line;
}

void StatusLine::Erase() {
  if (shown_.empty()) return;
  Write("\r\x1b[K");
  shown_.clear();
}

void StatusLine::Write(llvm::StringRef text) const {
  while (!text.empty()) {
    const ssize_t count = ::write(terminal_, text.data(), text.size());
    if (count < 0 && errno != EINTR) return;
    if (count > 0) text = text.drop_front(static_cast<size_t>(count));
  }
}

size_t StatusLine::Columns() const {
  winsize size = {};
  return ioctl(terminal_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsualColumns;
}

}  // namespace instc::build
