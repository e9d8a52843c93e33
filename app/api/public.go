package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

type findMember struct {
	CustomerKey string `query:"customer_key" required:"true" minLength:"1" maxLength:"100" doc:"the host's customer id"`
}

type postActivity struct {
	IdempotencyKey string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"100"`
	Body           struct {
		CustomerKey string `json:"customer_key" minLength:"1" maxLength:"100" doc:"the host's customer id"`
		program.ActivityRequest
	}
}

type withdrawActivity struct {
	IdempotencyKey string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"100"`
	Body           struct {
		CustomerKey string `json:"customer_key" minLength:"1" maxLength:"100" doc:"the host's customer id"`
		Key         string `json:"key" minLength:"1" maxLength:"150" doc:"as it was reported"`
	}
}

// ActivityResult says what an activity changed.
type ActivityResult struct {
	MemberID loyalty.ID     `json:"member_id"`
	Points   loyalty.Points `json:"points" doc:"what the activity is worth to the member now"`
}

func (s *Server) publicRoutes(api huma.API) {
	get(api, "/members", "Find a member by the host's customer id", scoped(s, "read", s.findMember))
	get(api, "/members/{id}", "A member with the balance", scoped(s, "read", s.getMember))
	get(api, "/members/{id}/entries", "A member's entries, newest first", scoped(s, "read", s.listEntries))
	post(api, "/activities", "Report a custom activity", scoped(s, "activities", s.postActivity))
	post(api, "/activities/withdraw", "Take a custom activity back, with what it earned", scoped(s, "activities", s.withdrawActivity))
	post(api, "/members/{id}/adjustments", "Give or take points", scoped(s, "adjust", s.postAdjustment))
}

// scoped refuses keys that were not made for this.
func scoped[I, O any](s *Server, scope string, h func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		if !slices.Contains(callerOf(ctx).Scopes, scope) {
			return nil, s.fail(ctx, loyalty.Refuse(loyalty.CodeForbidden, "this API key may not do that").With("scope", scope))
		}
		return h(ctx, in)
	}
}

func (s *Server) findMember(ctx context.Context, q *findMember) (*body[MemberDetail], error) {
	id, err := s.memberByKey(ctx, q.CustomerKey)
	if err != nil {
		return nil, err
	}
	return s.getMember(ctx, &idPath{idParam{id}})
}

func (s *Server) memberByKey(ctx context.Context, customerKey string) (id loyalty.ID, err error) {
	err = s.read(ctx, func(tx *store.Tx) error {
		m, err := s.deps.Program.FindMember(tx, callerOf(ctx).Shop.ID, customerKey)
		id = m.ID
		return err
	})
	return id, err
}

func (s *Server) postActivity(ctx context.Context, in *postActivity) (*body[ActivityResult], error) {
	return once(ctx, s, asked("activities", in.IdempotencyKey, in.Body), func() (*body[ActivityResult], error) {
		who := callerOf(ctx)
		member, err := s.memberByKey(ctx, in.Body.CustomerKey)
		if err != nil {
			return nil, err
		}
		points, err := s.deps.Program.RecordActivity(ctx, who.Shop, member, in.Body.ActivityRequest)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		return answer(ActivityResult{MemberID: member, Points: points}), nil
	})
}

func (s *Server) withdrawActivity(ctx context.Context, in *withdrawActivity) (*body[ActivityResult], error) {
	return once(ctx, s, asked("withdrawals", in.IdempotencyKey, in.Body), func() (*body[ActivityResult], error) {
		member, err := s.memberByKey(ctx, in.Body.CustomerKey)
		if err != nil {
			return nil, err
		}
		if err := s.deps.Program.WithdrawActivity(ctx, callerOf(ctx).Shop, member, in.Body.Key); err != nil {
			return nil, s.fail(ctx, err)
		}
		return answer(ActivityResult{MemberID: member}), nil
	})
}

func (s *Server) postAdjustment(ctx context.Context, in *adjustMember) (*body[EntryDetail], error) {
	return once(ctx, s, asked("adjust:"+in.ID.String(), in.IdempotencyKey, in.Body), func() (*body[EntryDetail], error) {
		return s.adjustMember(ctx, in)
	})
}

// asked names a call by what it is for, the caller's key and its whole content.
func asked(scope, key string, content any) program.Asked {
	raw, err := json.Marshal(content)
	if err != nil {
		panic("a request that was read cannot be written: " + err.Error())
	}
	print := sha256.Sum256(append([]byte(scope+"\x00"), raw...))
	return program.Asked{Scope: scope, Key: key, Fingerprint: print[:]}
}

// once runs a write under the caller's idempotency key: the same key with the same
// content gets the first answer again, refusals included.
func once[T any](ctx context.Context, s *Server, call program.Asked, run func() (*body[T], error)) (*body[T], error) {
	who := callerOf(ctx)
	call.Scope = who.Actor + " " + call.Scope
	got, err := s.deps.Program.Once(ctx, who.Shop.ID, call, func() (program.Answer, error) {
		return recorded(run())
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return replayed[T](got)
}

// Repeatable is the head of a write that may be sent again when its answer was lost.
type Repeatable struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"100" doc:"the same key with the same content does it once and gets the first answer again, for 72 hours; missing = every request does it"`
}

// perhapsOnce is once for callers who may leave the key away.
func perhapsOnce[T any](ctx context.Context, s *Server, call program.Asked, run func() (*body[T], error)) (*body[T], error) {
	if call.Key == "" {
		return run()
	}
	return once(ctx, s, call, run)
}

// recorded turns an answer or a refusal into what is stored under the key.
func recorded[T any](out *body[T], err error) (program.Answer, error) {
	if err == nil {
		raw, err := json.Marshal(out.Body)
		return program.Answer{Status: http.StatusOK, Body: raw}, err
	}
	var p *Problem
	if !errors.As(err, &p) || p.Status >= 500 {
		return program.Answer{}, err
	}
	raw, marshalErr := json.Marshal(p)
	return program.Answer{Status: p.Status, Body: raw}, marshalErr
}

func replayed[T any](got program.Answer) (*body[T], error) {
	if got.Status != http.StatusOK {
		p := &Problem{}
		if err := json.Unmarshal(got.Body, p); err != nil {
			return nil, err
		}
		return nil, p
	}
	out := &body[T]{}
	return out, json.Unmarshal(got.Body, &out.Body)
}
