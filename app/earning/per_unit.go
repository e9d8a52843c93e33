package earning

import "zugabe/app/loyalty"

// perUnit gives the same points for each unit of the matching lines (S3-04, S3-08).
func perUnit(r *Rule, s *selection) (measure, error) {
	return countUnits(s, func(*Line) loyalty.Points { return r.Points })
}
