package earning

// perAmount gives the earn pair on the basis: 1 point per 10.00 (S4-01, S3-05, S4-07).
func perAmount(r *Rule, s *selection) (measure, error) {
	return measure{base: s.basis, rate: pair{int64(r.Earn.Points), r.Earn.PerMinor}}, nil
}
