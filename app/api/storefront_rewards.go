package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// rewardForm is what the form of one reward sends. Token proves that the page that it
// is on was made for this customer: a form on a foreign page cannot have it (H18). It
// is the key of the act, too, so that pressing twice is pressing once.
type rewardForm struct {
	Locale      string `query:"locale" maxLength:"16"`
	ContentType string `header:"Content-Type"`
	RawBody     []byte
}

func (s *Server) storefrontRewards(api huma.API) {
	aside(api, http.MethodGet, "/rewards", "The rewards as a page of the shop; it needs no scripts", s.rewardsPage)
	aside(api, http.MethodPost, "/rewards", "Exchange points for a reward, by the page's form", s.rewardsPost)
}

// rewardCard is one reward as the page shows it.
type rewardCard struct {
	ID, Name, Text, Price, Left, Button, Why, Token string
	Points                                          int64
}

// ownReward is one that the shopper has exchanged for.
type ownReward struct{ Name, Label, Ticket, State string }

type rewardsPageView struct {
	program.Words
	Said  string
	Have  string
	FAQ   bool
	Cards []rewardCard
	Mine  []ownReward
}

// T is a text of this page. Its placeholders are those that Say fills.
func (v rewardsPageView) T(key string) string { return v.Say(exchangeTexts + key) }

// exchangeTexts begin the keys of the texts of the rewards' page.
const exchangeTexts = "exchange."

var rewardsBody = template.Must(template.New("rewards").Parse(`<h1>{{.T "title"}}</h1>{{if .Said}}<p class="zg-said" role="status">{{.Said}}</p>{{end}}
{{if .Have}}<p>{{.Have}}</p>{{else}}<p><a href="/account/login">{{.T "guest"}}</a></p>{{end}}
{{range .Cards}}<section class="zg-card" id="reward-{{.ID}}"><h2>{{.Name}}</h2>{{if .Text}}<p class="zg-text">{{.Text}}</p>{{end}}<p><strong>{{.Price}}</strong>{{if .Left}} <span class="zg-note">· {{.Left}}</span>{{end}}</p>
{{if .Button}}<form method="post"><input type="hidden" name="reward" value="{{.ID}}"><input type="hidden" name="points" value="{{.Points}}"><input type="hidden" name="token" value="{{.Token}}"><button aria-label="{{.Button}}: {{.Name}}">{{.Button}}</button></form>{{else if .Why}}<p class="zg-note">{{.Why}}</p>{{end}}</section>
{{else}}<p>{{.T "none"}}</p>{{end}}
{{if .Mine}}<h2>{{.T "mine"}}</h2>{{range .Mine}}<section class="zg-card"><h3>{{.Name}}</h3>{{if .Ticket}}<p>{{.Label}} <code>{{.Ticket}}</code></p>{{end}}<p class="zg-note">{{.State}}</p></section>
{{end}}{{end}}{{if .FAQ}}<p><a href="` + faqPath + `?locale={{.Language}}">{{.T "questions"}}</a></p>{{end}}`))

func (s *Server) rewardsPage(ctx context.Context, q *newsletterFormQuery) (*rawAnswer, error) {
	return s.rewardsWith(ctx, q.Locale, http.StatusOK, "")
}

// rewardsPost does one exchange and shows the page again with what came of it.
func (s *Server) rewardsPost(ctx context.Context, in *rewardForm) (*rawAnswer, error) {
	who := callerOf(ctx)
	form, err := url.ParseQuery(string(in.RawBody))
	if err != nil || len(in.RawBody) > 4096 {
		return nil, s.fail(ctx, loyalty.Invalid("body", "is no form"))
	}
	member, err := s.member(ctx)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	id, errID := loyalty.ParseID(form.Get("reward"))
	points, errPoints := loyalty.ParseID(form.Get("points"))
	nonce, errToken := s.readRewardToken(who, form.Get("reward"), form.Get("token"))
	if errID != nil || errPoints != nil || errToken != nil {
		return s.rewardsWith(ctx, in.Locale, http.StatusConflict, "again")
	}
	_, err = s.deps.Program.ExchangeReward(ctx, who.Actor, who.Shop, member, program.ExchangeRequest{Reward: id, Points: loyalty.Points(points), ClientKey: "page:" + nonce})
	s.deps.Balances.Forget(ctx, who.Shop.ID, who.CustomerKey)
	said, status := "got", http.StatusOK
	switch loyalty.CodeOf(err) {
	case "":
		if err != nil {
			return nil, s.fail(ctx, err)
		}
	case loyalty.CodeConfirmByMail:
		said, status = confirmSaid(err), http.StatusForbidden
	case loyalty.CodeInsufficientPoints:
		said, status = "too_few", http.StatusConflict
	case loyalty.CodeLimitReached:
		said, status = limitSaid(err), http.StatusConflict
	case loyalty.CodeConflict, loyalty.CodeNotFound, loyalty.CodeKeyReused, loyalty.CodeInvalid:
		said, status = "again", http.StatusConflict
	default:
		return nil, s.fail(ctx, err)
	}
	return s.rewardsWith(ctx, in.Locale, status, said)
}

func (s *Server) rewardsWith(ctx context.Context, locale string, status int, said string) (*rawAnswer, error) {
	who := callerOf(ctx)
	balance, err := s.balanceOf(ctx, who)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	var catalogue program.Catalogue
	err = s.read(ctx, func(tx *store.Tx) (err error) {
		catalogue, err = s.deps.Program.RewardsFor(tx, who.Shop, who.CustomerKey, locale)
		return err
	})
	if err != nil {
		return nil, err
	}
	view := rewardsPageView{Words: catalogue.Words, FAQ: catalogue.FAQ}
	if said != "" {
		view.Said = view.T(said)
	}
	if balance.Member {
		view.Have = catalogue.Points(exchangeTexts+"have", balance.Points)
	}
	for _, r := range catalogue.Rewards {
		card, err := s.rewardCard(who, catalogue, r, balance)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		view.Cards = append(view.Cards, card)
	}
	for _, m := range catalogue.Mine {
		own := ownReward{Name: m.Name, Label: view.T("ticket"), Ticket: m.Ticket, State: view.T(string(m.State))}
		if m.Ticket != "" && m.State == store.RewardDone {
			own.State = ""
		}
		view.Mine = append(view.Mine, own)
	}
	var out bytes.Buffer
	if err := rewardsBody.Execute(&out, view); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.shopPageOf(ctx, shopPage{Status: status, Language: catalogue.Language, Title: view.T("title"), Body: template.HTML(out.String())}).write()
}

func (s *Server) rewardCard(who caller, c program.Catalogue, r program.Reward, balance ShopperBalance) (rewardCard, error) {
	text := r.Item.In(c.Language, c.ShopLanguage, "en", "de", "da", "pl", "it")
	card := rewardCard{ID: r.Row.ID.String(), Name: text.Name, Text: text.Text, Price: c.Points(exchangeTexts+"price", r.Row.Points), Points: int64(r.Row.Points)}
	switch left := r.Left(); {
	case left == 0:
		card.Why = c.Say(exchangeTexts + "out")
		return card, nil
	case left > 0:
		card.Left = c.Count(exchangeTexts+"left", left)
	}
	switch {
	case !balance.Member:
		return card, nil
	case r.Row.PerMember > 0 && c.Had[r.Row.ID] >= r.Row.PerMember:
		card.Why = c.Say(exchangeTexts + "limit")
		return card, nil
	case balance.Points < r.Row.Points:
		card.Why = c.Points(exchangeTexts+"short", r.Row.Points-balance.Points)
		return card, nil
	}
	var err error
	card.Button = c.Points(exchangeTexts+"get", r.Row.Points)
	card.Token, err = s.rewardToken(who, card.ID)
	return card, err
}

// rewardToken is a random key of one exchange and the proof that we made it for this
// customer and reward.
func (s *Server) rewardToken(who caller, reward string) (string, error) {
	var random [12]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	nonce := hex.EncodeToString(random[:])
	keys, err := s.deskKeys()
	return nonce + "." + keys.CSRF(rewardProof(who, reward, nonce)), err
}

func rewardProof(who caller, reward, nonce string) string {
	return "reward/" + who.Shop.ID.String() + "/" + who.CustomerKey + "/" + reward + "/" + nonce
}

func (s *Server) readRewardToken(who caller, reward, token string) (nonce string, err error) {
	nonce, proof, ok := strings.Cut(token, ".")
	if !ok || len(token) > 200 {
		return "", loyalty.Invalid("token", "is not from our page")
	}
	keys, err := s.deskKeys()
	if err != nil {
		return "", err
	}
	return nonce, keys.CheckCSRF(rewardProof(who, reward, nonce), proof)
}

// limitSaid tells whether the member or everybody has had all there is.
func limitSaid(err error) string {
	var e *loyalty.Error
	if errors.As(err, &e) && e.Detail["left"] != nil {
		return "gone"
	}
	return "limit"
}
