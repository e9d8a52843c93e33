package api

import (
	"context"
	"net/url"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// PlacementView is a place in which the shop's pages can show something.
type PlacementView struct {
	Name  string `json:"name"`
	Block string `json:"block,omitempty" doc:"name of the block in the theme; missing = no part of the theme"`
	Page  string `json:"page" enum:"home,product,cart,account,order,article,page,every,checkout"`
	Embed bool   `json:"embed,omitempty" doc:"is switched on in the theme's settings, for all pages"`
	On    bool   `json:"on"`
	Link  string `json:"link,omitempty" doc:"opens the host's theme editor with the block to add"`
}

// PlacementsView are all placements, and the last look at the shop's pages.
type PlacementsView struct {
	Items []PlacementView `json:"items"`
	Looks []LookView      `json:"looks" doc:"the last looks at the shop's pages, newest first"`
}

// LookView is one look at the shop's pages.
type LookView struct {
	At          int64              `json:"at" doc:"Unix milliseconds"`
	Host        string             `json:"host"`
	Pages       []program.PageLook `json:"pages"`
	ScriptBytes int64              `json:"script_bytes" doc:"compressed"`
	StyleBytes  int64              `json:"style_bytes" doc:"compressed"`
}

type switchPlacement struct {
	Body struct {
		Name string `json:"name" maxLength:"40"`
		On   bool   `json:"on"`
	}
}

func (s *Server) adminPlacements(api huma.API) {
	get(api, "/placements", "Where the shop's pages show points", s.listPlacements)
	put(api, "/placements", "Switch a placement on or off", s.putPlacement)
	post(api, "/placement-checks", "Look at the shop's pages now", s.checkPlacements)
}

// shownLooks is how many looks the screen tells of.
const shownLooks = 10

func (s *Server) listPlacements(ctx context.Context, _ *struct{}) (*body[PlacementsView], error) {
	who := callerOf(ctx)
	view := PlacementsView{}
	err := s.read(ctx, func(tx *store.Tx) error {
		settings, err := s.deps.Program.Settings(tx, who.Shop.ID)
		if err != nil {
			return err
		}
		looks, err := s.deps.Program.PlacementLooks(tx, who.Shop.ID, shownLooks)
		if err != nil {
			return err
		}
		view = PlacementsView{Items: []PlacementView{}, Looks: make([]LookView, len(looks))}
		for i, look := range looks {
			view.Looks[i] = LookView(look)
		}
		for _, p := range program.ThemePlacements {
			view.Items = append(view.Items, s.viewPlacement(who.Shop, p, !slices.Contains(settings.Off, p.Name)))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) viewPlacement(shop loyalty.Shop, p program.Placement, on bool) PlacementView {
	view := PlacementView{Name: p.Name, Block: p.Block, Page: p.Page, Embed: p.Embed, On: on}
	if p.Block != "" && shop.Host == "shopify" && s.deps.Program.ThemeBlock(p.Block) != "" {
		view.Link = editorLink(shop.Domain, s.deps.Program.ThemeBlock(p.Block), p)
	}
	return view
}

// templates are the theme's files for our kinds of page.
var templates = map[string]string{"home": "index", "product": "product", "cart": "cart", "account": "customers/account", "order": "customers/order", "article": "article", "page": "page"}

// editorLink opens Shopify's theme editor, with an embed switched on or a block
// ready to be added to the template it belongs to (B5).
func editorLink(domain, block string, p program.Placement) string {
	query := url.Values{}
	if p.Embed {
		query.Set("context", "apps")
		query.Set("activateAppId", block)
	} else {
		query.Set("template", templates[p.Page])
		query.Set("addAppBlockId", block)
		query.Set("target", "mainSection")
	}
	return "https://" + domain + "/admin/themes/current/editor?" + query.Encode()
}

func (s *Server) putPlacement(ctx context.Context, in *switchPlacement) (*body[PlacementsView], error) {
	who := callerOf(ctx)
	if _, err := s.deps.Program.SwitchPlacement(ctx, who.Actor, who.Shop, in.Body.Name, in.Body.On); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.listPlacements(ctx, nil)
}

func (s *Server) checkPlacements(ctx context.Context, _ *struct{}) (*body[LookView], error) {
	who := callerOf(ctx)
	look, err := s.deps.Program.LookAtPages(ctx, who.Actor, who.Shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(LookView(look)), nil
}
