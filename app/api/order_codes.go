package api

import (
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// OrderCode is a code that an order carries, with what it is made of.
type OrderCode struct {
	Code   string         `json:"code"`
	Minor  int64          `json:"minor" doc:"discount that the order got, minor units"`
	Of     string         `json:"of" enum:"points,voucher,other" doc:"other: a code of the shop's own"`
	State  store.UseState `json:"state,omitempty" enum:"used,returned,extra" doc:"returned: the order was cancelled or went back; missing = not ours"`
	Points loyalty.Points `json:"points,omitempty" doc:"that the code was made of"`
	Back   loyalty.Points `json:"back,omitempty" doc:"points of it that came back"`
	CodeID loyalty.ID     `json:"code_id,omitempty"`
}

// orderCodes says of what each code of an order is made: that stays so after a return.
func orderCodes(tx *store.Tx, shop loyalty.ShopID, sale earning.Sale) ([]OrderCode, error) {
	list := make([]OrderCode, len(sale.Codes))
	folded := make([]string, len(sale.Codes))
	for i, c := range sale.Codes {
		folded[i] = voucher.Fold(c.Code)
		list[i] = OrderCode{Code: c.Code, Minor: c.Minor, Of: "other"}
	}
	codes, err := tx.CodesByFolded(shop, folded)
	if err != nil || len(codes) == 0 {
		return list, err
	}
	var ids []loyalty.ID
	for _, c := range codes {
		ids = append(ids, c.ID)
	}
	redeemed, err := tx.RedemptionsByCode(shop, ids)
	if err != nil {
		return nil, err
	}
	uses, err := tx.CodeUsesBySale(shop, []string{sale.Key})
	if err != nil {
		return nil, err
	}
	state := map[loyalty.ID]store.UseState{}
	for _, u := range uses[sale.Key] {
		state[u.CodeID] = u.State
	}
	for i := range list {
		c, known := codes[folded[i]]
		if !known {
			continue
		}
		list[i].CodeID, list[i].State = c.ID, state[c.ID]
		if r, of := redeemed[c.ID]; of {
			list[i].Of, list[i].Points, list[i].Back = "points", r.Points, r.Returned
		} else if c.TemplateID != 0 {
			list[i].Of = "voucher"
		}
	}
	return list, nil
}
