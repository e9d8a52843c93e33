// Package schedule does what happens by the clock and not because somebody
// asked: points mature and run out, codes end, hosts are looked at again. Every
// task can be run twice, or skipped for days, without harm; a lease in the
// database keeps two processes from doing the same work at once.
package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
)

// Task is something to do again and again.
type Task struct {
	Name  string
	Every time.Duration
	// Run does the work in chunks. It calls keep between chunks and stops when
	// keep says that the lease went to somebody else.
	Run func(ctx context.Context, keep func() error) error
}

// Config of a Scheduler. The zero value is fine.
type Config struct {
	Tick time.Duration // how often it looks what is due; 0 = 1 s
	Log  *slog.Logger  // nil = the program's
	// Ran is told of every run of a task, for metrics; may be nil.
	Ran func(task string, took time.Duration, err error)
}

// Scheduler runs tasks until it is stopped.
type Scheduler struct {
	program *program.Program
	tasks   []Task
	tick    time.Duration
	log     *slog.Logger
	ran     func(task string, took time.Duration, err error)
	owner   string

	mu      sync.Mutex
	next    map[string]int64 // Unix ms at which a task is due in this process
	running map[string]bool
}

// minLease is how long a task that died keeps others from trying.
const minLease = 2 * time.Minute

// New makes a scheduler that is not running yet. Usually tasks are Tasks(p).
func New(p *program.Program, tasks []Task, cfg Config) *Scheduler {
	s := &Scheduler{
		program: p, tasks: tasks, tick: cfg.Tick, log: cfg.Log, ran: cfg.Ran, owner: loyalty.NewPublicID(),
		next: map[string]int64{}, running: map[string]bool{},
	}
	if s.tick <= 0 {
		s.tick = time.Second
	}
	if s.log == nil {
		s.log = p.Log
	}
	return s
}

// Run starts what is due at every tick until ctx ends, and returns when the
// chunks under way are done. A task that is still at work is not started again (F13).
func (s *Scheduler) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	ticker := time.NewTicker(s.tick)
	defer ticker.Stop()
	for {
		tasks, err := s.claim(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Error("scheduled tasks cannot be leased", "err", err)
		}
		for _, t := range tasks {
			all.Go(func() { _ = s.runTask(ctx, t) })
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// RunDue runs once, one after the other, what is due by now. Tests and the demo
// use it where a clock is moved by hand.
func (s *Scheduler) RunDue(ctx context.Context) error {
	var failed []error
	tasks, err := s.claim(ctx)
	for _, t := range tasks {
		if err := s.runTask(ctx, t); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", t.Name, err))
		}
	}
	return errors.Join(append(failed, err)...)
}

// claimed is a task whose lease is ours.
type claimed struct {
	Task
	token int64
}

// claim leases what is due: one transaction for all of it, none if nothing is.
func (s *Scheduler) claim(ctx context.Context) ([]claimed, error) {
	due := s.due()
	if len(due) == 0 {
		return nil, nil
	}
	wanted := make(map[string]time.Duration, len(due))
	for _, t := range due {
		wanted[t.lease()] = t.ttl()
	}
	tokens, err := s.program.Store.AcquireLeases(ctx, s.owner, wanted)
	var list []claimed
	for _, t := range due {
		if token, ours := tokens[t.lease()]; ours {
			list = append(list, claimed{t, token})
		} else {
			s.rest(t)
		}
	}
	return list, err
}

func (t Task) lease() string      { return "schedule:" + t.Name }
func (t Task) ttl() time.Duration { return max(minLease, 2*t.Every) }

// rest lets a task be taken again when its time has come.
func (s *Scheduler) rest(t Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[t.Name] = false
}

// due takes the tasks whose time has come and marks them running.
func (s *Scheduler) due() []Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := loyalty.NowMs(s.program.Clock)
	var list []Task
	for _, t := range s.tasks {
		if s.running[t.Name] || now < s.next[t.Name] {
			continue
		}
		s.running[t.Name] = true
		s.next[t.Name] = now + t.Every.Milliseconds()
		list = append(list, t)
	}
	return list
}

func (s *Scheduler) runTask(ctx context.Context, t claimed) (err error) {
	began := s.program.Clock.Now()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("schedule: panic: %v\n%s", v, debug.Stack())
		}
		s.rest(t.Task)
		if s.ran != nil && ctx.Err() == nil {
			s.ran(t.Name, s.program.Clock.Now().Sub(began), err)
		}
		if err != nil && ctx.Err() == nil {
			s.log.Error("a scheduled task failed", "task", t.Name, "err", err)
		}
	}()
	keep := func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		ok, err := s.program.Store.RenewLease(ctx, t.lease(), t.token, t.ttl())
		if err == nil && !ok {
			err = fmt.Errorf("schedule: the lease of %s went to another process", t.Name)
		}
		return err
	}
	return t.Run(ctx, keep)
}
