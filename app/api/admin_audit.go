package api

import (
	"context"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// AuditView says who changed what.
type AuditView struct {
	ID      loyalty.ID      `json:"id"`
	Actor   string          `json:"actor"`
	Action  string          `json:"action"`
	Subject string          `json:"subject"`
	Before  json.RawMessage `json:"before"`
	After   json.RawMessage `json:"after"`
	Reason  string          `json:"reason,omitempty"`
	At      int64           `json:"at" doc:"Unix milliseconds"`
}

func viewAudit(r store.AuditRow) AuditView {
	return AuditView{ID: r.ID, Actor: r.Actor, Action: r.Action, Subject: r.Subject, Before: r.Before, After: r.After, Reason: r.Reason, At: r.At}
}

type auditQuery struct {
	PageQuery
	Subject string `query:"subject" maxLength:"190" doc:"only changes of this, for example member:123"`
}

func (s *Server) adminAudit(api huma.API) { get(api, "/audit", "Who changed what", s.listAudit) }

func (s *Server) listAudit(ctx context.Context, q *auditQuery) (*body[page[AuditView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop.ID
	var rows []store.AuditRow
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		if q.Subject != "" {
			rows, err = tx.AuditOf(shop, q.Subject, before, q.Limit+1)
		} else {
			rows, err = tx.AuditPage(shop, before, q.Limit+1)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, q.Limit, viewAudit, func(r store.AuditRow) string { return r.ID.String() }), nil
}

// audit notes what somebody did through the API and why, in the transaction that does it.
func (s *Server) audit(tx *store.Tx, who caller, action, subject, reason string) error {
	return tx.InsertAudit(who.Shop.ID, []store.AuditRow{{
		ID: s.deps.Program.IDs.Next(), Actor: who.Actor, Action: action, Subject: subject, Reason: reason, At: loyalty.NowMs(s.deps.Clock),
	}})
}
