//go:build !crashpoints

// Package crash marks the places at which a test kills the process. In a normal
// build a point is an empty function that the compiler removes.
package crash

// Point does nothing in a normal build.
func Point(string) {}
