package earning

// The signatures that others build on:
//
//	func EvaluateSale(s Sale, p Program, c Context) ([]Grant, error)
//	func EvaluateActivity(a Activity, p Program, c Context) ([]Grant, error)
//	func (p Program) Validate() error
