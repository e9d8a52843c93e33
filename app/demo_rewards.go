package main

import (
	"context"
	"fmt"

	"zugabe/app/faq"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// openRewards makes a ticket and a donation that points can be exchanged for, and
// publishes the questions and answers, as the merchant would in the admin.
func (d *demo) openRewards(ctx context.Context, shop loyalty.Shop) error {
	var seats []string
	for i := range 12 {
		seats = append(seats, fmt.Sprintf("TASTING-%02d", i+1))
	}
	if err := d.rewardOn(ctx, shop, tastingTicket(), seats); err != nil {
		return err
	}
	if err := d.rewardOn(ctx, shop, treeForPoints(), nil); err != nil {
		return err
	}
	return d.publishQuestions(ctx, shop)
}

func (d *demo) rewardOn(ctx context.Context, shop loyalty.Shop, item reward.Item, tickets []string) error {
	made, err := d.app.program.MakeReward(ctx, demoStaff, shop, item, tickets)
	if err == nil {
		_, err = d.app.program.SaveReward(ctx, demoStaff, shop, program.RewardChange{ID: made.Row.ID, Seen: made.Row.Version, Item: made.Item, On: true})
	}
	return err
}

func (d *demo) publishQuestions(ctx context.Context, shop loyalty.Shop) error {
	p := d.app.program
	var now program.FAQ
	err := d.app.store.Read(ctx, func(tx *store.Tx) (err error) {
		now, err = p.FAQ(tx, shop)
		return err
	})
	for _, id := range faq.Questions {
		if err == nil {
			now, err = p.ApproveFAQ(ctx, demoStaff, shop, now.Version, program.FAQRead{ID: id, Language: "de", Text: now.Draft(now.Standard, id, "de")})
		}
	}
	if err == nil {
		_, err = p.PublishFAQ(ctx, demoStaff, shop, now.Version, true)
	}
	return err
}

func tastingTicket() reward.Item {
	return reward.Item{Points: 60, PerMember: 2, Delivery: reward.ByTicket, Texts: map[string]reward.ItemText{
		"de": {Name: "Verkostung in der Rösterei", Text: "Eine Eintrittskarte für einen Abend mit sechs Kaffees. Der Code ist die Eintrittskarte."},
		"en": {Name: "Tasting at the roastery", Text: "One ticket for an evening with six coffees. Bring the code."},
		"da": {Name: "Smagning i risteriet", Text: "En billet til en aften med seks slags kaffe. Tag koden med."},
		"pl": {Name: "Degustacja w palarni", Text: "Bilet na wieczór z sześcioma kawami. Zabierz kod ze sobą."},
		"it": {Name: "Degustazione in torrefazione", Text: "Un biglietto per una serata con sei caffè. Porta il codice."},
	}}
}

func treeForPoints() reward.Item {
	return reward.Item{Points: 40, Stock: reward.Unlimited, Delivery: reward.ByHand, Texts: map[string]reward.ItemText{
		"de": {Name: "Ein Baum im Stadtwald", Text: "Wir pflanzen ihn im Herbst und schicken ein Bild."},
		"en": {Name: "A tree in the city forest", Text: "We plant it in autumn and send a picture."},
		"da": {Name: "Et træ i byskoven", Text: "Vi planter det til efteråret og sender et billede."},
		"pl": {Name: "Drzewo w lesie miejskim", Text: "Posadzimy je jesienią i wyślemy zdjęcie."},
		"it": {Name: "Un albero nel bosco della città", Text: "Lo piantiamo in autunno e mandiamo una foto."},
	}}
}
