package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/program"
	"zugabe/app/store"
)

// TextView is one text that shoppers read.
type TextView struct {
	Key          string   `json:"key"`
	Standard     string   `json:"standard" doc:"our words"`
	Own          string   `json:"own,omitempty" doc:"the merchant's words; missing = ours are shown"`
	Placeholders []string `json:"placeholders" doc:"names that stand for values; each must stay"`
}

// TextsView are the texts of one language.
type TextsView struct {
	Language string     `json:"language"`
	Items    []TextView `json:"items"`
}

type textsQuery struct {
	Language string `query:"language" required:"true" enum:"en,de,da,pl,it"`
}

// TextChange sets one text.
type TextChange struct {
	Key  string `json:"key" maxLength:"190"`
	Text string `json:"text" maxLength:"4000" doc:"empty = back to our words"`
	Was  string `json:"was" maxLength:"4000" doc:"the merchant's words as you have seen them; empty = ours"`
}

type saveTexts struct {
	Body struct {
		Language string       `json:"language" enum:"en,de,da,pl,it"`
		Texts    []TextChange `json:"texts" minItems:"1" maxItems:"200"`
	}
}

func (s *Server) adminTexts(api huma.API) {
	get(api, "/texts", "The texts that shoppers read, in one language", s.listTexts)
	put(api, "/texts", "Change texts that shoppers read, all or none", s.putTexts)
}

func (s *Server) listTexts(ctx context.Context, q *textsQuery) (*body[TextsView], error) {
	view := TextsView{Language: q.Language, Items: []TextView{}}
	err := s.read(ctx, func(tx *store.Tx) error {
		texts, err := s.deps.Program.ShopperTexts(tx, callerOf(ctx).Shop.ID, q.Language)
		view.Items = make([]TextView, len(texts))
		for i, t := range texts {
			view.Items[i] = TextView(t)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) putTexts(ctx context.Context, in *saveTexts) (*body[TextsView], error) {
	who := callerOf(ctx)
	changes := make([]program.TextChange, len(in.Body.Texts))
	for i, t := range in.Body.Texts {
		changes[i] = program.TextChange(t)
	}
	if err := s.deps.Program.SaveTexts(ctx, who.Actor, who.Shop, in.Body.Language, changes); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.listTexts(ctx, &textsQuery{Language: in.Body.Language})
}
