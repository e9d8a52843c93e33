package api

import (
	"context"

	"zugabe/app/store"
)

// CodeOrderView is an order that carried a code, as people know it.
type CodeOrderView struct {
	CodeUseView
	Number string `json:"number,omitempty" doc:"of the order, as people know it"`
}

// codeOrders are uses with the numbers of their orders.
func (s *Server) codeOrders(ctx context.Context, uses []store.CodeUse) ([]CodeOrderView, error) {
	keys, list := make([]string, len(uses)), make([]CodeOrderView, len(uses))
	for i, u := range uses {
		keys[i] = u.SaleKey
	}
	err := s.read(ctx, func(tx *store.Tx) error {
		sales, err := tx.SalesByKey(callerOf(ctx).Shop.ID, keys)
		for i, v := range viewUses(uses) {
			list[i] = CodeOrderView{CodeUseView: v, Number: sales[v.Order].Number}
		}
		return err
	})
	return list, err
}
