package bench

import (
	"os/exec"
	"syscall"
	"testing"
)

func TestAServerDoesNotOutliveWhoeverStartedIt(t *testing.T) {
	cmd := exec.Command("sleep", "600")
	ended, err := launch(cmd)
	if err != nil {
		t.Fatal(err)
	}
	if cmd.SysProcAttr == nil || cmd.SysProcAttr.Pdeathsig != syscall.SIGTERM {
		t.Error("nothing ends the server when the bench is killed")
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("a process that was ended says that all is well")
	}
	if _, err := launch(exec.Command("/no/such/server")); err == nil {
		t.Error("a server that does not exist starts")
	}
}
