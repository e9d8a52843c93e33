package api_test

import (
	"bytes"
	"net/http"

	"zugabe/app/loyalty"
	"zugabe/app/partner"
	"zugabe/app/program"
	"zugabe/app/session"
	"zugabe/app/store"
)

// furnishPartners gives the shop a partner with a code, a new customer in the first
// line, an appeal, an import whose file is there and a batch.
func (w *world) furnishPartners(shop loyalty.Shop, have objects) {
	w.t.Helper()
	ctx := w.t.Context()
	must := func(err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
	}
	_, err := w.program.SavePartnerSettings(ctx, "test", shop, 0, program.PartnerSettings{On: true, Contact: []string{program.ContactName}, RatesBP: []int64{500}, Conflict: partner.RuleFirst})
	must(err)
	boss, lead, other := w.member(shop, "7"), w.member(shop, "6"), w.member(shop, "5")
	_, err = w.program.InvitePartner(ctx, "test", shop, program.Invitation{MemberID: boss.ID, Approved: true})
	must(err)
	doc := aTemplate()
	doc.Partners = true
	v, err := w.program.CreateVoucher(ctx, "test", shop, doc)
	must(err)
	_, err = w.program.SetVoucherState(ctx, "test", shop, v.Row.ID, "active")
	must(err)
	code, err := w.program.MakePartnerCode(ctx, shop, boss.ID, v.Row.ID, "von-"+shop.Name)
	must(err)
	have["partner"], have["lead"], have["deskcode"] = boss.ID.String(), lead.ID.String(), code.ID.String()
	w.write(func(tx *store.Tx) error {
		if _, err := tx.Exec(`UPDATE members SET member_type = 'new_customer', first_order_at = 0 WHERE shop_id = ? AND id = ?`, int64(shop.ID), int64(lead.ID)); err != nil {
			return err
		}
		a := store.Appeal{ID: w.program.IDs.Next(), MemberID: other.ID, PartnerID: boss.ID, State: "open", Text: "mine", CreatedAt: 1}
		have["appeal"] = a.ID.String()
		c := store.PartnerCheck{ID: w.program.IDs.Next(), MemberID: other.ID, PartnerID: boss.ID, State: store.CheckHeld, Signals: []string{"address"}, CreatedAt: 1}
		have["check"] = c.ID.String()
		if err := tx.InsertPartnerCheck(shop.ID, c); err != nil {
			return err
		}
		return tx.InsertAppeal(shop.ID, a)
	})
	_, err = w.program.MoveMember(ctx, "test", shop, program.Move{ID: lead.ID, To: boss.ID, Note: "met at the fair"})
	must(err)
	file := []byte("code;until\nFAIR-" + shop.Name + ";2027-12-31\n")
	i, err := w.program.CreateImport(ctx, "test", shop, program.NewImport{Template: v.Row.ID, FileName: "fair.csv", Size: int64(len(file))})
	must(err)
	_, err = w.program.SaveImportPiece(ctx, shop, i.ID, 0, bytes.Clone(file))
	must(err)
	b, err := w.program.CreateBatch(ctx, "test", shop, program.NewBatch{Template: v.Row.ID, Prefix: "FAIR", Count: 3})
	must(err)
	for _, work := range w.worksOf(shop, b.Row.ID) {
		_, err = w.program.WorkImports(ctx, shop, work.ID, 100)
		must(err)
	}
	have["import"], have["batch"] = i.ID.String(), b.Row.ID.String()
}

func (w *world) worksOf(shop loyalty.Shop, batch loyalty.ID) (list []store.Import) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		list, err = tx.ImportsOfBatch(shop.ID, batch, 10)
		return err
	})
	return list
}

// desk is a partner's open desk.
func (w *world) desk(shop loyalty.Shop, customer string) proof {
	w.t.Helper()
	keys, err := session.NewDeskKeys(w.program.PersonKey)
	if err != nil {
		w.t.Fatal(err)
	}
	now, member := loyalty.NowMs(w.clock), w.member(shop, customer).ID
	cookie, err := keys.Cookie(shop.ID, member, now+3_600_000)
	if err != nil {
		w.t.Fatal(err)
	}
	actor, err := keys.Open(cookie, now)
	if err == nil {
		err = w.program.KeepDesk(w.t.Context(), shop.ID, store.DeskSession{TokenID: actor.TokenID, MemberID: member, CreatedAt: now, ExpiresAt: now + 3_600_000})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return proof{headers: http.Header{"Cookie": {session.DeskCookie + "=" + cookie}, "X-Zugabe-Csrf": {keys.CSRF(cookie)}}}
}
