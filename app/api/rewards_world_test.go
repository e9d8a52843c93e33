package api_test

import (
	"encoding/json"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
)

const rewardDoc = `{"texts":{"en":{"name":"Tasting","text":"An evening with our roaster"}},"points":10,"stock":0,"delivery":"ticket"}`

// furnishRewards gives a shop a reward by ticket, and a member who has one of another.
func (w *world) furnishRewards(shop loyalty.Shop, who loyalty.Member, have objects) {
	w.t.Helper()
	var item reward.Item
	if err := json.Unmarshal([]byte(rewardDoc), &item); err != nil {
		w.t.Fatal(err)
	}
	seats := w.rewardOn(shop, item, "SEAT-1")
	item.Delivery, item.Stock = reward.ByHand, 5
	gift := w.rewardOn(shop, item)
	got, err := w.program.ExchangeReward(w.t.Context(), "shopper:1", shop, who.ID, program.ExchangeRequest{Reward: gift.Row.ID, Points: 10, ClientKey: "furnish"})
	if err != nil {
		w.t.Fatal(err)
	}
	have["reward"], have["exchange"] = seats.Row.ID.String(), got.ID.String()
}

func (w *world) rewardOn(shop loyalty.Shop, item reward.Item, tickets ...string) program.Reward {
	w.t.Helper()
	made, err := w.program.MakeReward(w.t.Context(), "staff:1", shop, item, tickets)
	if err == nil {
		made, err = w.program.SaveReward(w.t.Context(), "staff:1", shop, program.RewardChange{ID: made.Row.ID, Seen: made.Row.Version, Item: made.Item, On: true})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}
