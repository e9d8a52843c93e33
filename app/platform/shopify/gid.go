package shopify

import "strings"

// A gid is how the Admin API writes an id: "gid://shopify/Order/123". Webhooks in
// REST form carry the bare number. We keep the number.

func gid(kind, key string) string { return "gid://shopify/" + kind + "/" + key }

func gids(kind string, keys []string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = gid(kind, k)
	}
	return out
}

// bare is the last part of a gid without its parameters; a bare id stays as it is.
func bare(id string) string {
	id = id[strings.LastIndexByte(id, '/')+1:]
	id, _, _ = strings.Cut(id, "?")
	return id
}

// isKey says whether s can be put into a gid: the host's ids are digits.
func isKey(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != "" && len(s) <= 20
}
