package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/gateway/gatewaytest"
	"motcua/protocol/request"
)

// process starts gatewayd as a process of its own and waits until it is ready.
func (w *world) process(t testing.TB) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-config", w.path("gatewayd.toml"), "-port-file", w.path("port"))
	cmd.Env = append(os.Environ(), runVariable+"=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	ready := make(chan struct{})
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			if strings.Contains(lines.Text(), `"msg":"ready"`) {
				close(ready)
			}
		}
	}()
	if _, err := within(ready, 2*patience); err != nil {
		t.Fatalf("waiting for gatewayd: %v", err)
	}
	return cmd
}

func (w *world) port(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(w.path("port"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// TestKill: gatewayd is killed after each receipt, and each time the next one has
// the request exactly once, goes on with the chain, and gives the same receipt again.
func TestKill(t *testing.T) {
	w := newWorld(t)
	d := w.fleet.Device(t, "k01")
	var sent []gatewaytest.Message
	var receipts [][]byte
	for round := range 4 {
		gatewayd := w.process(t)
		k := connect(t, w, w.port(t), d)
		for i, m := range sent {
			k.send(t, m)
			if !bytes.Equal(k.receipt(t), receipts[i]) {
				t.Errorf("round %d: another receipt for seq %d", round, i+1)
			}
		}
		m := d.CheckIn(t, gatewaytest.Person(round), "internal")
		k.send(t, m)
		b := k.receipt(t)
		if err := gatewayd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = gatewayd.Wait()
		rc, err := envelope.VerifyReceipt(b, w.fleet.Roots, time.Now())
		if err != nil || rc.Status != request.StatusAccepted || rc.Contiguous != uint64(round+1) {
			t.Errorf("round %d: %+v, %v", round, rc, err)
		}
		sent, receipts = append(sent, m), append(receipts, b)
	}
	if got := w.inbox(t); got != "H01 accepted 4\n" {
		t.Errorf("inbox:\n%s", got)
	}
}
