package partner

import (
	"strings"

	"zugabe/app/loyalty"
)

// A path is the way from the top of the tree to a partner, the partner included: ids
// with a slash behind each. Whoever is below has a longer path that begins with it.

// MaxDepth is how many partners may stand above one another.
const MaxDepth = 40

// Path is the path of a partner below another one; above is "" at the top.
func Path(above string, partner loyalty.ID) string { return above + partner.String() + "/" }

// Depth is how many partners a path names.
func Depth(path string) int { return strings.Count(path, "/") }

// Below says whether a path is at or below another.
func Below(path, above string) bool { return strings.HasPrefix(path, above) }

// Above lists who stands above a partner, the nearest first, at most so many.
func Above(path string, most int) []loyalty.ID {
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	var ids []loyalty.ID
	for i := len(parts) - 2; i >= 0 && len(ids) < most; i-- {
		if id, err := loyalty.ParseID(parts[i]); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// Moved is the path of somebody below a partner whose own path has changed.
func Moved(path, was, now string) string { return now + strings.TrimPrefix(path, was) }
