//go:build !linux

package browser

import "os/exec"

func endTogether(*exec.Cmd) {}
