package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"emulator": main})
}

func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Values[readerKey] = &bench{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"reader":  startReader,
			"card":    askCard,
			"waitfor": waitFor,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// bench is what a script has beside its files.
type bench struct{ reader *net.TCPListener }

const readerKey = "reader"

// startReader is "reader": what vpcd does, a port on which cards dial in. It sets
// READER to its address.
func startReader(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: reader")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
	ts.Setenv("READER", listener.Addr().String())
	ts.Value(readerKey).(*bench).reader = listener.(*net.TCPListener)
}

// askCard is "card": the next card that dials in answers to reset; with "!", none
// does.
func askCard(ts *testscript.TestScript, neg bool, _ []string) {
	listener := ts.Value(readerKey).(*bench).reader
	wait := 5 * time.Second
	if neg {
		wait = 50 * time.Millisecond
	}
	ts.Check(listener.SetDeadline(time.Now().Add(wait)))
	conn, err := listener.Accept()
	if neg != (err != nil) {
		ts.Fatalf("card present: %v", err)
	}
	if neg {
		return
	}
	ts.Defer(func() { _ = conn.Close() })
	ts.Check(conn.SetDeadline(time.Now().Add(wait)))
	_, err = conn.Write([]byte{0, 1, 4})
	ts.Check(err)
	answer := make([]byte, 15)
	_, err = io.ReadFull(conn, answer)
	ts.Check(err)
	if n := binary.BigEndian.Uint16(answer); n != 13 || answer[2] != 0x3B {
		ts.Fatalf("answer to reset % X", answer)
	}
}

func TestRunWithoutACommand(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), nil, os.Stdin, &stdout, &stderr); code != exitUsage {
		t.Errorf("exit %d, want %d", code, exitUsage)
	}
	if stdout.Len() > 0 || stderr.Len() == 0 {
		t.Error("the usage belongs on standard error")
	}
}

// waitFor is "waitfor FILE".
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waitfor FILE")
	}
	name := ts.MkAbs(args[0])
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(name); err == nil {
			return
		}
	}
	ts.Fatalf("%s did not appear", args[0])
}
