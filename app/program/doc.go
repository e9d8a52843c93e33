// Package program holds the use cases, one file each. It is the only place where
// the features meet: facts become points, points become codes, refunds take back.
package program
