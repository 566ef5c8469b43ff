// Openmetrics reads a page of the Prometheus endpoint with Prometheus' own parser of OpenMetrics, which refuses what its server would refuse, and
// prints each series as a line: type, name with labels, value, exemplar. A module of its own, because Prometheus' server is a large one.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

func main() {
	page, err := io.ReadAll(os.Stdin)
	if err == nil {
		err = show(page)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func show(page []byte) error {
	parser := textparse.NewOpenMetricsParser(page, labels.NewSymbolTable())
	kind := "unknown"
	for {
		switch entry, err := parser.Next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case entry == textparse.EntryType:
			_, of := parser.Type()
			kind = string(of)
		case entry == textparse.EntrySeries:
			var series labels.Labels
			var e exemplar.Exemplar
			parser.Metric(&series)
			_, _, value := parser.Series()
			fmt.Printf("%s %s %g", kind, series, value)
			if parser.Exemplar(&e) {
				fmt.Printf(" %s %g %d", e.Labels, e.Value, e.Ts)
			}
			fmt.Println()
		}
	}
}
