// Package worker does not import context, though its values hold one.
package worker

import "example.com/queue"

func Run(job *queue.Job) string { return job.Name }
