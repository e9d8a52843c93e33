package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

var deliveryStates = map[string]store.DeliveryState{
	"new": store.DeliveryNew, "retry": store.DeliveryRetry, "done": store.DeliveryDone,
	"ignored": store.DeliveryIgnored, "poison": store.DeliveryPoison, "acknowledged": store.DeliveryAccepted,
}

func deliveryStateName(state store.DeliveryState) string {
	for name, s := range deliveryStates {
		if s == state {
			return name
		}
	}
	return "unknown"
}

// DeliveryView is a webhook as received. Body is shown with personal data masked.
type DeliveryView struct {
	ID          loyalty.ID `json:"id"`
	Topic       string     `json:"topic"`
	State       string     `json:"state" enum:"new,retry,done,ignored,poison,acknowledged"`
	Reason      string     `json:"reason,omitempty"`
	Attempts    int64      `json:"attempts"`
	Size        int64      `json:"size" doc:"bytes of the body as received"`
	ReceivedAt  int64      `json:"received_at" doc:"Unix milliseconds"`
	TriggeredAt int64      `json:"triggered_at,omitempty" doc:"Unix milliseconds, as the host says"`
	NextAt      int64      `json:"next_at,omitempty" doc:"when it is tried again"`
	DoneAt      int64      `json:"done_at,omitempty"`
	Body        string     `json:"body,omitempty"`
}

func viewDelivery(d store.Delivery) DeliveryView {
	return DeliveryView{
		ID: d.ID, Topic: d.Topic, State: deliveryStateName(d.State), Reason: d.Reason, Attempts: d.Attempts, Size: d.BodySize,
		ReceivedAt: d.ReceivedAt, TriggeredAt: d.TriggeredAt, NextAt: d.NextAt, DoneAt: d.DoneAt,
	}
}

type deliveriesQuery struct {
	PageQuery
	State string `query:"state" enum:"new,retry,done,ignored,poison,acknowledged"`
	Topic string `query:"topic" maxLength:"190"`
}

func (s *Server) adminDeliveries(api huma.API) {
	get(api, "/deliveries", "List deliveries", s.listDeliveries)
	get(api, "/deliveries/{id}", "One delivery with its body", s.getDelivery)
	post(api, "/deliveries/{id}/replay", "Work on a delivery again", s.replayDelivery)
	post(api, "/deliveries/{id}/acknowledge", "Mark a delivery that cannot be worked on as seen", s.acknowledgeDelivery)
	get(api, "/deliveries-summary", "How many deliveries are open", s.countDeliveries)
}

func (s *Server) listDeliveries(ctx context.Context, q *deliveriesQuery) (*body[page[DeliveryView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	filter := store.DeliveryFilter{Topic: q.Topic, Before: before, Limit: q.Limit + 1}
	if q.State != "" {
		filter.States = []store.DeliveryState{deliveryStates[q.State]}
	}
	var rows []store.Delivery
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.ListDeliveries(callerOf(ctx).Shop.ID, filter)
		return err
	})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, q.Limit, viewDelivery, func(d store.Delivery) string { return d.ID.String() }), nil
}

func (s *Server) getDelivery(ctx context.Context, in *idPath) (*body[DeliveryView], error) {
	var view DeliveryView
	err := s.read(ctx, func(tx *store.Tx) error {
		d, found, err := tx.DeliveryByID(callerOf(ctx).Shop.ID, in.ID.ID)
		if err != nil {
			return err
		}
		if !found {
			return loyalty.NotFound("delivery")
		}
		view = viewDelivery(d)
		view.Body = maskPersonal(d.Body)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) replayDelivery(ctx context.Context, in *idPath) (*struct{}, error) {
	return s.changeDelivery(ctx, in.ID.ID, "delivery.replayed", func(tx *store.Tx, shop loyalty.ShopID) (int64, error) {
		return tx.ReplayDeliveries(shop, []loyalty.ID{in.ID.ID})
	})
}

func (s *Server) acknowledgeDelivery(ctx context.Context, in *idPath) (*struct{}, error) {
	return s.changeDelivery(ctx, in.ID.ID, "delivery.acknowledged", func(tx *store.Tx, shop loyalty.ShopID) (int64, error) {
		return tx.AcknowledgeDeliveries(shop, []loyalty.ID{in.ID.ID}, loyalty.NowMs(s.deps.Clock))
	})
}

// changeDelivery applies one change and says, if nothing changed, whether there
// is no such delivery or it is in a state that does not allow it.
func (s *Server) changeDelivery(ctx context.Context, id loyalty.ID, action string, change func(*store.Tx, loyalty.ShopID) (int64, error)) (*struct{}, error) {
	who := callerOf(ctx)
	err := s.write(ctx, func(tx *store.Tx) error {
		n, err := change(tx, who.Shop.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			_, found, err := tx.DeliveryByID(who.Shop.ID, id)
			if err != nil {
				return err
			}
			if !found {
				return loyalty.NotFound("delivery")
			}
			return loyalty.Refuse(loyalty.CodeConflict, "the delivery is in a state that does not allow this")
		}
		tx.OnCommit(func() { s.wake("deliveries") })
		return s.audit(tx, who, action, "delivery:"+id.String(), "")
	})
	return nil, err
}

// DeliverySummary says what is open in the inbox.
type DeliverySummary struct {
	New      int64 `json:"new"`
	Retry    int64 `json:"retry"`
	Poison   int64 `json:"poison"`
	OldestAt int64 `json:"oldest_at,omitempty" doc:"Unix milliseconds at which the oldest open delivery arrived"`
}

func (s *Server) countDeliveries(ctx context.Context, _ *struct{}) (*body[DeliverySummary], error) {
	var c store.DeliveryCounts
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.CountDeliveries(callerOf(ctx).Shop.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(DeliverySummary{New: c.New, Retry: c.Retry, Poison: c.Poison, OldestAt: c.OldestOpenAt}), nil
}

// get, post, put, patch and remove register one operation each, named after its path.
func get[I, O any](api huma.API, path, summary string, h func(context.Context, *I) (*O, error)) {
	operation(api, http.MethodGet, path, summary, h)
}

func post[I, O any](api huma.API, path, summary string, h func(context.Context, *I) (*O, error)) {
	operation(api, http.MethodPost, path, summary, h)
}

func put[I, O any](api huma.API, path, summary string, h func(context.Context, *I) (*O, error)) {
	operation(api, http.MethodPut, path, summary, h)
}

func patch[I, O any](api huma.API, path, summary string, h func(context.Context, *I) (*O, error)) {
	operation(api, http.MethodPatch, path, summary, h)
}

func remove[I, O any](api huma.API, path, summary string, h func(context.Context, *I) (*O, error)) {
	operation(api, http.MethodDelete, path, summary, h)
}
