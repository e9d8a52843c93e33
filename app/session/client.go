package session

import (
	"net/netip"
	"strings"
)

// ClientIP is the address that limits count by. X-Forwarded-For is read only if
// the connection comes from a configured proxy, and then from the right: the
// first address that is no proxy of ours (H26). forwarded are all header lines.
func ClientIP(remote netip.Addr, forwarded []string, proxies []netip.Prefix) netip.Addr {
	addr := remote.Unmap()
	if !within(addr, proxies) {
		return addr
	}
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return addr
		}
		addr = hop.Unmap().WithZone("")
		if !within(addr, proxies) {
			return addr
		}
	}
	return addr
}

func within(addr netip.Addr, prefixes []netip.Prefix) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// SameOrigin says whether a browser's Origin header is one of the exact
// origins. "null", a missing header and look-alikes are not (H27).
func SameOrigin(origin string, allowed []string) bool {
	for _, a := range allowed {
		if origin != "" && origin != "null" && origin == a {
			return true
		}
	}
	return false
}
