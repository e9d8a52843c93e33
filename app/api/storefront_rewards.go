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
	ContentType string `header:"Content-Type"`
	RawBody     []byte
}

func (s *Server) storefrontRewards(api huma.API) {
	aside(api, http.MethodGet, "/rewards", "The rewards as a page of the shop; it needs no scripts", s.rewardsPage)
	aside(api, http.MethodPost, "/rewards", "Exchange points for a reward, by the page's form", s.rewardsPost)
}

var rewardWords = map[string]map[string]string{
	"en": {"title": "Rewards for points", "have": "You have {points} points.", "none": "At the moment there is nothing here.", "guest": "Sign in to exchange points.", "price": "{points} points", "get": "Exchange {points} points", "short": "{points} points to go",
		"left": "{n} left", "out": "None left", "mine": "What you have exchanged", "ticket": "Your code:", "open": "We get in touch with you.", "done": "Handed out", "cancelled": "Cancelled; the points are back.",
		"got": "Done. Your points were exchanged.", "points": "You do not have enough points for it.", "limit": "You cannot have more of it.", "gone": "None of it is left. Your points are untouched.", "again": "That did not work. Your points are untouched; please try again.", "faq": "Questions about points"},
	"de": {"title": "Prämien für Punkte", "have": "Punktestand: {points} Punkte.", "none": "Zurzeit gibt es hier nichts.", "guest": "Zum Eintauschen bitte anmelden.", "price": "{points} Punkte", "get": "{points} Punkte eintauschen", "short": "Es fehlen {points} Punkte",
		"left": "Noch {n}", "out": "Vergriffen", "mine": "Schon eingetauscht", "ticket": "Der Code:", "open": "Wir melden uns.", "done": "Übergeben", "cancelled": "Storniert; die Punkte sind zurück.",
		"got": "Erledigt. Die Punkte sind eingetauscht.", "points": "Dafür reichen die Punkte nicht.", "limit": "Mehr davon ist nicht möglich.", "gone": "Leider vergriffen. Die Punkte sind noch da.", "again": "Das hat nicht geklappt. Die Punkte sind noch da; bitte noch einmal versuchen.", "faq": "Fragen zu Punkten"},
	"da": {"title": "Belønninger for point", "have": "Du har {points} point.", "none": "Her er ikke noget i øjeblikket.", "guest": "Log ind for at bytte point.", "price": "{points} point", "get": "Byt {points} point", "short": "Der mangler {points} point",
		"left": "{n} tilbage", "out": "Ikke flere tilbage", "mine": "Det har du byttet dig til", "ticket": "Din kode:", "open": "Vi kontakter dig.", "done": "Udleveret", "cancelled": "Annulleret; pointene er tilbage.",
		"got": "Færdig. Dine point er byttet.", "points": "Du har ikke point nok til det.", "limit": "Du kan ikke få flere af dem.", "gone": "Der er ikke flere tilbage. Du har stadig dine point.", "again": "Det lykkedes ikke. Du har stadig dine point; prøv igen.", "faq": "Spørgsmål om point"},
	"pl": {"title": "Nagrody za punkty", "have": "Twoje punkty: {points}.", "none": "Obecnie nic tu nie ma.", "guest": "Zaloguj się, aby wymienić punkty.", "price": "Cena w punktach: {points}", "get": "Wymień punkty: {points}", "short": "Brakuje punktów: {points}",
		"left": "Zostało: {n}", "out": "Wyczerpane", "mine": "Już wymienione", "ticket": "Twój kod:", "open": "Odezwiemy się.", "done": "Wydane", "cancelled": "Anulowane; punkty wróciły.",
		"got": "Gotowe. Punkty zostały wymienione.", "points": "Masz na to za mało punktów.", "limit": "Więcej sztuk nie można wymienić.", "gone": "Nagroda jest wyczerpana. Punkty zostały na koncie.", "again": "Nie udało się. Punkty zostały na koncie; spróbuj ponownie.", "faq": "Pytania o punkty"},
	"it": {"title": "Premi per i punti", "have": "I tuoi punti: {points}.", "none": "Al momento qui non c’è niente.", "guest": "Accedi per scambiare i punti.", "price": "{points} punti", "get": "Scambia {points} punti", "short": "Mancano {points} punti",
		"left": "Ancora {n}", "out": "Esaurito", "mine": "Già scambiato", "ticket": "Il tuo codice:", "open": "Ti contatteremo.", "done": "Consegnato", "cancelled": "Annullato; i punti sono tornati.",
		"got": "Fatto. I punti sono stati scambiati.", "points": "Non hai abbastanza punti.", "limit": "Non puoi averne altri.", "gone": "Non ce ne sono più. I tuoi punti sono rimasti.", "again": "Non ha funzionato. I tuoi punti sono rimasti; riprova.", "faq": "Domande sui punti"},
}

// rewardCard is one reward as the page shows it.
type rewardCard struct {
	ID, Name, Text, Price, Left, Button, Why, Token string
	Points                                          int64
}

// ownReward is one that the shopper has exchanged for.
type ownReward struct{ Name, Label, Ticket, State string }

type rewardsPageView struct {
	Words map[string]string
	Said  string
	Have  string
	FAQ   bool
	Cards []rewardCard
	Mine  []ownReward
}

var rewardsBody = template.Must(template.New("rewards").Parse(`<h1>{{.Words.title}}</h1>{{if .Said}}<p class="zg-said" role="status">{{.Said}}</p>{{end}}
{{if .Have}}<p>{{.Have}}</p>{{else}}<p><a href="/account/login">{{.Words.guest}}</a></p>{{end}}
{{range .Cards}}<section class="zg-card" id="reward-{{.ID}}"><h2>{{.Name}}</h2>{{if .Text}}<p class="zg-text">{{.Text}}</p>{{end}}<p><strong>{{.Price}}</strong>{{if .Left}} <span class="zg-note">· {{.Left}}</span>{{end}}</p>
{{if .Button}}<form method="post"><input type="hidden" name="reward" value="{{.ID}}"><input type="hidden" name="points" value="{{.Points}}"><input type="hidden" name="token" value="{{.Token}}"><button aria-label="{{.Button}}: {{.Name}}">{{.Button}}</button></form>{{else if .Why}}<p class="zg-note">{{.Why}}</p>{{end}}</section>
{{else}}<p>{{.Words.none}}</p>{{end}}
{{if .Mine}}<h2>{{.Words.mine}}</h2>{{range .Mine}}<section class="zg-card"><h3>{{.Name}}</h3>{{if .Ticket}}<p>{{.Label}} <code>{{.Ticket}}</code></p>{{end}}<p class="zg-note">{{.State}}</p></section>
{{end}}{{end}}{{if .FAQ}}<p><a href="` + faqPath + `">{{.Words.faq}}</a></p>{{end}}`))

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
		return s.rewardsWith(ctx, "", http.StatusConflict, "again")
	}
	_, err = s.deps.Program.ExchangeReward(ctx, who.Actor, who.Shop, member, program.ExchangeRequest{Reward: id, Points: loyalty.Points(points), ClientKey: "page:" + nonce})
	s.deps.Balances.Forget(ctx, who.Shop.ID, who.CustomerKey)
	said, status := "got", http.StatusOK
	switch loyalty.CodeOf(err) {
	case "":
		if err != nil {
			return nil, s.fail(ctx, err)
		}
	case loyalty.CodeInsufficientPoints:
		said, status = "points", http.StatusConflict
	case loyalty.CodeLimitReached:
		said, status = limitSaid(err), http.StatusConflict
	case loyalty.CodeConflict, loyalty.CodeNotFound, loyalty.CodeKeyReused, loyalty.CodeInvalid:
		said, status = "again", http.StatusConflict
	default:
		return nil, s.fail(ctx, err)
	}
	return s.rewardsWith(ctx, "", status, said)
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
	words := rewardWords[catalogue.Language]
	view := rewardsPageView{Words: words, Said: words[said], FAQ: catalogue.FAQ}
	if balance.Member {
		view.Have = strings.ReplaceAll(words["have"], "{points}", catalogue.Number(int64(balance.Points)))
	}
	for _, r := range catalogue.Rewards {
		card, err := s.rewardCard(who, catalogue, r, balance)
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		view.Cards = append(view.Cards, card)
	}
	for _, m := range catalogue.Mine {
		own := ownReward{Name: m.Name, Label: words["ticket"], Ticket: m.Ticket, State: words[string(m.State)]}
		if m.Ticket != "" && m.State == store.RewardDone {
			own.State = ""
		}
		view.Mine = append(view.Mine, own)
	}
	var out bytes.Buffer
	if err := rewardsBody.Execute(&out, view); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.shopPageOf(ctx, shopPage{Status: status, Language: catalogue.Language, Title: words["title"], Body: template.HTML(out.String())}).write()
}

func (s *Server) rewardCard(who caller, c program.Catalogue, r program.Reward, balance ShopperBalance) (rewardCard, error) {
	words, text := rewardWords[c.Language], r.Item.In(c.Language, c.ShopLanguage, "en", "de", "da", "pl", "it")
	points := strings.NewReplacer("{points}", c.Number(int64(r.Row.Points)), "{n}", c.Number(r.Left()))
	card := rewardCard{ID: r.Row.ID.String(), Name: text.Name, Text: text.Text, Price: points.Replace(words["price"]), Points: int64(r.Row.Points)}
	switch left := r.Left(); {
	case left == 0:
		card.Why = words["out"]
		return card, nil
	case left > 0:
		card.Left = points.Replace(words["left"])
	}
	switch {
	case !balance.Member:
		return card, nil
	case r.Row.PerMember > 0 && c.Had[r.Row.ID] >= r.Row.PerMember:
		card.Why = words["limit"]
		return card, nil
	case balance.Points < r.Row.Points:
		card.Why = strings.ReplaceAll(words["short"], "{points}", c.Number(int64(r.Row.Points-balance.Points)))
		return card, nil
	}
	var err error
	card.Button = points.Replace(words["get"])
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
