package program

import (
	"context"
	"encoding/json"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// MemberExport is everything that is kept about a person, for the person (J6).
// Times are Unix ms, amounts minor units.
type MemberExport struct {
	ExportedAt  int64               `json:"exported_at"`
	Shop        string              `json:"shop"`
	Member      loyalty.Member      `json:"member"`
	Keys        []string            `json:"customer_keys"`
	Account     *ledger.Account     `json:"account,omitempty"`
	Entries     []ledger.Entry      `json:"entries"`
	Lots        []ledger.Lot        `json:"lots"`
	Redemptions []reward.Redemption `json:"redemptions"`
	Rewards     []ExportedReward    `json:"rewards"`
	Sales       []ExportedSale      `json:"sales"`
	Activities  []store.ActivityRow `json:"activities"`
	Referrals   []store.Referral    `json:"referrals"`
	Audit       []store.AuditRow    `json:"audit"`
	Newsletter  *store.Signup       `json:"newsletter,omitempty"`
	NoMail      string              `json:"no_mail,omitempty"` // why the person takes no mail
	Mails       []store.Mail        `json:"mails"`
	Permit      *store.Permit       `json:"permit,omitempty"` // what was asked by mail before many points were redeemed
	ExportedVouchers
	ExportedPartner
}

// ExportedSale is an order with all its snapshots.
type ExportedSale struct {
	Row      store.SaleRow  `json:"row"`
	Versions []earning.Sale `json:"versions"`
}

// ExportedReward is what points were exchanged for besides a discount.
type ExportedReward struct {
	RewardID  loyalty.ID        `json:"reward_id"`
	Points    loyalty.Points    `json:"points"`
	State     store.RewardState `json:"state"`
	Ticket    string            `json:"ticket,omitempty"`
	Note      string            `json:"note,omitempty"` // of the merchant
	CreatedAt int64             `json:"created_at"`
	DoneAt    int64             `json:"done_at,omitempty"`
}

const (
	exportPage = 500
	exportMost = 100_000 // of what one person has few of
)

// ExportMember collects everything that is kept about a member, and notes that
// somebody looked (J12). Open data requests for the member are done by it.
func (p *Program) ExportMember(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID) (MemberExport, error) {
	out := MemberExport{ExportedAt: p.now(), Shop: shop.Domain}
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		m, found, err := tx.MemberByID(shop.ID, id)
		if err != nil {
			return err
		}
		if !found {
			return loyalty.NotFound("member")
		}
		out.Member = m
		if out.Keys, err = tx.MemberKeys(shop.ID, id); err != nil {
			return err
		}
		if err := p.exportAccount(tx, shop, &out); err != nil {
			return err
		}
		if err := exportMails(tx, shop.ID, &out); err != nil {
			return err
		}
		if err := exportVouchers(tx, shop.ID, &out); err != nil {
			return err
		}
		if err := exportPartner(tx, shop.ID, &out); err != nil {
			return err
		}
		return exportFacts(tx, shop.ID, &out)
	})
	if err != nil {
		return out, err
	}
	return out, p.noteExport(ctx, actor, shop, out)
}

func (p *Program) exportAccount(tx *store.Tx, shop loyalty.Shop, out *MemberExport) error {
	plan, err := p.CurrentPlan(tx, shop)
	if err != nil {
		return err
	}
	account, found, err := tx.AccountOfMember(shop.ID, plan.ID, out.Member.ID)
	if err != nil || !found {
		return err
	}
	out.Account = &account
	if out.Lots, err = tx.AllLots(shop.ID, account.ID); err != nil {
		return err
	}
	for before := int64(0); ; {
		page, err := tx.EntriesPage(shop.ID, account.ID, before, exportPage)
		if err != nil {
			return err
		}
		if out.Entries = append(out.Entries, page...); len(page) < exportPage {
			break
		}
		before = page[len(page)-1].AccountSeq
	}
	if err := exportRewards(tx, shop.ID, out); err != nil {
		return err
	}
	for before := loyalty.ID(0); ; {
		page, err := tx.RedemptionsOfAccount(shop.ID, account.ID, before, exportPage)
		if err != nil {
			return err
		}
		if out.Redemptions = append(out.Redemptions, page...); len(page) < exportPage {
			return nil
		}
		before = page[len(page)-1].ID
	}
}

func exportRewards(tx *store.Tx, shop loyalty.ShopID, out *MemberExport) error {
	rows, err := tx.RewardRedemptionsOf(shop, out.Account.ID, exportMost)
	if err != nil {
		return err
	}
	var tickets []loyalty.ID
	for _, r := range rows {
		if r.TicketID != 0 {
			tickets = append(tickets, r.TicketID)
		}
	}
	codes, err := tx.RewardTicketCodes(shop, tickets)
	for _, r := range rows {
		out.Rewards = append(out.Rewards, ExportedReward{r.RewardID, r.Points, r.State, codes[r.TicketID], r.Note, r.CreatedAt, r.DoneAt})
	}
	return err
}

func exportFacts(tx *store.Tx, shop loyalty.ShopID, out *MemberExport) error {
	id := out.Member.ID
	var before *store.SaleRow
	for {
		page, err := tx.SalesOfMember(shop, id, before, exportPage)
		if err != nil {
			return err
		}
		for _, row := range page {
			sale, err := exportSale(tx, shop, row)
			if err != nil {
				return err
			}
			out.Sales = append(out.Sales, sale)
		}
		if len(page) < exportPage {
			break
		}
		before = &page[len(page)-1]
	}
	var err error
	if out.Activities, err = tx.ActivitiesOfMember(shop, id, exportMost); err != nil {
		return err
	}
	if out.Referrals, err = tx.ReferralsBy(shop, id, exportMost); err != nil {
		return err
	}
	brought, err := tx.ReferralsOfFriends(shop, []loyalty.ID{id})
	if err != nil {
		return err
	}
	for _, r := range brought {
		out.Referrals = append(out.Referrals, r)
	}
	out.Audit, err = tx.AuditOf(shop, "member:"+id.String(), 0, exportMost)
	return err
}

func exportMails(tx *store.Tx, shop loyalty.ShopID, out *MemberExport) (err error) {
	if p, asked, err := tx.PermitOf(shop, out.Member.ID); err != nil {
		return err
	} else if asked {
		out.Permit = &p
	}
	if len(out.Member.PersonKey) == 0 {
		return nil
	}
	s, found, err := tx.SignupOfPerson(shop, out.Member.PersonKey)
	if err != nil {
		return err
	}
	if found {
		out.Newsletter = &s
	}
	if out.NoMail, err = tx.Suppressed(shop, out.Member.PersonKey); err != nil {
		return err
	}
	out.Mails, err = tx.MailsOfPerson(shop, out.Member.PersonKey, exportMost)
	return err
}

func exportSale(tx *store.Tx, shop loyalty.ShopID, row store.SaleRow) (ExportedSale, error) {
	out := ExportedSale{Row: row}
	versions, err := tx.SaleVersions(shop, row.ID)
	if err != nil {
		return out, err
	}
	for _, v := range versions {
		var s earning.Sale
		if err := json.Unmarshal(v.Body, &s); err != nil {
			return out, err
		}
		out.Versions = append(out.Versions, s)
	}
	return out, nil
}

func (p *Program) noteExport(ctx context.Context, actor string, shop loyalty.Shop, out MemberExport) error {
	mine := map[string]bool{}
	for _, key := range out.Keys {
		mine[key] = true
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		open, err := tx.OpenPrivacyRequests(shop.ID, 1000)
		if err != nil {
			return err
		}
		for _, r := range open {
			if r.Kind != store.PrivacyExport || !mine[r.CustomerKey] {
				continue
			}
			r.State, r.DoneAt = store.PrivacyDone, p.now()
			if _, err := tx.FinishPrivacyRequest(shop.ID, r); err != nil {
				return err
			}
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "member.exported", to: "member:" + out.Member.ID.String()})
	})
}
