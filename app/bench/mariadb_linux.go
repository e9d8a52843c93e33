package bench

import (
	"os/exec"
	"syscall"
)

// endWithParent has the system end the process when ours is killed.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
