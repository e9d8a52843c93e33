package browser

import (
	"os/exec"
	"syscall"
)

// endTogether lets the child end with this process.
func endTogether(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
