package program

import (
	"slices"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// campaignAsk is what the groups of a campaign are looked up by.
type campaignAsk struct {
	doc      voucher.Template
	from, to int64
	users    []loyalty.ID
}

// campaignGroups compares those who used a voucher with those who could have.
func (p *Program) campaignGroups(tx *store.Tx, shop loyalty.Shop, ask campaignAsk, r *CampaignReport) (err error) {
	if r.Users, err = groupOf(tx, shop, ask.users, ask); err != nil {
		return err
	}
	sample, err := sampleMembers(tx, shop.ID, loyalty.IDAt(ask.to))
	if err != nil {
		return err
	}
	used := map[loyalty.ID]bool{}
	for _, id := range ask.users {
		used[id] = true
	}
	var others []loyalty.ID
	for _, m := range sample {
		if !used[m.ID] && eligible(ask.doc, m, ask.from) {
			others = append(others, m.ID)
		}
	}
	r.Others, err = groupOf(tx, shop, others, ask)
	return err
}

func groupOf(tx *store.Tx, shop loyalty.Shop, members []loyalty.ID, ask campaignAsk) (CampaignGroup, error) {
	b, err := tx.BuyersOf(shop, members, ask.from, ask.to)
	return CampaignGroup{Members: int64(len(members)), Buyers: b.Customers, Orders: b.Orders, Minor: b.Minor}, err
}

// eligible says whether a member could have used a voucher at the start of a time
// (Unix ms), as far as it asks who somebody is.
func eligible(t voucher.Template, m loyalty.Member, from int64) bool {
	if m.State != loyalty.MemberActive || m.BlockRedeem {
		return false
	}
	who := t.Who
	if who.NewOnly && m.FirstOrderAt != 0 && m.FirstOrderAt < from {
		return false
	}
	if len(who.Members) > 0 && !slices.Contains(who.Members, m.ID) {
		return false
	}
	if len(who.Tags) > 0 && !slices.ContainsFunc(who.Tags, func(tag string) bool { return slices.Contains(m.Tags, tag) }) {
		return false
	}
	person := personOfMember(m)
	if len(who.Segments) > 0 && !slices.ContainsFunc(who.Segments, func(s string) bool { return slices.Contains(person.Segments, s) }) {
		return false
	}
	business, private := slices.Contains(who.Types, voucher.TypeBusiness), slices.Contains(who.Types, voucher.TypePrivate)
	return business == private || business == person.Business
}

// sampleMembers takes members with ids below end from all over their ids, all of
// them where they are few: a fixed number of short reads in any shop.
func sampleMembers(tx *store.Tx, shop loyalty.ShopID, end loyalty.ID) ([]loyalty.Member, error) {
	const slots = 40
	all, err := tx.MembersBetween(shop, 0, end, mostGroup+1)
	if err != nil || len(all) <= mostGroup {
		return all, err
	}
	first := all[0].ID
	step := max((end-first)/slots, 1)
	var sample []loyalty.Member
	next := first
	for i := range loyalty.ID(slots) {
		next = max(next, first+i*step)
		part, err := tx.MembersBetween(shop, next, end, mostGroup/slots)
		if err != nil {
			return nil, err
		}
		if len(part) == 0 {
			break
		}
		sample = append(sample, part...)
		next = part[len(part)-1].ID + 1
	}
	return sample, nil
}
