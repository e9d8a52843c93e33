// Package admin is the generated, typed client of the Admin API operations in
// ../operations. Nothing here is written by hand but this comment.
package admin
