package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"sync/atomic"
)

var deliveryColumns = []string{"shop_id", "id", "lane", "state", "host", "topic", "delivery_key", "dedupe", "body", "body_size",
	"triggered_at", "received_at", "attempts", "next_at", "done_at", "reason"}

// rawShop keeps the rows of the yardsticks apart from the app's.
const rawShop = 2

// rawDelivery is a delivery's row with the plain body. The dedupe key is a
// number scattered like a hash: its costs in the index are a hash's, its
// computation costs nothing.
func (l *lab) rawDelivery(number int64, body []byte) []any {
	dedupe := make([]byte, 32)
	binary.BigEndian.PutUint64(dedupe, uint64(number)*0x9E3779B97F4A7C15)
	return []any{rawShop, int64(l.ids.Next()), number % 16, 2, "woocommerce", "order.updated", "d", dedupe, body, len(body), 0, 1, 0, 0, 0, ""}
}

// insertText is a multi-row INSERT with '?' placeholders.
func insertText(table string, columns []string, rows int) string {
	group := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " + group + strings.Repeat(", "+group, rows-1)
}

// serveSingle is the least server that takes webhooks: check the signature, INSERT, 200.
func (l *lab) serveSingle() (addr string, stop func(), err error) {
	query := insertText("deliveries", deliveryColumns, 1)
	return serve(func(m *message) error {
		given, err := base64.StdEncoding.DecodeString(m.get("X-WC-Webhook-Signature"))
		if err != nil {
			return err
		}
		h := hmac.New(sha256.New, []byte(hookSecret))
		h.Write(m.body)
		if !hmac.Equal(given, h.Sum(nil)) {
			return errors.New("wrong signature")
		}
		_, err = l.raw.Exec(query, l.rawDelivery(atomic.AddInt64(&l.serial, 1), m.body)...)
		return err
	})
}
