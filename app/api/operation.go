package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// maxAPIBody is the largest body of an API request; webhooks have their own limit.
const maxAPIBody = 64 << 10

// operation registers one handler. Its id is made of method and path, so that
// two operations can never share one.
func operation[I, O any](api huma.API, method, path, summary string, h func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{
		OperationID:  operationID(method, path),
		Method:       method,
		Path:         path,
		Summary:      summary,
		MaxBodyBytes: maxAPIBody,
		Errors:       refusalsOf(method),
	}, h)
}

// aside registers a handler that the document leaves out: what answers with a page or
// a file, for a browser and not for a program.
func aside[I, O any](api huma.API, method, path, summary string, h func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{OperationID: operationID(method, path), Method: method, Path: path, Summary: summary, MaxBodyBytes: maxAPIBody, Hidden: true}, h)
}

// refusalsOf lists the statuses that an operation may answer besides its own.
func refusalsOf(method string) []int {
	all := []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity,
		http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if method == http.MethodGet {
		return all
	}
	return append(all, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
}

func operationID(method, path string) string {
	words := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '{' || r == '}' })
	return strings.ToLower(method) + "-" + strings.Join(words, "-")
}
