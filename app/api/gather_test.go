package api

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// slowly asks through a gather whose rounds wait until they are let go.
type slowly struct {
	gather[int, int]
	mu    sync.Mutex
	asked [][]int
	begun chan struct{}
	letGo chan error
}

func newSlowly(lanes int) *slowly {
	s := &slowly{begun: make(chan struct{}, 100), letGo: make(chan error)}
	s.gather = gather[int, int]{lanes: lanes, ask: func(_ context.Context, keys []int) ([]int, error) {
		s.mu.Lock()
		s.asked = append(s.asked, slices.Clone(keys))
		s.mu.Unlock()
		s.begun <- struct{}{}
		if err := <-s.letGo; err != nil {
			if err.Error() == "panic" {
				panic("in a round")
			}
			return nil, err
		}
		answers := []int{}
		for _, k := range keys {
			answers = append(answers, 10*k)
		}
		return answers, nil
	}}
	return s
}

type heard struct {
	key, answer int
	err         error
}

// askers ask together and tell what they heard.
func (s *slowly) askers(ctx context.Context, keys ...int) <-chan heard {
	all := make(chan heard, len(keys))
	for _, k := range keys {
		go func() {
			v, err := s.get(ctx, k)
			all <- heard{k, v, err}
		}()
	}
	return all
}

// untilQueued waits until so many questions wait for a round.
func (s *slowly) untilQueued(t *testing.T, n int) {
	t.Helper()
	for s.queued() < n {
		if t.Context().Err() != nil {
			t.Fatalf("only %d of %d have asked", s.queued(), n)
		}
		runtime.Gosched()
	}
}

func (s *slowly) queued() (n int) {
	s.gather.mu.Lock()
	defer s.gather.mu.Unlock()
	for _, r := range s.waiting {
		n += len(r.keys)
	}
	return n
}

func TestQuestionsDuringARoundShareTheNextAndEachGetsItsOwnAnswer(t *testing.T) {
	s := newSlowly(1)
	first := s.askers(t.Context(), 1)
	<-s.begun
	keys := []int{}
	for i := range 150 {
		keys = append(keys, i%40)
	}
	rest := s.askers(t.Context(), keys...)
	s.untilQueued(t, len(keys))
	for range 4 {
		s.letGo <- nil
	}
	if h := <-first; h.answer != 10 || h.err != nil {
		t.Errorf("the first heard %+v", h)
	}
	for range keys {
		if h := <-rest; h.answer != 10*h.key || h.err != nil {
			t.Errorf("heard %+v", h)
		}
	}
	sizes := []int{}
	for _, asked := range s.asked {
		sizes = append(sizes, len(asked))
	}
	if !slices.Equal(sizes, []int{1, 64, 64, 22}) {
		t.Errorf("rounds of %v, want 1, 64, 64, 22", sizes)
	}
}

func TestARoundThatFailsFailsItsOwnAskersOnly(t *testing.T) {
	for _, how := range []error{errors.New("away"), errors.New("panic")} {
		s := newSlowly(1)
		first := s.askers(t.Context(), 1)
		<-s.begun
		second := s.askers(t.Context(), 2)
		s.untilQueued(t, 1)
		s.letGo <- how
		<-s.begun
		s.letGo <- nil
		if h := <-first; h.err == nil || !strings.Contains(h.err.Error(), how.Error()) {
			t.Errorf("the first heard %+v", h)
		}
		if h := <-second; h.answer != 20 || h.err != nil {
			t.Errorf("the second heard %+v", h)
		}
	}
}

func TestWhoLeavesARoundDoesNotDisturbIt(t *testing.T) {
	s := newSlowly(1)
	leaving, leave := context.WithCancel(t.Context())
	first := s.askers(leaving, 1)
	<-s.begun
	leave()
	if h := <-first; !errors.Is(h.err, context.Canceled) {
		t.Errorf("who left heard %+v", h)
	}
	second := s.askers(t.Context(), 2)
	s.letGo <- nil
	<-s.begun
	s.letGo <- nil
	if h := <-second; h.answer != 20 || h.err != nil {
		t.Errorf("who stayed heard %+v", h)
	}
}

func TestARoundThatNobodyWaitsForIsNotRun(t *testing.T) {
	s := newSlowly(1)
	first := s.askers(t.Context(), 1)
	<-s.begun
	leaving, leave := context.WithCancel(t.Context())
	second := s.askers(leaving, 2, 3)
	s.untilQueued(t, 2)
	leave()
	<-second
	<-second
	s.letGo <- nil
	<-first
	third := s.askers(t.Context(), 4)
	<-s.begun
	s.letGo <- nil
	if h := <-third; h.answer != 40 || h.err != nil {
		t.Errorf("heard %+v", h)
	}
	if len(s.asked) != 2 {
		t.Errorf("rounds for %v, want 1 and 4 only", s.asked)
	}
}
