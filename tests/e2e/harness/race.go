package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// Race says whether programs are built with the race detector: $INSTC_TEST_RACE, as `make test-race` sets it. What the detector finds goes to files,
// so that a program prints what it prints without it; ReportRaces shows them at the end.
func Race() bool { return os.Getenv("INSTC_TEST_RACE") != "" }

var raceReports = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "instc-races-") })

// raceEnviron is what `go build` and the programs it makes need for that; nothing without the detector.
func raceEnviron() []string {
	if !Race() {
		return nil
	}
	dir, err := raceReports()
	if err != nil {
		panic(err)
	}
	return []string{"CGO_ENABLED=1", "GOFLAGS=-race", "GORACE=exitcode=0 atexit_sleep_ms=0 log_path=" + filepath.Join(dir, "race")}
}

// ReportRaces prints what the race detector has found in all programs that have run so far, and says whether it has found nothing.
func ReportRaces() bool {
	if !Race() {
		return true
	}
	dir, err := raceReports()
	if err != nil {
		fmt.Println(err)
		return false
	}
	defer os.RemoveAll(dir)
	files, err := filepath.Glob(filepath.Join(dir, "race.*"))
	for _, file := range files {
		report, unread := os.ReadFile(file)
		if unread != nil {
			fmt.Println(unread)
		}
		fmt.Printf("%s", report)
	}
	return err == nil && len(files) == 0
}
