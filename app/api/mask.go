package api

import (
	"bytes"
	"encoding/json"
	"strings"
)

// personal names the fields of hosts' bodies that hold personal data. The admin
// shows a delivery's body for debugging, not for reading addresses (J11, J12).
var personal = map[string]bool{
	"email": true, "contact_email": true, "email_address": true, "first_name": true, "last_name": true, "name": true,
	"phone": true, "address1": true, "address2": true, "address_1": true, "address_2": true, "zip": true, "postcode": true,
	"city": true, "company": true, "latitude": true, "longitude": true, "customer_ip_address": true, "browser_ip": true,
	"customer_user_agent": true, "username": true, "note": true, "customer_note": true, "order_status_url": true,
	"reviewer": true, "reviewer_email": true, "body": true, "token": true, "cart_token": true, "checkout_token": true, "order_key": true,
}

const masked = "•••"

// maskPersonal renders a JSON body with personal fields replaced. What is not
// JSON is not shown at all: it cannot be masked.
func maskPersonal(raw []byte) string {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return "(not JSON; kept as received)"
	}
	out, err := json.MarshalIndent(maskValue("", v), "", "  ")
	if err != nil {
		return "(cannot be shown)"
	}
	return string(out)
}

func maskValue(field string, v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, inner := range x {
			x[k] = maskValue(strings.ToLower(k), inner)
		}
		return x
	case []any:
		for i, inner := range x {
			x[i] = maskValue(field, inner)
		}
		return x
	case string:
		if personal[field] && x != "" {
			return masked
		}
	}
	return v
}
