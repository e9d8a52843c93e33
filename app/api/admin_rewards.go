package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// RewardView is something that points can be exchanged for besides discounts.
type RewardView struct {
	ID      loyalty.ID  `json:"id"`
	Version int64       `json:"version"`
	On      bool        `json:"on" doc:"members can have it, within its days and while some is left"`
	Live    bool        `json:"live" doc:"members see it now"`
	Item    reward.Item `json:"item"`
	Taken   int64       `json:"taken"`
	Left    int64       `json:"left" doc:"-1 = it does not run out"`
}

// RewardsView is the catalogue.
type RewardsView struct {
	Items []RewardView `json:"items"`
	Open  int64        `json:"open" doc:"what is still to be handed out"`
}

// RewardRedemptionView is a member who exchanged points for a reward.
type RewardRedemptionView struct {
	ID        loyalty.ID     `json:"id"`
	RewardID  loyalty.ID     `json:"reward_id"`
	Reward    reward.Item    `json:"reward"`
	MemberID  loyalty.ID     `json:"member_id"`
	FirstName string         `json:"first_name,omitempty"`
	LastName  string         `json:"last_name,omitempty"`
	Email     string         `json:"email,omitempty"`
	Points    loyalty.Points `json:"points"`
	State     string         `json:"state" enum:"open,done,cancelled"`
	Ticket    string         `json:"ticket,omitempty" doc:"the code that the member has"`
	Note      string         `json:"note,omitempty"`
	CreatedAt int64          `json:"created_at" doc:"Unix milliseconds"`
	DoneAt    int64          `json:"done_at,omitempty"`
}

type makeReward struct {
	Body struct {
		Item    reward.Item `json:"item"`
		Tickets string      `json:"tickets,omitempty" maxLength:"60000" doc:"codes, one on each line"`
	}
}

type saveReward struct {
	ID   idParam `path:"id"`
	Body struct {
		Version int64       `json:"version" doc:"as you have seen it"`
		On      bool        `json:"on"`
		Item    reward.Item `json:"item"`
	}
}

type addTickets struct {
	ID   idParam `path:"id"`
	Body struct {
		Tickets string `json:"tickets" minLength:"1" maxLength:"60000" doc:"codes, one on each line"`
	}
}

// TicketsAdded says how many codes were new.
type TicketsAdded struct {
	Added int64 `json:"added"`
}

type rewardRedemptionsQuery struct {
	PageQuery
	State string `query:"state" enum:"open,done,cancelled"`
}

type handOutReward struct {
	ID   idParam `path:"id"`
	Body struct {
		Done bool `json:"done" doc:"false takes the mark back"`
	}
}

type cancelReward struct {
	ID   idParam `path:"id"`
	Body struct {
		Note string `json:"note" minLength:"3" maxLength:"500" doc:"why; the shopper does not see it"`
	}
}

func (s *Server) adminRewards(api huma.API) {
	get(api, "/rewards", "What points can be exchanged for besides discounts, the newest first", s.listRewards)
	post(api, "/rewards", "Make a reward; it is off at first", s.makeReward)
	put(api, "/rewards/{id}", "Change a reward, switch it on or off", s.saveReward)
	post(api, "/rewards/{id}/tickets", "Add codes to a reward's list", s.addTickets)
	get(api, "/reward-redemptions", "Who exchanged points for a reward, the newest first", s.listRewardRedemptions)
	post(api, "/reward-redemptions/{id}/hand-out", "Mark as handed out", s.handOutReward)
	post(api, "/reward-redemptions/{id}/cancel", "Give the points back", s.cancelReward)
}

func (s *Server) viewReward(r program.Reward) RewardView {
	return RewardView{ID: r.Row.ID, Version: r.Row.Version, On: r.Row.State == store.RewardOn, Live: r.Live(loyalty.NowMs(s.deps.Clock)), Item: r.Item, Taken: r.Row.Taken, Left: r.Left()}
}

func (s *Server) listRewards(ctx context.Context, _ *struct{}) (*body[RewardsView], error) {
	view := RewardsView{Items: []RewardView{}}
	shop := callerOf(ctx).Shop.ID
	err := s.read(ctx, func(tx *store.Tx) error {
		list, err := s.deps.Program.Rewards(tx, shop)
		if err != nil {
			return err
		}
		view.Items = make([]RewardView, len(list))
		for i, r := range list {
			view.Items[i] = s.viewReward(r)
		}
		view.Open, err = tx.CountRewardsOpen(shop)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) makeReward(ctx context.Context, in *makeReward) (*body[RewardView], error) {
	who := callerOf(ctx)
	tickets, err := reward.Tickets(in.Body.Tickets)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	made, err := s.deps.Program.MakeReward(ctx, who.Actor, who.Shop, in.Body.Item, tickets)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(s.viewReward(made)), nil
}

func (s *Server) saveReward(ctx context.Context, in *saveReward) (*body[RewardView], error) {
	who := callerOf(ctx)
	saved, err := s.deps.Program.SaveReward(ctx, who.Actor, who.Shop, program.RewardChange{ID: in.ID.ID, Seen: in.Body.Version, Item: in.Body.Item, On: in.Body.On})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(s.viewReward(saved)), nil
}

func (s *Server) addTickets(ctx context.Context, in *addTickets) (*body[TicketsAdded], error) {
	who := callerOf(ctx)
	tickets, err := reward.Tickets(in.Body.Tickets)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	added, err := s.deps.Program.AddTickets(ctx, who.Actor, who.Shop, in.ID.ID, tickets)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(TicketsAdded{added}), nil
}

func (s *Server) listRewardRedemptions(ctx context.Context, q *rewardRedemptionsQuery) (*body[page[RewardRedemptionView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop.ID
	var rows []store.RewardRedemption
	var around rewardsAround
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.ListRewardRedemptions(shop, store.RewardRedemptionList{State: store.RewardState(q.State), Before: before, Limit: q.Limit + 1})
		if err != nil {
			return err
		}
		around, err = s.aroundRewards(tx, shop, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, q.Limit, around.view, func(r store.RewardRedemption) string { return r.ID.String() }), nil
}

// rewardsAround is what a list of redemptions says besides the rows.
type rewardsAround struct {
	items   map[loyalty.ID]program.Reward
	members map[loyalty.ID]loyalty.Member
	tickets map[loyalty.ID]string
}

func (s *Server) aroundRewards(tx *store.Tx, shop loyalty.ShopID, rows []store.RewardRedemption) (a rewardsAround, err error) {
	var members, tickets, items []loyalty.ID
	for _, r := range rows {
		members, items = append(members, r.MemberID), append(items, r.RewardID)
		if r.TicketID != 0 {
			tickets = append(tickets, r.TicketID)
		}
	}
	if a.items, err = s.deps.Program.RewardsByID(tx, shop, items); err != nil {
		return a, err
	}
	if a.tickets, err = tx.RewardTicketCodes(shop, tickets); err != nil {
		return a, err
	}
	a.members, err = tx.MembersByID(shop, members)
	return a, err
}

func (a rewardsAround) view(r store.RewardRedemption) RewardRedemptionView {
	m := a.members[r.MemberID]
	return RewardRedemptionView{ID: r.ID, RewardID: r.RewardID, Reward: a.items[r.RewardID].Item, MemberID: r.MemberID, FirstName: m.FirstName, LastName: m.LastName, Email: m.Email,
		Points: r.Points, State: string(r.State), Ticket: a.tickets[r.TicketID], Note: r.Note, CreatedAt: r.CreatedAt, DoneAt: r.DoneAt}
}

func (s *Server) handOutReward(ctx context.Context, in *handOutReward) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.HandOutReward(ctx, who.Actor, who.Shop, in.ID.ID, in.Body.Done); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}

func (s *Server) cancelReward(ctx context.Context, in *cancelReward) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.CancelReward(ctx, who.Actor, who.Shop, in.ID.ID, in.Body.Note); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}
