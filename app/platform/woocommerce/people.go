package woocommerce

import (
	"strings"

	"zugabe/app/earning"
	"zugabe/app/platform"
)

type customer struct {
	Email       *string `json:"email"`
	FirstName   string  `json:"first_name"`
	LastName    string  `json:"last_name"`
	Role        *string `json:"role"`
	CreatedGMT  text    `json:"date_created_gmt"`
	ModifiedGMT text    `json:"date_modified_gmt"`
	Billing     struct {
		Email string `json:"email"`
	} `json:"billing"`
}

func readCustomer(d platform.Delivery, event, id string) ([]platform.Change, error) {
	if event == "deleted" {
		return []platform.Change{{Kind: platform.CustomerDeleted, Key: id}}, nil
	}
	if event != "created" && event != "updated" {
		return ignored("unknown topic"), nil
	}
	var c customer
	if err := decode(d.Body, &c); err != nil {
		return nil, err
	}
	if c.Email == nil || c.Role == nil {
		return nil, malformed("not a customer")
	}
	switch *c.Role {
	case "administrator", "shop_manager", "editor", "author", "contributor":
		return ignored("staff of the shop"), nil
	}
	s := &sums{}
	out := &platform.Customer{
		Key: id, Email: *c.Email, FirstName: short(c.FirstName, 190), LastName: short(c.LastName, 190),
		// Newsletter plugins make subscribers of people who have no account.
		HasLogin:  strings.Contains(*c.Role, "customer"),
		CreatedAt: s.instant(c.CreatedGMT), UpdatedAt: s.instant(c.ModifiedGMT),
	}
	if s.err != nil {
		return nil, s.err
	}
	if out.Email == "" {
		out.Email = c.Billing.Email
	}
	if out.UpdatedAt == 0 {
		out.UpdatedAt = out.CreatedAt
	}
	return []platform.Change{{Kind: platform.CustomerSnapshot, Key: id, Customer: out}}, nil
}

func readCoupon(d platform.Delivery, event, id string) ([]platform.Change, error) {
	change := platform.Change{Kind: platform.CodeTouched, Key: id}
	if event != "deleted" {
		var c struct {
			Code *string `json:"code"`
			Type *string `json:"discount_type"`
		}
		if err := decode(d.Body, &c); err != nil {
			return nil, err
		}
		if c.Code == nil || c.Type == nil {
			return nil, malformed("not a coupon")
		}
		change.Code = short(*c.Code, 100)
	}
	return []platform.Change{change}, nil
}

// comment is a WP_Comment, the argument of the action that a review written or
// moderated by REST fires. All its fields are strings.
type comment struct {
	ID       text   `json:"comment_ID"`
	Post     text   `json:"comment_post_ID"`
	User     text   `json:"user_id"`
	Email    string `json:"comment_author_email"`
	Approved text   `json:"comment_approved"`
	DateGMT  string `json:"comment_date_gmt"`
}

func readAction(d platform.Delivery, action string, arg rawArg) ([]platform.Change, error) {
	var id text
	if action == "woocommerce_rest_insert_product_review" {
		return readReview(d, arg)
	}
	if !strings.HasPrefix(action, "woocommerce_order_") {
		return ignored("unknown topic"), nil
	}
	if err := decode(arg, &id); err != nil || !id.isID() {
		return nil, malformed("no order id")
	}
	return []platform.Change{{Kind: platform.SaleTouched, Key: string(id)}}, nil
}

func readReview(d platform.Delivery, arg rawArg) ([]platform.Change, error) {
	var c comment
	if err := decode(arg, &c); err != nil {
		return nil, err
	}
	user, err := c.User.key()
	if err != nil {
		return nil, err
	}
	if !c.ID.isID() || !c.Post.isID() {
		return nil, malformed("not a review")
	}
	if user == "" && c.Email == "" {
		return ignored("nobody to credit"), nil
	}
	state := earning.ActivityWithdrawn // spam, trash
	switch c.Approved {
	case "1", "approve":
		state = earning.ActivityApproved
	case "0", "hold":
		state = earning.ActivityPending
	}
	s := &sums{}
	at := s.instant(text(strings.Replace(c.DateGMT, " ", "T", 1)))
	if s.err != nil || at == 0 {
		at = d.ReceivedAt
	}
	return []platform.Change{{Kind: platform.ActivityChanged, Activity: &earning.Activity{
		Key: "review:woocommerce:" + string(c.ID), Kind: earning.ActivityProductReview, CustomerKey: user, Subject: string(c.Post),
		State: state, At: at, UpdatedAt: d.ReceivedAt, Contact: earning.Contact{Email: c.Email},
	}}}, nil
}
