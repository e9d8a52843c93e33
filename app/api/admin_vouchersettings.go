package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/program"
	"zugabe/app/store"
)

// VoucherSettingsView are the choices for all vouchers.
type VoucherSettingsView struct {
	Version    int64                 `json:"version" doc:"0 = nothing was chosen yet"`
	NoAbsolute []program.ArticleName `json:"no_absolute" doc:"vouchers over a fixed amount do not reduce these articles"`
}

func (s *Server) adminVoucherSettings(api huma.API) {
	get(api, "/voucher-settings", "Choices for all vouchers", s.voucherSettings)
	put(api, "/voucher-settings", "Change the choices for all vouchers", s.putVoucherSettings)
}

func viewVoucherSettings(v program.VoucherSettings) *body[VoucherSettingsView] {
	list := v.NoAbsolute
	if list == nil {
		list = []program.ArticleName{}
	}
	return answer(VoucherSettingsView{Version: v.Version, NoAbsolute: list})
}

func (s *Server) voucherSettings(ctx context.Context, _ *struct{}) (*body[VoucherSettingsView], error) {
	var now program.VoucherSettings
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		now, err = s.deps.Program.VoucherSettings(tx, callerOf(ctx).Shop.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return viewVoucherSettings(now), nil
}

type putVoucherSettings struct {
	Body struct {
		Version    int64                 `json:"version" minimum:"0" doc:"the version that was read"`
		NoAbsolute []program.ArticleName `json:"no_absolute" maxItems:"500"`
	}
}

func (s *Server) putVoucherSettings(ctx context.Context, in *putVoucherSettings) (*body[VoucherSettingsView], error) {
	who := callerOf(ctx)
	now, err := s.deps.Program.SaveVoucherSettings(ctx, who.Actor, who.Shop, in.Body.Version, program.VoucherSettings{NoAbsolute: in.Body.NoAbsolute})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return viewVoucherSettings(now), nil
}
