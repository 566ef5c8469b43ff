// Package plugins is what the benchmarks stand beside: comments in test files are no join points.
package plugins

import "context"

//instc:span "bench"
func spanned(ctx context.Context, f func(context.Context)) { f(ctx) }
