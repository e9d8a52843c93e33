package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/voucher"
)

// DoctorView says what a voucher means and with what it goes together.
type DoctorView struct {
	Sentence []voucher.Part    `json:"sentence" doc:"what the voucher means, clause by clause; translate by key"`
	Gaps     []voucher.Gap     `json:"gaps" doc:"what the shop cannot enforce by itself, and what we do about it"`
	Findings []voucher.Finding `json:"findings" doc:"each other discount that is ever valid at the same time; outcome both, one or one_per_line; change names the settings that would let both count"`
	LookedAt int64             `json:"looked_at,omitempty" doc:"Unix milliseconds of the look at the shop's discounts, at most five minutes ago; missing = the shop could not be asked, only our own vouchers were compared"`
	Complete bool              `json:"complete" doc:"false: the shop has more discounts than were read"`
}

func (s *Server) adminDoctor(api huma.API) {
	get(api, "/vouchers/{id}/doctor", "How a voucher goes together with what else takes something off in the shop", s.doctorOf)
	post(api, "/vouchers/doctor", "The same for conditions that nobody saved (nothing is changed)", s.doctorFor)
}

func (s *Server) doctorOf(ctx context.Context, in *idPath) (*body[DoctorView], error) {
	return s.doctor(ctx)(s.deps.Program.DiagnoseVoucher(ctx, callerOf(ctx).Shop, in.ID.ID))
}

type doctorFor struct {
	Body struct {
		ID  loyalty.ID       `json:"id,omitempty" doc:"the voucher that is being changed, so that it is not compared with itself"`
		Doc voucher.Template `json:"doc"`
	}
}

func (s *Server) doctorFor(ctx context.Context, in *doctorFor) (*body[DoctorView], error) {
	return s.doctor(ctx)(s.deps.Program.Diagnose(ctx, callerOf(ctx).Shop, in.Body.ID, in.Body.Doc))
}

func (s *Server) doctor(ctx context.Context) func(program.Diagnosis, error) (*body[DoctorView], error) {
	return func(d program.Diagnosis, err error) (*body[DoctorView], error) {
		if err != nil {
			return nil, s.fail(ctx, err)
		}
		v := DoctorView{Sentence: d.Sentence, Gaps: d.Gaps, Findings: d.Findings, LookedAt: d.LookedAt, Complete: d.Complete}
		if v.Gaps == nil {
			v.Gaps = []voucher.Gap{}
		}
		if v.Findings == nil {
			v.Findings = []voucher.Finding{}
		}
		return answer(v), nil
	}
}
