package program

import (
	"time"

	"zugabe/app/store"
)

// JobResult is what an attempt at a job led to, once it is stored.
type JobResult string

// The results of an attempt.
const (
	JobResultDone  JobResult = "done"
	JobResultAgain JobResult = "again" // it will be tried again: later, or after a look at the host
	JobResultDead  JobResult = "dead"  // given up
)

// JobWatch is told what becomes of jobs, for metrics. Kinds are those of
// store.JobKind; its functions must be quick and safe for concurrent use.
type JobWatch struct {
	Became func(kind store.JobKind, result JobResult, jobs int)
	Took   func(kind store.JobKind, took time.Duration) // one attempt, of one job or one helping of balances
}

func (w JobWatch) became(kind store.JobKind, result JobResult, jobs int) {
	if w.Became != nil {
		w.Became(kind, result, jobs)
	}
}

func (w JobWatch) took(kind store.JobKind, took time.Duration) {
	if w.Took != nil {
		w.Took(kind, took)
	}
}

func resultOf(state store.JobState) JobResult {
	switch state {
	case store.JobDone:
		return JobResultDone
	case store.JobDead:
		return JobResultDead
	}
	return JobResultAgain
}
