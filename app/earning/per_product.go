package earning

import "zugabe/app/loyalty"

// perProduct gives each product its own points per unit; only listed products earn (S3-03, S3-04).
func perProduct(r *Rule, s *selection) (measure, error) {
	return countUnits(s, func(l *Line) loyalty.Points { return r.Products[l.ProductKey] })
}
