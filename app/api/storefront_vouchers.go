package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/voucher"
)

// ShopperVoucher is a voucher as a shopper reads it.
type ShopperVoucher struct {
	OK       bool                `json:"ok" doc:"it counts in this cart now"`
	Code     string              `json:"code,omitempty" doc:"to put into the cart's code field or /discount/<code>"`
	Title    string              `json:"title,omitempty" doc:"in the shop's languages, else the voucher's name"`
	Line     string              `json:"line,omitempty"`
	Texts    map[string]ShopText `json:"texts,omitempty" doc:"by language"`
	Auto     string              `json:"auto,omitempty" enum:"never,offer,apply" doc:"offer: show it with one click; apply: put it into the cart when ok"`
	Kept     bool                `json:"kept,omitempty" doc:"the code is kept for the shopper until its conditions hold"`
	Minor    int64               `json:"minor" doc:"what it takes off this cart, minor units"`
	Lines    []voucher.LineShare `json:"lines,omitempty"`
	Shipping int64               `json:"shipping,omitempty"`
	VAT      []voucher.VATShare  `json:"vat,omitempty"`
	VATMode  voucher.VATMode     `json:"vat_mode,omitempty"`
	Why      []voucher.Reason    `json:"why,omitempty" doc:"what stands against it; one neutral answer for whoever is not signed in"`
	Later    []voucher.Reason    `json:"later,omitempty" doc:"checked once the shopper is known"`
	Notes    []voucher.Reason    `json:"notes,omitempty"`
}

// ShopText is what shoppers read in one language.
type ShopText struct {
	Title string `json:"title,omitempty"`
	Line  string `json:"line,omitempty"`
}

// ShopperVouchers has the best one first.
type ShopperVouchers struct {
	Items []ShopperVoucher `json:"items"`
}

func viewOffer(o program.Offer, withCode bool) ShopperVoucher {
	d := o.Decision
	v := ShopperVoucher{OK: d.OK, Kept: o.Kept, Minor: d.Minor, Lines: d.Lines, Shipping: d.Shipping, VAT: d.VAT, Why: d.Why, Later: d.Later, Notes: d.Notes}
	if _, near := d.Near(); !d.OK && !near && !d.Stacked() {
		return v
	}
	v.Title, v.Auto, v.VATMode = o.Template.Name, string(o.Template.Auto), o.Template.VAT.Mode
	for language, text := range o.Template.Texts {
		if v.Texts == nil {
			v.Texts = map[string]ShopText{}
		}
		v.Texts[language] = ShopText(text)
	}
	if withCode {
		v.Code = o.Code.Code
	}
	return v
}

func (s *Server) storefrontVouchers(api huma.API) {
	get(api, "/vouchers", "Vouchers that show themselves to this shopper", s.shopperVouchers)
	post(api, "/vouchers/offers", "Vouchers to show or apply in a cart, the best one first", s.shopperOffers)
	post(api, "/vouchers/shown", "Count that vouchers came into view in the shop; nobody is recognised", s.shopperSawVouchers)
	post(api, "/vouchers/check", "Whether a code counts in a cart; keeps it if only the cart is missing something", s.shopperCheckCode)
}

type vouchersPlace struct {
	Placement string `query:"placement" maxLength:"40" doc:"where it is shown, for the report"`
}

func (s *Server) shopperVouchers(ctx context.Context, _ *vouchersPlace) (*body[ShopperVouchers], error) {
	return s.offers(ctx, "", voucher.Cart{})
}

type offersRequest struct {
	Request string `header:"X-Zugabe-Request" required:"true" enum:"1"`
	Body    struct {
		Placement string       `json:"placement,omitempty" maxLength:"40"`
		Visitor   string       `json:"visitor,omitempty" maxLength:"64" pattern:"^[A-Za-z0-9_-]*$" doc:"a random name of a visitor who is not signed in"`
		Cart      voucher.Cart `json:"cart"`
	}
}

func (s *Server) shopperOffers(ctx context.Context, in *offersRequest) (*body[ShopperVouchers], error) {
	return s.offers(ctx, in.Body.Visitor, in.Body.Cart)
}

func (s *Server) offers(ctx context.Context, visitor string, cart voucher.Cart) (*body[ShopperVouchers], error) {
	who, err := s.standsBefore(ctx, visitor)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	shop := callerOf(ctx).Shop
	offers, err := s.deps.Program.Offers(ctx, shop, who, cart)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	list := ShopperVouchers{Items: []ShopperVoucher{}}
	for _, o := range offers {
		list.Items = append(list.Items, viewOffer(o, true))
	}
	if err := s.deps.Program.NoteShown(ctx, shop, offers); err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(list), nil
}

type sawVouchers struct {
	Request string `header:"X-Zugabe-Request" required:"true" enum:"1"`
	Body    struct {
		Vouchers []loyalty.ID `json:"vouchers" minItems:"1" maxItems:"20" doc:"ids, each once in a visit"`
	}
}

func (s *Server) shopperSawVouchers(ctx context.Context, in *sawVouchers) (*struct{}, error) {
	if err := s.deps.Program.NoteSeen(ctx, callerOf(ctx).Shop, in.Body.Vouchers); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}

// standsBefore is the shopper: a member, or a visitor.
func (s *Server) standsBefore(ctx context.Context, visitor string) (program.Shopper, error) {
	st, found, err := s.standing(ctx, callerOf(ctx))
	if err != nil || !found {
		return program.Shopper{Visitor: visitor}, err
	}
	return program.Shopper{Member: st.MemberID}, nil
}

type checkCode struct {
	Request string `header:"X-Zugabe-Request" required:"true" enum:"1"`
	Body    struct {
		Code    string       `json:"code" minLength:"1" maxLength:"200"`
		Visitor string       `json:"visitor,omitempty" maxLength:"64" pattern:"^[A-Za-z0-9_-]*$"`
		Cart    voucher.Cart `json:"cart"`
	}
}

func (s *Server) shopperCheckCode(ctx context.Context, in *checkCode) (*body[ShopperVoucher], error) {
	who, err := s.standsBefore(ctx, in.Body.Visitor)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	o, err := s.deps.Program.CheckCode(ctx, callerOf(ctx).Shop, who, in.Body.Code, in.Body.Cart)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(viewOffer(o, true)), nil
}

type apiCodes struct {
	IdempotencyKey string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"100"`
	Body           struct {
		Voucher loyalty.ID `json:"voucher" doc:"id of the voucher"`
		CodesBody
	}
}

type apiCode struct {
	Code string `path:"code" maxLength:"200"`
}

func (s *Server) publicCodes(api huma.API) {
	post(api, "/codes", "Make one or many codes of a voucher; the same key makes them once", scoped(s, "vouchers", s.apiMakeCodes))
	get(api, "/codes/{code}", "A code by its text", scoped(s, "vouchers", s.apiGetCode))
}

func (s *Server) apiMakeCodes(ctx context.Context, in *apiCodes) (*body[MadeCodes], error) {
	return once(ctx, s, asked("codes", in.IdempotencyKey, in.Body), func() (*body[MadeCodes], error) {
		return s.madeCodes(ctx, in.Body.Voucher, in.Body.request(program.OriginAPI))
	})
}

func (s *Server) apiGetCode(ctx context.Context, in *apiCode) (*body[CodeDetailView], error) {
	t, err := s.deps.Program.TryVoucher(ctx, callerOf(ctx).Shop, program.TryRequest{Code: in.Code})
	if err == nil && !t.Found {
		err = loyalty.NotFound("code")
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.getCode(ctx, &idPath{idParam{t.Code.ID}})
}
