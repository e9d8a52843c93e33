package api

import (
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/faq"
	"zugabe/app/program"
	"zugabe/app/store"
)

// FAQText is a question with its answer in one language; both empty = left out.
type FAQText struct {
	Question string `json:"question" maxLength:"800"`
	Answer   string `json:"answer" maxLength:"8000"`
}

// FAQItem is one question in the language that was asked for.
type FAQItem struct {
	ID       string   `json:"id"`
	State    string   `json:"state" enum:"new,stale,ready" doc:"new: nobody has gone through it; stale: it says something else than what was gone through, in some language"`
	Hidden   bool     `json:"hidden"`
	Draft    FAQText  `json:"draft" doc:"what it would say now"`
	Standard FAQText  `json:"standard" doc:"our words, from the settings of this moment"`
	Own      bool     `json:"own" doc:"the draft is the merchant's words"`
	Approved *FAQText `json:"approved,omitempty" doc:"what was gone through; shoppers see it while the page is published"`
	Base     *FAQText `json:"base,omitempty" doc:"our words when the merchant's were gone through, if a setting has changed since"`
	Changed  []string `json:"changed" doc:"languages in which it says something else than what was gone through"`
	At       int64    `json:"at,omitempty" doc:"Unix milliseconds at which it was gone through"`
}

// FAQView is the shop's questions in one language.
type FAQView struct {
	Version   int64     `json:"version"`
	Language  string    `json:"language"`
	Languages []string  `json:"languages" doc:"of the shop's pages"`
	Published bool      `json:"published"`
	Missing   int       `json:"missing" doc:"questions to go through before it can be published"`
	CanUndo   bool      `json:"can_undo"`
	Items     []FAQItem `json:"items"`
	HTML      string    `json:"html" doc:"the published page for own pages of the shop; empty while nothing is published"`
	Page      string    `json:"page" doc:"path of the page in the shop"`
}

type faqQuery struct {
	Language string `query:"language" required:"true" enum:"en,de,da,pl,it"`
}

type faqWords struct {
	Body struct {
		Version  int64  `json:"version" doc:"as you have seen it"`
		ID       string `json:"id" maxLength:"40"`
		Language string `json:"language" enum:"en,de,da,pl,it"`
		FAQText
	}
}

type faqArrange struct {
	Body struct {
		Version int64    `json:"version"`
		Order   []string `json:"order" maxItems:"40"`
		Hidden  []string `json:"hidden" maxItems:"40"`
	}
}

type faqSwitch struct {
	Body struct {
		Version int64 `json:"version"`
		On      bool  `json:"on"`
	}
}

type faqUndo struct {
	Body struct {
		Version int64 `json:"version"`
	}
}

// FAQVersion is the version after an act.
type FAQVersion struct {
	Version int64 `json:"version"`
	Missing int   `json:"missing"`
}

func (s *Server) adminFAQ(api huma.API) {
	get(api, "/faq", "The questions that shoppers ask, with answers from the settings, in one language", s.getFAQ)
	put(api, "/faq/words", "Set the merchant's own words of a question; empty ones give ours back", s.wordFAQ)
	post(api, "/faq/approve", "Mark a question as gone through, as it was read; once the page is published, shoppers see it", s.approveFAQ)
	put(api, "/faq/order", "Set the order of the questions and which are hidden", s.arrangeFAQ)
	post(api, "/faq/publish", "Show the questions to shoppers, or take them away", s.publishFAQ)
	post(api, "/faq/undo", "Take the last change back", s.undoFAQ)
}

func (s *Server) getFAQ(ctx context.Context, q *faqQuery) (*body[FAQView], error) {
	shop := callerOf(ctx).Shop
	view := FAQView{Language: q.Language, Page: faqPath}
	err := s.read(ctx, func(tx *store.Tx) error {
		f, err := s.deps.Program.FAQ(tx, shop)
		if err != nil {
			return err
		}
		settings, err := s.deps.Program.Settings(tx, shop.ID)
		if err != nil {
			return err
		}
		view.Version, view.Languages, view.Published, view.CanUndo = f.Version, settings.Languages, f.On, f.Before != nil
		view.Missing, view.Items = len(f.Missing(f.Standard)), []FAQItem{}
		for _, id := range f.Sequence() {
			view.Items = append(view.Items, viewFAQ(f, id, q.Language))
		}
		if f.On {
			view.HTML, err = faqHTML(f.Shown(q.Language))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func viewFAQ(f program.FAQ, id, language string) FAQItem {
	_, own := f.Own[id][language]
	item := FAQItem{ID: id, State: string(f.StateOf(f.Standard, id)), Hidden: slices.Contains(f.Hidden, id), Draft: FAQText(f.Draft(f.Standard, id, language)),
		Standard: FAQText(f.Standard[id][language]), Own: own, Changed: []string{}}
	approved, seen := f.Approved[id]
	if !seen {
		return item
	}
	text := FAQText(approved.Texts[language])
	item.Approved, item.At = &text, approved.At
	for _, l := range faq.Languages {
		base, had := approved.Base[l]
		_, ownThere := f.Own[id][l]
		moved := had && ownThere && base != f.Standard[id][l]
		if approved.Texts[l] != f.Draft(f.Standard, id, l) || moved {
			item.Changed = append(item.Changed, l)
		}
		if moved && l == language {
			old := FAQText(base)
			item.Base = &old
		}
	}
	return item
}

func (s *Server) faqDone(ctx context.Context, f program.FAQ, err error) (*body[FAQVersion], error) {
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	s.faqs.forget(callerOf(ctx).Shop.ID.String())
	return answer(FAQVersion{Version: f.Version, Missing: len(f.Missing(f.Standard))}), nil
}

func (in *faqWords) words() program.FAQWords {
	return program.FAQWords{ID: in.Body.ID, Language: in.Body.Language, Text: faq.Text(in.Body.FAQText)}
}

func (s *Server) wordFAQ(ctx context.Context, in *faqWords) (*body[FAQVersion], error) {
	who := callerOf(ctx)
	f, err := s.deps.Program.WordFAQ(ctx, who.Actor, who.Shop, in.Body.Version, in.words())
	return s.faqDone(ctx, f, err)
}

func (s *Server) approveFAQ(ctx context.Context, in *faqWords) (*body[FAQVersion], error) {
	who := callerOf(ctx)
	f, err := s.deps.Program.ApproveFAQ(ctx, who.Actor, who.Shop, in.Body.Version, in.words())
	return s.faqDone(ctx, f, err)
}

func (s *Server) arrangeFAQ(ctx context.Context, in *faqArrange) (*body[FAQVersion], error) {
	who := callerOf(ctx)
	f, err := s.deps.Program.ArrangeFAQ(ctx, who.Actor, who.Shop, in.Body.Version, [2][]string{in.Body.Order, in.Body.Hidden})
	return s.faqDone(ctx, f, err)
}

func (s *Server) publishFAQ(ctx context.Context, in *faqSwitch) (*body[FAQVersion], error) {
	who := callerOf(ctx)
	f, err := s.deps.Program.PublishFAQ(ctx, who.Actor, who.Shop, in.Body.Version, in.Body.On)
	return s.faqDone(ctx, f, err)
}

func (s *Server) undoFAQ(ctx context.Context, in *faqUndo) (*body[FAQVersion], error) {
	who := callerOf(ctx)
	f, err := s.deps.Program.UndoFAQ(ctx, who.Actor, who.Shop, in.Body.Version)
	return s.faqDone(ctx, f, err)
}
