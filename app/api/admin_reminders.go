package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// ReminderSums are what mails about one kind of thing have brought.
type ReminderSums struct {
	Sent        int64          `json:"sent"`
	Points      loyalty.Points `json:"points" doc:"that were to run out"`
	SavedPoints loyalty.Points `json:"saved_points" doc:"of them, used in time"`
	SavedMinor  int64          `json:"saved_minor" doc:"what those were worth, in minor units"`
}

// RemindersView are the merchant's choices, and what they have brought.
type RemindersView struct {
	program.ReminderSettings
	Version   int64        `json:"version"`
	Since     int64        `json:"since" doc:"from when on the figures count, Unix milliseconds"`
	PointSums ReminderSums `json:"point_sums"`
	CodeSums  ReminderSums `json:"code_sums"`
	MailReady bool         `json:"mail_ready" doc:"false when the operator has set no mail server: mails wait"`
}

type saveReminders struct {
	Body struct {
		program.ReminderSettings
		Version int64 `json:"version" doc:"as you have seen it"`
	}
}

func (s *Server) adminReminders(api huma.API) {
	get(api, "/reminders", "Mails about points and codes that run out, and what they have brought", s.reminders)
	put(api, "/reminders", "Change when members are told what runs out", s.putReminders)
}

func (s *Server) reminders(ctx context.Context, _ *struct{}) (*body[RemindersView], error) {
	shop := callerOf(ctx).Shop
	view := RemindersView{MailReady: s.deps.Program.Post.Mailer != nil}
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		if view.ReminderSettings, err = s.deps.Program.ReminderSettings(tx, shop.ID); err != nil {
			return err
		}
		view.Version = view.ReminderSettings.Version
		f, err := s.deps.Program.ReminderFigures(tx, shop.ID)
		view.Since, view.PointSums, view.CodeSums = f.Since, ReminderSums(f.Points), ReminderSums(f.Codes)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) putReminders(ctx context.Context, in *saveReminders) (*body[RemindersView], error) {
	who := callerOf(ctx)
	if _, err := s.deps.Program.SaveReminderSettings(ctx, who.Actor, who.Shop, in.Body.Version, in.Body.ReminderSettings); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.reminders(ctx, nil)
}
