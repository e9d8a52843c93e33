package earning

import "slices"

// The reasons why a line brings nothing.
const (
	OutGiftCard   = "gift_card"
	OutProduct    = "excluded_product"
	OutCollection = "excluded_collection"
	OutGroup      = "excluded_group"
	OutSelection  = "not_in_selection"
	OutRefunded   = "refunded"
	OutFree       = "free" // nothing was paid for it (B11)
)

// why says what keeps the line out, "" if it is in. A line is in if it is in
// one of the chosen products, collections or groups, or if none are chosen; an
// exclusion always wins (S3-03, S4-21, A-08). Buying a gift card is no sale of goods (B11).
func (m *Match) why(l *Line, groups map[string][]string) string {
	switch {
	case l.GiftCard && !m.GiftCards:
		return OutGiftCard
	case slices.Contains(m.ExcludeProducts, l.ProductKey):
		return OutProduct
	case overlap(m.ExcludeCollections, l.Collections):
		return OutCollection
	case inGroups(m.ExcludeGroups, groups, l.ProductKey):
		return OutGroup
	case m.chooses() && !m.chosen(l, groups):
		return OutSelection
	}
	return ""
}

func (m *Match) chooses() bool {
	return len(m.Products) > 0 || len(m.Collections) > 0 || len(m.Groups) > 0
}

func (m *Match) chosen(l *Line, groups map[string][]string) bool {
	return slices.Contains(m.Products, l.ProductKey) || overlap(m.Collections, l.Collections) ||
		inGroups(m.Groups, groups, l.ProductKey)
}

// everything says that the match keeps no line out except gift cards.
func (m *Match) everything() bool {
	return !m.chooses() && len(m.ExcludeProducts) == 0 && len(m.ExcludeCollections) == 0 && len(m.ExcludeGroups) == 0
}

func overlap(a, b []string) bool {
	for _, x := range a {
		if slices.Contains(b, x) {
			return true
		}
	}
	return false
}

func inGroups(names []string, groups map[string][]string, product string) bool {
	for _, n := range names {
		if slices.Contains(groups[n], product) {
			return true
		}
	}
	return false
}
