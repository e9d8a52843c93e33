package api

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
)

// KeyView is an API key without its secret.
type KeyView struct {
	ID        loyalty.ID `json:"id"`
	Name      string     `json:"name"`
	Hint      string     `json:"hint" doc:"the last characters of the secret"`
	Scopes    []string   `json:"scopes"`
	CreatedAt int64      `json:"created_at" doc:"Unix milliseconds"`
	UsedAt    int64      `json:"used_at,omitempty"`
	RevokedAt int64      `json:"revoked_at,omitempty"`
}

// NewKey carries the secret, shown this once.
type NewKey struct {
	KeyView
	Secret string `json:"secret" doc:"shown only now; we keep a hash of it"`
}

func viewKey(k store.APIKey) KeyView {
	return KeyView{ID: k.ID, Name: k.Name, Hint: k.Hint, Scopes: strings.Fields(k.Scopes), CreatedAt: k.CreatedAt, UsedAt: k.UsedAt, RevokedAt: k.RevokedAt}
}

type createKey struct {
	Body struct {
		Name   string   `json:"name" minLength:"1" maxLength:"120"`
		Scopes []string `json:"scopes" minItems:"1" maxItems:"6" enum:"read,activities,adjust,vouchers,redeem"`
	}
}

func (s *Server) adminKeys(api huma.API) {
	get(api, "/api-keys", "List API keys", s.listKeys)
	post(api, "/api-keys", "Make an API key", s.createKey)
	remove(api, "/api-keys/{id}", "Revoke an API key", s.revokeKey)
}

func (s *Server) listKeys(ctx context.Context, _ *struct{}) (*body[page[KeyView]], error) {
	var rows []store.APIKey
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.APIKeys(callerOf(ctx).Shop.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, len(rows)+1, viewKey, nil), nil
}

func (s *Server) createKey(ctx context.Context, in *createKey) (*body[NewKey], error) {
	who := callerOf(ctx)
	minted, err := session.NewAPIKey(who.Shop.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	row := store.APIKey{
		ID: s.deps.Program.IDs.Next(), Name: in.Body.Name, Hash: minted.Hash, Hint: minted.Hint,
		Scopes: strings.Join(in.Body.Scopes, " "), CreatedAt: loyalty.NowMs(s.deps.Clock),
	}
	err = s.write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertAPIKey(who.Shop.ID, row); err != nil {
			return err
		}
		return s.audit(tx, who, "api_key.created", "api_key:"+row.ID.String(), "")
	})
	if err != nil {
		return nil, err
	}
	return answer(NewKey{KeyView: viewKey(row), Secret: minted.Secret}), nil
}

func (s *Server) revokeKey(ctx context.Context, in *idPath) (*struct{}, error) {
	who := callerOf(ctx)
	err := s.write(ctx, func(tx *store.Tx) error {
		ok, err := tx.RevokeAPIKey(who.Shop.ID, in.ID.ID, loyalty.NowMs(s.deps.Clock))
		if err != nil {
			return err
		}
		if !ok {
			return loyalty.NotFound("API key that is still valid")
		}
		return s.audit(tx, who, "api_key.revoked", "api_key:"+in.ID.String(), "")
	})
	return nil, err
}
