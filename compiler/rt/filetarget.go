package rt

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"instc.dev/rt/internal/otlpjson"
)

// fileTarget appends requests to a file as OTLP/JSON, one a line: the form that collectors read. The file is opened for each request, a second apart at
// the least, so somebody else may move it away at any time. It is never a terminal, a pipe or what the program's standard output goes to.
//
// A disk that is full costs the request, which is counted, and leaves no half line. A file that has reached its limit becomes PATH.1, in place of an
// older one, so that all of it takes twice the limit at most.
type fileTarget struct {
	path   string
	signal otlpjson.Signal
	limit  int64
	line   []byte
}

// files serialises what several signals write to one file.
var files sync.Mutex

const defaultFileBytes = 64 << 20

func (t *fileTarget) name() string { return "the file " + t.path }

func (t *fileTarget) export(b *batch, _ <-chan struct{}) (int64, error) { return 0, t.write(b.request) }

func (t *fileTarget) exportMetrics(request []byte, _ <-chan struct{}) error { return t.write(request) }

func (t *fileTarget) write(request []byte) error {
	t.line = append(otlpjson.Append(t.line[:0], t.signal, request), '\n')
	files.Lock()
	defer files.Unlock()
	size, err := t.makeRoom(int64(len(t.line)))
	if err != nil {
		return err
	}
	file, err := os.OpenFile(t.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return appendWhole(file, t.line, size)
}

// appendWhole leaves no half line in a file of that size, and closes it.
func appendWhole(file interface {
	io.WriteCloser
	Truncate(size int64) error
}, line []byte, size int64) error {
	_, err := file.Write(line)
	if err != nil {
		file.Truncate(size)
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// makeRoom looks at the file before it is opened, since a pipe could not be opened without waiting, and gives its size.
func (t *fileTarget) makeRoom(more int64) (size int64, err error) {
	info, err := os.Stat(t.path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, fmt.Errorf("%s is no regular file", t.path)
	}
	if out, err := os.Stdout.Stat(); err == nil && os.SameFile(out, info) {
		return 0, fmt.Errorf("%s is the program's standard output", t.path)
	}
	if info.Size() == 0 || info.Size()+more <= t.limit {
		return info.Size(), nil
	}
	return 0, os.Rename(t.path, t.path+".1")
}

// filePath reads where a signal's file is: the signal's own variable wins. An OTLP file exporter has a URL, everything else is a path.
func (e environment) filePath(signal string) string {
	return strings.TrimPrefix(e.text("INSTC_"+signal+"_FILE", e.text("INSTC_FILE", "")), "file://")
}

var errNoFile = errors.New("no file is named")

// newFileTarget is for the exporter `file`.
func newFileTarget(path string, signal otlpjson.Signal, limit int64) (*fileTarget, error) {
	if path == "" {
		return nil, errNoFile
	}
	return &fileTarget{path: path, signal: signal, limit: limit}, nil
}
