package drivertest

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
)

// Hardware takes the path and the model of a real device out of a flag, PATH,MODEL;
// without one the test is none for today.
func Hardware(t *testing.T, flag string) (path, model string) {
	t.Helper()
	path, model, ok := strings.Cut(flag, ",")
	if !ok {
		t.Skip("told to a real device only: -hw PATH,MODEL")
	}
	return path, model
}

// Ask has the person at the terminal do something, and press Enter when it is done.
func Ask(what string) {
	fmt.Println(what + " Then press Enter.")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
}
